/**
 * The rules of kling-o3-text-to-video (E1-E14 of the EvoLink sheet), in the order of their numbers.
 */
import { isPublicHost } from '../../ports/public-address.ts';
import type { JsonObject } from '../../scene.ts';
import { codePoints, field, list, text } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Rule } from '../rule.ts';
import { fieldName, quoted } from '../format-value.ts';
import { notBlank, shotPrompts, tooLong } from '../shared/prompts.ts';
import { isCustomised, klingO3ShotRules, modelParams } from './kling-o3-shots.ts';

const PROMPT = 2500;
const CALLBACK = 2048;

/** Changes of a body that the sheet asks for. */
export const SOUND_WORDS: Rule = {
  rule: 'E4',
  text: 'sound true or false is sent as on or off.',
  verdict: 'note',
  mark: 'assumption',
};
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
export const MOVED: Rule = {
  rule: 'E14',
  text: 'multi_shot, shot_type, multi_prompt and element_list at the top level are sent inside model_params.',
  verdict: 'note',
  mark: 'public docs',
};

export const klingO3Rules: readonly Rule[] = [
  {
    rule: 'R1',
    text: 'model is the id of this model.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['model'],
    hint: 'The model is named by use:, not here.',
  },
  {
    rule: 'E1',
    text: 'duration is a JSON integer, 3 to 15 seconds.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['duration'],
  },
  {
    rule: 'E2',
    text: 'aspect_ratio is 16:9, 9:16 or 1:1.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['aspect_ratio'],
  },
  {
    rule: 'E3',
    text: 'quality is 720p, 1080p or 4k; profile legacy: 720p or 1080p.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['quality'],
    about: ['quality'],
    *breaches(body, { profile }) {
      if (profile === 'legacy' && text(body, 'quality') === '4k') {
        yield {
          path: ['quality'],
          message: 'quality is 4k, which the older page does not have',
          allowed: ['720p', '1080p'],
        };
      }
    },
  },
  {
    rule: 'E3',
    text: '4k is offered by the newer docs; the page that we have does not list it.',
    verdict: 'note',
    mark: 'public docs',
    about: ['quality'],
    *breaches(body, { profile }) {
      if (profile !== 'legacy' && text(body, 'quality') === '4k') {
        yield {
          path: ['quality'],
          message: 'quality 4k is known from the newer docs; the older page does not list it',
        };
      }
    },
  },
  {
    rule: 'E4',
    text: 'sound is the text on or off.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['sound'],
  },
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
        yield {
          path: ['prompt'],
          message: prompt === '' ? 'prompt is empty' : 'prompt is missing',
        };
      }
    },
  },
  CUSTOMISED,
  ...klingO3ShotRules,
  {
    rule: 'E10',
    text: 'At most 7 elements, each with an element_id.',
    verdict: 'refuse',
    mark: 'seed',
    fields: [
      'model_params.element_list',
      'model_params.element_list.*',
      'model_params.element_list.*.element_id',
    ],
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
    about: ['callback_url'],
    *breaches(body) {
      const link = text(body, 'callback_url');
      const problem = link === undefined ? undefined : callbackProblem(link);
      if (link !== undefined && problem !== undefined)
        yield {
          path: ['callback_url'],
          message: `callback_url is ${quoted(link)}, ${problem}`,
          hint: 'Use an https:// URL of a public host.',
        };
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

function* promptsOf(body: JsonObject): Generator<readonly [BodyPath, string]> {
  const prompt = text(body, 'prompt');
  if (prompt !== undefined) yield [['prompt'], prompt];
  yield* shotPrompts(modelParams(body), ['model_params']);
}

function callbackProblem(link: string): string | undefined {
  if (codePoints(link) > CALLBACK) return `which is longer than ${CALLBACK} characters`;
  if (!/^https:\/\//i.test(link) || !URL.canParse(link)) return 'which is not an https URL';
  return isPublicHost(new URL(link).hostname)
    ? undefined
    : 'whose host is not on the public internet';
}
