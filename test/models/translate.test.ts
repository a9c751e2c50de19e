/**
 * What `translate` refuses, and where each native field came from. Bodies are in the golden table.
 */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Model } from '../../src/models/model.ts';
import type { JsonObject, Words } from '../../src/scene.ts';

function model(name: string): Model {
  const found = catalogue.get(name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}
const V3 = 'apimart/kling-v3';
const V26 = 'apimart/kling-v2-6';
const SORA = 'apimart/sora-2';
const O3 = 'evolink/kling-o3-text-to-video';
const THREE_TO_FIFTEEN = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const translate = (name: string, words: Words) => model(name).translate(words, {});
const check = (name: string, body: JsonObject) =>
  model(name).check({ model: model(name).native, ...body }, {});

const A = 'https://example.com/a.png';

describe('a value that is not offered is refused with the offered ones, and leaves no field', () => {
  test.each([
    [V3, { duration: 2 }, 'duration', 'R3', THREE_TO_FIFTEEN],
    [V3, { resolution: '1024p' }, 'resolution', 'R5', ['720p', '1080p', '4k']],
    [V26, { duration: 7 }, 'duration', 'R20', [5, 10]],
    [V26, { resolution: '4k' }, 'resolution', 'R21', ['720p', '1080p']],
    [SORA, { duration: 5 }, 'duration', 'R26', [4, 8, 12, 16, 20]],
    [SORA, { resolution: '1080p' }, 'resolution', 'R27', ['720p']],
    [SORA, { aspect_ratio: '1:1' }, 'aspect_ratio', 'R30', ['16:9', '9:16']],
    [O3, { duration: 16 }, 'duration', 'E1', THREE_TO_FIFTEEN],
    [O3, { resolution: '1024p' }, 'resolution', 'E3', ['720p', '1080p', '4k']],
  ] as const)('%s %j', (name, words, word, rule, allowed) => {
    const { body, findings } = translate(name, { prompt: 'x', ...words });
    expect(findings).toMatchObject([{ word, rule, verdict: 'refuse', allowed }]);
    expect(body).toEqual({ model: model(name).native, prompt: 'x' });
  });

  test('the sentence names the value, the model and what is offered; the hint says what can be done', () => {
    expect(translate(SORA, { prompt: 'x', duration: 5 }).findings).toEqual([
      {
        word: 'duration',
        path: [],
        verdict: 'refuse',
        message: 'duration is 5; apimart/sora-2 offers 4, 8, 12, 16 or 20',
        hint: 'Allow the nearest duration that the model offers with `fit: nearest`.',
        allowed: [4, 8, 12, 16, 20],
        rule: 'R26',
      },
    ]);
    expect(translate(V3, { prompt: 'x', duration: 20 }).findings[0]?.message).toBe(
      'duration is 20; apimart/kling-v3 offers 3 to 15',
    );
  });
});

test('a word without a counterpart names drop and the models that know it', () => {
  expect(translate(SORA, { prompt: 'x', negative_prompt: 'y' }).findings).toEqual([
    {
      word: 'negative_prompt',
      path: [],
      verdict: 'refuse',
      message: 'apimart/sora-2 has no negative_prompt',
      hint: 'Leave it out for this model with `drop: [negative_prompt]`. It is offered by apimart/kling-v2-6, apimart/kling-v3-omni, apimart/kling-v3 and others (rushes models --offers negative_prompt).',
    },
  ]);
});

describe('shots', () => {
  const shots = [
    { prompt: 'a', duration: 2 },
    { prompt: 'b', duration: 4 },
  ];
  test.each([V3, O3])(
    '%s: their sum is the duration, and no other duration may be said beside them',
    (name) => {
      expect(translate(name, { shots }).body['duration']).toBe(6);
      expect(translate(name, { shots, duration: 6 }).findings).toEqual([]);
      expect(translate(name, { shots, duration: 5 }).findings).toMatchObject([
        {
          word: 'duration',
          verdict: 'refuse',
          message: 'duration is 5, and the shots add up to 6 seconds',
        },
      ]);
    },
  );
  test.each([
    [V3, 'R3'],
    [O3, 'E1'],
  ])('%s: a sum that is not offered is refused once, at the shots', (name, rule) => {
    const { body, findings, origin } = translate(name, { shots: [{ prompt: 'a', duration: 16 }] });
    expect(findings).toEqual([]);
    expect(check(name, body)).toMatchObject([{ rule, path: ['duration'], verdict: 'refuse' }]);
    expect(origin['duration']).toEqual(['shots']);
  });
  test('splitting by the model is not offered by kling-o3', () => {
    expect(translate(O3, { prompt: 'x', shots: 'auto' }).findings).toMatchObject([
      { word: 'shots', verdict: 'refuse', rule: 'E7' },
    ]);
  });
});

test('a last frame alone is refused', () => {
  for (const name of [V3, V26]) {
    expect(translate(name, { prompt: 'x', last_frame: A }).findings).toMatchObject([
      { word: 'last_frame', verdict: 'refuse' },
    ]);
  }
});

test('elements want images and a description on one gateway, an id on the other', () => {
  const elements = [{ name: 'dog' }];
  expect(translate(V3, { prompt: 'x', elements }).findings).toMatchObject([
    { word: 'elements', path: [0], rule: 'R17', message: 'element "dog" has no description' },
    { word: 'elements', path: [0], rule: 'R17', message: 'element "dog" has no images' },
  ]);
  expect(translate(O3, { prompt: '@dog', elements }).findings).toMatchObject([
    { word: 'elements', path: [0], rule: 'E10' },
  ]);
});

describe('origin', () => {
  const words: Words = {
    prompt: 'x',
    duration: 5,
    resolution: '1080p',
    audio: true,
    shots: [
      { prompt: 'a', duration: 2 },
      { prompt: 'b', duration: 3 },
    ],
    elements: [{ name: 'dog', description: 'a dog', images: [A, A], ids: { evolink: 'e' } }],
    watermark: true,
  };
  test.each([
    [V3, 'mode', ['resolution']],
    [V3, 'multi_prompt.1.prompt', ['shots', 1, 'prompt']],
    [V3, 'element_list.0.element_input_urls.1', ['elements', 0, 'images', 1]],
    [O3, 'quality', ['resolution']],
    [O3, 'sound', ['audio']],
    [O3, 'model_params.multi_prompt.1.duration', ['shots', 1, 'duration']],
    [O3, 'model_params.element_list.0.element_id', ['elements', 0, 'ids', 'evolink']],
    [O3, 'model_params.watermark_info.enabled', ['watermark']],
  ] as const)('%s %s', (name, path, from) => {
    expect(translate(name, words).origin[path]).toEqual(from);
  });

  test('every field of a body has one', () => {
    for (const { name, offers } of catalogue.values()) {
      const known = Object.fromEntries(
        Object.entries(words).filter(([word]) => !offers.unsupported.some((no) => no === word)),
      );
      const { body, origin } = translate(name, known);
      const fields = Object.keys(body).filter((field) => field !== 'model');
      const sources = Object.keys(origin);
      expect(
        fields.filter(
          (field) => !sources.some((path) => path === field || path.startsWith(`${field}.`)),
        ),
      ).toEqual([]);
    }
  });
});

describe('unknown and misplaced fields', () => {
  test.each([
    [V3, { prompt_negative: 'x' }, 'body', 'Did you mean negative_prompt?'],
    [V3, { durration: 5 }, 'body', 'Did you mean duration?'],
    [V3, { quality: '1080p' }, 'body', 'Here it is mode: std (720p), pro (1080p) or 4k.'],
    [V26, { size: '16:9' }, 'body', 'Here it is aspect_ratio.'],
    [O3, { audio: true }, 'E13', 'Here it is sound: "on" or "off".'],
    [
      O3,
      { negative_prompt: 'x' },
      'E13',
      'This model takes none: say in the prompt what should be seen.',
    ],
    [O3, { model_params: { watermark: true } }, 'body', 'Did you mean watermark_info?'],
    [O3, { webhook: 'https://hooks.example.com' }, 'body', 'EvoLink calls it callback_url.'],
  ] as const)('%s %j', (name, more, rule, hint) => {
    expect(check(name, { prompt: 'x', ...(more as JsonObject) })).toMatchObject([
      { verdict: 'refuse', rule, hint, key: true },
    ]);
  });

  test('a quoted number or truth value is told to lose its quotes', () => {
    expect(check(V3, { prompt: 'x', duration: '5', audio: 'true' })).toMatchObject([
      {
        rule: 'R2',
        message: 'duration is the text "5"; it must be a whole number',
        hint: 'Write 5 without quotes.',
      },
      {
        rule: 'body',
        message: 'audio is the text "true"; it must be true or false',
        hint: 'Write true without quotes.',
      },
    ]);
    expect(check(V26, { prompt: 'x', duration: '10' })).toMatchObject([
      { rule: 'R2', hint: 'Write 10 without quotes.' },
    ]);
  });
});

test('a value that does not come from params says where it comes from', () => {
  const moved = (name: string, words: Words, params: JsonObject) => {
    const { body } = translate(name, { prompt: 'x', ...words });
    return model(name).normalise(body, params, {}).moved;
  };
  expect(moved(V3, { first_frame: A }, { last_frame_image: A, size: '1:1' })).toEqual({
    'image_urls.1': ['last_frame_image'],
    aspect_ratio: ['size'],
  });
  expect(moved(O3, {}, { element_list: [] })).toEqual({
    'model_params.element_list': ['element_list'],
  });
  expect(moved(V26, {}, {})).toEqual({});
});

test('in the second reading a clip that ends on its first frame keeps both frames', () => {
  const send = ['last_frame_image'];
  const { body } = model(V3).translate({ prompt: 'x', first_frame: A, last_frame: A }, { send });
  expect(body).toMatchObject({ image_urls: [A], last_frame_image: A });
  expect(
    model(V3)
      .check(body, { send })
      .filter(({ verdict }) => verdict === 'refuse'),
  ).toEqual([]);
});

test('a synonym that cannot be taken is refused where it was written', () => {
  const { body } = translate(V3, { prompt: 'x', first_frame: A, aspect_ratio: '16:9' });
  const { body: sent } = model(V3).normalise(body, { size: '4:3', last_frame_image: 'b.png' }, {});
  expect(
    check(V3, sent)
      .filter(({ verdict }) => verdict === 'refuse')
      .map(({ rule, path }) => [rule, ...path]),
  ).toEqual([
    ['R19', 'size'],
    ['R31', 'last_frame_image'],
  ]);
});

test('kling-o3: warnings for a name that is not an element, and for an element that no prompt mentions', () => {
  const elements = ['dog', 'cat'].map((name) => ({ name, ids: { evolink: name } }));
  expect(translate(O3, { prompt: '@dog meets @cta', elements }).findings).toEqual([
    {
      word: 'prompt',
      path: [],
      part: [11, 15],
      verdict: 'warn',
      message: '@cta names no element',
      hint: 'Did you mean @cat?',
    },
    { word: 'elements', path: [1, 'name'], verdict: 'warn', message: 'no prompt mentions @cat' },
  ]);
  expect(
    translate(O3, { shots: [{ prompt: '@cat and @dog', duration: 5 }], elements }).findings,
  ).toEqual([]);
});
