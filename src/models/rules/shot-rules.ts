/** Card rules for a list of shots: `multi_shot`, `shot_type`, `multi_prompt`. */
import type { JsonObject } from '../../scene.ts';
import { field, isTrue, list, objects, text, whole } from '../fields.ts';
import { fieldName } from '../format-value.ts';
import type { Breach } from '../rule.ts';
import { shotPrompts, tooLong } from '../text/prompts.ts';
import type { Card, RuleRow, Scalar, ShotAspect, Shots } from '../card/card.ts';
import { shotParent, shotPath } from '../card/paths.ts';

type Judge = (body: JsonObject) => Iterable<Breach>;

export function shotBreaches(
  aspect: ShotAspect,
  row: RuleRow,
  shots: Shots,
  { duration }: Card['fields'],
): Judge {
  const judge = JUDGES[aspect](shots, row, duration?.default);
  return (body) => judge(shotParent(shots, body), body);
}

type ParentJudge = (parent: JsonObject, body: JsonObject) => Iterable<Breach>;

const JUDGES: Readonly<
  Record<ShotAspect, (shots: Shots, row: RuleRow, byDefault: Scalar | undefined) => ParentJudge>
> = {
  type: (shots) => {
    const [only, ...others] = shots.types;
    const more =
      others.length === 0
        ? { hint: `Add shot_type: ${only}.`, allowed: shots.types }
        : { hint: 'Add shot_type: customize with multi_prompt, or intelligence.' };
    return function* (parent) {
      if (isTrue(parent, 'multi_shot') && field(parent, 'shot_type') === undefined)
        yield {
          path: shotPath(shots, 'multi_shot'),
          message: 'multi_shot is true without a shot_type',
          ...more,
        };
    };
  },
  list: (shots) =>
    function* (parent) {
      if (isCustomised(parent) && field(parent, 'multi_prompt') === undefined)
        yield {
          path: shotPath(shots, 'shot_type'),
          message: 'shot_type is customize without multi_prompt',
        };
    },
  index: (shots, { verdict }) =>
    function* (parent) {
      for (const [at, shot] of objects(list(parent, 'multi_prompt'))) {
        const index = whole(shot, 'index');
        if (index === undefined || index === at + 1) continue;
        const path = shotPath(shots, 'multi_prompt', at, 'index');
        yield {
          path,
          message: `${fieldName(path)} is ${index}; ${verdict === 'warn' ? 'expected is' : 'it must be'} ${at + 1}`,
          allowed: [at + 1],
        };
      }
    },
  longest: (shots) =>
    function* (parent) {
      for (const [path, prompt] of shotPrompts(parent, shotPath(shots)))
        yield* tooLong(path, prompt, shots.longest);
    },
  blank: (shots) =>
    function* (parent) {
      for (const [path, prompt] of shotPrompts(parent, shotPath(shots)))
        if (prompt.trim() === '') yield { path, message: `${fieldName(path)} is empty` };
    },
  'blank-and-longest': (shots) =>
    function* (parent) {
      for (const [path, prompt] of shotPrompts(parent, shotPath(shots))) {
        if (prompt.trim() === '') yield { path, message: `${fieldName(path)} is empty` };
        yield* tooLong(path, prompt, shots.longest);
      }
    },
  least: (shots) =>
    function* (parent) {
      for (const [at, shot] of objects(list(parent, 'multi_prompt'))) {
        const seconds = secondsOf(shots, shot);
        if (seconds === undefined || seconds >= 1) continue;
        const path = shotPath(shots, 'multi_prompt', at, 'duration');
        yield { path, message: `${fieldName(path)} is ${seconds}; the least is 1` };
      }
    },
  sum: (shots, _row, byDefault) => (parent, body) =>
    sumBreach(shots, parent, body, totalOf(body, byDefault)),
  seconds: (shots, _row, byDefault) =>
    function* (parent, body) {
      const total = totalOf(body, byDefault);
      if (typeof total !== 'number') return;
      for (const [at, shot] of objects(list(parent, 'multi_prompt'))) {
        const seconds = secondsOf(shots, shot);
        if (seconds === undefined) continue;
        const path = shotPath(shots, 'multi_prompt', at, 'duration');
        if (seconds < 1)
          yield { path, message: `${fieldName(path)} is ${seconds}; the least is 1` };
        else if (seconds > total)
          yield {
            path,
            message: `${fieldName(path)} is ${seconds}, more than the ${total} seconds of the clip`,
          };
      }
      yield* sumBreach(shots, parent, body, total);
    },
  stray: (shots) =>
    function* (parent) {
      if (isTrue(parent, 'multi_shot')) return;
      for (const name of ['shot_type', 'multi_prompt']) {
        if (field(parent, name) === undefined) continue;
        const path = shotPath(shots, name);
        yield {
          path,
          message: `${fieldName(path)} is given, and multi_shot is not true`,
          hint: 'Add multi_shot: true, or leave it out.',
        };
      }
    },
  automatic: (shots) =>
    function* (parent, body) {
      if (!isTrue(parent, 'multi_shot') || text(parent, 'shot_type') !== 'intelligence') return;
      const prompt = field(body, 'prompt');
      if (prompt === undefined || prompt === '')
        yield {
          path: shotPath(shots, 'shot_type'),
          message: 'shot_type is intelligence, and no prompt describes the video',
        };
      if (field(parent, 'multi_prompt') !== undefined)
        yield {
          path: shotPath(shots, 'multi_prompt'),
          message: 'multi_prompt is given, and shot_type intelligence splits by itself',
          hint: 'Use shot_type: customize for your own shots.',
        };
    },
  unlisted: (shots) =>
    function* (parent) {
      if (
        isTrue(parent, 'multi_shot') &&
        text(parent, 'shot_type') === 'intelligence' &&
        field(parent, 'multi_prompt') !== undefined
      )
        yield {
          path: shotPath(shots, 'multi_prompt'),
          message: 'multi_prompt is given, and shot_type intelligence splits by itself',
          hint: 'Use shot_type: customize for your own shots.',
        };
    },
  // A change of the body alone.
  texts: () => () => [],
};

const isCustomised = (parent: JsonObject): boolean =>
  isTrue(parent, 'multi_shot') && text(parent, 'shot_type') === 'customize';

/** `byDefault`: of the card; without one a clip has 5 seconds. */
const totalOf = (body: JsonObject, byDefault: Scalar = 5) => {
  const given = field(body, 'duration');
  return given === undefined ? byDefault : given;
};

function* sumBreach(
  shots: Shots,
  parent: JsonObject,
  body: JsonObject,
  total: ReturnType<typeof totalOf>,
): Generator<Breach> {
  const items = list(parent, 'multi_prompt');
  if (typeof total !== 'number' || items === undefined || items.length === 0) return;
  const seconds = objects(items).map(([, shot]) => secondsOf(shots, shot));
  if (seconds.length !== items.length) return;
  let sum = 0;
  for (const second of seconds) {
    if (second === undefined) return;
    sum += second;
  }
  if (Math.abs(sum - total) < 1e-9) return;
  const isGiven = field(body, 'duration') !== undefined;
  yield {
    path: isGiven ? ['duration'] : shotPath(shots, 'multi_prompt'),
    message: `the shots add up to ${sum} seconds, and duration is ${total}${isGiven ? '' : ' by default'}`,
    hint: `Make duration ${sum}, or change the shots.`,
  };
}

/** Seconds of a shot, where its duration has the right type. */
function secondsOf({ seconds }: Shots, shot: JsonObject): number | undefined {
  const duration = field(shot, 'duration');
  if (seconds === 'number') return typeof duration === 'number' ? duration : undefined;
  return typeof duration === 'string' && /^-?\d{1,6}$/.test(duration)
    ? Number(duration)
    : undefined;
}
