/** sora-2 and sora-2-pro share one page: they differ in resolutions and price. */
import * as z from 'zod';
import type { JsonObject, Ratio, Resolution, Words } from '../../scene.ts';
import { defineModel, type Merging } from '../define.ts';
import { list, text, whole, withField, without } from '../fields.ts';
import type { Model, Price } from '../model.ts';
import type { Rule } from '../rule.ts';
import { oneOf, quoted } from '../format-value.ts';
import type { Translator } from '../translation.ts';
import {
  APIMART_DELIVERY,
  apimartDeliveryFields,
  apimartDeliveryRules,
} from './apimart-delivery.ts';
import { r1, r2 } from './apimart-rules.ts';
import { imageUrls, r31 } from './links.ts';
import { notBlank } from './prompts.ts';

const SECONDS = [4, 8, 12, 16, 20] as const;
const RATIOS = ['16:9', '9:16'] as const satisfies readonly Ratio[];
const RATIO_WORDS = { landscape: '16:9', portrait: '9:16' } as const satisfies Record<
  string,
  Ratio
>;
const IMAGE_TYPES = ['jpeg', 'jpg', 'png', 'webp'] as const;

const R29: Rule = {
  rule: 'R29',
  text: 'With an image, aspect_ratio is not sent: the image decides.',
  verdict: 'note',
  mark: 'seed',
};
const R30_WORDS: Rule = {
  rule: 'R30',
  text: 'landscape is sent as 16:9, portrait as 9:16.',
  verdict: 'note',
  mark: 'seed',
};

/** In a body that nobody normalised. */
const R29_UNSENT: Rule = {
  ...R29,
  *breaches(body) {
    if (hasImage(body) && Object.hasOwn(body, 'aspect_ratio')) {
      yield { path: ['aspect_ratio'], message: 'aspect_ratio is ignored: the image decides' };
    }
  },
};

export function defineSora(variant: {
  readonly native: 'sora-2' | 'sora-2-pro';
  readonly title: string;
  readonly resolutions: readonly [Resolution, ...Resolution[]];
  readonly price: (body: JsonObject) => Price;
}): Model {
  const { native, title, resolutions, price } = variant;
  return defineModel({
    gateway: 'apimart',
    native,
    title,
    sources: [
      { text: 'APIMart API page sora-2 and sora-2-pro, Korean', read: '2026-11-20' },
      { text: 'https://docs.apimart.ai/llms.txt (no longer lists sora-2)', read: '2026-11-20' },
      { text: 'https://developers.openai.com (end of the Sora 2 video API)', read: '2026-11-20' },
    ],
    lifecycle: {
      state: 'retiring',
      asOf: '2026-11-20',
      goneOn: '2026-09-24',
      why: 'OpenAI ends its Sora 2 video API, and the index of APIMart no longer lists the model',
    },
    body: z.strictObject({
      model: z.literal(native),
      prompt: z.string().min(1).meta({ title: 'Prompt', description: 'What happens.' }),
      duration: z
        .literal(SECONDS)
        .meta({ title: 'Duration', description: 'Seconds: 4, 8, 12, 16 or 20. Default 4.' })
        .optional(),
      resolution: z
        .enum(resolutions)
        .meta({ title: 'Resolution', description: `${resolutions.join(', ')}. Default 720p.` })
        .optional(),
      aspect_ratio: z
        .enum([...RATIOS, 'landscape', 'portrait'])
        .meta({
          title: 'Aspect ratio',
          description: 'Default 16:9; left out with an image, which decides.',
        })
        .optional(),
      image_urls: z
        .array(z.string())
        .max(1)
        .meta({
          title: 'Image',
          description: 'One public http(s) URL: jpeg, jpg, png or webp, 10 MB at most.',
        })
        .optional(),
      ...apimartDeliveryFields,
    }),
    profiles: {},
    offers: {
      duration: SECONDS,
      resolution: resolutions,
      aspect_ratio: RATIOS,
      unsupported: ['negative_prompt', 'audio', 'watermark', 'last_frame', 'shots', 'elements'],
    },
    defaults: { duration: 4, resolution: '720p', aspect_ratio: '16:9' },
    deliveryFields: APIMART_DELIVERY,
    notifyField: 'webhook',
    rules: rulesOf(native, resolutions),
    misplaced: {
      size: { hint: 'Here it is aspect_ratio.' },
      quality: { hint: 'Here it is resolution.' },
      mode: { hint: 'Here it is resolution.' },
      audio: { hint: 'This model decides about sound on its own.' },
      sound: { hint: 'This model decides about sound on its own.' },
      callback_url: { hint: 'APIMart calls it webhook.' },
      last_frame_image: { hint: 'This model takes a first frame only.' },
    },
    translate: (words, into) => translate(words, into, resolutions),
    normalise,
    price,
    asked: (body) => ({
      seconds: whole(body, 'duration') ?? 4,
      resolution: (text(body, 'resolution') ?? '720p') as Resolution,
      ...(hasImage(body) ? {} : { ratio: ratioOf(text(body, 'aspect_ratio') ?? '16:9') }),
    }),
  });
}

const hasImage = (body: JsonObject): boolean => (list(body, 'image_urls')?.length ?? 0) > 0;
const isWord = (ratio: string): ratio is keyof typeof RATIO_WORDS =>
  Object.hasOwn(RATIO_WORDS, ratio);
const ratioOf = (ratio: string): Ratio => (isWord(ratio) ? RATIO_WORDS[ratio] : (ratio as Ratio));

const rulesOf = (native: string, resolutions: readonly Resolution[]): readonly Rule[] => [
  r1,
  r2,
  {
    rule: 'R26',
    text: `duration is ${oneOf(SECONDS)} seconds.`,
    verdict: 'refuse',
    mark: 'seed',
    fields: ['duration'],
  },
  {
    rule: 'R27',
    text: `resolution of ${native} is ${oneOf(resolutions)}.`,
    verdict: 'refuse',
    mark: 'seed',
    fields: ['resolution'],
  },
  {
    rule: 'R28',
    text: 'At most one image.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['image_urls', 'image_urls.*'],
  },
  {
    rule: 'R28',
    text: `The image is ${oneOf(IMAGE_TYPES)}, where its URL shows a type.`,
    verdict: 'warn',
    mark: 'seed',
    about: ['image_urls'],
    *breaches(body) {
      for (const [path, link] of imageUrls(body)) {
        const type = URL.canParse(link)
          ? /\.([a-z0-9]{1,5})$/i.exec(new URL(link).pathname)?.[1]
          : undefined;
        if (type !== undefined && !IMAGE_TYPES.some((known) => known === type.toLowerCase())) {
          yield {
            path,
            message: `the image looks like ${quoted(type)}; known: ${oneOf(IMAGE_TYPES)}`,
            allowed: IMAGE_TYPES,
          };
        }
      }
    },
  },
  R29_UNSENT,
  {
    rule: 'R30',
    text: 'aspect_ratio is 16:9 (landscape) or 9:16 (portrait).',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['aspect_ratio'],
  },
  R30_WORDS,
  r31(imageUrls),
  notBlank,
  ...apimartDeliveryRules,
];

function translate(words: Words, into: Translator, resolutions: readonly Resolution[]): void {
  const {
    prompt,
    negative_prompt,
    duration,
    resolution,
    aspect_ratio,
    audio,
    watermark,
    first_frame,
    last_frame,
    shots,
    elements,
  } = words;
  if (prompt !== undefined) into.set('prompt', prompt, ['prompt']);
  if (duration !== undefined && into.offered('duration', duration, SECONDS, 'R26') !== undefined)
    into.set('duration', duration, ['duration']);
  if (
    resolution !== undefined &&
    into.offered('resolution', resolution, resolutions, 'R27') !== undefined
  ) {
    into.set('resolution', resolution, ['resolution']);
  }
  if (
    aspect_ratio !== undefined &&
    into.offered('aspect_ratio', aspect_ratio, RATIOS, 'R30') !== undefined
  ) {
    into.set('aspect_ratio', aspect_ratio, ['aspect_ratio']);
  }
  if (first_frame !== undefined)
    into.set('image_urls', [first_frame], ['first_frame'], { 'image_urls.0': ['first_frame'] });
  if (negative_prompt !== undefined) into.unsupported('negative_prompt');
  if (audio !== undefined) into.unsupported('audio', ' switch: it decides about sound on its own');
  if (watermark !== undefined) into.unsupported('watermark');
  if (last_frame !== undefined) into.unsupported('last_frame');
  if (shots !== undefined) into.unsupported('shots');
  if (elements !== undefined) into.unsupported('elements');
}

function normalise(merged: JsonObject, { note }: Merging): JsonObject {
  const ratio = text(merged, 'aspect_ratio');
  if (ratio === undefined) return merged;
  // A ratio that the model does not know stays and is refused: dropping it would hide a mistake.
  if (hasImage(merged) && (isWord(ratio) || RATIOS.some((known) => known === ratio))) {
    note(R29, {
      path: ['aspect_ratio'],
      message: `aspect_ratio ${ratio} is not sent: the image decides`,
    });
    return without(merged, 'aspect_ratio');
  }
  if (!isWord(ratio)) return merged;
  note(R30_WORDS, {
    path: ['aspect_ratio'],
    message: `aspect_ratio ${ratio} is sent as ${RATIO_WORDS[ratio]}`,
  });
  return withField(merged, 'aspect_ratio', RATIO_WORDS[ratio]);
}
