/** What rule cases of the model sheets are written with: a table of patches for each model. */
import type { Json, JsonObject } from '../../../src/scene.ts';
import type { RuleCase } from '../rule-cases.ts';

export type Patch = Readonly<Record<string, Json | undefined>>;
export type Row = readonly [at: string, breaks: Patch, meets?: Patch];
export type Table = Readonly<Record<string, Row | readonly Row[]>>;

const patched = (base: JsonObject, patch: Patch = {}): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...base, ...patch }).filter(
      (entry): entry is [string, Json] => entry[1] !== undefined,
    ),
  );

export const casesOf = (base: JsonObject, table: Table): RuleCase[] =>
  Object.entries(table).flatMap(([rule, rows]) =>
    (typeof rows[0] === 'string' ? [rows as Row] : (rows as readonly Row[])).map(
      ([at, breaks, meets]) => ({
        rule,
        at,
        breaks: patched(base, breaks),
        meets: patched(base, meets),
      }),
    ),
  );

export const A = 'https://media.example.com/a.png';
export const B = 'https://media.example.com/b.png';
export const C = 'https://media.example.com/c.png';
export const V = 'https://media.example.com/v.mp4';
export const S = 'https://media.example.com/s.mp3';
const SECRET = 'https://user:word@media.example.com/a.png';
const PRIVATE = 'http://127.0.0.1/a.png';
export const long = (length: number): string => '🎬'.repeat(length);
export const many = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `https://media.example.com/${index}.png`);

export const delivery: Table = {
  'webhook refuse': ['webhook', { webhook: 'http://127.0.0.1/x' }],
  'webhook warn': ['webhook', { webhook: 'https://hooks.example.com/callback' }],
  'language warn': ['language', { language: 'pt-BR' }],
};
export const apimart = (withLink: (link: string) => Patch, at: string): Table => ({
  'CM1 refuse': ['model', { model: 'x' }],
  'CM2 refuse': [
    ['duration', { duration: '5' }],
    ['duration', { duration: 5.5 }],
  ],
  'CM3 refuse': [
    [at, withLink(PRIVATE), withLink(A)],
    [at, withLink('data:image/png;base64,AA')],
  ],
  'CM3 warn': [at, withLink(SECRET), withLink(A)],
  'CM8 note': ['nsfw_check', { nsfw_check: true }, { nsfw_check: false }],
  'CM14 note': ['prompt', { prompt: '' }],
  ...delivery,
});
export const evolink: Table = {
  'CE1 refuse': ['model', { model: 'x' }],
  'CE2 refuse': ['duration', { duration: '5' }],
  'CE8 refuse': [
    [
      'callback_url',
      { callback_url: 'http://hooks.example.com/x' },
      { callback_url: 'https://hooks.example.com/x' },
    ],
    ['callback_url', { callback_url: `https://hooks.example.com/${'x'.repeat(2023)}` }],
  ],
  'CE13 note': ['prompt', { prompt: '' }],
};
export const evolinkLinks = (withLink: (link: string) => Patch, at: string): Table => ({
  'CE3 refuse': [at, withLink(PRIVATE), withLink(A)],
  'CE3 warn': [
    [at, withLink(SECRET), withLink(A)],
    [at, withLink('http://media.example.com/a.png'), withLink(A)],
  ],
});

export const shot = (index: number, duration: Json, prompt = 'rain'): JsonObject => ({
  index,
  prompt,
  duration,
});
export const element = (name: string): JsonObject => ({
  name,
  description: 'a dog',
  element_input_urls: [A, B],
});
export const video = (more: JsonObject = {}): JsonObject[] => [
  { video_url: V, refer_type: 'feature', ...more },
];
export const roles = (...names: readonly string[]): JsonObject[] =>
  names.map((role, index) => ({ url: [A, B, C][index % 3] ?? A, role }));

export const params = (patch: JsonObject): Patch => ({ model_params: patch });
export const shots = (list: readonly JsonObject[], type: Json = 'customize'): JsonObject => ({
  multi_shot: true,
  shot_type: type,
  multi_prompt: list,
});
/** Rows of EvoLink's kling shots under the numbers of a model. */
export const klingShots = (
  [type, list, secs, prompts, stray]: readonly string[],
  order: 'refuse' | 'warn',
  more: Patch = {},
): Record<string, Row | Row[]> => {
  const table: Record<string, Row[]> = {};
  const add = (label: string, row: Row): void =>
    void (table[label] = [...(table[label] ?? []), row]);
  const good = { ...params(shots([shot(1, '2'), shot(2, '3')])), ...more };
  const at = 'model_params.multi_prompt';
  add(`${type} refuse`, [
    'model_params.multi_shot',
    { ...more, ...params({ multi_shot: true }) },
    good,
  ]);
  add(`${list} refuse`, [
    'model_params.shot_type',
    { ...more, ...params({ multi_shot: true, shot_type: 'customize' }) },
    good,
  ]);
  add(`${list} ${order}`, [`${at}.0.index`, { ...more, ...params(shots([shot(2, '5')])) }, good]);
  add(`${secs} refuse`, ['duration', { ...more, ...params(shots([shot(1, '3')])) }, good]);
  add(`${secs} refuse`, [
    `${at}.1.duration`,
    { ...more, ...params(shots([shot(1, '5'), shot(2, '0')])) },
    good,
  ]);
  add(`${secs} note`, [at, { ...more, ...params(shots([shot(1, 2), shot(2, 3)])) }, good]);
  add(`${prompts} refuse`, [
    `${at}.0.prompt`,
    { ...more, ...params(shots([shot(1, '5', long(513))])) },
    { ...more, ...params(shots([shot(1, '5', long(512))])) },
  ]);
  add(`${prompts} refuse`, [
    `${at}.0.prompt`,
    { ...more, ...params(shots([shot(1, '5', ' ')])) },
    good,
  ]);
  add(`${stray} warn`, [at, params({ multi_prompt: [shot(1, '5')] }), good]);
  return table;
};
