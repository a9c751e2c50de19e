/** The rules of kling-o3-text-to-video (E1-E14 of the EvoLink sheet), in the order of their numbers. */
import { isPublicHost } from '../../ports/public-address.ts';
import type { JsonObject } from '../../scene.ts';
import { codePoints, field, isTrue, list, object, objects, text, whole } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Rule } from '../rule.ts';
import { fieldName, quoted } from '../seen.ts';
import { notBlank, shotPrompts, tooLong } from './prompts.ts';

const PROMPT = 2500;
/** The limit on EvoLink's page of kling-v3; the page of o3 gives none. */
const SHOT_PROMPT = 512;
const CALLBACK = 2048;

/** Changes of a body that the sheet asks for. */
export const SOUND_WORDS: Rule = { rule: 'E4', text: 'sound true or false is sent as on or off.', verdict: 'note', mark: 'assumption' };
export const CUSTOMISED: Rule = {
  rule: 'E6',
  text: 'With shots of your own (multi_shot and customize), prompt is ignored there and not sent.',
  verdict: 'note',
  mark: 'public docs',
  *breaches(body) {
    if (isCustomised(body) && field(body, 'prompt') !== undefined && field(body, 'prompt') !== '') {
      yield { path: ['prompt'], message: 'prompt is ignored: the shots replace it' };
    }
  },
};
export const SHOT_STRINGS: Rule = {
  rule: 'E9',
  text: 'Shot durations given as numbers are sent as texts.',
  verdict: 'note',
  mark: 'public docs',
};
export const MOVED: Rule = {
  rule: 'E14',
  text: 'multi_shot, shot_type, multi_prompt and element_list at the top level are sent inside model_params.',
  verdict: 'note',
  mark: 'public docs',
};

const modelParams = (body: JsonObject): JsonObject => object(body, 'model_params') ?? {};

/** Shots of the writer's own. */
export const isCustomised = (body: JsonObject): boolean =>
  isTrue(modelParams(body), 'multi_shot') && text(modelParams(body), 'shot_type') === 'customize';

const shotsOf = (body: JsonObject) => objects(list(modelParams(body), 'multi_prompt'));
const inShots = (index: number, name: string): BodyPath => ['model_params', 'multi_prompt', index, name];

export const klingO3Rules: readonly Rule[] = [
  { rule: 'R1', text: 'model is the id of this model.', verdict: 'refuse', mark: 'seed', fields: ['model'] },
  { rule: 'E1', text: 'duration is a JSON integer, 3 to 15 seconds.', verdict: 'refuse', mark: 'seed', fields: ['duration'] },
  { rule: 'E2', text: 'aspect_ratio is 16:9, 9:16 or 1:1.', verdict: 'refuse', mark: 'seed', fields: ['aspect_ratio'] },
  {
    rule: 'E3',
    text: 'quality is 720p, 1080p or 4k; profile legacy: 720p or 1080p.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['quality'],
    *breaches(body, { profile }) {
      if (profile === 'legacy' && text(body, 'quality') === '4k') {
        yield { path: ['quality'], message: 'quality is 4k, which the older page does not have', allowed: ['720p', '1080p'] };
      }
    },
  },
  {
    rule: 'E3',
    text: '4k is offered by the newer docs; the page that we have does not list it.',
    verdict: 'note',
    mark: 'public docs',
    *breaches(body, { profile }) {
      if (profile !== 'legacy' && text(body, 'quality') === '4k') {
        yield { path: ['quality'], message: 'quality 4k is known from the newer docs; the older page does not list it' };
      }
    },
  },
  { rule: 'E4', text: 'sound is the text on or off.', verdict: 'refuse', mark: 'seed', fields: ['sound'] },
  SOUND_WORDS,
  {
    rule: 'E5',
    text: `prompt is not empty and has at most ${PROMPT} characters, unless the shots replace it (E6).`,
    verdict: 'refuse',
    mark: 'seed',
    fields: ['prompt'],
    *breaches(body) {
      if (isCustomised(body)) return;
      const prompt = field(body, 'prompt');
      yield* tooLong(['prompt'], text(body, 'prompt'), PROMPT);
      if (prompt === undefined || prompt === '') {
        yield { path: ['prompt'], message: prompt === '' ? 'prompt is empty' : 'prompt is missing' };
      }
    },
  },
  CUSTOMISED,
  {
    rule: 'E7',
    text: 'multi_shot true needs shot_type customize, the only one here.',
    verdict: 'refuse',
    mark: 'public docs',
    fields: ['model_params.shot_type', 'model_params.multi_shot'],
    *breaches(body) {
      if (isTrue(modelParams(body), 'multi_shot') && field(modelParams(body), 'shot_type') === undefined) {
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
    *breaches(body) {
      if (isCustomised(body) && field(modelParams(body), 'multi_prompt') === undefined) {
        yield { path: ['model_params', 'shot_type'], message: 'shot_type is customize without multi_prompt' };
      }
    },
  },
  {
    rule: 'E8',
    text: 'multi_prompt[].index runs 1, 2, 3 … in order.',
    verdict: 'warn',
    mark: 'assumption',
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
    *breaches(body) {
      const given = field(body, 'duration');
      const total = given === undefined ? 5 : given;
      const shots = list(modelParams(body), 'multi_prompt');
      const seconds = objects(shots).map(([, shot]) => secondsOf(shot));
      if (typeof total !== 'number' || shots === undefined || shots.length === 0 || seconds.length !== shots.length) return;
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
    *breaches(body) {
      for (const [at, shot] of shotsOf(body)) {
        const seconds = secondsOf(shot);
        if (seconds !== undefined && seconds < 1) {
          yield { path: inShots(at, 'duration'), message: `${fieldName(inShots(at, 'duration'))} is ${seconds}; the least is 1` };
        }
      }
    },
  },
  SHOT_STRINGS,
  {
    rule: 'E10',
    text: 'At most 7 elements, each with an element_id.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['model_params.element_list', 'model_params.element_list.*', 'model_params.element_list.*.element_id'],
  },
  {
    rule: 'E11',
    text: 'Every <<<element_N>>> in a prompt has an element number N.',
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      const count = list(modelParams(body), 'element_list')?.length ?? 0;
      for (const [path, prompt] of promptsOf(body)) {
        for (const [mark, number] of prompt.matchAll(/<<<element_(\d{1,9})>>>/g)) {
          if (Number(number) >= 1 && Number(number) <= count) continue;
          yield {
            path,
            message: `${fieldName(path)} mentions ${mark}, and there ${count === 1 ? 'is 1 element' : `are ${count} elements`}`,
          };
        }
      }
    },
  },
  {
    rule: 'E12',
    text: `callback_url is an HTTPS URL of a public host with at most ${CALLBACK} characters.`,
    verdict: 'refuse',
    mark: 'seed',
    fields: ['callback_url'],
    *breaches(body) {
      const link = text(body, 'callback_url');
      const problem = link === undefined ? undefined : callbackProblem(link);
      if (link !== undefined && problem !== undefined)
        yield { path: ['callback_url'], message: `callback_url is ${quoted(link)}, ${problem}` };
    },
  },
  {
    rule: 'E13',
    text: 'No images, negative_prompt, mode, audio or watermark at the top level.',
    verdict: 'refuse',
    mark: 'seed',
  },
  {
    rule: 'E14',
    text: 'multi_shot, shot_type, multi_prompt and element_list belong inside model_params.',
    verdict: 'refuse',
    mark: 'public docs',
  },
  MOVED,
  notBlank,
];

/** Seconds of a shot where its duration is a text of a whole number. */
function secondsOf(shot: JsonObject): number | undefined {
  const duration = text(shot, 'duration');
  return duration !== undefined && /^-?\d{1,6}$/.test(duration) ? Number(duration) : undefined;
}

function* promptsOf(body: JsonObject): Generator<readonly [BodyPath, string]> {
  const prompt = text(body, 'prompt');
  if (prompt !== undefined) yield [['prompt'], prompt];
  yield* shotPrompts(modelParams(body), ['model_params']);
}

function callbackProblem(link: string): string | undefined {
  if (codePoints(link) > CALLBACK) return `which is longer than ${CALLBACK} characters`;
  if (!/^https:\/\//i.test(link) || !URL.canParse(link)) return 'which is no https URL';
  return isPublicHost(new URL(link).hostname) ? undefined : 'whose host is not on the public internet';
}
