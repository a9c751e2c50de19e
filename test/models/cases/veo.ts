/** Rule cases of the five Veo models through APIMart. */
import type { JsonObject } from '../../../src/scene.ts';
import type { RuleCase } from '../rule-cases.ts';
import { A, apimart, B, casesOf, delivery, long, many, type Table } from './rows.ts';

/** The common rules, without nsfw_check: these models do not have it. */
const withoutNsfw = (table: Table): Table =>
  Object.fromEntries(Object.entries(table).filter(([rule]) => rule !== 'CM8 note'));

const base = (model: string): JsonObject => ({
  model,
  prompt: 'Fog',
  duration: 8,
  aspect_ratio: '16:9',
  resolution: '720p',
});
const frame = { generation_type: 'frame', image_urls: [A] } as const;
const reference = { generation_type: 'reference', image_urls: [A] } as const;

const common: Table = {
  'VE1 refuse': ['duration', { duration: 6 }, { duration: 8 }],
  'VE2 refuse': ['aspect_ratio', { aspect_ratio: '1:1' }, { aspect_ratio: '9:16' }],
  'VE2 note': ['aspect_ratio', { aspect_ratio: undefined }],
  'VE3 refuse': ['resolution', { resolution: '4K' }, { resolution: '4k' }],
  'VE4 refuse': [
    ['prompt', { prompt: undefined }],
    ['prompt', { prompt: ' ' }],
  ],
  'VE5 warn': ['prompt', { prompt: long(1001) }, { prompt: long(1000) }],
  'VE16 refuse': [
    ['seed', { seed: 1 }],
    ['generate_audio', { generate_audio: true }],
    ['official_fallback', { official_fallback: true }],
    ['enable_gif', { enable_gif: true }],
  ],
};
const pictures = (other: string): Table => ({
  ...withoutNsfw(apimart((link) => ({ ...frame, image_urls: [link] }), 'image_urls.0')),
  'CM12 warn': [
    'image_urls.0',
    { ...frame, image_urls: ['https://media.example.com/a.gif'] },
    frame,
  ],
  ...common,
  'VE7 refuse': ['generation_type', { generation_type: other, image_urls: [A] }, frame],
  'VE8 refuse': ['image_urls', { ...frame, image_urls: many(4) }, frame],
  'VE9 refuse': ['image_urls', { image_urls: [A] }, frame],
  'VE10 warn': ['image_urls', { ...frame, image_urls: many(3) }, { ...frame, image_urls: [A, B] }],
  'VE11 warn': ['generation_type', { generation_type: 'frame' }, frame],
});

const official = (model: string): JsonObject => ({ ...base(model), generate_audio: false });
const officialTable: Table = {
  ...withoutNsfw(apimart((link) => ({ first_frame_image: link }), 'first_frame_image')),
  'VO1 refuse': ['duration', { duration: 5 }, { duration: 4 }],
  'VO2 refuse': ['aspect_ratio', { aspect_ratio: '1:1' }, { aspect_ratio: '9:16' }],
  'VO3 refuse': ['resolution', { resolution: '2k' }, { resolution: '4K' }],
  'VO3 note': ['resolution', { resolution: '4k' }, { resolution: '4K' }],
  'VO4 refuse': [
    ['prompt', { prompt: undefined }],
    ['prompt', { prompt: ' ' }],
  ],
  'VO5 refuse': [
    'last_frame_image',
    { last_frame_image: B },
    { first_frame_image: A, last_frame_image: B },
  ],
  'VO6 refuse': ['seed', { seed: -1 }, { seed: 4_294_967_295 }],
  'VO7 note': ['generate_audio', { generate_audio: undefined }],
  'VO8 refuse': [
    'person_generation',
    { person_generation: 'dont_allow' },
    { person_generation: 'disallow' },
  ],
  'VO9 refuse': [
    ['n', { n: 2 }],
    ['image_urls', { image_urls: [A] }],
    ['generation_type', { generation_type: 'frame' }],
    ['sample_count', { sample_count: 1 }],
  ],
  'VO10 warn': ['resolution', { resolution: '4K', duration: 4 }, { resolution: '4K' }],
};

export const VEO_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'apimart/veo3.1-fast': casesOf(base('veo3.1-fast'), {
    ...pictures('FIRST&LAST'),
    'VE12 warn': ['aspect_ratio', { ...reference, aspect_ratio: '9:16' }, reference],
  }),
  'apimart/veo3.1-quality': casesOf(base('veo3.1-quality'), pictures('reference')),
  'apimart/veo3.1-lite': casesOf(base('veo3.1-lite'), {
    'CM1 refuse': ['model', { model: 'x' }],
    'CM2 refuse': ['duration', { duration: '8' }],
    'CM14 note': ['prompt', { prompt: '' }],
    ...delivery,
    ...common,
    'VE6 refuse': [
      ['image_urls', { image_urls: [A] }],
      ['generation_type', { generation_type: 'frame' }],
    ],
  }),
  'apimart/veo3.1-fast-official': casesOf(official('veo3.1-fast-official'), officialTable),
  'apimart/veo3.1-quality-official': casesOf(official('veo3.1-quality-official'), officialTable),
};
