/**
 * Rule cases of the models of the model sheets (docs/providers): one line for each rule, as a patch
 * of a body that nothing is said of. `undefined` takes a field away.
 */
import type { JsonObject } from '../../../src/scene.ts';
import { KLING_TURBO_CASES } from '../cases/kling-turbo.ts';
import { MINIMAX_CASES } from '../cases/minimax.ts';
import { SEEDANCE_25_CASES } from '../cases/seedance-2.5.ts';
import { VEO_CASES } from '../cases/veo.ts';
import { WAN_CASES } from '../cases/wan.ts';
import {
  apimart,
  klingShots,
  evolinkLinks,
  casesOf,
  A,
  B,
  C,
  V,
  S,
  long,
  many,
  evolink,
  shot,
  element,
  video,
  roles,
  params,
  shots,
  type Patch,
  type Table,
} from '../cases/rows.ts';
import type { RuleCase } from '../rule-cases.ts';

const omni: JsonObject = { model: 'kling-v3-omni', prompt: 'A door', mode: 'std', duration: 5 };
const omniShots: Patch = {
  multi_shot: true,
  shot_type: 'customize',
  multi_prompt: [shot(1, 2), shot(2, 3)],
};

const seedance = (model: string): JsonObject => ({
  model,
  prompt: 'A boat',
  duration: 5,
  generate_audio: true,
});
const seedanceTable = (resolution: string): Table => ({
  ...apimart((link) => ({ image_urls: [link, B] }), 'image_urls.0'),
  'SD1 refuse': ['duration', { duration: 16 }, { duration: 15 }],
  'SD2 refuse': ['size', { size: '2:1' }, { size: '21:9' }],
  [`${resolution} refuse`]: ['resolution', { resolution: '2k' }, { resolution: '480p' }],
  'SD5 refuse': [
    ['prompt', { prompt: undefined }, { prompt: undefined, image_urls: [A, B] }],
    ['prompt', { prompt: '  ' }, { prompt: '  ', video_urls: [V] }],
  ],
  'SD6 refuse': ['prompt', { prompt: long(4001) }, { prompt: long(4000) }],
  'SD7 warn': ['prompt', { prompt: long(501) }, { prompt: long(500) }],
  'SD8 refuse': [
    'image_with_roles',
    { image_urls: [A, B], image_with_roles: roles('first_frame') },
  ],
  'SD9 refuse': ['image_urls', { image_urls: many(10) }, { image_urls: many(9) }],
  'SD9 warn': [
    'image_with_roles',
    { image_with_roles: roles(...Array.from({ length: 10 }, () => 'reference_image')) },
  ],
  'SD10 warn': ['image_with_roles', { image_with_roles: roles('first_frame', 'first_frame') }],
  'SD11 warn': [
    'image_with_roles',
    { image_with_roles: roles('last_frame') },
    { image_with_roles: roles('first_frame', 'last_frame') },
  ],
  'SD12 refuse': [
    [
      'video_urls',
      { image_with_roles: roles('first_frame'), video_urls: [V] },
      { image_with_roles: roles('reference_image'), video_urls: [V] },
    ],
    ['audio_urls', { image_with_roles: roles('first_frame', 'last_frame'), audio_urls: [S] }],
  ],
  'SD13 warn': ['image_with_roles', { image_with_roles: roles('first_frame', 'reference_image') }],
  'SD14 refuse': ['audio_urls', { audio_urls: [S] }, { audio_urls: [S], image_urls: [A, B] }],
  'SD15 refuse': ['video_urls', { video_urls: [V, V, V, V] }, { video_urls: [V, V, V] }],
  'SD16 refuse': ['audio_urls', { image_urls: [A, B], audio_urls: [S, S, S, S] }],
  'SD17 note': ['generate_audio', { generate_audio: undefined }],
  'SD19 warn': ['image_urls', { image_urls: [A] }, { image_urls: [A, B] }],
  'SD20 warn': [
    'size',
    { image_with_roles: roles('first_frame'), size: '16:9' },
    { image_with_roles: roles('first_frame'), size: 'adaptive' },
  ],
  'SD21 warn': ['size', { size: 'adaptive' }, { size: 'adaptive', image_urls: [A, B] }],
  'SD22 refuse': [
    'tools.0.type',
    { tools: [{ type: 'code' }] },
    { tools: [{ type: 'web_search' }] },
  ],
  'SD23 warn': ['tools', { tools: [{ type: 'web_search' }] }],
  'SD24 refuse': ['seed', { seed: -1 }, { seed: 0 }],
  'SD25 refuse': [
    ['aspect_ratio', { aspect_ratio: '16:9' }],
    ['negative_prompt', { negative_prompt: 'x' }],
    ['multi_shot', { multi_shot: true }],
  ],
  'SD27 note': ['video_urls', { video_urls: [V] }],
  'SD28 refuse': ['return_last_frame', { return_last_frame: 'yes' }, { return_last_frame: true }],
});

const o3image: JsonObject = {
  model: 'kling-o3-image-to-video',
  prompt: 'A girl',
  image_start: A,
  duration: 5,
  quality: '720p',
  sound: 'off',
};
const elements = (count: number): JsonObject => ({
  element_list: Array.from({ length: count }, (_, index) => ({ element_id: `e${index}` })),
});
const v3text: JsonObject = {
  model: 'kling-v3-text-to-video',
  prompt: 'Rain',
  duration: 5,
  aspect_ratio: '16:9',
  quality: '720p',
  sound: 'off',
};
const v3image: JsonObject = {
  model: 'kling-v3-image-to-video',
  image_start: A,
  prompt: 'Rain',
  duration: 5,
  quality: '720p',
  sound: 'off',
};

const veo = (model: string): JsonObject => ({
  model,
  prompt: 'A kite',
  generation_type: 'TEXT',
  aspect_ratio: '16:9',
  duration: 8,
  quality: '720p',
  generate_audio: true,
});
const frames: Patch = { generation_type: 'FIRST&LAST', image_urls: [A] };
const reference: Patch = { generation_type: 'REFERENCE', image_urls: [A] };
const veoTable: Table = {
  ...evolink,
  ...evolinkLinks((link) => ({ ...frames, image_urls: [link] }), 'image_urls.0'),
  'EV1 refuse': ['duration', { duration: 5 }, { duration: 4 }],
  'EV1 note': ['duration', { duration: undefined }],
  'EV2 refuse': [
    ['prompt', { prompt: undefined }],
    ['prompt', { prompt: ' ' }],
    ['prompt', { prompt: long(2001) }, { prompt: long(2000) }],
  ],
  'EV3 refuse': ['generation_type', { generation_type: 'IMAGE' }],
  'EV3 note': ['generation_type', { generation_type: undefined }],
  'EV4 warn': ['image_urls', { image_urls: [A] }],
  'EV5 refuse': [
    'generation_type',
    { generation_type: 'FIRST&LAST', image_urls: [A, B, C] },
    { generation_type: 'FIRST&LAST', image_urls: [A, B] },
  ],
  'EV6 refuse': [
    'image_urls',
    { ...reference, image_urls: many(4) },
    { ...reference, image_urls: many(3) },
  ],
  'EV6 warn': ['generation_type', { generation_type: 'REFERENCE' }, reference],
  'EV7 refuse': [
    ['duration', { ...reference, duration: 4 }, reference],
    ['aspect_ratio', { ...reference, aspect_ratio: '9:16' }],
  ],
  'EV8 refuse': [
    ['seed', { ...reference, seed: 7 }, { ...frames, seed: 7 }],
    ['negative_prompt', { ...reference, negative_prompt: 'x' }],
  ],
  'EV9 warn': ['quality', { ...reference, quality: '1080p' }],
  'EV10 refuse': ['aspect_ratio', { aspect_ratio: '1:1' }, { aspect_ratio: '9:16' }],
  'EV10 note': [
    ['aspect_ratio', { aspect_ratio: 'auto' }],
    ['aspect_ratio', { aspect_ratio: undefined }],
    ['aspect_ratio', { ...reference, aspect_ratio: undefined }],
  ],
  'EV11 refuse': ['quality', { quality: '480p' }],
  'EV12 warn': ['quality', { quality: '4k', duration: 4 }, { quality: '4k' }],
  'EV13 refuse': ['n', { n: 2 }, { n: 1 }],
  'EV14 refuse': ['seed', { seed: 0 }, { seed: 4_294_967_295 }],
  'EV15 note': ['generate_audio', { generate_audio: undefined }],
  'EV16 note': ['resize_mode', { resize_mode: 'crop' }, { ...frames, resize_mode: 'crop' }],
  'EV17 refuse': [
    'person_generation',
    { person_generation: 'disallow' },
    { person_generation: 'dont_allow' },
  ],
  'EV19 refuse': ['image_start', { image_start: A }],
};

const es = (model: string, kind: string): JsonObject => ({
  model,
  prompt: 'A pond',
  duration: 5,
  quality: '720p',
  aspect_ratio: kind === 'text' ? '16:9' : 'adaptive',
  generate_audio: true,
  ...(kind === 'text' ? {} : { image_urls: [A] }),
});
const esTable = (family: string, kind: string): Table => ({
  ...evolink,
  ...(kind === 'text'
    ? {
        'ES16 note': ['aspect_ratio', { aspect_ratio: 'adaptive' }] as const,
        'ES10 refuse': ['image_urls', { image_urls: [A] }] as const,
      }
    : {
        ...evolinkLinks((link) => ({ image_urls: [link] }), 'image_urls.0'),
        'CE9 warn': ['image_urls.0', { image_urls: ['https://media.example.com/a.gif'] }] as const,
      }),
  'ES1 refuse': ['duration', { duration: 3 }, { duration: 4 }],
  'ES2 refuse': ['quality', { quality: family === '' ? '2k' : '1080p' }, { quality: '480p' }],
  'ES3 refuse': ['aspect_ratio', { aspect_ratio: '2:1' }],
  'ES3 note': ['aspect_ratio', { aspect_ratio: undefined }],
  'ES4 refuse': [
    ['prompt', { prompt: undefined }],
    ['prompt', { prompt: '  ' }],
  ],
  'ES5 warn': ['prompt', { prompt: long(4001) }, { prompt: long(4000) }],
  'ES6 note': ['generate_audio', { generate_audio: undefined }],
  'ES7 note': ['content_filter', { content_filter: false }, { content_filter: true }],
  ...(kind === 'text' && family !== 'mini'
    ? {
        'ES8 refuse': [
          'model_params.web_search',
          { content_filter: false, ...params({ web_search: true }) },
          params({ web_search: true }),
        ] as const,
      }
    : {}),
  ...(kind === 'image'
    ? {
        'ES11 refuse': [
          ['image_urls', { image_urls: many(3) }, { image_urls: [A, B] }],
          ['image_urls', { image_urls: undefined }],
        ] as const,
        'ES17 warn': ['aspect_ratio', { aspect_ratio: '16:9' }] as const,
      }
    : {}),
  ...(kind === 'reference'
    ? {
        'ES12 refuse': [
          ['video_urls', { video_urls: [V, V, V, V] }, { video_urls: [V, V, V] }],
          ['image_urls', { image_urls: undefined, audio_urls: [S] }, { audio_urls: [S] }],
        ] as const,
        'ES15 warn': [
          ['prompt', { prompt: '@image2 runs' }, { prompt: '@image1 runs' }],
          ['prompt', { prompt: '@video1 runs' }],
          ['prompt', { prompt: '@audio1 runs' }],
        ] as const,
      }
    : {}),
  'ES18 refuse': [
    ['seed', { seed: 1 }],
    ['sound', { sound: 'on' }],
  ],
});

const esFamilies = ['', 'fast', 'mini'].flatMap((family) =>
  ['text', 'image', 'reference'].map((kind) => {
    const native = `seedance-2.0${family === '' ? '' : `-${family}`}-${kind}-to-video`;
    return [`evolink/${native}`, casesOf(es(native, kind), esTable(family, kind))] as const;
  }),
);

export const SHEET_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'apimart/kling-v3-omni': casesOf(omni, {
    ...apimart(
      (link) => ({ image_with_roles: [{ url: link, role: 'first_frame' }] }),
      'image_with_roles.0.url',
    ),
    'CM12 warn': [
      'video_list.0.video_url',
      { video_list: video({ video_url: 'https://media.example.com/v.webm' }) },
      { video_list: video() },
    ],
    'KO1 refuse': ['duration', { duration: 16 }, { duration: 3 }],
    'KO2 refuse': ['mode', { mode: '1080p' }, { mode: '4k' }],
    'KO3 refuse': ['aspect_ratio', { aspect_ratio: '4:3' }, { aspect_ratio: '1:1' }],
    'KO4 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { ...omniShots, prompt: '  ' }, omniShots],
    ],
    'KO5 warn': ['prompt', { prompt: long(2501) }, { prompt: long(2500) }],
    'KO6 refuse': [
      'negative_prompt',
      { negative_prompt: long(2501) },
      { negative_prompt: long(2500) },
    ],
    'KO7 refuse': ['image_with_roles', { image_urls: [A], image_with_roles: roles('first_frame') }],
    'KO8 refuse': [
      'image_with_roles.0.role',
      { image_with_roles: roles('style') },
      { image_with_roles: roles('reference') },
    ],
    'KO8 warn': ['image_with_roles', { image_with_roles: roles('first_frame', 'first_frame') }],
    'KO9 refuse': [
      'image_with_roles',
      { image_with_roles: roles('last_frame') },
      { image_with_roles: roles('first_frame', 'last_frame') },
    ],
    'KO10 warn': [
      ['image_urls', { image_urls: many(8) }, { image_urls: many(7) }],
      [
        'image_with_roles',
        {
          image_with_roles: roles(...Array.from({ length: 5 }, () => 'reference')),
          video_list: video(),
        },
      ],
    ],
    'KO11 warn': [
      'prompt',
      { image_urls: [A] },
      { image_urls: [A], prompt: 'A door of <<<image_1>>>' },
    ],
    'KO12 warn': [
      'prompt',
      { image_urls: [A], prompt: '<<<image_2>>>' },
      { image_urls: [A], prompt: '<<<image_1>>>' },
    ],
    'KO13 refuse': [
      ['video_list', { video_list: [...video(), ...video()] }, { video_list: video() }],
      ['video_list.0.video_url', { video_list: [{ refer_type: 'feature' }] }],
    ],
    'KO14 refuse': ['video_list.0.refer_type', { video_list: video({ refer_type: 'style' }) }],
    'KO14 note': [
      'video_list.0.refer_type',
      { video_list: [{ video_url: V }] },
      { video_list: video() },
    ],
    'KO15 refuse': [
      'video_list.0.keep_original_sound',
      { video_list: video({ keep_original_sound: 'maybe' }) },
      { video_list: video({ keep_original_sound: 'yes' }) },
    ],
    'KO15 note': [
      'video_list.0.keep_original_sound',
      { video_list: video({ keep_original_sound: true }) },
    ],
    'KO16 refuse': [
      'image_with_roles',
      {
        duration: undefined,
        video_list: video({ refer_type: 'base' }),
        image_with_roles: roles('first_frame'),
      },
      { video_list: video(), image_with_roles: roles('first_frame') },
    ],
    'KO17 note': [
      'duration',
      { video_list: video({ refer_type: 'base' }) },
      { video_list: video() },
    ],
    'KO19 refuse': [
      'image_urls',
      { video_list: video(), image_urls: [A, B] },
      { video_list: video(), image_urls: [A] },
    ],
    'KO19 warn': [
      'image_with_roles',
      { video_list: video(), image_with_roles: roles('first_frame', 'last_frame') },
    ],
    'KO20 refuse': ['audio', { audio: true, video_list: video() }, { audio: true }],
    'KO21 refuse': ['multi_shot', { multi_shot: true }, omniShots],
    'KO22 refuse': [
      ['shot_type', { multi_shot: true, shot_type: 'customize' }, omniShots],
      ['multi_prompt.0.index', { ...omniShots, multi_prompt: [shot(2, 5)] }],
    ],
    'KO23 refuse': [
      ['duration', { ...omniShots, multi_prompt: [shot(1, 4)] }, omniShots],
      ['multi_prompt.0.duration', { ...omniShots, multi_prompt: [shot(1, '5')] }],
    ],
    'KO24 warn': [
      'multi_prompt.0.prompt',
      { ...omniShots, multi_prompt: [shot(1, 5, long(513))] },
      { ...omniShots, multi_prompt: [shot(1, 5, long(512))] },
    ],
    'KO25 warn': [
      ['shot_type', { shot_type: 'customize' }, omniShots],
      ['multi_prompt', { ...omniShots, shot_type: 'intelligence' }],
    ],
    'KO26 warn': ['multi_shot', { ...omniShots, video_list: video() }, omniShots],
    'KO27 refuse': [
      'element_list.0.element_input_urls',
      { prompt: '@a', element_list: [{ ...element('a'), element_input_urls: [A] }] },
      { prompt: '@a', element_list: [element('a')] },
    ],
    'KO27 warn': [
      'element_list.1.name',
      { prompt: '@a', element_list: [element('a'), element('a')] },
    ],
    'KO28 warn': [
      'element_list.0.name',
      { element_list: [element('a')] },
      { prompt: '@a', element_list: [element('a')] },
    ],
    'KO29 warn': ['mode', { mode: '4k', video_list: video() }, { mode: '4k' }],
    'KO30 warn': [
      'aspect_ratio',
      { aspect_ratio: '1:1', image_with_roles: roles('first_frame') },
      { aspect_ratio: '1:1' },
    ],
    'KO31 refuse': [
      ['seed', { seed: 7 }],
      ['sound', { sound: 'on' }],
      ['resolution', { resolution: '720p' }],
    ],
  }),
  'apimart/seedance-2.0': casesOf(seedance('seedance-2.0'), seedanceTable('SD3')),
  'apimart/seedance-2.0-fast': casesOf(seedance('seedance-2.0-fast'), seedanceTable('SD4')),
  'apimart/seedance-2.0-mini': casesOf(seedance('seedance-2.0-mini'), seedanceTable('SD4')),
  'evolink/kling-o3-image-to-video': casesOf(o3image, {
    ...evolink,
    ...evolinkLinks((link) => ({ image_start: link }), 'image_start'),
    'CE9 warn': ['image_start', { image_start: 'https://media.example.com/a.webp' }],
    'CE5 note': ['model_params.element_list', { element_list: [{ element_id: 'e' }] }],
    'EI1 refuse': ['duration', { duration: 2 }, { duration: 15 }],
    'EI2 refuse': ['aspect_ratio', { aspect_ratio: '4:3' }],
    'EI3 refuse': ['quality', { quality: '2k' }, { quality: '4k' }],
    'EI3 note': ['quality', { quality: undefined }],
    'EI4 refuse': ['sound', { sound: 'loud' }, { sound: 'on' }],
    'EI4 note': ['sound', { sound: true }],
    'EI5 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { prompt: ' ' }],
      ['prompt', { prompt: long(2501) }, { prompt: long(2500) }],
    ],
    'EI6 note': ['prompt', params(shots([shot(1, '5')]))],
    'EI7 warn': [
      'image_start',
      { image_start: undefined },
      { image_start: undefined, image_urls: [A] },
    ],
    'EI8 refuse': [
      'image_end',
      { image_start: undefined, image_urls: [A], image_end: B },
      { image_end: B },
    ],
    'EI9 refuse': ['image_urls', { image_end: B, image_urls: [C] }, { image_end: B }],
    'EI10 refuse': [
      ['image_urls', { image_urls: many(7) }, { image_urls: many(6) }],
      ['model_params.element_list.0.element_id', params({ element_list: [{ element_id: 7 }] })],
    ],
    'EI11 refuse': ['model_params.element_list', params(elements(4)), params(elements(3))],
    ...klingShots(['EI13', 'EI13', 'EI14', 'EI15', 'EI16'], 'warn'),
    'EI17 warn': [
      'prompt',
      { prompt: '<<<element_1>>>' },
      { prompt: '<<<element_1>>>', ...params(elements(1)) },
    ],
    'EI18 warn': ['prompt', { prompt: '<<<image_2>>>' }, { prompt: '<<<image_1>>>' }],
    'EI19 warn': [
      'prompt',
      { prompt: '<<<image_1>>>' },
      { prompt: '<<<image_1>>>', image_start: undefined, image_urls: [A] },
    ],
    'EI20 warn': ['aspect_ratio', { aspect_ratio: '1:1' }],
    'EI21 refuse': [
      ['negative_prompt', { negative_prompt: 'x' }],
      ['mode', { mode: 'pro' }],
    ],
  }),
  'evolink/kling-v3-text-to-video': casesOf(v3text, {
    ...evolink,
    'CE5 note': ['model_params.multi_shot', { multi_shot: false }],
    'ET1 refuse': [
      ['duration', { duration: 16 }],
      ['sound', { sound: 'loud' }],
      ['aspect_ratio', { aspect_ratio: '4:3' }],
    ],
    'ET1 note': ['sound', { sound: false }],
    'ET2 note': ['aspect_ratio', { aspect_ratio: undefined }],
    'ET3 refuse': [
      ['prompt', { prompt: undefined }, { prompt: undefined, ...params(shots([shot(1, '5')])) }],
      ['prompt', { prompt: undefined, ...params({ multi_shot: true, shot_type: 'intelligence' }) }],
    ],
    'ET4 note': [
      'prompt',
      params(shots([shot(1, '5')])),
      { prompt: undefined, ...params(shots([shot(1, '5')])) },
    ],
    ...klingShots(['ET5', 'ET6', 'ET7', 'ET7', 'ET8'], 'refuse', { prompt: undefined }),
    'ET9 warn': [
      'negative_prompt',
      { negative_prompt: long(2501) },
      { negative_prompt: long(2500) },
    ],
    'ET10 refuse': [
      ['image_start', { image_start: A }],
      ['seed', { seed: 1 }],
    ],
  }),
  'evolink/kling-v3-image-to-video': casesOf(v3image, {
    ...evolink,
    ...evolinkLinks((link) => ({ image_start: link }), 'image_start'),
    'CE9 warn': ['image_start', { image_start: 'https://media.example.com/a.webp' }],
    'CE5 note': ['model_params.multi_shot', { multi_shot: false }],
    'EM1 refuse': ['image_start', { image_start: undefined }],
    'EM2 refuse': [
      ['duration', { duration: 20 }],
      ['quality', { quality: '480p' }],
    ],
    'EM2 note': ['sound', { sound: true }],
    'EM3 warn': ['prompt', { prompt: undefined }],
    'EM4 refuse': ['prompt', { prompt: long(2501) }, { prompt: long(2500) }],
    'EM5 note': ['aspect_ratio', { aspect_ratio: '16:9' }],
    'EM7 refuse': ['model_params.element_list', params(elements(4)), params(elements(3))],
    ...klingShots(['EM8', 'EM8', 'EM8', 'EM8', 'EM8'], 'refuse', { prompt: undefined }),
    'EM9 warn': [
      ['image_end', { image_end: B, ...params(elements(1)) }, { image_end: B }],
      ['image_end', { image_end: B, prompt: undefined, ...params(shots([shot(1, '5')])) }],
    ],
    'EM10 refuse': ['seed', { seed: 4 }],
  }),
  'evolink/veo-3.1-fast-generate-preview': casesOf(veo('veo-3.1-fast-generate-preview'), veoTable),
  'evolink/veo-3.1-generate-preview': casesOf(veo('veo-3.1-generate-preview'), veoTable),
  ...Object.fromEntries(esFamilies),
  ...KLING_TURBO_CASES,
  ...MINIMAX_CASES,
  ...SEEDANCE_25_CASES,
  ...VEO_CASES,
  ...WAN_CASES,
};
