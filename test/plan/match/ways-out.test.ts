/**
 * No state that the state machine can reach is a dead end, whichever results a render has beside
 * its current one and wherever their clips are: a run goes on by itself, or `plan` or `status`
 * prints a command, and each command that is printed does what it is printed for.
 */
import { ok } from 'node:assert/strict';
import { array, assert, asyncProperty, constantFrom, oneof, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { Fingerprint, RenderId, TaskId } from '../../../src/ids.ts';
import {
  type Attempt,
  neverHappened,
  resultOfAttempt,
  unfinished,
} from '../../../src/lock/attempt.ts';
import {
  accept,
  adopt,
  type Decided,
  declareNeverHappened,
  giveUp,
  payAgain,
  pin,
  unpin,
} from '../../../src/lock/decisions.ts';
import { entryOf, resultsOf, undecidedEarlier } from '../../../src/lock/entry.ts';
import type { Lock, Result } from '../../../src/lock/file/format.ts';
import { type AttemptEvent, intended, transition } from '../../../src/lock/transition.ts';
import type { Action, ClipPlace } from '../../../src/plan/plan.ts';
import type { PlanOptions } from '../../../src/plan/options.ts';
import { stateOf } from '../../../src/report/lock/status-json.ts';
import { statusTerminal } from '../../../src/report/lock/status-terminal.ts';
import { elsewhereLines, planTerminal } from '../../../src/report/plan/plan-terminal.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { unclearRenders } from '../../../src/run/unclear-renders.ts';
import { attemptOf } from '../../lock/arbitraries.ts';
import { EVENTS, intentOf } from '../../lock/attempts.ts';
import type { Project } from '../../../src/scene.ts';
import { fakes } from '../fake-models.ts';
import { sized } from '../../sizes.ts';
import { lockOf, MUCH_LATER, NOW, planOf, rendersOf } from '../lock-entries.ts';
import { projectOf } from '../projects-from-yaml.ts';

const ID = 'crab/one' as RenderId;
const MANIFEST = 'film.yaml';
const film = (prompt: string): Project =>
  projectOf(`models: { one: { use: apimart/one } }\nscenes: [{ id: crab, prompt: ${prompt} }]\n`);
/** Two things that the manifest may ask for. */
const FILMS = { crab: film('A crab'), gull: film('A gull') } as const;
type Asked = keyof typeof FILMS;
const ASKED = ['crab', 'gull'] as const;
const fingerprintOf = (asked: Asked): Fingerprint => {
  const [render] = resolveProject(FILMS[asked], fakes).renders;
  if (render === undefined) throw new Error('nothing to render');
  return render.fingerprint;
};
const FINGERPRINTS = { crab: fingerprintOf('crab'), gull: fingerprintOf('gull') } as const;

interface Way {
  readonly events: readonly AttemptEvent[];
  /** What the request asked for. */
  readonly asked: Asked;
  /** Where its clip is, if it has one. */
  readonly place: ClipPlace;
}

const anyEvent = constantFrom(...EVENTS);
/** What may become of a lost task, or of a clip, is far down the road. */
const firstOf = (...kinds: readonly AttemptEvent['kind'][]): readonly AttemptEvent[] =>
  kinds.flatMap((kind) => EVENTS.filter((event) => event.kind === kind).slice(0, 1));
const LOST = firstOf('accepted', 'lost');
const LANDED = firstOf('accepted', 'completed', 'landed');
const anyWay = record({
  events: oneof(
    { weight: 5, arbitrary: array(anyEvent, { maxLength: 6 }) },
    ...[LOST, LANDED].map((road) => ({
      weight: 1,
      arbitrary: array(anyEvent, { maxLength: 2 }).map((rest) => [...road, ...rest]),
    })),
  ),
  asked: constantFrom(...ASKED),
  place: constantFrom<ClipPlace>('present', 'absent', 'gone', 'stored', 'damaged'),
});

/** The n-th attempt of the render: another id, task and clip than the others have. */
function attemptAfter({ events, asked }: Way, n: number): Attempt | undefined {
  const fingerprint = FINGERPRINTS[asked];
  let attempt: Attempt | undefined = intended({ ...intentOf(n), fingerprint });
  for (const event of events) {
    const own = {
      ...event,
      ...('attempt' in event ? { attempt: attemptOf(n) } : {}),
      ...('task' in event ? { task: `task_${n}` as TaskId } : {}),
      ...('clip' in event
        ? { clip: { ...event.clip, sha256: String(n).padStart(64, '0'), path: `../out/${n}.mp4` } }
        : {}),
    } as AttemptEvent;
    attempt = attempt && transition(attempt, own);
  }
  return attempt;
}

interface World extends Pick<PlanOptions, 'now'> {
  readonly lock: Lock;
  readonly asked: Asked;
  readonly placeOf: (result: Result) => ClipPlace;
}

const planIn = ({ lock, asked, now, placeOf }: World, options: Partial<PlanOptions> = {}) =>
  planOf(FILMS[asked], {
    lock,
    clips: (_id, result) => placeOf(result),
    options: { now, ...options },
  });

function actionIn(world: World, options: Partial<PlanOptions> = {}): Action {
  const [planned] = rendersOf(planIn(world, options));
  if (planned === undefined) throw new Error('nothing planned');
  return planned.action;
}

/** Every command to be copied that `plan` and `status` print. */
function commandsIn(world: World): readonly string[] {
  const { lock, now, placeOf } = world;
  const terminal = { width: 200, color: true, screen: true } as const;
  const plan = planIn(world);
  const stored = [...lock.renders.values()].some((entry) => placeOf(entry) === 'stored') ? 1 : 0;
  const store = { both: 0, onlyHere: 0, onlyStored: stored, nowhere: 0 };
  const parts = [{ manifest: MANIFEST, lock, clipState: (_: RenderId, e: Result) => placeOf(e) }];
  const screens = [
    planTerminal(plan, terminal),
    ...plan.projects.flatMap((project) => elsewhereLines(project, { ...terminal, nowMs: now })),
    statusTerminal(parts, { ...terminal, nowMs: now, ...(stored > 0 ? { store } : {}) }),
  ];
  // In colour a command that is there to be copied is bold.
  // oxlint-disable-next-line no-control-regex
  const bold = screens.join('\n').matchAll(/\u001B\[1m(rushes [^\u001B]+)\u001B\[22m/g);
  return [...new Set([...bold].map(([, command = '']) => command))];
}

/** What each printed decision makes of the lock. */
function decided(command: string, lock: Lock): Decided {
  if (command.includes('--adopt')) return adopt(lock, ID, 'task_new' as TaskId);
  if (command.includes('--never-happened')) return declareNeverHappened(lock, ID);
  if (command.includes('--pay-again')) return payAgain(lock, ID);
  if (command.includes('--give-up')) return giveUp(lock, ID);
  if (command.startsWith('rushes unpin')) return unpin(lock, ID);
  throw new Error(`not a decision: ${command}`);
}

/** The manifest asks for something else by now, and nobody has accepted what there is. */
function isOutdated({ lock, asked }: World): boolean {
  const entry = lock.renders.get(ID);
  return ![entry?.fingerprint, entry?.decision?.accept].includes(FINGERPRINTS[asked]);
}

/** How many results `rushes recover` lists. */
const unclearIn = async (lock: Lock): Promise<number> =>
  (await unclearRenders([{ manifest: MANIFEST, lock }], new Map())).length;

/** The command does something about what it is printed for. */
async function works(command: string, world: World): Promise<void> {
  const { lock, now } = world;
  const before = actionIn(world);
  const after = (options: Partial<PlanOptions> = {}): Action =>
    actionIn(world, { filter: { only: [ID] }, ...options });
  // From the lock alone `status` does not know that the manifest asks for something else by now.
  const asksElse = isOutdated(world);
  if (/^rushes recover \S+\.yaml$/.test(command)) {
    ok((await unclearIn(lock)) > 0, command);
  } else if (command.includes('--retry-failed'))
    ok(after({ retryFailed: true }).kind === 'submit' || asksElse, command);
  else if (command.includes('--restore'))
    ok(after({ restore: true }).kind === 'fetch' || asksElse, command);
  else if (command.includes('--resubmit-missing'))
    ok(['submit', 'fetch'].includes(after({ resubmitMissing: true }).kind) || asksElse, command);
  else if (command.startsWith('rushes store pull')) {
    const here = actionIn({ ...world, placeOf: () => 'present' });
    ok(here.reason !== 'stored' && here.reason !== 'elsewhere', command);
  } else if (command.startsWith('rushes store push'))
    // On the machine that has the clip: from then on it is stored.
    ok(actionIn({ ...world, placeOf: () => 'stored' }).reason !== 'elsewhere', command);
  else if (command.startsWith('rushes render'))
    ok(['submit', 'fetch'].includes(after().kind) || asksElse, command);
  else if (command.startsWith('rushes collect'))
    ok(
      resultsOf(lock, ID).some((result) => unfinished(result, now) !== undefined),
      command,
    );
  else if (!command.startsWith('rushes gallery')) {
    const made = decided(command, lock);
    if (!made.ok)
      // One more step before it, and the sentence has its command.
      ok(made.problem.includes(`rushes unpin ${ID}`), `${command}: ${made.problem}`);
    else {
      const next = actionIn({ ...world, lock: made.lock });
      if (next.kind !== 'hold' || next.reason !== before.reason) return;
      // Where two submits are unclear, one is left; and after a pin its state has the next step.
      const leads = command.startsWith('rushes unpin')
        ? !commandsIn({ ...world, lock: made.lock }).includes(command)
        : (await unclearIn(made.lock)) < (await unclearIn(lock));
      ok(leads, command);
    }
  }
}

/** What a person must see a command for. */
async function hasAWayOut(world: World): Promise<void> {
  const commands = commandsIn(world);
  for (const command of commands) await works(command, world);
  const prints = (...starts: readonly string[]): boolean =>
    commands.some((command) => starts.some((start) => command.startsWith(start)));
  const action = actionIn(world);
  const entry = world.lock.renders.get(ID);
  if (entry === undefined) throw new Error('no entry');
  const said = `${action.kind} ${action.reason}: ${commands.join('; ')}`;
  if (action.kind === 'hold') ok(commands.length > 0, said);
  if (action.reason === 'elsewhere')
    ok(prints('rushes render', 'rushes store push', 'rushes store pull'), said);
  if (action.reason === 'stored') ok(prints('rushes store pull'), said);
  const state = stateOf(entry, world.placeOf(entry), world.now);
  if (state !== 'ready') ok(commands.length > 0, `${state}: ${said}`);
  // Money that is unclear is asked about although the render has what it wants.
  if (undecidedEarlier(entry).length > 0) ok(prints('rushes recover'), said);
  if (action.reason === 'pinned') ok(prints('rushes unpin'), said);
}

test('every reachable state has a printed way out, and what is printed works', async () => {
  const states = new Set<string>();
  const places = new Set<string>();
  await assert(
    asyncProperty(
      anyWay,
      array(anyWay, { maxLength: 2 }),
      constantFrom(...ASKED),
      constantFrom(NOW, MUCH_LATER),
      constantFrom(true, false),
      constantFrom(true, false),
      async (one, more, asked, now, accepted, pinned) => {
        const placeOf = new Map<string | undefined, ClipPlace>();
        const results = [one, ...more].flatMap((way, index) => {
          const attempt = attemptAfter(way, index + 1);
          if (attempt === undefined) return [];
          states.add(attempt.state);
          const result = resultOfAttempt(attempt);
          placeOf.set(result.attempt, way.place);
          return [result];
        });
        // What never happened is current only where there is nothing else.
        const current = results.find((result) => !neverHappened(result)) ?? results[0];
        if (current === undefined) return;
        const earlier = results.filter((result) => result !== current);
        const free = lockOf([[ID, entryOf(current, undefined, earlier)]]);
        const lock = [
          ...(accepted ? [(each: Lock) => accept(each, ID, FINGERPRINTS[asked])] : []),
          ...(pinned ? [(each: Lock) => pin(each, ID)] : []),
        ].reduce((each, decide) => {
          const made = decide(each);
          return made.ok ? made.lock : each;
        }, free);
        const world: World = {
          lock,
          asked,
          now,
          placeOf: ({ attempt, clip }) =>
            clip === undefined ? 'absent' : (placeOf.get(attempt) ?? 'absent'),
        };
        for (const entry of lock.renders.values())
          places.add(stateOf(entry, world.placeOf(entry), now));
        await hasAWayOut(world);
      },
    ),
    { seed: 13, numRuns: sized(600, 6_000) },
  );
  // The walk has been everywhere.
  expect([...states].sort()).toEqual([
    'ambiguous',
    'ambiguous-paid-again',
    'completed',
    'failed',
    'given-up',
    'intended',
    'landed',
    'lost',
    'lost-never-happened',
    'lost-paid-again',
    'never-happened',
    'refund-pending',
    'refused',
    'submitted',
    'unconfirmed',
  ]);
  expect([...places].sort()).toEqual([
    'ambiguous',
    'damaged',
    'elsewhere',
    'failed',
    'lost',
    'missing',
    'never-happened',
    'not-landed',
    'pending',
    'ready',
    'stored',
  ]);
});
