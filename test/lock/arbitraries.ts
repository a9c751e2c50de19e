/** Locks and journals as a run could make them, for property tests. */
import {
  array,
  constant,
  constantFrom,
  integer,
  option,
  oneof,
  record,
  string,
  tuple,
  type Arbitrary,
  uuid,
} from 'fast-check';
import {
  type AttemptId,
  type Fingerprint,
  parseRenderId,
  type RenderId,
  type TaskId,
} from '../../src/ids.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import { identified, replayer } from '../../src/lock/journal/replay.ts';
import {
  keyOf,
  type Lock,
  type LockClip,
  type LockCost,
  type LockPriceRange,
  type LockEntry,
  type Result,
} from '../../src/lock/file/format.ts';

const RENDERS = ['crab/kling', 'crab/kling/2', '해변/sora', 'moved-crab/kling'] as RenderId[];
export const fingerprintOf = (letter: string): Fingerprint =>
  `sha256:${letter.repeat(64)}` as Fingerprint;
export const attemptOf = (n: number): AttemptId =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as AttemptId;

/** Absent, not undefined: as JSON has it. */
const optional = <T extends object>(parts: {
  [Key in keyof T]: Arbitrary<T[Key] | undefined>;
}): Arbitrary<T> =>
  record(parts as { [Key in keyof T]: Arbitrary<T[Key]> }).map(
    (made) =>
      Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as T,
  );

const maybe = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> =>
  option(arbitrary, { nil: undefined });
const usd = integer({ min: 0, max: 90_000_000 }).map((micro) => micro / 1e6);
const time = integer({ min: 0, max: 86_399 }).map(
  (second) => `${new Date(1_795_000_000_000 + second * 1000).toISOString().slice(0, 19)}Z`,
);
const sha256 = constantFrom(...'0123456789abcdef').map((digit) => digit.repeat(64));
const path = constantFrom(
  '../out/p/crab/kling.mp4',
  '../out/p/crab/kling.aaaaaaaa.mp4',
  '../out/p/해변/sora.mp4',
  'kling take.mp4',
);
const anyString = string({ unit: 'grapheme' });

const cost: Arbitrary<LockCost> = optional<LockCost>({
  usd: option(usd),
  credits: maybe(usd),
  source: constantFrom('reported', 'estimated', 'unconfirmed'),
  estimatedUsd: maybe(usd),
  refund: maybe(constant('pending' as const)),
  priceRange: maybe(
    optional<LockPriceRange>({
      fromUsd: usd,
      toUsd: usd,
      source: constant('a price list'),
      asOf: maybe(constant('2026-10-03')),
      fromSource: maybe(constant('another price list')),
    }),
  ),
});

const clip: Arbitrary<LockClip> = record({
  path,
  sha256,
  bytes: integer({ min: 0, max: 1e9 }),
  width: constantFrom(1280, 720, 1920),
  height: constantFrom(720, 1080),
  seconds: integer({ min: 0, max: 20_000 }).map((ms) => ms / 1000),
  audio: constantFrom(true, false),
});

const request = tuple(
  anyString,
  array(
    tuple(
      oneof(anyString, constant('__proto__'), constant('10')),
      oneof(anyString, integer(), constant(null)),
    ),
  ),
).map(
  ([prompt, rest]) =>
    Object.fromEntries([
      ['prompt', prompt],
      ...rest,
      ['nested', { z: 1, a: [{ y: 2, b: 3 }] }],
    ]) as Result['request'],
);

const result: Arbitrary<Result> = optional<Result>({
  fingerprint: constantFrom(...'abcdef').map(fingerprintOf),
  model: constantFrom('apimart/kling-v3', 'evolink/kling-o3-text-to-video'),
  status: constantFrom('submitted', 'completed', 'failed', 'ambiguous', 'lost'),
  attempt: maybe(uuid().map((id) => id as AttemptId)),
  task: uuid().map((id) => `task_${id}` as TaskId),
  submittedAt: maybe(time),
  completedAt: maybe(time),
  expiresAt: maybe(time),
  cost: maybe(cost),
  clip: maybe(clip),
  target: maybe(path),
  request: maybe(request),
  error: maybe(
    record({ kind: constantFrom('service', 'no-answer', 'never-happened'), message: anyString }),
  ),
  mismatch: maybe(array(anyString)),
  onMismatch: maybe(constant('fail' as const)),
});

const entry: Arbitrary<LockEntry> = tuple(
  result,
  maybe(
    optional<NonNullable<LockEntry['decision']>>({
      pin: maybe(constant(true as const)),
      accept: maybe(constantFrom(...'abc').map(fingerprintOf)),
      redo: maybe(constantFrom('task_1', 'task_2')),
      pick: maybe(
        optional<NonNullable<NonNullable<LockEntry['decision']>['pick']>>({
          of: constantFrom('task_1', 'task_2'),
          in: maybe(constantFrom(0, 0.5)),
          out: maybe(constantFrom(1.25, 4)),
          note: maybe(anyString),
          also: maybe(constant(true as const)),
        }),
      ),
      reject: maybe(
        optional<NonNullable<NonNullable<LockEntry['decision']>['reject']>>({
          of: constantFrom('task_1', 'task_2'),
          note: maybe(anyString),
        }),
      ),
      by: constantFrom('ana', 'ben'),
    }),
  ),
  array(result, { maxLength: 3 }),
).map(([current, decision, earlier]) => ({
  ...current,
  ...(decision !== undefined && { decision }),
  ...(earlier.length > 0 && { earlier }),
}));

/**
 * Of any script, in any case, with takes: what sorts by code unit sorts otherwise in a dictionary.
 */
const name = array(constantFrom(...'aAzZ09_-éß게나語Ωя'), { minLength: 1, maxLength: 6 }).map(
  (letters) => letters.join(''),
);
const renderId = tuple(name, name, integer({ min: 1, max: 11 }))
  .map(
    ([scene, alias, take]) =>
      parseRenderId(take === 1 ? `${scene}/${alias}` : `${scene}/${alias}/${take}`)?.id,
  )
  .filter((id) => id !== undefined);

export const anyLock: Arbitrary<Lock> = array(
  tuple(oneof(constantFrom(...RENDERS), renderId), entry),
  { maxLength: 8 },
).map((entries) => ({
  renders: new Map(entries),
}));

/** Every result of a lock by its key: what must never get lost. */
export const resultsOf = (lock: Lock): Map<string, Result> =>
  new Map(
    [...lock.renders.values()]
      .flatMap((one) => [one, ...(one.earlier ?? [])])
      .map((one) => [keyOf(one), one]),
  );

/**
 * A journal as the runner writes it: attempts are made, answered, followed and landed, in an order
 * that time allows, mixed over renders. A render has one unanswered attempt at a time.
 */
export const anyJournal: Arbitrary<JournalEvent[]> = array(
  record({
    render: integer({ min: 0, max: 3 }),
    letter: constantFrom(...'abc'),
    story: integer({ min: 0, max: 7 }),
    cost: maybe(cost),
  }),
  { maxLength: 8 },
).chain((attempts) =>
  array(integer({ min: 0, max: 7 }), {
    minLength: attempts.length * 4,
    maxLength: attempts.length * 4 + 4,
  }).map((order) => {
    const stories = attempts.map((attempt, index) => storyOf(index + 1, attempt));
    const events: JournalEvent[] = [{ kind: 'run', at: TIME, run: 'r', carriedUsd: 0 }];
    const unanswered = new Map<RenderId, JournalEvent[]>();
    for (const pick of order) {
      const picked = stories[pick % Math.max(1, stories.length)];
      const [first] = picked ?? [];
      const story = (first?.kind === 'intent' ? unanswered.get(first.id) : undefined) ?? picked;
      const next = story?.shift();
      if (story === undefined || next === undefined) continue;
      events.push(next);
      if (next.kind === 'intent') unanswered.set(next.id, story);
      else for (const [id, waiting] of unanswered) if (waiting === story) unanswered.delete(id);
    }
    return events;
  }),
);

const TIME = '2026-11-20T17:00:00Z';

function storyOf(
  n: number,
  {
    render,
    letter,
    story,
    cost: price,
  }: { render: number; letter: string; story: number; cost: LockCost | undefined },
): JournalEvent[] {
  const [id, attempt, task] = [RENDERS[render] as RenderId, attemptOf(n), `task_${n}` as TaskId];
  const at = `2026-11-20T17:00:${String(n).padStart(2, '0')}Z`;
  const fingerprint = fingerprintOf(letter);
  const intent: JournalEvent = {
    kind: 'intent',
    at,
    id,
    attempt,
    fingerprint,
    model: 'apimart/kling-v3',
    request: { prompt: letter },
    target: `../out/${id}.mp4`,
    cost: { usd: 0.5, source: 'estimated' },
  };
  const accepted: JournalEvent = { kind: 'accepted', at, attempt, task };
  const completed: JournalEvent = {
    kind: 'completed',
    at,
    task,
    completedAt: at,
    expiresAt: at,
    ...(price !== undefined && { cost: price }),
  };
  const landed: JournalEvent = {
    kind: 'landed',
    at,
    task,
    clip: {
      path: `../out/${id}.mp4`,
      sha256: String(n % 10).repeat(64),
      bytes: n,
      width: 1,
      height: 1,
      seconds: 1,
      audio: false,
    },
  };
  switch (story) {
    case 0:
      return [intent, { kind: 'withdrawn', at, attempt, reason: '429' }];
    case 1:
      return [
        intent,
        { kind: 'withdrawn', at, attempt, reason: '429' },
        intent,
        accepted,
        completed,
        landed,
      ];
    case 2:
      return [intent, { kind: 'refused', at, attempt, error: { kind: 'invalid', message: 'no' } }];
    case 3:
      return [intent, { kind: 'ambiguous', at, attempt, reason: 'reset' }];
    case 4:
      return [
        intent,
        accepted,
        {
          kind: 'failed',
          at,
          task,
          error: { kind: 'service', message: 'x' },
          ...(price !== undefined && { cost: price }),
        },
      ];
    case 5:
      return [intent, accepted, { kind: 'lost', at, task, reason: 'unknown' }, completed, landed];
    case 6:
      return [intent, accepted, completed, landed];
    default:
      return [intent, accepted];
  }
}

/**
 * What a run does first: renders that were renamed, then results that are wanted again. `picks`:
 * one number per render.
 */
export function openingOf(start: Lock, picks: readonly number[]): JournalEvent[] {
  const opening = [...start.renders].flatMap(([id, entry], index): JournalEvent[] => {
    const pick = picks[index] ?? 0;
    const wanted = entry.earlier?.[0];
    if (pick === 1)
      return [
        {
          kind: 'moved',
          at: TIME,
          from: id,
          to: `moved-${id}` as RenderId,
          path: `../out/moved-${id}.mp4`,
        },
      ];
    if (pick === 2)
      return [{ kind: 'moved', at: TIME, from: id, to: id, path: `../other/${id}.mp4` }];
    if (pick === 3 && wanted !== undefined)
      return [
        {
          kind: 'restored',
          at: TIME,
          id,
          fingerprint: wanted.fingerprint,
          path: `../out/${id}.mp4`,
        },
      ];
    return [];
  });
  return opening.toSorted((a, b) => Number(a.kind === 'restored') - Number(b.kind === 'restored'));
}

/** As the ledger writes them to disk. */
export function asRecorded(start: Lock, events: readonly JournalEvent[]): JournalEvent[] {
  const state = replayer(start);
  return events.map((event) => {
    const line = identified(state, event);
    state.apply(line);
    return line;
  });
}
