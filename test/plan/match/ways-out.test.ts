/**
 * No state that the state machine can reach is a dead end: a run goes on by itself, or the screen
 * prints a command, and that command is one that the lock takes.
 */
import { equal, notEqual, ok } from 'node:assert/strict';
import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { RenderId, TaskId } from '../../../src/ids.ts';
import { type Attempt, resultOfAttempt } from '../../../src/lock/attempt.ts';
import {
  adopt,
  type Decided,
  declareNeverHappened,
  giveUp,
  payAgain,
  pin,
  unpin,
} from '../../../src/lock/decisions.ts';
import type { Lock } from '../../../src/lock/file/format.ts';
import { intended, transition } from '../../../src/lock/transition.ts';
import type { Action, ClipState } from '../../../src/plan/plan.ts';
import type { PlanOptions } from '../../../src/plan/options.ts';
import { nextStep } from '../../../src/report/text/next-steps.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { EVENTS, intentOf } from '../../lock/attempts.ts';
import { fakes } from '../fake-models.ts';
import { lockOf, MUCH_LATER, NOW, planOf, rendersOf } from '../lock-entries.ts';
import { projectOf } from '../projects-from-yaml.ts';

const ID = 'crab/one' as RenderId;
const text = (prompt: string): string =>
  `models: { one: { use: apimart/one } }\nscenes: [{ id: crab, prompt: ${prompt} }]\n`;
const [render] = resolveProject(projectOf(text('A crab')), fakes).renders;

type World = Pick<PlanOptions, 'now'> & { readonly clip: ClipState; readonly prompt: string };

function actionOf(
  lock: Lock,
  { clip, prompt, now }: World,
  options: Partial<PlanOptions> = {},
): Action {
  const plan = planOf(text(prompt), { lock, clips: () => clip, options: { now, ...options } });
  const [planned] = rendersOf(plan);
  if (planned === undefined) throw new Error('nothing planned');
  return planned.action;
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

/** Every way that the screen offers works; returns how many there are. */
function waysOut(lock: Lock, world: World): number {
  const action = actionOf(lock, world);
  // A run goes on by itself; `keep` is an end, and an elsewhere has its own lines.
  if (action.kind !== 'hold') return 1;
  const { commands } = nextStep(action.reason, [{ manifest: 'manifests/film.yaml', id: ID }]);
  let ways = 0;
  for (const command of commands) {
    if (/^rushes recover \S+\.yaml$/.test(command)) continue;
    if (command.startsWith('rushes render')) {
      const again = actionOf(lock, world, {
        retryFailed: command.includes('--retry-failed'),
        resubmitMissing: command.includes('--resubmit-missing'),
        filter: { only: [ID] },
      });
      // A pin has a way out of its own, which is printed then.
      if (again.reason !== 'pinned') equal(again.kind, 'submit', command);
    } else {
      const made = decided(command, lock);
      if (!made.ok) {
        // One more step before it, and the sentence has its command.
        ok(made.problem.includes(`rushes unpin ${ID}`), `${command}: ${made.problem}`);
        continue;
      }
      const next = actionOf(made.lock, world);
      if (next.kind === 'hold') notEqual(next.reason, action.reason, command);
    }
    ways += 1;
  }
  return ways;
}

test('every reachable state has a printed way out that works', () => {
  if (render === undefined) throw new Error('nothing to render');
  const { fingerprint } = render;
  const states = new Set<string>();
  assert(
    property(
      array(constantFrom(...EVENTS), { maxLength: 6 }),
      constantFrom<ClipState>('present', 'absent', 'damaged'),
      constantFrom('A crab', 'Another crab'),
      constantFrom(NOW, MUCH_LATER),
      constantFrom(true, false),
      (events, clip, prompt, now, pinned) => {
        let attempt: Attempt | undefined = intended({ ...intentOf(1), fingerprint });
        for (const event of events) attempt = attempt && transition(attempt, event);
        if (attempt === undefined) return;
        states.add(attempt.state);
        const free = lockOf([[ID, resultOfAttempt(attempt)]]);
        const held = pinned ? pin(free, ID) : undefined;
        const lock = held?.ok === true ? held.lock : free;
        ok(waysOut(lock, { clip, prompt, now }) > 0);
      },
    ),
    { seed: 13, numRuns: 1_500 },
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
});
