/** The rules of kling-v3 (R1-R19, R31-R33 of the APIMart sheet), in the order of their numbers. */
import { field, isTrue, list, objects, text, whole } from '../fields.ts';
import type { Rule } from '../rule.ts';
import { oneOf, quoted, seen } from '../seen.ts';
import { r1, r2, r6 } from './apimart-rules.ts';
import { apimartDeliveryRules } from './apimart-delivery.ts';
import { r7 } from './images.ts';
import { elementImages, imageUrls, r31, r32 } from './links.ts';
import { notBlank, shotPrompts, tooLong } from './prompts.ts';
import { referencesIn, strayReferences } from './references.ts';

/** R8 and R19 as changes of a body. */
export const LAST_FRAME: Rule = {
  rule: 'R8',
  text: 'last_frame_image is sent as the second of image_urls.',
  verdict: 'note',
  mark: 'assumption',
};
export const SIZE: Rule = { rule: 'R19', text: 'size is sent as aspect_ratio.', verdict: 'note', mark: 'assumption' };

const LEGACY_ONLY_NEWER = ['audio', 'multi_shot', 'shot_type', 'multi_prompt', 'element_list'] as const;
const SHOT_PROMPT = 512;
/** The limit of kling-v2-6; the pages of kling-v3 give none. */
const PROMPT = 2500;

const isMultiShot = (body: Parameters<typeof isTrue>[0]): boolean => isTrue(body, 'multi_shot');
const shotsOf = (body: Parameters<typeof isTrue>[0]) => objects(list(body, 'multi_prompt'));

export const klingV3Rules: readonly Rule[] = [
  r1,
  r2,
  { rule: 'R3', text: 'duration is 3 to 15 seconds.', verdict: 'refuse', mark: 'seed', fields: ['duration'] },
  {
    rule: 'R4',
    text: 'Profile legacy: duration is 5, 10 or 15 seconds, and at most 10 with an image.',
    verdict: 'warn',
    mark: 'seed',
    *breaches(body, { profile }) {
      if (profile !== 'legacy') return;
      const duration = whole(body, 'duration') ?? 5;
      const withImage = (list(body, 'image_urls')?.length ?? 0) > 0;
      const allowed = withImage ? [5, 10] : [5, 10, 15];
      if (!allowed.includes(duration)) {
        yield {
          path: ['duration'],
          message: `duration is ${duration}; the older page allows ${oneOf(allowed)}${withImage ? ' with an image' : ''}`,
          allowed,
        };
      }
    },
  },
  {
    rule: 'R4',
    text: 'Profile legacy: the older page has no 4k mode, audio, shots or elements.',
    verdict: 'warn',
    mark: 'seed',
    *breaches(body, { profile }) {
      if (profile !== 'legacy') return;
      if (text(body, 'mode') === '4k')
        yield { path: ['mode'], message: 'mode is 4k, which the older page does not have', allowed: ['std', 'pro'] };
      for (const name of LEGACY_ONLY_NEWER) {
        if (field(body, name) !== undefined) yield { path: [name], message: `${name} is no field of the older page` };
      }
    },
  },
  { rule: 'R5', text: 'mode is std, pro or 4k.', verdict: 'refuse', mark: 'seed', fields: ['mode'] },
  r6,
  ...r7,
  {
    rule: 'R8',
    text: 'last_frame_image needs exactly one image in image_urls.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['last_frame_image'],
    *breaches(body) {
      const images = list(body, 'image_urls')?.length ?? 0;
      if (field(body, 'last_frame_image') === undefined || images === 1) return;
      yield {
        path: ['last_frame_image'],
        message:
          images === 0 ? 'last_frame_image has no first frame in image_urls' : `last_frame_image comes on top of ${images} image_urls`,
        hint: images === 0 ? 'Put the first frame into image_urls.' : 'Give two image_urls, or one and last_frame_image.',
      };
    },
  },
  LAST_FRAME,
  {
    rule: 'R9',
    text: 'prompt is not empty, unless multi_shot is true.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['prompt'],
    *breaches(body) {
      const prompt = field(body, 'prompt');
      if (!isMultiShot(body) && (prompt === undefined || prompt === '')) {
        yield { path: ['prompt'], message: prompt === '' ? 'prompt is empty' : 'prompt is missing' };
      }
    },
  },
  {
    rule: 'R10',
    text: 'multi_shot true needs shot_type customize or intelligence.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['shot_type', 'multi_shot'],
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
    *breaches(body) {
      if (isMultiShot(body) && text(body, 'shot_type') === 'customize' && field(body, 'multi_prompt') === undefined) {
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
    *breaches(body) {
      for (const [path, prompt] of shotPrompts(body, [])) yield* tooLong(path, prompt, SHOT_PROMPT);
    },
  },
  {
    rule: 'R13',
    text: "Every shot's prompt says something.",
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      for (const [path, prompt] of shotPrompts(body, [])) {
        if (prompt.trim() === '') yield { path, message: `multi_prompt[${String(path[1])}].prompt is empty` };
      }
    },
  },
  {
    rule: 'R14',
    text: "Every shot's duration is at least 1 and at most duration, and they add up to duration.",
    verdict: 'refuse',
    mark: 'seed',
    fields: ['multi_prompt.*.duration'],
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
        if (duration < 1) yield { path, message: `multi_prompt[${at}].duration is ${duration}; the least is 1` };
        else if (duration > total)
          yield { path, message: `multi_prompt[${at}].duration is ${duration}, more than the ${total} seconds of the clip` };
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
    *breaches(body) {
      if (isMultiShot(body)) return;
      for (const name of ['shot_type', 'multi_prompt']) {
        if (field(body, name) !== undefined) {
          yield { path: [name], message: `${name} is given, and multi_shot is not true`, hint: 'Add multi_shot: true, or leave it out.' };
        }
      }
    },
  },
  {
    rule: 'R16',
    text: 'shot_type intelligence needs a prompt and has no multi_prompt.',
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      if (!isMultiShot(body) || text(body, 'shot_type') !== 'intelligence') return;
      const prompt = field(body, 'prompt');
      if (prompt === undefined || prompt === '') {
        yield { path: ['shot_type'], message: 'shot_type is intelligence, and no prompt describes the video' };
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
    rule: 'R17',
    text: 'At most 3 elements, each with name, description and 2 to 4 images.',
    verdict: 'refuse',
    mark: 'seed',
    fields: [
      'element_list',
      'element_list.*',
      'element_list.*.name',
      'element_list.*.description',
      'element_list.*.element_input_urls',
      'element_list.*.element_input_urls.*',
    ],
  },
  {
    rule: 'R17',
    text: 'No two elements have one name.',
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      const names = new Set<string>();
      for (const [index, element] of objects(list(body, 'element_list'))) {
        const name = text(element, 'name');
        if (name === undefined) continue;
        if (names.has(name)) yield { path: ['element_list', index, 'name'], message: `two elements have the name ${quoted(name)}` };
        names.add(name);
      }
    },
  },
  {
    rule: 'R18',
    text: 'Every @name in the prompts names an element, and every element is used.',
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      const prompts = [...promptsOf(body)];
      const elements = objects(list(body, 'element_list')).flatMap(([index, element]) => {
        const name = text(element, 'name');
        return name === undefined || name === '' ? [] : [{ index, name }];
      });
      const names = [...new Set(elements.map(({ name }) => name))];
      const used = new Set<string>();
      for (const [path, prompt] of prompts) {
        for (const { name } of referencesIn(prompt, names)) used.add(name);
        for (const name of strayReferences(prompt, names)) {
          yield {
            path,
            message: `@${name} names no element`,
            hint:
              names.length === 0
                ? 'No element is declared: it is sent as plain text.'
                : `Elements are ${names.map((known) => `@${known}`).join(', ')}.`,
          };
        }
      }
      for (const { index, name } of elements) {
        if (!used.has(name)) yield { path: ['element_list', index, 'name'], message: `no prompt mentions @${name}` };
      }
    },
  },
  {
    rule: 'R19',
    text: 'size has the values of aspect_ratio, and the two never differ.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['size'],
    *breaches(body) {
      const [size, ratio] = [text(body, 'size'), text(body, 'aspect_ratio')];
      if (size !== undefined && ratio !== undefined && size !== ratio) {
        yield { path: ['size'], message: `size is ${seen(size)} and aspect_ratio is ${seen(ratio)}`, hint: 'Keep aspect_ratio alone.' };
      }
    },
  },
  SIZE,
  r31(function* (body) {
    yield* imageUrls(body);
    const last = text(body, 'last_frame_image');
    if (last !== undefined) yield [['last_frame_image'], last];
    yield* elementImages(body);
  }),
  r32,
  {
    rule: 'R33',
    text: `prompt and negative_prompt have at most ${PROMPT} characters, counted in Unicode code points.`,
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      for (const name of ['prompt', 'negative_prompt']) yield* tooLong([name], text(body, name), PROMPT);
    },
  },
  {
    rule: 'shots-with-images',
    text: 'The page does not say what multi_shot does with image_urls.',
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      if (isMultiShot(body) && (list(body, 'image_urls')?.length ?? 0) > 0) {
        yield { path: ['image_urls'], message: 'image_urls together with multi_shot is in no example of the page' };
      }
    },
  },
  notBlank,
  ...apimartDeliveryRules,
];

function* promptsOf(body: Parameters<typeof isTrue>[0]) {
  const prompt = text(body, 'prompt');
  if (prompt !== undefined) yield [['prompt'] as readonly (string | number)[], prompt] as const;
  yield* shotPrompts(body, []);
}
