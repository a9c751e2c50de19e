/** Rule cases of MiniMax-H3 (APIMart) and MiniMax-Hailuo-2.3 (EvoLink). */
import type { JsonObject } from '../../../src/scene.ts';
import type { RuleCase } from '../rule-cases.ts';
import { A, apimart, B, casesOf, evolink, evolinkLinks, long, many, params, S, V } from './rows.ts';

const h3: JsonObject = {
  model: 'MiniMax-H3',
  prompt: 'A chef',
  duration: 6,
  resolution: '768P',
  aspect_ratio: '16:9',
};
const hailuo: JsonObject = {
  model: 'MiniMax-Hailuo-2.3',
  prompt: 'A lamp',
  duration: 6,
  quality: '768p',
  model_params: { prompt_optimizer: false },
};

export const MINIMAX_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'apimart/MiniMax-H3': casesOf(h3, {
    ...apimart((link) => ({ image_urls: [link] }), 'image_urls.0'),
    'CM12 warn': ['video_urls.0', { video_urls: ['https://media.example.com/v.webm'] }],
    'MH1 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { prompt: ' ' }],
      ['prompt', { prompt: long(7001) }, { prompt: long(7000) }],
    ],
    'MH2 refuse': ['duration', { duration: 3 }, { duration: 4 }],
    'MH3 refuse': ['resolution', { resolution: '1080p' }, { resolution: '2K' }],
    'MH3 note': [
      ['resolution', { resolution: '2k' }, { resolution: '2K' }],
      ['resolution', { resolution: undefined }],
    ],
    'MH4 refuse': ['aspect_ratio', { aspect_ratio: '2:1' }, { aspect_ratio: '21:9' }],
    'MH4 note': [
      ['aspect_ratio', { aspect_ratio: undefined, size: '1:1' }],
      ['aspect_ratio', { aspect_ratio: undefined, ratio: '1:1' }],
    ],
    'MH5 refuse': [
      'aspect_ratio',
      { aspect_ratio: 'adaptive' },
      { aspect_ratio: 'adaptive', image_urls: [A] },
    ],
    'MH5 note': ['aspect_ratio', { aspect_ratio: undefined }],
    'MH6 note': [
      ['aspect_ratio', { first_frame_image: A }, { first_frame_image: A, aspect_ratio: undefined }],
      ['aspect_ratio', { last_frame_image: A }],
    ],
    'MH8 refuse': [
      ['image_urls', { first_frame_image: A, image_urls: [B] }, { image_urls: [B] }],
      ['video_urls', { last_frame_image: A, video_urls: [V] }],
      ['audio_urls', { first_frame_image: A, image_urls: [A], audio_urls: [S] }],
    ],
    'MH9 refuse': ['audio_urls', { audio_urls: [S] }, { audio_urls: [S], video_urls: [V] }],
    'MH10 refuse': [
      ['image_urls', { image_urls: many(10) }, { image_urls: many(5) }],
      ['video_urls', { video_urls: [V, V, V, V] }, { video_urls: [V, V, V] }],
      ['audio_urls', { image_urls: [A], audio_urls: [S, S, S, S] }],
    ],
    'MH11 refuse': ['image_with_roles', { image_with_roles: [{ url: A, role: 'first_frame' }] }],
    'MH12 note': ['image_urls', { image_urls: many(6) }, { image_urls: many(5) }],
    'MH14 refuse': [
      ['seed', { seed: 1 }],
      ['generate_audio', { generate_audio: true }],
      ['callback_url', { callback_url: 'https://hooks.example.com/x' }],
    ],
  }),
  'evolink/MiniMax-Hailuo-2.3': casesOf(hailuo, {
    ...evolink,
    ...evolinkLinks((link) => ({ image_urls: [link] }), 'image_urls.0'),
    'CE9 warn': ['image_urls.0', { image_urls: ['https://media.example.com/a.gif'] }],
    'EH1 refuse': ['duration', { duration: 5 }, { duration: 10 }],
    'EH2 refuse': ['quality', { quality: '720p' }, { quality: '1080p' }],
    'EH3 refuse': ['duration', { duration: 10, quality: '1080p' }, { duration: 10 }],
    'EH4 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { prompt: ' ', image_urls: [A] }],
      ['prompt', { prompt: long(2001) }, { prompt: long(2000) }],
    ],
    'EH5 refuse': ['image_urls', { image_urls: [A, B] }, { image_urls: [A] }],
    'EH6 note': [
      'model_params.prompt_optimizer',
      { model_params: undefined },
      params({ prompt_optimizer: true }),
    ],
    'EH7 warn': [
      'model_params.fast_pretreatment',
      params({ prompt_optimizer: false, fast_pretreatment: true }),
      params({ prompt_optimizer: true, fast_pretreatment: true }),
    ],
    'EH8 refuse': [
      ['aspect_ratio', { aspect_ratio: '16:9' }],
      ['sound', { sound: 'on' }],
      ['image_end', { image_end: A }],
    ],
  }),
};
