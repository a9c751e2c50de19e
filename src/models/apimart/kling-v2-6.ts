/** kling-v2-6 through APIMart: sound and last frames only in pro mode, and not both. */
import * as z from 'zod';
import { RATIOS, type JsonObject, type Ratio, type Resolution } from '../../scene.ts';
import { defineModel } from '../define.ts';
import { isTrue, list, text, whole } from '../fields.ts';
import type { Rule } from '../rule.ts';
import {
  APIMART_DELIVERY,
  apimartDeliveryFields,
  apimartDeliveryRules,
} from '../shared/apimart-delivery.ts';
import { r1, r2, r6 } from '../shared/apimart-rules.ts';
import { r7, translateFrames } from '../shared/images.ts';
import { imageUrls, r31, r32 } from '../shared/links.ts';
import { notBlank, tooLong } from '../shared/prompts.ts';

const SECONDS = [5, 10] as const;
const MODES = { '720p': 'std', '1080p': 'pro' } as const satisfies Partial<
  Record<Resolution, string>
>;
const PROMPT = 2500;

const body = z.strictObject({
  model: z.literal('kling-v2-6'),
  prompt: z
    .string()
    .min(1)
    .meta({ title: 'Prompt', description: `What happens; at most ${PROMPT} characters.` }),
  mode: z
    .enum(['std', 'pro'])
    .meta({ title: 'Mode', description: 'std is 720p and silent, pro is 1080p. Default std.' })
    .optional(),
  duration: z
    .literal(SECONDS)
    .meta({ title: 'Duration', description: 'Seconds: 5 or 10. Default 5.' })
    .optional(),
  aspect_ratio: z
    .enum(RATIOS)
    .meta({
      title: 'Aspect ratio',
      description: 'Default 16:9; with an image, the ratio of the image may win.',
    })
    .optional(),
  negative_prompt: z
    .string()
    .meta({ title: 'Negative prompt', description: 'What should not be seen.' })
    .optional(),
  image_urls: z
    .array(z.string())
    .max(2)
    .meta({
      title: 'Images',
      description: 'First frame, or first and last frame (mode pro): public http(s) URLs.',
    })
    .optional(),
  audio: z
    .boolean()
    .meta({ title: 'Audio', description: 'Mode pro only, and not with two images. Default false.' })
    .optional(),
  watermark: z.boolean().meta({ title: 'Watermark' }).optional(),
  ...apimartDeliveryFields,
});

const isPro = (body: JsonObject): boolean => text(body, 'mode') === 'pro';
const imageCount = (body: JsonObject): number => list(body, 'image_urls')?.length ?? 0;
const USE_PRO = 'Use mode pro (resolution: 1080p).';

const rules: readonly Rule[] = [
  r1,
  r2,
  r6,
  ...r7,
  {
    rule: 'R20',
    text: 'duration is 5 or 10 seconds.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['duration'],
  },
  { rule: 'R21', text: 'mode is std or pro.', verdict: 'refuse', mark: 'seed', fields: ['mode'] },
  {
    rule: 'R22',
    text: 'audio true needs mode pro.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['audio'],
    about: ['audio'],
    *breaches(body) {
      if (isTrue(body, 'audio') && !isPro(body)) {
        yield {
          path: ['audio'],
          message: `audio is true, and mode is ${text(body, 'mode') ?? 'std by default'}, which is silent`,
          hint: USE_PRO,
        };
      }
    },
  },
  {
    rule: 'R23',
    text: 'Two images need mode pro.',
    verdict: 'refuse',
    mark: 'seed',
    about: ['image_urls'],
    *breaches(body) {
      if (imageCount(body) === 2 && !isPro(body)) {
        yield {
          path: ['image_urls', 1],
          message: `a last frame is given, and mode is ${text(body, 'mode') ?? 'std by default'}, which takes a first frame only`,
          hint: USE_PRO,
        };
      }
    },
  },
  {
    rule: 'R24',
    text: 'audio true and two images exclude each other.',
    verdict: 'refuse',
    mark: 'seed',
    about: ['audio'],
    *breaches(body) {
      if (isTrue(body, 'audio') && imageCount(body) === 2) {
        yield {
          path: ['audio'],
          message: 'audio is true, and a last frame is given: this model does one or the other',
          hint: 'Leave out audio or the last frame.',
        };
      }
    },
  },
  {
    rule: 'R25',
    text: `prompt is there and has at most ${PROMPT} characters, counted in Unicode code points (R33).`,
    verdict: 'refuse',
    mark: 'seed',
    fields: ['prompt'],
    breaches: (body) => tooLong(['prompt'], text(body, 'prompt'), PROMPT),
  },
  r31(imageUrls),
  r32,
  notBlank,
  ...apimartDeliveryRules,
];

export const klingV26 = defineModel({
  gateway: 'apimart',
  native: 'kling-v2-6',
  title: 'Kling v2.6 (APIMart)',
  sources: [{ text: 'APIMart API page kling-v2-6, German', read: '2026-11-20' }],
  lifecycle: { state: 'listed', asOf: '2026-11-20' },
  body,
  profiles: {},
  offers: {
    duration: SECONDS,
    resolution: ['720p', '1080p'],
    aspect_ratio: RATIOS,
    unsupported: ['shots', 'elements'],
    promptCodePoints: PROMPT,
  },
  defaults: { mode: 'std', duration: 5, aspect_ratio: '16:9', audio: false },
  deliveryFields: APIMART_DELIVERY,
  notifyField: 'webhook',
  rules,
  misplaced: {
    resolution: { hint: 'Here it is mode: std (720p) or pro (1080p).' },
    quality: { hint: 'Here it is mode: std (720p) or pro (1080p).' },
    size: { hint: 'Here it is aspect_ratio.' },
    sound: { hint: 'Here it is audio: true or false.' },
    callback_url: { hint: 'APIMart calls it webhook.' },
    last_frame_image: { hint: 'Here it is the second of image_urls.' },
    multi_shot: { hint: 'This model has no shots; apimart/kling-v3 has.' },
    multi_prompt: { hint: 'This model has no shots; apimart/kling-v3 has.' },
    shot_type: { hint: 'This model has no shots; apimart/kling-v3 has.' },
    element_list: { hint: 'This model has no elements; apimart/kling-v3 has.' },
  },
  translate(words, into) {
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
        : into.offered('resolution', resolution, Object.keys(MODES), 'R21');
    if (offered !== undefined)
      into.set('mode', MODES[offered as keyof typeof MODES], ['resolution']);
    if (duration !== undefined && into.offered('duration', duration, SECONDS, 'R20') !== undefined)
      into.set('duration', duration, ['duration']);
    if (aspect_ratio !== undefined) into.set('aspect_ratio', aspect_ratio, ['aspect_ratio']);
    translateFrames(words, into);
    if (audio !== undefined) into.set('audio', audio, ['audio']);
    if (watermark !== undefined) into.set('watermark', watermark, ['watermark']);
    if (shots !== undefined) into.unsupported('shots');
    if (elements !== undefined) into.unsupported('elements');
  },
  price: () => ({ kind: 'unknown', why: 'no price of kling-v2-6 is published' }),
  asked: (body) => ({
    seconds: whole(body, 'duration') ?? 5,
    resolution: isPro(body) ? '1080p' : '720p',
    ...(imageCount(body) > 0 ? {} : { ratio: (text(body, 'aspect_ratio') ?? '16:9') as Ratio }),
    audio: isTrue(body, 'audio'),
  }),
});
