/** The rules of kling-v3 (R1-R19, R31-R33 of the APIMart sheet), in the order of their numbers. */
import { RATIOS } from '../../scene.ts';
import { field, list, text, whole } from '../fields.ts';
import type { Rule } from '../rule.ts';
import { oneOf, seen } from '../format-value.ts';
import { r1, r2, r6 } from '../shared/apimart-rules.ts';
import { apimartDeliveryRules } from '../shared/apimart-delivery.ts';
import { r7 } from '../shared/images.ts';
import { elementImages, imageUrls, r31, r32 } from '../shared/links.ts';
import { notBlank, tooLong } from '../shared/prompts.ts';
import { klingV3ElementRules } from './kling-v3-elements.ts';
import { isMultiShot, klingV3ShotRules } from './kling-v3-shots.ts';

/** R8 and R19 as changes of a body. */
export const LAST_FRAME: Rule = {
  rule: 'R8',
  text: 'last_frame_image is sent as the second of image_urls.',
  verdict: 'note',
  mark: 'assumption',
};
export const SIZE: Rule = {
  rule: 'R19',
  text: 'size is sent as aspect_ratio.',
  verdict: 'note',
  mark: 'assumption',
};

const LEGACY_ONLY_NEWER = [
  'audio',
  'multi_shot',
  'shot_type',
  'multi_prompt',
  'element_list',
] as const;
/** The limit of kling-v2-6; the pages of kling-v3 give none. */
const PROMPT = 2500;

export const klingV3Rules: readonly Rule[] = [
  r1,
  r2,
  {
    rule: 'R3',
    text: 'duration is 3 to 15 seconds.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['duration'],
  },
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
        yield {
          path: ['mode'],
          message: 'mode is 4k, which the older page does not have',
          allowed: ['std', 'pro'],
        };
      for (const name of LEGACY_ONLY_NEWER) {
        if (field(body, name) !== undefined)
          yield { path: [name], message: `${name} is not a field of the older page` };
      }
    },
  },
  {
    rule: 'R5',
    text: 'mode is std, pro or 4k.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['mode'],
  },
  r6,
  ...r7,
  {
    rule: 'R8',
    text: 'last_frame_image needs exactly one image in image_urls.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['last_frame_image'],
    about: ['last_frame_image'],
    *breaches(body) {
      const images = list(body, 'image_urls')?.length ?? 0;
      if (field(body, 'last_frame_image') === undefined || images === 1) return;
      yield {
        path: ['last_frame_image'],
        message:
          images === 0
            ? 'last_frame_image has no first frame in image_urls'
            : `last_frame_image comes on top of ${images} image_urls`,
        hint:
          images === 0
            ? 'Put the first frame into image_urls.'
            : 'Give two image_urls, or one and last_frame_image.',
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
        yield {
          path: ['prompt'],
          message: prompt === '' ? 'prompt is empty' : 'prompt is missing',
        };
      }
    },
  },
  ...klingV3ShotRules,
  ...klingV3ElementRules,
  {
    rule: 'R19',
    text: 'size has the values of aspect_ratio, and the two never differ.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['size'],
    about: ['size'],
    *breaches(body) {
      const [size, ratio] = [text(body, 'size'), text(body, 'aspect_ratio')];
      if (RATIOS.some((known) => known === size) && ratio !== undefined && size !== ratio) {
        yield {
          path: ['size'],
          message: `size is ${seen(size)} and aspect_ratio is ${seen(ratio)}`,
          hint: 'Keep aspect_ratio alone.',
        };
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
    text: `The page names no longest prompt; kling-v2-6 takes ${PROMPT} characters, counted in Unicode code points.`,
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      for (const name of ['prompt', 'negative_prompt']) {
        for (const { path, message } of tooLong([name], text(body, name), PROMPT)) {
          yield {
            path,
            message,
            hint: `The page of kling-v3 names no limit; kling-v2-6 takes ${PROMPT}.`,
          };
        }
      }
    },
  },
  notBlank,
  ...apimartDeliveryRules,
];
