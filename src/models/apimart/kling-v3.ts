/**
 * kling-v3 through APIMart. Two pages of it are known: the newer one (Korean, R3 and R5) is the
 * rule; the older one (Japanese, R4) is the `legacy` profile. `last_frame_image` of the older page
 * is accepted and sent as the second image.
 */
import * as z from 'zod';
import { fromUsd } from '../../money.ts';
import { RATIOS, type JsonObject, type Ratio, type Resolution, type Words } from '../../scene.ts';
import { defineModel, type Merging } from '../define.ts';
import { field, isTrue, list, text, whole, withField, without } from '../fields.ts';
import type { Price } from '../model.ts';
import { APIMART_DELIVERY, apimartDeliveryFields } from '../shared/apimart-delivery.ts';
import { translateFrames } from '../shared/images.ts';
import { linkProblem } from '../shared/links.ts';
import { listedShots, translateShotSum } from '../shared/shots.ts';
import type { Translator } from '../translation.ts';
import { klingV3Rules, LAST_FRAME, SIZE } from '../rules/kling-v3.ts';

const SECONDS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const MODES = { '720p': 'std', '1080p': 'pro', '4k': '4k' } as const satisfies Partial<
  Record<Resolution, string>
>;

const body = z.strictObject({
  model: z.literal('kling-v3'),
  prompt: z
    .string()
    .meta({
      title: 'Prompt',
      description:
        'What happens. English is advised; may be left out with multi_shot. @name means an element.',
    })
    .optional(),
  negative_prompt: z
    .string()
    .meta({ title: 'Negative prompt', description: 'What should not be seen.' })
    .optional(),
  mode: z
    .enum(['std', 'pro', '4k'])
    .meta({ title: 'Mode', description: 'std is 720p, pro is 1080p. Default std.' })
    .optional(),
  duration: z
    .int()
    .min(3)
    .max(15)
    .meta({ title: 'Duration', description: 'Whole seconds, 3 to 15. Default 5.' })
    .optional(),
  aspect_ratio: z
    .enum(RATIOS)
    .meta({
      title: 'Aspect ratio',
      description: 'Default 16:9; with an image, the ratio of the image may win.',
    })
    .optional(),
  image_urls: z
    .array(z.string())
    .max(2)
    .meta({
      title: 'Images',
      description: 'First frame, or first and last frame: public http(s) URLs.',
    })
    .optional(),
  last_frame_image: z
    .string()
    .meta({
      title: 'Last frame',
      description: 'Older page only; needs one image in image_urls and is sent as the second.',
    })
    .optional(),
  watermark: z.boolean().meta({ title: 'Watermark' }).optional(),
  audio: z
    .boolean()
    .meta({ title: 'Audio', description: 'Whether the clip has sound. Default false.' })
    .optional(),
  multi_shot: z
    .boolean()
    .meta({ title: 'Several shots', description: 'Needs shot_type. Default false.' })
    .optional(),
  shot_type: z
    .enum(['customize', 'intelligence'])
    .meta({
      title: 'Shot type',
      description:
        'customize: the shots of multi_prompt. intelligence: the model splits by itself.',
    })
    .optional(),
  multi_prompt: z
    .array(z.strictObject({ index: z.int(), prompt: z.string(), duration: z.number() }))
    .min(1)
    .max(6)
    .meta({
      title: 'Shots',
      description: '1 to 6 shots; index counts from 1, durations add up to duration.',
    })
    .optional(),
  element_list: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        description: z.string().min(1),
        element_input_urls: z.array(z.string()).min(2).max(4),
      }),
    )
    .max(3)
    .meta({
      title: 'Elements',
      description:
        'Up to 3, each with 2 to 4 images, the first one frontal. @name in a prompt means one.',
    })
    .optional(),
  size: z
    .enum(RATIOS)
    .meta({
      title: 'Size',
      description: 'Another name of aspect_ratio in one example; sent as aspect_ratio.',
    })
    .optional(),
  nsfw_check: z
    .boolean()
    .meta({ title: 'Extra moderation', description: 'Default false.' })
    .optional(),
  ...apimartDeliveryFields,
});

export const klingV3 = defineModel({
  gateway: 'apimart',
  native: 'kling-v3',
  title: 'Kling v3 (APIMart)',
  sources: [
    { text: 'APIMart API page kling-v3, Korean, newer generation', read: '2026-11-20' },
    {
      text: 'APIMart API page kling-v3, Japanese, older generation (profile legacy)',
      read: '2026-11-20',
    },
    { text: 'https://docs.apimart.ai/llms.txt', read: '2026-11-20' },
  ],
  lifecycle: { state: 'listed', asOf: '2026-11-20' },
  body,
  profiles: {
    legacy:
      'The older page: 5, 10 or 15 seconds, at most 10 with an image; std or pro; no audio, shots or elements. Its limits warn.',
  },
  offers: {
    duration: SECONDS,
    resolution: ['720p', '1080p', '4k'],
    aspect_ratio: RATIOS,
    unsupported: [],
  },
  defaults: { mode: 'std', duration: 5, aspect_ratio: '16:9', audio: false, multi_shot: false },
  deliveryFields: APIMART_DELIVERY,
  notifyField: 'webhook',
  rules: klingV3Rules,
  misplaced: {
    resolution: { hint: 'Here it is mode: std (720p), pro (1080p) or 4k.' },
    quality: { hint: 'Here it is mode: std (720p), pro (1080p) or 4k.' },
    sound: { hint: 'Here it is audio: true or false.' },
    callback_url: { hint: 'APIMart calls it webhook.' },
    model_params: {
      hint: 'That is EvoLink: here multi_shot, shot_type, multi_prompt and element_list stand at the top level.',
    },
    watermark_info: { hint: 'Here it is watermark: true or false.' },
    image_start: { hint: 'Here it is the first of image_urls.' },
    image_end: { hint: 'Here it is the second of image_urls.' },
  },
  translate,
  normalise,
  price,
  asked: (body) => {
    const mode = text(body, 'mode') ?? 'std';
    const resolution = mode === '4k' ? '4k' : mode === 'pro' ? '1080p' : '720p';
    const ratio = (text(body, 'aspect_ratio') ?? text(body, 'size') ?? '16:9') as Ratio;
    const withImage = (list(body, 'image_urls')?.length ?? 0) > 0;
    return {
      seconds: whole(body, 'duration') ?? 5,
      resolution,
      ...(withImage ? {} : { ratio }),
      audio: isTrue(body, 'audio'),
    };
  },
});

function translate(words: Words, into: Translator): void {
  const {
    prompt,
    negative_prompt,
    duration,
    resolution,
    aspect_ratio,
    audio,
    watermark,
    shots,
    elements,
  } = words;
  if (prompt !== undefined) into.set('prompt', prompt, ['prompt']);
  if (negative_prompt !== undefined)
    into.set('negative_prompt', negative_prompt, ['negative_prompt']);
  const offered =
    resolution === undefined
      ? undefined
      : into.offered('resolution', resolution, Object.keys(MODES), 'R5');
  if (offered !== undefined) into.set('mode', MODES[offered as keyof typeof MODES], ['resolution']);
  const listed = listedShots(words);
  if (listed !== undefined) translateShotSum(words, listed, into);
  else if (
    duration !== undefined &&
    into.offered('duration', duration, SECONDS, 'R3') !== undefined
  )
    into.set('duration', duration, ['duration']);
  if (aspect_ratio !== undefined) into.set('aspect_ratio', aspect_ratio, ['aspect_ratio']);
  translateFrames(words, into);
  if (watermark !== undefined) into.set('watermark', watermark, ['watermark']);
  if (audio !== undefined) into.set('audio', audio, ['audio']);
  if (shots !== undefined) {
    into.set('multi_shot', true, ['shots']);
    into.set('shot_type', listed === undefined ? 'intelligence' : 'customize', ['shots']);
  }
  if (listed !== undefined) {
    into.set(
      'multi_prompt',
      listed.map((shot, index) => ({
        index: index + 1,
        prompt: shot.prompt,
        duration: shot.duration,
      })),
      ['shots'],
      Object.fromEntries(
        listed.flatMap((_, index) => [
          [`multi_prompt.${index}`, ['shots', index]],
          [`multi_prompt.${index}.prompt`, ['shots', index, 'prompt']],
          [`multi_prompt.${index}.duration`, ['shots', index, 'duration']],
        ]),
      ),
    );
  }
  if (elements !== undefined) translateElements(elements, into);
}

function translateElements(elements: NonNullable<Words['elements']>, into: Translator): void {
  const incomplete = elements.flatMap(({ description, images }, index) => [
    ...(description === undefined ? [[index, 'description'] as const] : []),
    ...(images === undefined ? [[index, 'images'] as const] : []),
  ]);
  for (const [index, part] of incomplete) {
    into.refuse('elements', `element ${JSON.stringify(elements[index]?.name)} has no ${part}`, {
      path: [index],
      rule: 'R17',
      hint: 'Here an element is made on the fly: it needs a description and 2 to 4 images, the first one frontal.',
    });
  }
  if (incomplete.length > 0) return;
  into.set(
    'element_list',
    elements.map(({ name, description = '', images = [] }) => ({
      name,
      description,
      element_input_urls: images,
    })),
    ['elements'],
    Object.fromEntries(
      elements.flatMap(({ images = [] }, index) => [
        [`element_list.${index}`, ['elements', index]],
        [`element_list.${index}.name`, ['elements', index, 'name']],
        [`element_list.${index}.description`, ['elements', index, 'description']],
        [`element_list.${index}.element_input_urls`, ['elements', index, 'images']],
        ...images.map(
          (_, image) =>
            [
              `element_list.${index}.element_input_urls.${image}`,
              ['elements', index, 'images', image],
            ] as const,
        ),
      ]),
    ),
  );
}

function normalise(merged: JsonObject, { translated, params, note, moved }: Merging): JsonObject {
  let body = merged;
  const size = text(params, 'size');
  // Both in params and different, or no ratio at all: left where it stands, so that R19 refuses it
  // there.
  if (
    size !== undefined &&
    RATIOS.some((ratio) => ratio === size) &&
    (field(params, 'aspect_ratio') ?? size) === size
  ) {
    body = withField(without(body, 'size'), 'aspect_ratio', size);
    moved(['aspect_ratio'], ['size']);
    note(SIZE, { path: ['aspect_ratio'], message: `size ${size} is sent as aspect_ratio` });
  }
  const last = text(params, 'last_frame_image');
  const images = list(params, 'image_urls') ?? list(translated, 'image_urls')?.slice(0, 1);
  // A link that no service could fetch is left where it stands, so that R31 refuses it there.
  if (
    last !== undefined &&
    linkProblem(last) === undefined &&
    images?.length === 1 &&
    field(params, 'image_urls') !== null
  ) {
    body = withField(without(body, 'last_frame_image'), 'image_urls', [...images, last]);
    moved(['image_urls', 1], ['last_frame_image']);
    note(LAST_FRAME, {
      path: ['image_urls', 1],
      message: 'last_frame_image is sent as the second of image_urls',
    });
  }
  return body;
}

type Row = Pick<
  Extract<Price, { readonly kind: 'exact' | 'estimated' }>,
  'kind' | 'asOf' | 'source'
> & { readonly usdPerSecond: number };

const LISTED = {
  asOf: '2026-09-21',
  source: "APIMart's public price list of kling-3 (github apimart-sc/kling-3-api-cn)",
} as const;
/** The price list does not say for which mode its price with sound is. */
const READ = {
  kind: 'estimated',
  asOf: '2026-09-21',
  source: `${LISTED.source}, "with sound" read as std`,
} as const;
const SEEN = {
  kind: 'estimated',
  asOf: '2026-11-20',
  source: 'seen in a public client (github darioherrera/OpenMontage)',
} as const;

const PRICES: Readonly<Record<string, Row>> = {
  'std silent': { usdPerSecond: 0.0672, kind: 'exact', ...LISTED },
  'pro silent': { usdPerSecond: 0.0896, kind: 'exact', ...LISTED },
  'std sound': { usdPerSecond: 0.1008, ...READ },
  'pro sound': { usdPerSecond: 0.112, ...SEEN },
  '4k silent': { usdPerSecond: 0.42856, ...SEEN },
  // The client does not tell sound apart.
  '4k sound': { usdPerSecond: 0.42856, ...SEEN },
};

function price(body: JsonObject): Price {
  const row =
    PRICES[`${text(body, 'mode') ?? 'std'} ${isTrue(body, 'audio') ? 'sound' : 'silent'}`];
  if (row === undefined) return { kind: 'unknown', why: 'no price is known for this mode' };
  const { usdPerSecond, ...trust } = row;
  return { ...trust, usd: fromUsd(usdPerSecond * (whole(body, 'duration') ?? 5)) };
}
