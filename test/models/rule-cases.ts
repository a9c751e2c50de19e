/**
 * For every rule of every model a body that meets it and one that breaks it: small changes of a
 * body that nothing is said of.
 */
import type { JsonObject } from '../../src/scene.ts';
import { SHEET_CASES } from './sheets/sheet-cases.ts';

export interface RuleCase {
  /** Number and verdict, as one rule number can have both a fact and an assumption. */
  readonly rule: string;
  readonly meets: JsonObject;
  readonly breaks: JsonObject;
  /** Native path of the culprit in the breaking body, joined with `.`. */
  readonly at: string;
  readonly profile?: string;
}

const A = 'https://example.com/a.png';
const B = 'https://example.com/b.png';
const C = 'https://example.com/c.png';
const long = (length: number): string => '🎬'.repeat(length);

const delivery = (base: JsonObject): RuleCase[] => [
  {
    rule: 'webhook refuse',
    meets: { ...base, webhook: 'https://hooks.example.com/done' },
    breaks: { ...base, webhook: 'http://127.0.0.1/done' },
    at: 'webhook',
  },
  {
    rule: 'webhook refuse',
    meets: { ...base, webhook: 'http://hooks.example.com:80/x' },
    breaks: { ...base, webhook: 'https://hooks.example.com:8443/x' },
    at: 'webhook',
  },
  {
    rule: 'webhook refuse',
    meets: { ...base, webhook: 'https://notapimart.ai/' },
    breaks: { ...base, webhook: 'https://hooks.apimart.ai/' },
    at: 'webhook',
  },
  {
    rule: 'webhook refuse',
    meets: { ...base, webhook: 'https://hooks.example.com' },
    breaks: { ...base, webhook: 'ftp://hooks.example.com' },
    at: 'webhook',
  },
  {
    rule: 'webhook warn',
    meets: { ...base, webhook: 'https://hooks.example.com/rushes' },
    breaks: { ...base, webhook: 'https://hooks.example.com/callback' },
    at: 'webhook',
  },
  {
    rule: 'language warn',
    meets: { ...base, language: 'KO' },
    breaks: { ...base, language: 'pt-BR' },
    at: 'language',
  },
];

/** Rules that APIMart's models share. */
const shared = (base: JsonObject): RuleCase[] => [
  { rule: 'R1 refuse', meets: base, breaks: { ...base, model: 'kling-v9' }, at: 'model' },
  {
    rule: 'R2 refuse',
    meets: base,
    breaks: { ...base, duration: JSON.stringify(base['duration']) },
    at: 'duration',
  },
  { rule: 'R2 refuse', meets: base, breaks: { ...base, duration: 4.5 }, at: 'duration' },
  {
    rule: 'R31 refuse',
    meets: { ...base, image_urls: [A] },
    breaks: { ...base, image_urls: ['data:image/png;base64,AAAA'] },
    at: 'image_urls.0',
  },
  {
    rule: 'R31 refuse',
    meets: { ...base, image_urls: [A] },
    breaks: { ...base, image_urls: ['crab.png'] },
    at: 'image_urls.0',
  },
  {
    rule: 'R31 refuse',
    meets: { ...base, image_urls: [A] },
    breaks: { ...base, image_urls: ['http://192.168.0.4/a.png'] },
    at: 'image_urls.0',
  },
  {
    rule: 'blank-prompt warn',
    meets: base,
    breaks: { ...base, prompt: ' \u3000\n' },
    at: 'prompt',
  },
  ...delivery(base),
];

const v3: JsonObject = { model: 'kling-v3', prompt: 'a crab', duration: 5 };
const shots: JsonObject = {
  model: 'kling-v3',
  duration: 5,
  multi_shot: true,
  shot_type: 'customize',
  multi_prompt: [
    { index: 1, prompt: 'wide', duration: 2 },
    { index: 2, prompt: 'close', duration: 3 },
  ],
};
const dog: JsonObject = { name: 'dog', description: 'a dog', element_input_urls: [A, B] };
const withDog: JsonObject = { ...v3, prompt: '@dog runs', element_list: [dog] };

const v26: JsonObject = { model: 'kling-v2-6', prompt: 'a crab', duration: 5 };
const sora = (model: string): JsonObject => ({ model, prompt: 'a crab', duration: 8 });
const o3: JsonObject = { model: 'kling-o3-text-to-video', prompt: 'a crab', duration: 5 };
const o3Shots: JsonObject = {
  model: 'kling-o3-text-to-video',
  duration: 5,
  model_params: {
    multi_shot: true,
    shot_type: 'customize',
    multi_prompt: [
      { index: 1, prompt: 'wide', duration: '2' },
      { index: 2, prompt: 'close', duration: '3' },
    ],
  },
};
const o3With = (params: JsonObject): JsonObject => ({
  ...o3Shots,
  model_params: { ...(o3Shots['model_params'] as JsonObject), ...params },
});

const soraCases = (model: string, pro: boolean): RuleCase[] => [
  ...shared(sora(model)),
  {
    rule: 'empty-list note',
    meets: { ...sora(model), image_urls: [A] },
    breaks: { ...sora(model), image_urls: [] },
    at: 'image_urls',
  },
  {
    rule: 'R26 refuse',
    meets: { ...sora(model), duration: 20 },
    breaks: { ...sora(model), duration: 10 },
    at: 'duration',
  },
  {
    rule: 'R27 refuse',
    meets: { ...sora(model), resolution: pro ? '1080p' : '720p' },
    breaks: { ...sora(model), resolution: pro ? '4k' : '1024p' },
    at: 'resolution',
  },
  {
    rule: 'R28 refuse',
    meets: { ...sora(model), image_urls: [A] },
    breaks: { ...sora(model), image_urls: [A, B] },
    at: 'image_urls',
  },
  {
    rule: 'R28 warn',
    meets: { ...sora(model), image_urls: ['https://example.com/a.WEBP?w=1'] },
    breaks: { ...sora(model), image_urls: ['https://example.com/a.gif'] },
    at: 'image_urls.0',
  },
  {
    rule: 'R29 note',
    meets: { ...sora(model), aspect_ratio: '9:16' },
    breaks: { ...sora(model), aspect_ratio: '9:16', image_urls: [A] },
    at: 'aspect_ratio',
  },
  {
    rule: 'R30 refuse',
    meets: { ...sora(model), aspect_ratio: '16:9' },
    breaks: { ...sora(model), aspect_ratio: '1:1' },
    at: 'aspect_ratio',
  },
  {
    rule: 'R30 note',
    meets: { ...sora(model), aspect_ratio: '9:16' },
    breaks: { ...sora(model), aspect_ratio: 'portrait' },
    at: 'aspect_ratio',
  },
];

const PAGE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'apimart/kling-v3': [
    ...shared(v3),
    {
      rule: 'R3 refuse',
      meets: { ...v3, duration: 3 },
      breaks: { ...v3, duration: 2 },
      at: 'duration',
    },
    {
      rule: 'R3 refuse',
      meets: { ...v3, duration: 15 },
      breaks: { ...v3, duration: 16 },
      at: 'duration',
    },
    {
      rule: 'R4 warn',
      profile: 'legacy',
      meets: { ...v3, duration: 15 },
      breaks: { ...v3, duration: 7 },
      at: 'duration',
    },
    {
      rule: 'R4 warn',
      profile: 'legacy',
      meets: { ...v3, duration: 10, image_urls: [A] },
      breaks: { ...v3, duration: 15, image_urls: [A] },
      at: 'duration',
    },
    {
      rule: 'R4 warn',
      profile: 'legacy',
      meets: { ...v3, mode: 'pro' },
      breaks: { ...v3, mode: '4k' },
      at: 'mode',
    },
    { rule: 'R4 warn', profile: 'legacy', meets: v3, breaks: { ...v3, audio: true }, at: 'audio' },
    {
      rule: 'R5 refuse',
      meets: { ...v3, mode: '4k' },
      breaks: { ...v3, mode: '1080p' },
      at: 'mode',
    },
    {
      rule: 'R6 refuse',
      meets: { ...v3, aspect_ratio: '1:1' },
      breaks: { ...v3, aspect_ratio: '4:3' },
      at: 'aspect_ratio',
    },
    {
      rule: 'R7 refuse',
      meets: { ...v3, image_urls: [A, B] },
      breaks: { ...v3, image_urls: [A, B, C] },
      at: 'image_urls',
    },
    {
      rule: 'empty-list note',
      meets: { ...v3, image_urls: [A] },
      breaks: { ...v3, image_urls: [] },
      at: 'image_urls',
    },
    {
      rule: 'R8 refuse',
      meets: { ...v3, image_urls: [A], last_frame_image: B },
      breaks: { ...v3, last_frame_image: B },
      at: 'last_frame_image',
    },
    {
      rule: 'R8 refuse',
      meets: { ...v3, image_urls: [A, B] },
      breaks: { ...v3, image_urls: [A, B], last_frame_image: C },
      at: 'last_frame_image',
    },
    {
      rule: 'R8 note',
      meets: { ...v3, image_urls: [A, B] },
      breaks: { ...v3, image_urls: [A], last_frame_image: B },
      at: 'image_urls.1',
    },
    { rule: 'R9 refuse', meets: shots, breaks: { model: 'kling-v3' }, at: 'prompt' },
    { rule: 'R9 refuse', meets: v3, breaks: { ...v3, prompt: '' }, at: 'prompt' },
    {
      rule: 'R10 refuse',
      meets: { ...v3, multi_shot: true, shot_type: 'intelligence' },
      breaks: { ...v3, multi_shot: true },
      at: 'multi_shot',
    },
    { rule: 'R10 refuse', meets: shots, breaks: { ...shots, shot_type: 'auto' }, at: 'shot_type' },
    {
      rule: 'R11 refuse',
      meets: shots,
      breaks: { ...v3, multi_shot: true, shot_type: 'customize' },
      at: 'shot_type',
    },
    {
      rule: 'R11 refuse',
      meets: {
        ...shots,
        duration: 6,
        multi_prompt: [1, 2, 3, 4, 5, 6].map((index) => ({ index, prompt: 'x', duration: 1 })),
      },
      breaks: {
        ...shots,
        duration: 7,
        multi_prompt: [1, 2, 3, 4, 5, 6, 7].map((index) => ({ index, prompt: 'x', duration: 1 })),
      },
      at: 'multi_prompt',
    },
    {
      rule: 'R12 refuse',
      meets: shots,
      breaks: {
        ...shots,
        multi_prompt: [
          { index: 1, prompt: 'wide', duration: 2 },
          { index: 3, prompt: 'close', duration: 3 },
        ],
      },
      at: 'multi_prompt.1.index',
    },
    {
      rule: 'R13 refuse',
      meets: { ...shots, multi_prompt: [{ index: 1, prompt: long(512), duration: 5 }] },
      breaks: { ...shots, multi_prompt: [{ index: 1, prompt: long(513), duration: 5 }] },
      at: 'multi_prompt.0.prompt',
    },
    {
      rule: 'R13 warn',
      meets: shots,
      breaks: { ...shots, multi_prompt: [{ index: 1, prompt: '', duration: 5 }] },
      at: 'multi_prompt.0.prompt',
    },
    { rule: 'R14 refuse', meets: shots, breaks: { ...shots, duration: 6 }, at: 'duration' },
    {
      rule: 'R14 refuse',
      meets: { ...shots, multi_prompt: [{ index: 1, prompt: 'x', duration: 5 }] },
      breaks: {
        ...shots,
        multi_prompt: [
          { index: 1, prompt: 'x', duration: 0 },
          { index: 2, prompt: 'x', duration: 5 },
        ],
      },
      at: 'multi_prompt.0.duration',
    },
    {
      rule: 'R14 refuse',
      meets: shots,
      breaks: { ...shots, multi_prompt: [{ index: 1, prompt: 'x', duration: '5' }] },
      at: 'multi_prompt.0.duration',
    },
    { rule: 'R15 warn', meets: shots, breaks: { ...v3, shot_type: 'customize' }, at: 'shot_type' },
    {
      rule: 'R16 warn',
      meets: { ...v3, multi_shot: true, shot_type: 'intelligence' },
      breaks: { model: 'kling-v3', multi_shot: true, shot_type: 'intelligence' },
      at: 'shot_type',
    },
    {
      rule: 'R16 warn',
      meets: { ...shots, prompt: 'x' },
      breaks: { ...shots, prompt: 'x', shot_type: 'intelligence' },
      at: 'multi_prompt',
    },
    {
      rule: 'R17 refuse',
      meets: withDog,
      breaks: { ...withDog, element_list: [{ ...dog, element_input_urls: [A] }] },
      at: 'element_list.0.element_input_urls',
    },
    {
      rule: 'R17 refuse',
      meets: withDog,
      breaks: { ...withDog, element_list: [{ name: 'dog', element_input_urls: [A, B] }] },
      at: 'element_list.0.description',
    },
    {
      rule: 'R17 refuse',
      meets: withDog,
      breaks: { ...withDog, element_list: [dog, dog, dog, dog] },
      at: 'element_list',
    },
    {
      rule: 'R17 warn',
      meets: withDog,
      breaks: { ...withDog, element_list: [dog, dog] },
      at: 'element_list.1.name',
    },
    {
      rule: 'R18 warn',
      meets: withDog,
      breaks: { ...withDog, prompt: '@dog meets @cat' },
      at: 'prompt',
    },
    {
      rule: 'R18 warn',
      meets: withDog,
      breaks: { ...withDog, prompt: 'nobody runs' },
      at: 'element_list.0.name',
    },
    {
      rule: 'R19 refuse',
      meets: { ...v3, size: '9:16', aspect_ratio: '9:16' },
      breaks: { ...v3, size: '9:16', aspect_ratio: '16:9' },
      at: 'size',
    },
    {
      rule: 'R19 refuse',
      meets: { ...v3, size: '1:1' },
      breaks: { ...v3, size: '1280x720' },
      at: 'size',
    },
    {
      rule: 'R19 note',
      meets: { ...v3, aspect_ratio: '9:16' },
      breaks: { ...v3, size: '9:16' },
      at: 'aspect_ratio',
    },
    {
      rule: 'R31 refuse',
      meets: withDog,
      breaks: {
        ...withDog,
        element_list: [{ ...dog, element_input_urls: [A, 'http://localhost/b.png'] }],
      },
      at: 'element_list.0.element_input_urls.1',
    },
    {
      rule: 'R31 refuse',
      meets: { ...v3, image_urls: [A], last_frame_image: B },
      breaks: { ...v3, image_urls: [A], last_frame_image: 'b.png' },
      at: 'last_frame_image',
    },
    {
      rule: 'R32 warn',
      meets: { ...v3, image_urls: [A] },
      breaks: { ...v3, image_urls: [A], aspect_ratio: '16:9' },
      at: 'aspect_ratio',
    },
    {
      rule: 'R33 warn',
      meets: { ...v3, prompt: long(2500) },
      breaks: { ...v3, prompt: long(2501) },
      at: 'prompt',
    },
    {
      rule: 'shots-with-images warn',
      meets: shots,
      breaks: { ...shots, image_urls: [A] },
      at: 'image_urls',
    },
  ],
  'apimart/kling-v2-6': [
    ...shared(v26),
    {
      rule: 'R6 refuse',
      meets: { ...v26, aspect_ratio: '1:1' },
      breaks: { ...v26, aspect_ratio: '21:9' },
      at: 'aspect_ratio',
    },
    {
      rule: 'R7 refuse',
      meets: { ...v26, mode: 'pro', image_urls: [A, B] },
      breaks: { ...v26, mode: 'pro', image_urls: [A, B, C] },
      at: 'image_urls',
    },
    { rule: 'empty-list note', meets: v26, breaks: { ...v26, image_urls: [] }, at: 'image_urls' },
    {
      rule: 'R20 refuse',
      meets: { ...v26, duration: 10 },
      breaks: { ...v26, duration: 7 },
      at: 'duration',
    },
    {
      rule: 'R21 refuse',
      meets: { ...v26, mode: 'pro' },
      breaks: { ...v26, mode: '4k' },
      at: 'mode',
    },
    {
      rule: 'R22 refuse',
      meets: { ...v26, mode: 'pro', audio: true },
      breaks: { ...v26, audio: true },
      at: 'audio',
    },
    {
      rule: 'R23 refuse',
      meets: { ...v26, mode: 'pro', image_urls: [A, B] },
      breaks: { ...v26, mode: 'std', image_urls: [A, B] },
      at: 'image_urls.1',
    },
    {
      rule: 'R24 refuse',
      meets: { ...v26, mode: 'pro', audio: true, image_urls: [A] },
      breaks: { ...v26, mode: 'pro', audio: true, image_urls: [A, B] },
      at: 'audio',
    },
    {
      rule: 'R25 refuse',
      meets: { ...v26, prompt: long(2500) },
      breaks: { ...v26, prompt: long(2501) },
      at: 'prompt',
    },
    { rule: 'R25 refuse', meets: v26, breaks: { model: 'kling-v2-6' }, at: 'prompt' },
    { rule: 'R25 refuse', meets: v26, breaks: { ...v26, prompt: '' }, at: 'prompt' },
    {
      rule: 'R32 warn',
      meets: { ...v26, image_urls: [A] },
      breaks: { ...v26, image_urls: [A], aspect_ratio: '16:9' },
      at: 'aspect_ratio',
    },
  ],
  'apimart/sora-2': soraCases('sora-2', false),
  'apimart/sora-2-pro': soraCases('sora-2-pro', true),
  'evolink/kling-o3-text-to-video': [
    { rule: 'R1 refuse', meets: o3, breaks: { ...o3, model: 'kling-o3' }, at: 'model' },
    {
      rule: 'E1 refuse',
      meets: { ...o3, duration: 15 },
      breaks: { ...o3, duration: 16 },
      at: 'duration',
    },
    { rule: 'E1 refuse', meets: o3, breaks: { ...o3, duration: '5' }, at: 'duration' },
    {
      rule: 'E2 refuse',
      meets: { ...o3, aspect_ratio: '1:1' },
      breaks: { ...o3, aspect_ratio: '4:3' },
      at: 'aspect_ratio',
    },
    {
      rule: 'E3 refuse',
      meets: { ...o3, quality: '1080p' },
      breaks: { ...o3, quality: '2k' },
      at: 'quality',
    },
    {
      rule: 'E3 warn',
      profile: 'legacy',
      meets: { ...o3, quality: '1080p' },
      breaks: { ...o3, quality: '4k' },
      at: 'quality',
    },
    {
      rule: 'E3 note',
      meets: { ...o3, quality: '1080p' },
      breaks: { ...o3, quality: '4k' },
      at: 'quality',
    },
    {
      rule: 'E4 refuse',
      meets: { ...o3, sound: 'on' },
      breaks: { ...o3, sound: 'yes' },
      at: 'sound',
    },
    {
      rule: 'E4 note',
      meets: { ...o3, sound: 'off' },
      breaks: { ...o3, sound: true },
      at: 'sound',
    },
    {
      rule: 'E5 refuse',
      meets: { ...o3, prompt: long(2500) },
      breaks: { ...o3, prompt: long(2501) },
      at: 'prompt',
    },
    {
      rule: 'E5 refuse',
      meets: o3Shots,
      breaks: { model: 'kling-o3-text-to-video' },
      at: 'prompt',
    },
    {
      rule: 'empty-list note',
      meets: o3Shots,
      breaks: { ...o3, model_params: { element_list: [] } },
      at: 'model_params.element_list',
    },
    { rule: 'E6 note', meets: o3Shots, breaks: { ...o3Shots, prompt: 'x' }, at: 'prompt' },
    {
      rule: 'E7 refuse',
      meets: o3Shots,
      breaks: { ...o3, model_params: { multi_shot: true } },
      at: 'model_params.multi_shot',
    },
    {
      rule: 'E7 refuse',
      meets: o3Shots,
      breaks: o3With({ shot_type: 'intelligence' }),
      at: 'model_params.shot_type',
    },
    {
      rule: 'E7 warn',
      meets: o3Shots,
      breaks: { ...o3, ...o3With({ multi_shot: false }) },
      at: 'model_params.shot_type',
    },
    {
      rule: 'E8 refuse',
      meets: o3Shots,
      breaks: { ...o3, model_params: { multi_shot: true, shot_type: 'customize' } },
      at: 'model_params.shot_type',
    },
    {
      rule: 'E8 refuse',
      meets: o3Shots,
      breaks: o3With({ multi_prompt: [] }),
      at: 'model_params.multi_prompt',
    },
    {
      rule: 'E8 warn',
      meets: o3Shots,
      breaks: o3With({ multi_prompt: [{ index: 2, prompt: 'x', duration: '5' }] }),
      at: 'model_params.multi_prompt.0.index',
    },
    {
      rule: 'E8 warn',
      meets: o3With({ multi_prompt: [{ index: 1, prompt: long(512), duration: '5' }] }),
      breaks: o3With({ multi_prompt: [{ index: 1, prompt: long(513), duration: '5' }] }),
      at: 'model_params.multi_prompt.0.prompt',
    },
    { rule: 'E9 refuse', meets: o3Shots, breaks: { ...o3Shots, duration: 6 }, at: 'duration' },
    {
      rule: 'E9 refuse',
      meets: o3Shots,
      breaks: o3With({ multi_prompt: [{ index: 1, prompt: 'x', duration: '5s' }] }),
      at: 'model_params.multi_prompt.0.duration',
    },
    {
      rule: 'E9 warn',
      meets: o3Shots,
      breaks: o3With({
        multi_prompt: [
          { index: 1, prompt: 'x', duration: '0' },
          { index: 2, prompt: 'y', duration: '5' },
        ],
      }),
      at: 'model_params.multi_prompt.0.duration',
    },
    {
      rule: 'E9 note',
      meets: o3Shots,
      breaks: o3With({ multi_prompt: [{ index: 1, prompt: 'x', duration: 5 }] }),
      at: 'model_params.multi_prompt',
    },
    {
      rule: 'E10 refuse',
      meets: { ...o3, model_params: { element_list: [{ element_id: 'e1' }] } },
      breaks: { ...o3, model_params: { element_list: [{}] } },
      at: 'model_params.element_list.0.element_id',
    },
    {
      rule: 'E10 refuse',
      meets: {
        ...o3,
        model_params: { element_list: Array.from({ length: 7 }, () => ({ element_id: 'e' })) },
      },
      breaks: {
        ...o3,
        model_params: { element_list: Array.from({ length: 8 }, () => ({ element_id: 'e' })) },
      },
      at: 'model_params.element_list',
    },
    {
      rule: 'E11 warn',
      meets: {
        ...o3,
        prompt: '<<<element_1>>> runs',
        model_params: { element_list: [{ element_id: 'e1' }] },
      },
      breaks: {
        ...o3,
        prompt: '<<<element_2>>> runs',
        model_params: { element_list: [{ element_id: 'e1' }] },
      },
      at: 'prompt',
    },
    {
      rule: 'E12 refuse',
      meets: { ...o3, callback_url: 'https://hooks.example.com/done' },
      breaks: { ...o3, callback_url: 'http://hooks.example.com/done' },
      at: 'callback_url',
    },
    {
      rule: 'E12 refuse',
      meets: { ...o3, callback_url: 'https://172.32.0.1/x' },
      breaks: { ...o3, callback_url: 'https://172.16.0.1/x' },
      at: 'callback_url',
    },
    {
      rule: 'E12 refuse',
      meets: { ...o3, callback_url: `https://hooks.example.com/${'x'.repeat(2022)}` },
      breaks: { ...o3, callback_url: `https://hooks.example.com/${'x'.repeat(2023)}` },
      at: 'callback_url',
    },
    { rule: 'E13 refuse', meets: o3, breaks: { ...o3, audio: true }, at: 'audio' },
    { rule: 'E13 refuse', meets: o3, breaks: { ...o3, image_urls: [A] }, at: 'image_urls' },
    {
      rule: 'E14 refuse',
      meets: o3Shots,
      breaks: { ...o3Shots, multi_shot: true },
      at: 'multi_shot',
    },
    {
      rule: 'E14 note',
      meets: o3Shots,
      breaks: { ...o3, element_list: [{ element_id: 'e1' }] },
      at: 'model_params.element_list',
    },
    { rule: 'blank-prompt warn', meets: o3, breaks: { ...o3, prompt: '  ' }, at: 'prompt' },
  ],
};

export const RULE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  ...PAGE_CASES,
  ...SHEET_CASES,
};
