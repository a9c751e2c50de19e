/** Shots of kling-o3-text-to-video (E7-E9 of the EvoLink sheet). */
import type { JsonObject } from '../../scene.ts';
import { field, isTrue, list, object, objects, text, whole } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Rule } from '../rule.ts';
import { fieldName } from '../format-value.ts';
import { shotPrompts, tooLong } from '../shared/prompts.ts';

/** The limit on EvoLink's page of kling-v3; the page of o3 gives none. */
const SHOT_PROMPT = 512;

/** E9 as a change of a body. */
export const SHOT_STRINGS: Rule = {
  rule: 'E9',
  text: 'Shot durations given as numbers are sent as texts.',
  verdict: 'note',
  mark: 'public docs',
};
export const modelParams = (body: JsonObject): JsonObject => object(body, 'model_params') ?? {};

/** Shots of the writer's own. */
export const isCustomised = (body: JsonObject): boolean =>
  isTrue(modelParams(body), 'multi_shot') && text(modelParams(body), 'shot_type') === 'customize';

const shotsOf = (body: JsonObject) => objects(list(modelParams(body), 'multi_prompt'));
const inShots = (index: number, name: string): BodyPath => [
  'model_params',
  'multi_prompt',
  index,
  name,
];

export const klingO3ShotRules: readonly Rule[] = [
  {
    rule: 'E7',
    text: 'multi_shot true needs shot_type customize, the only one here.',
    verdict: 'refuse',
    mark: 'public docs',
    fields: ['model_params.shot_type', 'model_params.multi_shot'],
    about: ['model_params'],
    *breaches(body) {
      if (
        isTrue(modelParams(body), 'multi_shot') &&
        field(modelParams(body), 'shot_type') === undefined
      ) {
        yield {
          path: ['model_params', 'multi_shot'],
          message: 'multi_shot is true without a shot_type',
          hint: 'Add shot_type: customize.',
          allowed: ['customize'],
        };
      }
    },
  },
  {
    rule: 'E7',
    text: 'shot_type and multi_prompt mean nothing without multi_shot true.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['model_params'],
    *breaches(body) {
      const parent = modelParams(body);
      if (isTrue(parent, 'multi_shot')) return;
      for (const name of ['shot_type', 'multi_prompt']) {
        if (field(parent, name) !== undefined) {
          yield {
            path: ['model_params', name],
            message: `model_params.${name} is given, and multi_shot is not true`,
            hint: 'Add multi_shot: true, or leave it out.',
          };
        }
      }
    },
  },
  {
    rule: 'E8',
    text: 'shot_type customize needs multi_prompt of 1 to 6 shots, each with index, prompt and duration.',
    verdict: 'refuse',
    mark: 'public docs',
    fields: [
      'model_params.multi_prompt',
      'model_params.multi_prompt.*',
      'model_params.multi_prompt.*.index',
      'model_params.multi_prompt.*.prompt',
    ],
    about: ['model_params'],
    *breaches(body) {
      if (isCustomised(body) && field(modelParams(body), 'multi_prompt') === undefined) {
        yield {
          path: ['model_params', 'shot_type'],
          message: 'shot_type is customize without multi_prompt',
        };
      }
    },
  },
  {
    rule: 'E8',
    text: 'multi_prompt[].index runs 1, 2, 3 … in order.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['model_params'],
    *breaches(body) {
      for (const [at, shot] of shotsOf(body)) {
        const index = whole(shot, 'index');
        if (index !== undefined && index !== at + 1) {
          yield {
            path: inShots(at, 'index'),
            message: `${fieldName(inShots(at, 'index'))} is ${index}; expected is ${at + 1}`,
            allowed: [at + 1],
          };
        }
      }
    },
  },
  {
    rule: 'E8',
    text: `A shot's prompt says something, in at most ${SHOT_PROMPT} characters.`,
    verdict: 'warn',
    mark: 'assumption',
    about: ['model_params'],
    *breaches(body) {
      for (const [path, prompt] of shotPrompts(modelParams(body), ['model_params'])) {
        if (prompt.trim() === '') yield { path, message: `${fieldName(path)} is empty` };
        yield* tooLong(path, prompt, SHOT_PROMPT);
      }
    },
  },
  {
    rule: 'E9',
    text: 'Shot durations are texts of whole seconds and add up to duration.',
    verdict: 'refuse',
    mark: 'public docs',
    fields: ['model_params.multi_prompt.*.duration'],
    hint: 'Write whole seconds in quotes, such as "4".',
    about: ['model_params'],
    *breaches(body) {
      const given = field(body, 'duration');
      const total = given === undefined ? 5 : given;
      const shots = list(modelParams(body), 'multi_prompt');
      const seconds = objects(shots).map(([, shot]) => secondsOf(shot));
      if (
        typeof total !== 'number' ||
        shots === undefined ||
        shots.length === 0 ||
        seconds.length !== shots.length
      )
        return;
      let sum = 0;
      for (const second of seconds) {
        if (second === undefined) return;
        sum += second;
      }
      if (sum === total) return;
      yield {
        path: given === undefined ? ['model_params', 'multi_prompt'] : ['duration'],
        message: `the shots add up to ${sum} seconds, and duration is ${total}${given === undefined ? ' by default' : ''}`,
        hint: `Make duration ${sum}, or change the shots.`,
      };
    },
  },
  {
    rule: 'E9',
    text: 'Every shot lasts at least 1 second.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['model_params'],
    *breaches(body) {
      for (const [at, shot] of shotsOf(body)) {
        const seconds = secondsOf(shot);
        if (seconds !== undefined && seconds < 1) {
          yield {
            path: inShots(at, 'duration'),
            message: `${fieldName(inShots(at, 'duration'))} is ${seconds}; the least is 1`,
          };
        }
      }
    },
  },
  SHOT_STRINGS,
];

/** Seconds of a shot where its duration is a text of a whole number. */
function secondsOf(shot: JsonObject): number | undefined {
  const duration = text(shot, 'duration');
  return duration !== undefined && /^-?\d{1,6}$/.test(duration) ? Number(duration) : undefined;
}
