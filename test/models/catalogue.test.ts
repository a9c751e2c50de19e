import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { SMALLEST, smallestWords } from '../../src/models/smallest-words.ts';
import { GATEWAYS } from '../../src/ids.ts';
import { WORDS } from '../../src/scene.ts';

test('every model file is in the catalogue, under its gateway and the name of its file', () => {
  const files = GATEWAYS.flatMap((gateway) =>
    readdirSync(new URL(`../../src/models/${gateway}/`, import.meta.url), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${gateway}/${path.basename(file, '.ts')}`),
  );
  expect([...catalogue.keys()].sort()).toEqual(files.sort());
  for (const [name, model] of catalogue) expect(model.name).toBe(name);
});

test('every rule of the sheets belongs to a model', () => {
  const rules = new Set(
    [...catalogue.values()].flatMap((model) => model.rules.map(({ rule }) => rule)),
  );
  const numbers = [
    ...Array.from({ length: 33 }, (_, index) => `R${index + 1}`),
    ...Array.from({ length: 14 }, (_, index) => `E${index + 1}`),
  ];
  expect(numbers.filter((number) => !rules.has(number))).toEqual([]);
});

test('documented defaults are no breach of the rules, and every offered duration and resolution is accepted', () => {
  for (const model of catalogue.values()) {
    const needed = smallestWords(model);
    const refusals = (words: object): unknown[] => {
      const { body, findings } = model.translate({ prompt: 'x', ...needed, ...words }, {});
      return [...findings, ...model.check(body, {})].filter(({ verdict }) => verdict === 'refuse');
    };
    const { body } = model.translate({ prompt: 'x', ...needed }, {});
    const refused = model
      .check({ ...model.defaults, ...body }, {})
      .filter(({ verdict }) => verdict === 'refuse');
    expect(refused).toEqual([]);
    for (const duration of model.offers.duration) expect(refusals({ duration })).toEqual([]);
    for (const resolution of model.offers.resolution) expect(refusals({ resolution })).toEqual([]);
    // Some ratios need a picture to adapt to.
    for (const aspect_ratio of model.offers.aspect_ratio)
      expect(SMALLEST.map((words) => refusals({ ...words, aspect_ratio }))).toContainEqual([]);
  }
});

const SAMPLES = {
  prompt: 'x',
  negative_prompt: 'x',
  duration: 8,
  aspect_ratio: '16:9',
  resolution: '720p',
  audio: true,
  watermark: false,
  first_frame: 'https://example.com/a.png',
  last_frame: 'https://example.com/b.png',
  seed: 7,
  references: ['https://example.com/c.png'],
  shots: [{ prompt: 'x', duration: 5 }],
  elements: [
    {
      name: 'a',
      description: 'a',
      images: ['https://example.com/a.png', 'https://example.com/b.png'],
      ids: { evolink: 'e' },
    },
  ],
} as const;

test('a word is unsupported exactly where translate refuses it, and the hint names the models that can', () => {
  for (const model of catalogue.values()) {
    for (const word of WORDS) {
      const first = word === 'last_frame' ? { first_frame: SAMPLES.first_frame } : {};
      const { findings } = model.translate({ ...first, [word]: SAMPLES[word] }, {});
      const refusal = findings.find(
        (finding) => finding.word === word && finding.hint?.includes(`drop: [${word}]`) === true,
      );
      expect([model.name, word, refusal !== undefined]).toEqual([
        model.name,
        word,
        model.offers.unsupported.includes(word),
      ]);
      const able: string[] = [...catalogue.values()]
        .filter(({ offers }) => !offers.unsupported.includes(word))
        .map((other) => other.name);
      if (refusal === undefined) continue;
      const named = [...(refusal.hint ?? '').matchAll(/(?:apimart|evolink)\/[\w.-]*\w/g)].map(
        ([other]) => other,
      );
      expect(named.filter((other) => !able.includes(other))).toEqual([]);
      expect(named.length).toBe(Math.min(3, able.length));
    }
  }
});

test('both sora models say that they are retiring, since when and why', () => {
  for (const name of ['apimart/sora-2', 'apimart/sora-2-pro']) {
    expect(catalogue.get(name)?.lifecycle).toMatchObject({
      state: 'retiring',
      goneOn: '2026-09-24',
      asOf: '2026-11-20',
    });
  }
});
