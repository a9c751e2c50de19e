/** Rule cases of the ids of wan3.0 and wan3.0-prime (EvoLink). */
import type { JsonObject } from '../../../src/scene.ts';
import type { RuleCase } from '../rule-cases.ts';
import {
  A,
  B,
  casesOf,
  evolink,
  evolinkLinks,
  long,
  many,
  params,
  S,
  type Table,
  V,
} from './rows.ts';

const base = (model: string): JsonObject => ({
  model,
  prompt: 'Snow',
  duration: 5,
  quality: '720p',
  aspect_ratio: '16:9',
  generate_audio: true,
});
const common: Table = {
  ...evolink,
  'EW1 refuse': [
    ['duration', { duration: 31 }, { duration: 30 }],
    ['duration', { duration: 1 }, { duration: -1 }],
  ],
  'EW2 refuse': ['quality', { quality: '4k' }, { quality: '480p' }],
  'EW3 refuse': ['aspect_ratio', { aspect_ratio: '21:9' }, { aspect_ratio: '4:3' }],
  'EW5 refuse': ['prompt', { prompt: long(20_001) }, { prompt: long(20_000) }],
  'EW14 refuse': ['seed', { seed: 2_147_483_648 }, { seed: 0 }],
  'EW15 note': [
    ['generate_audio', { generate_audio: undefined }],
    ['duration', { duration: undefined }],
    ['quality', { quality: undefined }],
  ],
  'EW16 note': ['duration', { duration: -1 }],
};
const stray: Table = { 'EW18 refuse': [['negative_prompt', { negative_prompt: 'x' }]] };

const casesFor = (family: string): Readonly<Record<string, readonly RuleCase[]>> => ({
  [`evolink/${family}-text-to-video`]: casesOf(base(`${family}-text-to-video`), {
    ...common,
    'EW3 note': [
      ['aspect_ratio', { aspect_ratio: 'adaptive' }],
      ['aspect_ratio', { aspect_ratio: undefined }],
    ],
    'EW4 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { prompt: ' ' }],
    ],
    'EW18 refuse': [
      ['image_start', { image_start: A }],
      ['video_urls', { video_urls: [V] }],
      ['content_filter', { content_filter: false }],
    ],
  }),
  [`evolink/${family}-image-to-video`]: casesOf(
    { ...base(`${family}-image-to-video`), image_start: A },
    {
      ...common,
      ...evolinkLinks((link) => ({ image_start: link }), 'image_start'),
      ...stray,
      'CE9 warn': ['image_end', { image_end: 'https://media.example.com/a.gif' }, { image_end: B }],
      'EW6 refuse': ['image_start', { image_start: undefined }],
      'EW8 refuse': ['image_urls', { image_urls: [A] }],
    },
  ),
  [`evolink/${family}-reference-video`]: casesOf(
    { ...base(`${family}-reference-video`), image_urls: [A] },
    {
      ...common,
      ...evolinkLinks((link) => ({ image_urls: [link] }), 'image_urls.0'),
      ...stray,
      'CE9 warn': ['audio_urls.0', { audio_urls: ['https://media.example.com/s.ogg'] }],
      'EW9 refuse': ['image_start', { image_start: A }],
      'EW10 warn': [
        'image_urls',
        { image_urls: undefined },
        { image_urls: undefined, ...params({ link_url: 'https://example.com/' }) },
      ],
      'EW11 refuse': [
        ['image_urls', { image_urls: many(11) }, { image_urls: many(10) }],
        ['video_urls', { video_urls: [V, V, V, V, V, V] }],
        ['audio_urls', { audio_urls: [S, S, S, S, S, S] }],
      ],
      'EW13 refuse': [
        'model_params.link_url',
        params({ file_url: 'https://example.com/a.pdf', link_url: 'https://example.com/' }),
        params({ file_url: 'https://example.com/a.pdf' }),
      ],
      'EW17 warn': [
        ['prompt', { prompt: 'Image 2 in snow' }, { prompt: 'Image 1 in snow' }],
        ['prompt', { prompt: 'Video 1 in snow' }],
        ['prompt', { prompt: 'Audio 1 in snow' }],
      ],
    },
  ),
});

export const WAN_CASES = { ...casesFor('wan3.0'), ...casesFor('wan3.0-prime') };
