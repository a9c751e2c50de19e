/** Rule cases of the turbo models of Kling, and of kling-o3-reference-to-video. */
import type { JsonObject } from '../../../src/scene.ts';
import type { RuleCase } from '../rule-cases.ts';
import {
  A,
  apimart,
  casesOf,
  evolink,
  evolinkLinks,
  long,
  many,
  params,
  type Table,
  V,
} from './rows.ts';

const apimartTurbo: JsonObject = {
  model: 'kling-3.0-turbo',
  prompt: 'A tram',
  resolution: '720p',
  duration: 5,
};

const evolinkTurbo = (kind: string): JsonObject => ({
  model: `kling-v3-turbo-${kind}-to-video`,
  prompt: 'A flag',
  duration: 5,
  quality: '720p',
});
const o3reference: JsonObject = {
  model: 'kling-o3-reference-to-video',
  prompt: 'Dance',
  video_url: V,
  keep_original_sound: true,
  duration: 6,
  quality: '720p',
};
const elements = (count: number): JsonObject => ({
  element_list: Array.from({ length: count }, (_, index) => ({ element_id: `e${index}` })),
});
const evolinkCommon: Table = {
  ...evolink,
  'EU1 refuse': [
    ['duration', { duration: 2 }, { duration: 15 }],
    ['quality', { quality: '4k' }, { quality: '1080p' }],
  ],
  'EU8 refuse': ['multi_shot', { multi_shot: true }],
  'EU9 refuse': [
    ['sound', { sound: 'on' }],
    ['model_params', { model_params: {} }],
    ['image_end', { image_end: A }],
  ],
};

/** What the turbo models warn of where a prompt holds shots. */
const shotLines: Table[string] = [
  ['prompt', { prompt: 'Shot 1, 2, a tram; Shot 2, 2, a door;' }, { prompt: 'Shot 1, 5, a tram;' }],
  [
    'prompt',
    { prompt: '镜头 1，0，电车；镜头 2，5，门；' },
    { prompt: '镜头 1，2，电车；镜头 2，3，门；' },
  ],
  [
    'prompt',
    { prompt: 'Shot 1, 1, a; Shot 2, 1.1, b; Shot 3, 2.2, c; Shot 4, 1.8, d;', duration: 6 },
    { prompt: 'Shot 1, 1, a; Shot 2, 1.1, b; Shot 3, 2.2, c; Shot 4, 1.7, d;', duration: 6 },
  ],
  ['prompt', { prompt: 'Shot 1, 1, a;'.repeat(7), duration: 7 }],
  ['prompt', { prompt: `Shot 1, 5, ${long(513)};` }, { prompt: `Shot 1, 5, ${long(512)};` }],
];

export const KLING_TURBO_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'apimart/kling-3.0-turbo': casesOf(apimartTurbo, {
    ...apimart((link) => ({ first_frame_image: link }), 'first_frame_image'),
    'CM12 warn': ['first_frame_image', { first_frame_image: 'https://media.example.com/a.webp' }],
    'KT1 refuse': ['duration', { duration: 16 }, { duration: 3 }],
    'KT2 refuse': ['resolution', { resolution: '4k' }, { resolution: '1080p' }],
    'KT3 refuse': [
      ['prompt', { prompt: undefined }, { prompt: undefined, first_frame_image: A }],
      ['prompt', { prompt: ' ' }],
    ],
    'KT4 refuse': ['prompt', { prompt: long(3073) }, { prompt: long(3072) }],
    'KT5 warn': ['prompt', { prompt: long(2501) }, { prompt: long(2500) }],
    'KT6 refuse': ['first_frame_image', { first_frame_image: [A] }, { first_frame_image: A }],
    'KT8 refuse': ['aspect_ratio', { aspect_ratio: '4:3' }, { aspect_ratio: '1:1' }],
    'KT9 note': [
      'aspect_ratio',
      { aspect_ratio: '1:1', first_frame_image: A },
      { aspect_ratio: '1:1' },
    ],
    'KT10 note': ['prompt', { prompt: ' ', first_frame_image: A }, { first_frame_image: A }],
    'KT11 refuse': [
      ['negative_prompt', { negative_prompt: 'people' }],
      ['image_urls', { image_urls: [A] }],
      ['mode', { mode: 'std' }],
    ],
    'KT12 refuse': ['multi_prompt', { multi_prompt: [] }],
    'KT13 warn': shotLines,
  }),
  'evolink/kling-v3-turbo-text-to-video': casesOf(evolinkTurbo('text'), {
    ...evolinkCommon,
    'EU2 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { prompt: ' ' }],
      ['prompt', { prompt: long(2501) }, { prompt: long(2500) }],
      ['aspect_ratio', { aspect_ratio: '4:3' }, { aspect_ratio: '1:1' }],
    ],
    'EU4 refuse': ['image_start', { image_start: A }],
    'EU7 warn': shotLines,
  }),
  'evolink/kling-v3-turbo-image-to-video': casesOf(
    { ...evolinkTurbo('image'), image_start: A },
    {
      ...evolinkCommon,
      ...evolinkLinks((link) => ({ image_start: link }), 'image_start'),
      'CE9 warn': ['image_start', { image_start: 'https://media.example.com/a.webp' }],
      'EU2 refuse': ['prompt', { prompt: long(2501) }, { prompt: undefined }],
      'EU3 refuse': ['image_start', { image_start: undefined }],
      'EU5 note': ['aspect_ratio', { aspect_ratio: '16:9' }],
      'EU7 warn': shotLines,
    },
  ),
  'evolink/kling-o3-reference-to-video': casesOf(o3reference, {
    ...evolink,
    ...evolinkLinks((link) => ({ video_url: link.replace('a.png', 'v.mp4') }), 'video_url'),
    'CE5 note': ['model_params.element_list', { element_list: [{ element_id: 'e' }] }],
    'CE9 warn': ['video_url', { video_url: 'https://media.example.com/v.webm' }],
    'ER1 refuse': ['duration', { duration: 12 }, { duration: 10 }],
    'ER2 refuse': [
      ['quality', { quality: '4k' }, { quality: '1080p' }],
      ['aspect_ratio', { aspect_ratio: '4:3' }, { aspect_ratio: '1:1' }],
    ],
    'ER3 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { prompt: ' ' }],
      ['prompt', { prompt: long(2501) }, { prompt: long(2500) }],
    ],
    'ER4 warn': ['video_url', { video_url: undefined }],
    'ER5 refuse': [
      [
        'model_params.element_list',
        { image_urls: many(3), ...params(elements(2)) },
        { image_urls: many(3), ...params(elements(1)) },
      ],
      ['image_urls', { image_urls: many(5) }, { image_urls: many(4) }],
      ['model_params.element_list.0.element_id', params({ element_list: [{ element_id: 7 }] })],
    ],
    'ER6 note': ['model_params.element_list', params(elements(1))],
    'ER9 note': ['keep_original_sound', { keep_original_sound: undefined }],
    'ER11 refuse': [
      ['image_start', { image_start: A }],
      ['sound', { sound: 'on' }],
      ['seed', { seed: 1 }],
    ],
    'ER12 warn': [
      ['prompt', { prompt: '<<<video_2>>>' }, { prompt: '<<<video_1>>>' }],
      ['prompt', { prompt: '<<<image_1>>>' }, { prompt: '<<<image_1>>>', image_urls: [A] }],
      [
        'prompt',
        { prompt: '<<<element_1>>>' },
        { prompt: '<<<element_1>>>', ...params(elements(1)) },
      ],
    ],
  }),
};
