import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostic.ts';
import { targetCollisions } from '../../../src/plan/resolve/findings/collisions.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { fakes } from '../fake-models.ts';
import { projectOf, textAt } from '../projects-from-yaml.ts';

const resolve = (text: string, manifest?: string) =>
  resolveProject(projectOf(text, manifest), fakes);
const shown = ({ code, severity, message, place, hint, also, renders }: Diagnostic) => ({
  code,
  severity,
  message,
  at: textAt(place),
  ...(hint === undefined ? {} : { hint }),
  ...(also === undefined ? {} : { also: also.map((one) => [one.message, textAt(one.place)]) }),
  renders,
});

describe('layers', () => {
  const { renders, diagnostics } = resolve(`
models:
  one: { use: apimart/one, resolution: 1080p, params: { seed: 1, deep: { a: 1, b: 2 } } }
  two: { use: evolink/two }
defaults: { duration: 4, aspect_ratio: landscape }
scenes:
  - id: crab
    prompt: A crab
    takes: 2
    duration: 8
    overrides: { one: { duration: 12, aspect_ratio: null, params: { deep: { b: 3 }, watermark: false } } }
`);
  test('the strongest layer that speaks wins, key by key; null is as if never set', () => {
    expect(diagnostics).toEqual([]);
    expect(renders.map(({ id, request }) => [id, request])).toEqual([
      [
        'crab/one',
        {
          model: 'one',
          prompt: 'A crab',
          seconds: 12,
          size: '1080p',
          seed: 1,
          deep: { a: 1, b: 3 },
          watermark: false,
        },
      ],
      [
        'crab/one/2',
        {
          model: 'one',
          prompt: 'A crab',
          seconds: 12,
          size: '1080p',
          seed: 1,
          deep: { a: 1, b: 3 },
          watermark: false,
        },
      ],
      ['crab/two', { model: 'two', prompt: 'A crab', seconds: 8, aspect_ratio: '16:9' }],
      ['crab/two/2', { model: 'two', prompt: 'A crab', seconds: 8, aspect_ratio: '16:9' }],
    ]);
  });
  test('a clip goes to its scene and alias; takes have files and fingerprints of their own', () => {
    expect(renders.map(({ target }) => target)).toEqual([
      '/repo/out/film/crab/one.mp4',
      '/repo/out/film/crab/one.take-2.mp4',
      '/repo/out/film/crab/two.mp4',
      '/repo/out/film/crab/two.take-2.mp4',
    ]);
    expect(new Set(renders.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });
  test('every field of a request knows its place', () => {
    const [render] = renders;
    expect(textAt(render?.placeOf(['seconds']))).toBe('12');
    expect(textAt(render?.placeOf(['size']))).toBe('1080p');
    expect(textAt(render?.placeOf(['deep', 'a']))).toBe('1');
    expect(textAt(render?.placeOf(['deep', 'b']))).toBe('3');
    expect(textAt(render?.placeOf(['prompt']))).toBe('A crab');
    expect(textAt(render?.placeOf(['model']))).toBe('apimart/one');
    expect(textAt(render?.placeOf(['nowhere']))).toBe('crab');
  });
  test('null in params takes away what a word became', () => {
    const [render] = resolve(`
models: { one: { use: apimart/one, params: { seconds: null } } }
scenes: [{ id: a, prompt: A, duration: 8 }]
`).renders;
    expect(render?.request).toEqual({ model: 'one', prompt: 'A' });
  });
});

describe('changes that the writer allows', () => {
  test('fit takes the nearest, a tie the smaller; drop leaves out what the model does not know; both are notes', () => {
    const { renders, diagnostics } = resolve(`
models: { one: { use: apimart/one, drop: [negative_prompt, prompt] } }
defaults: { fit: nearest, negative_prompt: blur, resolution: 4k }
scenes:
  - { id: tie, prompt: A, duration: 6 }
  - { id: low, prompt: B, duration: 1 }
  - { id: high, prompt: C, duration: 99, resolution: 1024p }
`);
    expect(diagnostics).toEqual([]);
    expect(
      renders.map(({ request }) => [request['seconds'], request['size'], request['prompt']]),
    ).toEqual([
      [4, '1080p', 'A'],
      [4, '1080p', 'B'],
      [12, '1080p', 'C'],
    ]);
    expect(renders[0]?.notes).toEqual([
      'negative_prompt is left out: apimart/one has no such setting (drop)',
      'duration 6 became 4, the nearest that apimart/one offers (fit: nearest)',
      'resolution 4k became 1080p, the nearest that apimart/one offers (fit: nearest)',
    ]);
  });
  test('the strongest layer that sets drop replaces the others', () => {
    const { diagnostics } = resolve(`
models: { one: { use: apimart/one, drop: [negative_prompt] } }
scenes: [{ id: a, prompt: A, negative_prompt: blur, drop: [watermark] }]
`);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'apimart/one has no negative_prompt',
    ]);
  });
  test('a change by a rule is a note with the number of the rule', () => {
    const { renders } = resolve(`
models: { one: { use: apimart/one } }
scenes: [{ id: a, prompt: A, params: { ratio: "9:16" } }]
`);
    expect(renders[0]?.request['aspect_ratio']).toBe('9:16');
    expect(renders[0]?.notes).toEqual(['ratio is sent as aspect_ratio (F9)']);
  });
});

describe('diagnostics', () => {
  test('one wrong default that breaks many renders is said once, at the default', () => {
    const scenes = Array.from(
      { length: 14 },
      (_, index) => `  - { id: s${index}, prompt: P${index} }`,
    ).join('\n');
    const { renders, diagnostics } = resolve(`
models: { one: { use: apimart/one } }
defaults: { duration: 5 }
scenes:
${scenes}
`);
    expect(renders).toEqual([]);
    expect(diagnostics.map(shown)).toEqual([
      {
        code: 'unoffered-word',
        severity: 'error',
        message: 'duration is 5; apimart/one offers 4, 8, 12',
        at: '5',
        also: [
          ['it reaches scene s0', 's0'],
          ['alias one is apimart/one', 'apimart/one'],
        ],
        renders: Array.from({ length: 14 }, (_, index) => `s${index}/one`),
      },
    ]);
  });
  test('a value that several models refuse is still one wrong value, with the reason of each', () => {
    const { diagnostics } = resolve(`
models: { one: { use: apimart/one }, two: { use: evolink/two } }
defaults: { duration: 99, negative_prompt: blur }
scenes: [{ id: a, prompt: A }, { id: b, prompt: B }]
`);
    expect(
      diagnostics.map(({ message, place, also, renders }) => [
        message,
        textAt(place),
        also?.map((one) => one.message),
        renders.length,
      ]),
    ).toEqual([
      [
        'duration is 99; apimart/one offers 4, 8, 12',
        '99',
        [
          'it reaches scene a',
          'alias one is apimart/one',
          'alias two: duration is 99; evolink/two offers 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15',
        ],
        4,
      ],
      [
        'apimart/one has no negative_prompt',
        'blur',
        [
          'it reaches scene a',
          'alias one is apimart/one',
          'alias two: evolink/two has no negative_prompt',
        ],
        4,
      ],
    ]);
  });
  test('a value of the scene itself needs no further place, and other renders stay', () => {
    const { renders, diagnostics } = resolve(`
models: { one: { use: apimart/one }, two: { use: evolink/two } }
scenes:
  - { id: a, prompt: A, duration: 5 }
  - { id: b, prompt: B }
`);
    expect(renders.map(({ id }) => id)).toEqual(['a/two', 'b/one', 'b/two']);
    expect(diagnostics.map(shown)).toEqual([
      {
        code: 'unoffered-word',
        severity: 'error',
        message: 'duration is 5; apimart/one offers 4, 8, 12',
        at: '5',
        renders: ['a/one'],
      },
    ]);
  });
  test('a rule points at the word or the param behind the native field', () => {
    const { diagnostics } = resolve(`
models: { one: { use: apimart/one } }
scenes:
  - { id: a, prompt: A, audio: true }
  - { id: b, prompt: B, params: { nonsense: 7 } }
  - { id: c, first_frame: "https://example.com/c.png", aspect_ratio: "16:9" }
`);
    expect(diagnostics.map(shown)).toEqual([
      {
        code: 'broken-rule',
        severity: 'error',
        message: 'audio needs 1080p (F2)',
        at: 'true',
        renders: ['a/one'],
      },
      {
        code: 'broken-rule',
        severity: 'error',
        message: 'nonsense is not a field of this model',
        at: '7',
        renders: ['b/one'],
      },
      {
        code: 'broken-rule',
        severity: 'error',
        message: 'prompt is missing (F1)',
        at: 'c',
        renders: ['c/one'],
      },
      {
        code: 'broken-rule',
        severity: 'warning',
        message: 'the image may decide the ratio (F3)',
        at: '"16:9"',
        renders: ['c/one'],
      },
    ]);
  });
  test('a refused word that params overrule is not an error', () => {
    const { renders, diagnostics } = resolve(`
models: { one: { use: apimart/one, params: { seconds: 8 } } }
defaults: { duration: 5 }
scenes: [{ id: a, prompt: A }]
`);
    expect(diagnostics).toEqual([]);
    expect(renders[0]?.request['seconds']).toBe(8);
  });
  test('models, profiles and lifecycles are said once for each alias', () => {
    const { diagnostics } = resolve(`
models:
  a: { use: apimart/oen }
  b: { use: apimart/one, profile: legcay }
  c: { use: apimart/late }
  d: { use: apimart/gone }
scenes:
  - { id: x, prompt: X, takes: 2 }
  - { id: y, prompt: Y, models: [c] }
`);
    expect(
      diagnostics.map(({ code, severity, place, hint, renders }) => [
        code,
        severity,
        textAt(place),
        hint?.split('. ')[0],
        renders.length,
      ]),
    ).toEqual([
      ['unknown-model', 'error', 'apimart/oen', 'Did you mean apimart/one?', 2],
      ['unknown-profile', 'error', 'legcay', 'Did you mean legacy?', 2],
      ['retiring-model', 'warning', 'apimart/late', undefined, 3],
      ['gone-model', 'error', 'apimart/gone', 'Use another model', 2],
    ]);
  });
  test('two renders with one request are an error that suggests takes', () => {
    const { diagnostics } = resolve(`
models: { one: { use: apimart/one }, uno: { use: apimart/one } }
scenes:
  - { id: a, prompt: A, models: [one] }
  - { id: b, prompt: A, models: [one] }
  - { id: c, prompt: C }
  - { id: d, prompt: D }
  - { id: e, prompt: A, models: [one], skip: not yet }
`);
    expect(diagnostics.map(shown)).toEqual([
      {
        code: 'duplicate-render',
        severity: 'error',
        message: 'scenes a and b send the same request on apimart/one',
        at: 'b',
        hint: 'To get another clip of the same request, write `takes: 2` in a instead of a second scene.',
        also: [['scene a is the same', 'a']],
        renders: ['a/one', 'b/one'],
      },
      {
        code: 'duplicate-render',
        severity: 'error',
        message:
          'aliases one and uno send the same requests: the same model with the same settings',
        at: 'apimart/one',
        hint: 'Remove one of the aliases, or use `takes` to get more clips of one request.',
        also: [['alias one is the same', 'apimart/one']],
        renders: ['c/one', 'c/uno', 'd/one', 'd/uno'],
      },
    ]);
  });
  test("links that are passwords are refused where they stand; the query of a callback is its receiver's business", () => {
    const { diagnostics } = resolve(`
models:
  one: { use: apimart/one, notify: "https://me:pw@hooks.example.com/x" }
  two: { use: evolink/two, notify: "https://hooks.example.com/x?token=q" }
scenes:
  - { id: a, prompt: "see https://me:pw@example.com/", first_frame: "https://b.s3.amazonaws.com/a.png?X-Amz-Signature=ab", models: [one] }
  - { id: b, prompt: B, params: { more: ["https://cdn.example.com/x.png?w=5", "https://cdn.example.com/x.png?token=q"] } }
`);
    expect(
      diagnostics
        .filter(({ code }) => code === 'secret-link')
        .map(({ message, place, renders }) => [message.split(' ')[0], textAt(place), renders]),
    ).toEqual([
      ['image_urls.0', '"https://b.s3.amazonaws.com/a.png?X-Amz-Signature=ab"', ['a/one']],
      ['webhook', '"https://me:pw@hooks.example.com/x"', ['a/one', 'b/one']],
      ['more.1', '"https://cdn.example.com/x.png?token=q"', ['b/one', 'b/two']],
    ]);
  });
  test('a value that JSON cannot express is refused, not thrown', () => {
    const { diagnostics } = resolve(`
models: { one: { use: apimart/one } }
scenes:
  - { id: a, prompt: A, params: { cfg: .inf } }
  - { id: b, prompt: "half \\uD83E" }
`);
    expect(diagnostics.map(({ code, place }) => [code, textAt(place)])).toEqual([
      ['unwritable-value', '.inf'],
      ['unwritable-value', '"half \\uD83E"'],
    ]);
  });
});

describe('notify', () => {
  test('sets the callback field of the gateway and stays out of the fingerprint', () => {
    const text = (notify: string): string => `
models: { one: { use: apimart/one${notify} }, two: { use: evolink/two${notify} } }
scenes: [{ id: a, prompt: A }]
`;
    const [plainOnes, notified] = [
      resolve(text('')).renders,
      resolve(text(', notify: "https://hooks.example.com/x"')).renders,
    ];
    expect(notified.map(({ request }) => request['webhook'] ?? request['callback_url'])).toEqual([
      'https://hooks.example.com/x',
      'https://hooks.example.com/x',
    ]);
    expect(notified.map(({ fingerprint }) => fingerprint)).toEqual(
      plainOnes.map(({ fingerprint }) => fingerprint),
    );
  });
});

describe('targets', () => {
  const text =
    'models: { one: { use: apimart/one } }\nscenes: [{ id: a, prompt: A }, { id: b, prompt: B }]\n';
  test('two manifests that write the same files are one error', () => {
    const parts = [
      resolve(text, 'x.yaml'),
      resolveProject({ ...projectOf(text, 'y.yaml'), name: 'X' }, fakes),
    ];
    expect(targetCollisions(parts).map(shown)).toEqual([
      {
        code: 'same-target',
        severity: 'error',
        message:
          'x.yaml and y.yaml write the same files: both are project x with one output folder',
        at: 'a',
        hint: 'Give one of them another `project:` or `output:`.',
        also: [['a/one writes it too', 'a']],
        renders: ['a/one', 'b/one'],
      },
    ]);
  });
  test('different projects do not meet', () => {
    expect(targetCollisions([resolve(text, 'x.yaml'), resolve(text, 'y.yaml')])).toEqual([]);
  });
});
