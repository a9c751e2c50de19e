/** Rule cases of seedance-2.5 (APIMart). */
import type { JsonObject } from '../../../src/scene.ts';
import type { RuleCase } from '../rule-cases.ts';
import { A, apimart, B, casesOf, many, type Patch, roles, S, V } from './rows.ts';

const base: JsonObject = {
  model: 'seedance-2.5',
  prompt: 'She turns',
  duration: 5,
  resolution: '720p',
  generate_audio: true,
  watermark: false,
};
const task = (type: string, more: Patch = {}): Patch => ({
  omni_reference_task_type: type,
  ...more,
});
const pictures: Patch = task('reference', { image_urls: [A] });
const edit: Patch = task('edit', { video_urls: [V], duration: -1 });

export const SEEDANCE_25_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'apimart/seedance-2.5': casesOf(base, {
    ...apimart((link) => ({ ...pictures, image_urls: [link] }), 'image_urls.0'),
    'CM12 warn': [
      'audio_urls.0',
      task('reference', { audio_urls: ['https://media.example.com/s.ogg'] }),
    ],
    'SF1 refuse': [
      ['duration', { duration: 31 }, { duration: 30 }],
      ['duration', { duration: 0 }, { duration: -1 }],
    ],
    'SF2 refuse': ['resolution', { resolution: '4k' }, { resolution: '1080p' }],
    'SF3 refuse': ['size', { size: '2:1' }, { size: '21:9' }],
    'SF3 note': ['size', { aspect_ratio: '21:9' }, { size: '21:9' }],
    'SF4 refuse': [
      ['prompt', { prompt: undefined }],
      ['prompt', { ...pictures, prompt: ' ' }],
    ],
    'SF5 warn': [
      'image_with_roles',
      { ...pictures, image_with_roles: roles('reference_image') },
      pictures,
    ],
    'SF6 refuse': [
      ['image_urls', { ...pictures, image_urls: many(31) }, { ...pictures, image_urls: many(30) }],
      ['image_with_roles', { image_with_roles: roles('first_frame', 'first_frame') }],
      ['image_with_roles.0.role', { image_with_roles: roles('reference') }],
    ],
    'SF7 warn': [
      'image_with_roles',
      { image_with_roles: roles('last_frame') },
      { image_with_roles: roles('first_frame', 'last_frame') },
    ],
    'SF8 refuse': [
      'size',
      { image_with_roles: roles('first_frame'), size: '16:9' },
      { image_with_roles: roles('first_frame'), size: 'adaptive' },
    ],
    'SF9 warn': [
      [
        'video_urls',
        task('reference', { image_with_roles: roles('first_frame'), video_urls: [V] }),
      ],
      [
        'audio_urls',
        task('reference', { image_with_roles: roles('first_frame'), audio_urls: [S] }),
      ],
    ],
    'SF10 warn': [
      'image_with_roles',
      task('reference', { image_with_roles: roles('first_frame', 'reference_image') }),
      { image_with_roles: roles('first_frame') },
    ],
    'SF11 refuse': [
      ['omni_reference_task_type', task('edit', { duration: -1 }), edit],
      ['size', { ...edit, size: '16:9' }],
      ['duration', { ...edit, duration: 8 }],
    ],
    'SF12 refuse': [
      ['omni_reference_task_type', task('extend'), task('extend', { video_urls: [V] })],
      ['size', task('extend', { video_urls: [V], size: '1:1' })],
    ],
    'SF13 warn': ['omni_reference_task_type', task('reference'), pictures],
    'SF14 note': [
      ['omni_reference_task_type', { image_urls: [A, B] }, pictures],
      ['omni_reference_task_type', { audio_urls: [S] }, task('auto', { audio_urls: [S] })],
      ['omni_reference_task_type', { image_with_roles: roles('reference_image') }],
    ],
    'SF15 warn': [
      [
        'prompt',
        { ...pictures, prompt: 'Extend the shot' },
        { ...pictures, prompt: 'The credits' },
      ],
      ['prompt', { ...pictures, prompt: '替换汽车' }],
    ],
    'SF16 refuse': [
      'video_urls',
      task('reference', { video_urls: Array.from({ length: 11 }, () => V) }),
    ],
    'SF17 refuse': [
      'audio_urls',
      task('reference', { audio_urls: Array.from({ length: 11 }, () => S) }),
    ],
    'SF18 warn': [
      ['prompt', { ...pictures, prompt: '@图片2 sits' }, { ...pictures, prompt: '@图片1 sits' }],
      ['prompt', { prompt: '@视频1 runs' }],
      [
        'prompt',
        { prompt: '@音频1 sings' },
        task('reference', { prompt: '@音频1 sings', audio_urls: [S] }),
      ],
    ],
    'SF19 note': [
      ['generate_audio', { generate_audio: undefined }],
      ['duration', { duration: undefined }],
      ['duration', { ...edit, duration: undefined }],
      ['resolution', { resolution: undefined }],
      ['watermark', { watermark: undefined }],
    ],
    'SF20 note': ['duration', { duration: -1 }, { duration: 30 }],
    'SF21 refuse': ['output_format', { output_format: 'webm' }, { output_format: 'mov' }],
    'SF22 refuse': [
      ['negative_prompt', { negative_prompt: 'x' }],
      ['camera_fixed', { camera_fixed: true }],
      ['element_list', { element_list: [] }],
    ],
    'SF23 refuse': ['seed', { seed: -1 }, { seed: 0 }],
  }),
};
