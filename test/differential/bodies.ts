/**
 * Native bodies as people write them into `params`: right ones from the parameter tables, and the
 * same with a few slips (a neighbouring value, another type, a field too many, one too few). `null`
 * is left out: in a manifest it means "not set".
 */
import * as fc from 'fast-check';
import { SHEET_BODIES } from './sheet-bodies.ts';

export type Body = Record<string, unknown>;

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const words = fc.constantFrom(
  'a crab',
  'the tide turns',
  'Ebbe und Flut',
  '갯벌의 게',
  '干潟の蟹 🦀',
  'by @dog, <<<element_1>>>',
);
const link = fc.constantFrom(
  'https://example.com/a.jpg',
  'https://example.com/b.png',
  'http://example.org/c.webp',
  'https://cdn.example.net/d',
);
const ratio = fc.constantFrom('16:9', '9:16', '1:1');
const boolean = fc.boolean();

/** Splits whole seconds into shots of 1 s and more. */
const shots = (
  total: number,
): fc.Arbitrary<readonly { index: number; prompt: string; duration: number }[]> =>
  fc.uniqueArray(fc.integer({ min: 1, max: total - 1 }), { maxLength: 5 }).chain((unsorted) => {
    const cuts = [0, ...unsorted.toSorted((a, b) => a - b), total];
    return fc.tuple(
      ...cuts
        .slice(1)
        .map((cut, at) =>
          words.map((prompt) => ({ index: at + 1, prompt, duration: cut - (cuts[at] ?? 0) })),
        ),
    );
  });

const seconds = fc.integer({ min: 3, max: 15 });
const apimartDelivery = {
  webhook: optional(
    fc.constantFrom('https://hooks.example.com/done', 'http://hooks.example.com:80/x'),
  ),
  language: optional(fc.constantFrom('en', 'ko', 'DE')),
};

const element = fc.record({
  name: fc.constantFrom('dog', 'cat', 'element_dog', 'Krabbe'),
  description: words,
  element_input_urls: fc.array(link, { minLength: 2, maxLength: 4 }),
});

const klingV3 = fc
  .record({
    duration: optional(seconds),
    mode: optional(fc.constantFrom('std', 'pro', '4k')),
    aspect_ratio: optional(ratio),
    size: optional(ratio),
    negative_prompt: optional(words),
    image_urls: optional(fc.array(link, { minLength: 1, maxLength: 2 })),
    last_frame_image: optional(link),
    watermark: optional(boolean),
    audio: optional(boolean),
    nsfw_check: optional(boolean),
    element_list: optional(fc.array(element, { maxLength: 3 })),
    ...apimartDelivery,
  })
  .chain((body) => {
    const frames =
      body.last_frame_image === undefined
        ? {}
        : { image_urls: [body.image_urls?.[0] ?? 'https://example.com/first.jpg'] };
    const sizes =
      body.size === undefined || body.aspect_ratio === undefined ? {} : { aspect_ratio: body.size };
    const fitting = { ...body, ...frames, ...sizes };
    return fc.oneof(
      { weight: 3, arbitrary: words.map((prompt) => ({ ...fitting, prompt })) },
      words.map((prompt) => ({ ...fitting, prompt, multi_shot: true, shot_type: 'intelligence' })),
      {
        weight: 3,
        arbitrary: fc.tuple(shots(body.duration ?? 5), optional(words)).map(([list, prompt]) => ({
          ...fitting,
          prompt,
          multi_shot: true,
          shot_type: 'customize',
          multi_prompt: list,
        })),
      },
    );
  });

const klingV26 = fc
  .record({
    prompt: words,
    duration: optional(fc.constantFrom(5, 10)),
    mode: optional(fc.constantFrom('std', 'pro')),
    aspect_ratio: optional(ratio),
    negative_prompt: optional(words),
    image_urls: optional(fc.array(link, { minLength: 1, maxLength: 2 })),
    audio: optional(boolean),
    watermark: optional(boolean),
    ...apimartDelivery,
  })
  .map((body) =>
    body.audio === true || body.image_urls?.length === 2 ? { ...body, mode: 'pro' } : body,
  )
  .map((body) => (body.image_urls?.length === 2 ? { ...body, audio: undefined } : body));

const sora = (resolutions: readonly string[]): fc.Arbitrary<object> =>
  fc.record({
    prompt: words,
    duration: optional(fc.constantFrom(4, 8, 12, 16, 20)),
    resolution: optional(fc.constantFrom(...resolutions)),
    aspect_ratio: optional(fc.constantFrom('16:9', '9:16', 'landscape', 'portrait')),
    image_urls: optional(fc.array(link, { minLength: 1, maxLength: 1 })),
    ...apimartDelivery,
  });

const klingO3 = fc
  .record({
    duration: optional(seconds),
    aspect_ratio: optional(ratio),
    quality: optional(fc.constantFrom('720p', '1080p', '4k')),
    sound: optional(fc.constantFrom('on', 'off', true, false)),
    callback_url: optional(
      fc.constantFrom('https://hooks.example.com/done', 'https://hooks.example.com:8443/done'),
    ),
  })
  .chain((body) =>
    fc
      .tuple(
        optional(words),
        shots(body.duration ?? 5),
        boolean,
        fc.record({
          element_list: optional(
            fc.array(fc.record({ element_id: fc.constantFrom('element_8', '1234') }), {
              maxLength: 7,
            }),
          ),
          watermark_info: optional(fc.record({ enabled: boolean })),
        }),
        fc.constantFrom('plain', 'inside', 'on top'),
      )
      .map(([prompt, list, asText, others, form]) => {
        const multi_prompt = asText
          ? list.map((shot) => ({ ...shot, duration: String(shot.duration) }))
          : list;
        const story = { multi_shot: true, shot_type: 'customize', multi_prompt };
        if (form === 'inside') return { ...body, prompt, model_params: { ...others, ...story } };
        if (form === 'on top') return { ...body, prompt, ...story, model_params: others };
        return { ...body, prompt: prompt ?? 'a crab', model_params: others };
      }),
  );

/** Values next to right ones, and of every type. */
const SLIPS: readonly unknown[] = [
  ...Array.from({ length: 23 }, (_, at) => at - 1),
  ...'5 8 5s std pro 4k 4K Pro 720p 1024p 1080p 16:9 9:16 1:1 4:3 square landscape true on off On customize intelligence auto en xx adaptive 21:9 2K 768P 768p frame reference edit'.split(
    ' ',
  ),
  ...'https://example.com/e.gif ftp://example.com/a.jpg data:image/png;base64,AAAA file:///a.png a.png //example.com/a'.split(
    ' ',
  ),
  ...'http://127.0.0.1/a.png https://10.0.0.8/a https://172.16.0.1/a https://172.32.0.1/a https://192.168.1.1/ http://localhost/a'.split(
    ' ',
  ),
  ...'https://[::1]/a https://[fd00::1]/a https://[2606:4700::1]/a http://169.254.1.1/a http://0x7f.1/a http://2130706433/a'.split(
    ' ',
  ),
  ...'http://example.com/hook https://example.com:8443/hook https://api.apimart.ai/hook https://apimart.ai.example.com/'.split(
    ' ',
  ),
  2.5,
  4.5,
  '',
  true,
  false,
  [],
  {},
  [{}],
  [1],
  [[]],
  ['https://example.com/a.jpg'],
  { enabled: true },
  { enabled: 'on' },
  [{ index: 1, prompt: 'x', duration: 5 }],
  [{ index: 1, prompt: 'x', duration: '5' }],
  ['http://example.com/a', 'http://example.com/b'],
];
const slip: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...SLIPS) },
  fc.integer({ min: 508, max: 516 }).map((length) => '蟹'.repeat(length)),
  fc.integer({ min: 2496, max: 2504 }).map((length) => '🦀'.repeat(length)),
  fc
    .integer({ min: 2040, max: 2056 })
    .map((length) => `https://example.com/${'a'.repeat(length - 20)}`),
);

const FIELDS =
  'prompt negative_prompt mode duration aspect_ratio image_urls last_frame_image watermark audio multi_shot shot_type multi_prompt element_list size ' +
  'nsfw_check webhook language resolution quality sound callback_url model_params seed watermark_info Prompt image_url first_frame shots ' +
  'image_start image_end first_frame_image video_url video_urls audio_urls generation_type generate_audio omni_reference_task_type ratio';

interface Slip {
  readonly kind: 'set' | 'drop' | 'within' | 'repeat' | 'shorten';
  readonly at: number;
  readonly field: string;
  readonly value: unknown;
}

const slips = fc.array(
  fc.record({
    kind: fc.constantFrom<Slip['kind'][]>(
      'set',
      'set',
      'drop',
      'within',
      'within',
      'within',
      'repeat',
      'shorten',
    ),
    at: fc.nat(1000),
    field: fc.constantFrom(...FIELDS.split(' ')),
    value: slip,
  }),
  { minLength: 0, maxLength: 3 },
);

/** A list or object somewhere inside, chosen by a number; the body itself where there is none. */
function containers(value: unknown): (Record<string, unknown> | unknown[])[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(containers)];
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(containers)];
}

function slipped(right: object, list: readonly Slip[]): Body {
  const body = JSON.parse(JSON.stringify(right)) as Body;
  for (const { kind, at, field, value } of list) {
    const inner = containers(body);
    const target = inner[at % inner.length] ?? body;
    const lists = inner.filter(Array.isArray);
    const some = lists[at % Math.max(1, lists.length)];
    if (kind === 'set') body[field] = structuredClone(value);
    else if (kind === 'drop')
      delete body[Object.keys(body)[at % Math.max(1, Object.keys(body).length)] ?? ''];
    else if (kind === 'repeat')
      some?.push(structuredClone(some[at % Math.max(1, some.length)] ?? value));
    else if (kind === 'shorten') some?.pop();
    else if (Array.isArray(target))
      target[at % Math.max(1, target.length)] = structuredClone(value);
    else
      target[Object.keys(target)[at % Math.max(1, Object.keys(target).length)] ?? field] =
        structuredClone(value);
  }
  return body;
}

const near = (right: fc.Arbitrary<object>): fc.Arbitrary<Body> =>
  fc.tuple(right, slips).map(([body, list]) => slipped(body, list));

/** Model of the catalogue -> bodies for it, without their `model`. */
export const BODIES: Readonly<Record<string, fc.Arbitrary<Body>>> = {
  'apimart/kling-v3': near(klingV3),
  'apimart/kling-v2-6': near(klingV26),
  'apimart/sora-2': near(sora(['720p'])),
  'apimart/sora-2-pro': near(sora(['720p', '1024p', '1080p'])),
  'evolink/kling-o3-text-to-video': near(klingO3),
  ...Object.fromEntries(Object.entries(SHEET_BODIES).map(([name, right]) => [name, near(right)])),
};
