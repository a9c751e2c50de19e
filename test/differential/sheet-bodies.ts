/** Right bodies of the model sheets; `bodies.ts` makes slips in them. */
import * as fc from 'fast-check';
import { KLING_TURBO_BODIES } from './sheets/kling-turbo.ts';
import { MINIMAX_BODIES } from './sheets/minimax.ts';
import { SEEDANCE_25_BODIES } from './sheets/seedance-2.5.ts';
import { VEO_BODIES } from './sheets/veo.ts';
import { WAN_BODIES } from './sheets/wan.ts';
import { flag, link, links, optional, ratio, role, video, wide, words } from './sheets/parts.ts';

const shots = (asText: boolean) =>
  fc.constantFrom([2, 3], [5], [1, 1, 3]).map((list) => ({
    multi_shot: true,
    shot_type: 'customize',
    multi_prompt: list.map((duration, at) => ({
      index: at + 1,
      prompt: 'rain',
      duration: asText ? String(duration) : duration,
    })),
  }));

const omni = fc
  .record({
    prompt: words,
    negative_prompt: optional(words),
    mode: optional(fc.constantFrom('std', 'pro', '4k')),
    duration: fc.integer({ min: 3, max: 15 }),
    aspect_ratio: optional(ratio),
    audio: optional(flag),
    watermark: optional(flag),
    nsfw_check: optional(flag),
  })
  .chain((body) =>
    fc.oneof(
      links(1, 4).map((image_urls) => ({ ...body, image_urls })),
      fc
        .array(role('first_frame', 'reference'), { minLength: 1, maxLength: 3 })
        .map((image_with_roles) => ({ ...body, image_with_roles })),
      fc
        .record({
          video_url: video,
          refer_type: fc.constantFrom('base', 'feature'),
          keep_original_sound: fc.constantFrom('yes', 'no', true),
        })
        .map((one) => ({ ...body, audio: false, video_list: [one] })),
      shots(false).map((story) => ({ ...body, duration: 5, ...story })),
      fc.constant({
        ...body,
        element_list: [
          {
            name: 'dog',
            description: 'brown',
            element_input_urls: ['https://example.com/a.png', 'https://example.com/b.png'],
          },
        ],
      }),
      fc.constant(body),
    ),
  );

const seedance = (resolutions: readonly string[]) =>
  fc
    .record({
      prompt: words,
      duration: optional(fc.integer({ min: 4, max: 15 })),
      size: optional(wide),
      resolution: optional(fc.constantFrom(...resolutions)),
      seed: optional(fc.nat()),
      generate_audio: optional(flag),
      return_last_frame: optional(flag),
      tools: optional(fc.constant([{ type: 'web_search' }])),
    })
    .chain((body) =>
      fc.oneof(
        links(1, 9).map((image_urls) => ({ ...body, image_urls })),
        fc
          .array(role('first_frame', 'last_frame', 'reference_image'), {
            minLength: 1,
            maxLength: 3,
          })
          .map((image_with_roles) => ({ ...body, image_with_roles })),
        fc
          .record({
            image_urls: links(1, 3),
            video_urls: fc.array(video, { maxLength: 3 }),
            audio_urls: fc.array(video, { maxLength: 3 }),
          })
          .map((more) => ({ ...body, ...more })),
        fc.constant(body),
      ),
    );

const kling = (own: Record<string, fc.Arbitrary<unknown>>, hasElements: boolean) =>
  fc
    .record({
      prompt: words,
      duration: fc.integer({ min: 3, max: 15 }),
      quality: optional(fc.constantFrom('720p', '1080p', '4k')),
      sound: optional(fc.constantFrom('on', 'off', true, false)),
      callback_url: optional(fc.constant('https://hooks.example.com/done')),
      ...own,
    })
    .chain((body) =>
      fc.oneof(
        fc.constant(body),
        shots(true).map((story) => ({ ...body, duration: 5, model_params: story })),
        shots(false).map((story) => ({ ...body, duration: 5, ...story })),
        fc.integer({ min: 1, max: 3 }).map((count) => ({
          ...body,
          model_params: {
            watermark_info: { enabled: false },
            ...(hasElements
              ? {
                  element_list: Array.from({ length: count }, (_, at) => ({
                    element_id: `e${at}`,
                  })),
                }
              : {}),
          },
        })),
      ),
    );

const veo = fc
  .record({
    prompt: words,
    generate_audio: optional(flag),
    quality: optional(fc.constantFrom('720p', '1080p', '4k')),
    n: optional(fc.constant(1)),
  })
  .chain((body) =>
    fc.oneof(
      fc
        .record({
          image_urls: links(1, 2),
          resize_mode: optional(fc.constantFrom('pad', 'crop')),
          seed: optional(fc.integer({ min: 1 })),
        })
        .map((more) => ({ ...body, ...more, generation_type: 'FIRST&LAST', duration: 6 })),
      links(1, 3).map((image_urls) => ({
        ...body,
        image_urls,
        generation_type: 'REFERENCE',
        duration: 8,
        aspect_ratio: '16:9',
      })),
      fc
        .record({
          aspect_ratio: optional(fc.constantFrom('auto', '16:9', '9:16')),
          duration: fc.constantFrom(4, 6, 8),
          negative_prompt: optional(words),
          person_generation: optional(fc.constantFrom('allow_adult', 'dont_allow')),
        })
        .map((more) => ({ ...body, ...more })),
    ),
  );

const seedanceEvolink = (kind: string, qualities: readonly string[]) =>
  fc.record({
    prompt: words,
    duration: optional(fc.integer({ min: 4, max: 15 })),
    quality: optional(fc.constantFrom(...qualities)),
    aspect_ratio: optional(wide),
    generate_audio: optional(flag),
    content_filter: optional(flag),
    ...(kind === 'image' ? { image_urls: links(1, 2) } : {}),
    ...(kind === 'reference'
      ? {
          image_urls: links(1, 9),
          video_urls: optional(fc.array(video, { maxLength: 3 })),
          audio_urls: optional(fc.array(video, { maxLength: 3 })),
        }
      : {}),
  });

const LARGE = ['480p', '720p', '1080p', '4k'];
const SMALL = ['480p', '720p'];

/** Model of the catalogue -> right bodies, without their `model`. */
export const SHEET_BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = {
  ...KLING_TURBO_BODIES,
  ...MINIMAX_BODIES,
  ...SEEDANCE_25_BODIES,
  ...VEO_BODIES,
  ...WAN_BODIES,
  'apimart/kling-v3-omni': omni,
  'apimart/seedance-2.0': seedance(LARGE),
  'apimart/seedance-2.0-fast': seedance(SMALL),
  'apimart/seedance-2.0-mini': seedance(SMALL),
  'evolink/kling-o3-image-to-video': kling(
    { image_start: link, image_urls: optional(links(1, 3)), aspect_ratio: optional(ratio) },
    true,
  ),
  'evolink/kling-v3-text-to-video': kling(
    { negative_prompt: optional(words), aspect_ratio: optional(ratio) },
    false,
  ),
  'evolink/kling-v3-image-to-video': kling(
    {
      image_start: link,
      image_end: optional(link),
      negative_prompt: optional(words),
      aspect_ratio: optional(ratio),
    },
    true,
  ),
  'evolink/veo-3.1-fast-generate-preview': veo,
  'evolink/veo-3.1-generate-preview': veo,
  ...Object.fromEntries(
    ['', '-fast', '-mini'].flatMap((family) =>
      ['text', 'image', 'reference'].map((kind) => [
        `evolink/seedance-2.0${family}-${kind}-to-video`,
        seedanceEvolink(kind, family === '' ? LARGE : SMALL),
      ]),
    ),
  ),
};
