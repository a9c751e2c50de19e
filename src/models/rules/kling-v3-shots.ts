/** Shots of kling-v3 (R10-R16 of the APIMart sheet). */
import type { JsonObject } from '../../scene.ts';
import { field, isTrue, list, objects, text, whole } from '../fields.ts';
import type { Rule } from '../rule.ts';
import { shotPrompts, tooLong } from '../shared/prompts.ts';

const SHOT_PROMPT = 512;

export const isMultiShot = (body: JsonObject): boolean => isTrue(body, 'multi_shot');
const shotsOf = (body: JsonObject) => objects(list(body, 'multi_prompt'));

export const klingV3ShotRules: readonly Rule[] = [
  {
    rule: 'R10',
    text: 'multi_shot true needs shot_type customize or intelligence.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['shot_type', 'multi_shot'],
    about: ['multi_shot'],
    *breaches(body) {
      if (isMultiShot(body) && field(body, 'shot_type') === undefined) {
        yield {
          path: ['multi_shot'],
          message: 'multi_shot is true without a shot_type',
          hint: 'Add shot_type: customize with multi_prompt, or intelligence.',
        };
      }
    },
  },
  {
    rule: 'R11',
    text: 'shot_type customize needs multi_prompt of 1 to 6 shots.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['multi_prompt', 'multi_prompt.*'],
    about: ['shot_type'],
    *breaches(body) {
      if (
        isMultiShot(body) &&
        text(body, 'shot_type') === 'customize' &&
        field(body, 'multi_prompt') === undefined
      ) {
        yield { path: ['shot_type'], message: 'shot_type is customize without multi_prompt' };
      }
    },
  },
  {
    rule: 'R12',
    text: 'multi_prompt[].index runs 1, 2, 3 … in order without a gap.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['multi_prompt.*.index'],
    about: ['multi_prompt'],
    *breaches(body) {
      for (const [at, shot] of shotsOf(body)) {
        const index = whole(shot, 'index');
        if (index !== undefined && index !== at + 1) {
          yield {
            path: ['multi_prompt', at, 'index'],
            message: `multi_prompt[${at}].index is ${index}; it must be ${at + 1}`,
            allowed: [at + 1],
          };
        }
      }
    },
  },
  {
    rule: 'R13',
    text: `Every shot's prompt has at most ${SHOT_PROMPT} characters.`,
    verdict: 'refuse',
    mark: 'seed',
    fields: ['multi_prompt.*.prompt'],
    about: ['multi_prompt'],
    *breaches(body) {
      for (const [path, prompt] of shotPrompts(body, [])) yield* tooLong(path, prompt, SHOT_PROMPT);
    },
  },
  {
    rule: 'R13',
    text: "Every shot's prompt says something.",
    verdict: 'warn',
    mark: 'assumption',
    about: ['multi_prompt'],
    *breaches(body) {
      for (const [path, prompt] of shotPrompts(body, [])) {
        if (prompt.trim() === '')
          yield { path, message: `multi_prompt[${String(path[1])}].prompt is empty` };
      }
    },
  },
  {
    rule: 'R14',
    text: "Every shot's duration is at least 1 and at most duration, and they add up to duration.",
    verdict: 'refuse',
    mark: 'seed',
    fields: ['multi_prompt.*.duration'],
    about: ['multi_prompt'],
    *breaches(body) {
      const given = field(body, 'duration');
      const total = given === undefined ? 5 : given;
      const shots = list(body, 'multi_prompt');
      if (typeof total !== 'number' || shots === undefined) return;
      let sum: number | undefined = 0;
      for (const [at, shot] of shots.entries()) {
        const duration: unknown = objects([shot])[0]?.[1]['duration'];
        if (typeof duration !== 'number') {
          sum = undefined;
          continue;
        }
        if (sum !== undefined) sum += duration;
        const path = ['multi_prompt', at, 'duration'];
        if (duration < 1)
          yield { path, message: `multi_prompt[${at}].duration is ${duration}; the least is 1` };
        else if (duration > total)
          yield {
            path,
            message: `multi_prompt[${at}].duration is ${duration}, more than the ${total} seconds of the clip`,
          };
      }
      if (sum === undefined || shots.length === 0 || Math.abs(sum - total) < 1e-9) return;
      yield {
        path: given === undefined ? ['multi_prompt'] : ['duration'],
        message: `the shots add up to ${sum} seconds, and duration is ${total}${given === undefined ? ' by default' : ''}`,
        hint: `Make duration ${sum}, or change the shots.`,
      };
    },
  },
  {
    rule: 'R15',
    text: 'shot_type and multi_prompt mean nothing without multi_shot true.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['shot_type', 'multi_prompt'],
    *breaches(body) {
      if (isMultiShot(body)) return;
      for (const name of ['shot_type', 'multi_prompt']) {
        if (field(body, name) !== undefined) {
          yield {
            path: [name],
            message: `${name} is given, and multi_shot is not true`,
            hint: 'Add multi_shot: true, or leave it out.',
          };
        }
      }
    },
  },
  {
    rule: 'R16',
    text: 'shot_type intelligence needs a prompt and has no multi_prompt.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['multi_shot'],
    *breaches(body) {
      if (!isMultiShot(body) || text(body, 'shot_type') !== 'intelligence') return;
      const prompt = field(body, 'prompt');
      if (prompt === undefined || prompt === '') {
        yield {
          path: ['shot_type'],
          message: 'shot_type is intelligence, and no prompt describes the video',
        };
      }
      if (field(body, 'multi_prompt') !== undefined) {
        yield {
          path: ['multi_prompt'],
          message: 'multi_prompt is given, and shot_type intelligence splits by itself',
          hint: 'Use shot_type: customize for your own shots.',
        };
      }
    },
  },
  {
    rule: 'shots-with-images',
    text: 'The page does not say what multi_shot does with image_urls.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['image_urls'],
    *breaches(body) {
      if (isMultiShot(body) && (list(body, 'image_urls')?.length ?? 0) > 0) {
        yield {
          path: ['image_urls'],
          message: 'image_urls together with multi_shot is in no example of the page',
        };
      }
    },
  },
];
