/**
 * What is worked out once for scenes that are alike is what each of them would have come to by
 * itself.
 */
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { catalogue } from '../../../src/models/catalogue.ts';
import type { Model } from '../../../src/models/model.ts';
import { isPlainPrompt } from '../../../src/models/plain-prompt.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { projectOf } from '../projects-from-yaml.ts';
import { sized } from '../../sizes.ts';

const MODELS = `
models:
  kling: { use: apimart/kling-v3, resolution: 1080p }
  legacy: { use: apimart/kling-v3, profile: legacy }
  kling26: { use: apimart/kling-v2-6, fit: nearest }
  sora: { use: apimart/sora-2, fit: nearest, drop: [negative_prompt, shots, elements, last_frame] }
  sorapro: { use: apimart/sora-2-pro, fit: nearest, notify: https://example.com/hook, params: { language: en } }
  o3: { use: evolink/kling-o3-text-to-video, drop: [negative_prompt, first_frame] }
`;
const projectWith = (scenes: readonly object[]) =>
  projectOf(
    `${MODELS}\ndefaults: { duration: 5 }\nprices: { sora: { usd_per_second: 0.3 } }\nscenes: ${JSON.stringify(scenes)}`,
  );

const resolve = (scenes: readonly object[]) => {
  const { renders, diagnostics } = resolveProject(projectWith(scenes), catalogue);
  return {
    renders: renders.map((render) => {
      const { source, start, end } = render.placeOf(['prompt']);
      // Scenes of one project stand at other offsets than the same scene alone.
      return {
        ...render,
        model: render.model.name,
        place: undefined,
        placeOf: source.text.slice(start, end),
      };
    }),
    said: diagnostics
      // A duplicate is a matter of two, so nobody has it alone.
      .filter(({ code }) => code !== 'duplicate-render')
      .flatMap(({ code, severity, message, renders: ids }) =>
        ids.map((id) => `${id} ${severity} ${code} ${message}`),
      )
      .sort(),
  };
};

/** Whatever the model rules look for in a prompt, and what breaks texts on their way into JSON. */
const SPECIAL = [
  '@dog',
  'a dog, @dog',
  '<<<element_1>>>',
  ' ',
  '',
  'http://u:p@x.example/',
  'HTTPS://x.example/?X-Amz-Signature=1',
  'a'.repeat(2000),
  'a'.repeat(2501),
  'a'.repeat(5001),
  '😀'.repeat(2600),
  '\ud800',
  '\u0001prompt\u0001',
  '\\ud800 "quoted" \\ \n\u2028',
  '물이 들어온다',
];
const EXTRAS = {
  duration: fc.constantFrom(3, 4, 5, 8, 10),
  aspect_ratio: fc.constantFrom('16:9', '9:16', null),
  resolution: fc.constantFrom('720p', '1080p', '4k'),
  audio: fc.boolean(),
  watermark: fc.boolean(),
  negative_prompt: fc.constantFrom('blur', 'rain'),
  first_frame: fc.constant('https://example.com/a.png'),
  shots: fc.constantFrom('auto', [
    { prompt: 'Wide', duration: 3 },
    { prompt: 'Close', duration: 2 },
  ]),
  elements: fc.constant([
    {
      name: 'dog',
      description: 'a dog',
      images: ['https://example.com/1.png', 'https://example.com/2.png'],
      ids: { evolink: 'e1' },
    },
  ]),
  fit: fc.constant('nearest'),
  revision: fc.constantFrom(0, 2),
  takes: fc.constantFrom(1, 2),
  params: fc.constantFrom({ watermark: false }, { prompt: 'its own' }),
  overrides: fc.constant({ kling: { duration: 6 } }),
};
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(...SPECIAL),
);
const extras = fc
  .subarray(Object.keys(EXTRAS), { maxLength: 2 })
  .chain((names) =>
    fc.record(Object.fromEntries(Object.entries(EXTRAS).filter(([name]) => names.includes(name)))),
  );

function isAlike(prompts: readonly string[], more: object): void {
  const scenes = prompts.map((prompt, at) => ({ id: `s${at}`, prompt, ...more }));
  const together = resolve(scenes);
  const apart = scenes.map((scene) => resolve([scene]));
  expect(together.renders).toEqual(apart.flatMap(({ renders }) => renders));
  expect(together.said).toEqual(apart.flatMap(({ said }) => said).sort());
}

test.each(SPECIAL)('among plain prompts: %j', (prompt) => {
  expect.hasAssertions();
  isAlike(['A crab', prompt, 'A gull'], {});
});

test('scenes together and each by itself', () => {
  let alike = 0;
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 4 }), extras, (prompts, more) => {
      isAlike(prompts, more);
      if (prompts.filter(isPlainPrompt).length > 1) alike += 1;
    }),
    { seed: 11, numRuns: sized(24, 80) },
  );
  expect(alike).toBeGreaterThan(sized(12, 40));
});

test('a batch is worked out once for each model', () => {
  const spied = [...catalogue].map(
    ([name, model]) =>
      [
        name,
        { ...model, check: vi.fn((...of: Parameters<Model['check']>) => model.check(...of)) },
      ] as const,
  );
  const scenes = Array.from({ length: 50 }, (_, at) => ({ id: `s${at}`, prompt: `Shot ${at}` }));
  const { renders } = resolveProject(
    projectOf(
      `models: { kling: { use: apimart/kling-v3 }, o3: { use: evolink/kling-o3-text-to-video } }\nscenes: ${JSON.stringify(scenes)}`,
    ),
    new Map(spied),
  );
  expect(renders).toHaveLength(100);
  expect(new Set(renders.map(({ fingerprint }) => fingerprint)).size).toBe(100);
  expect(spied.map(([, { check }]) => check.mock.calls.length)).toEqual(
    spied.map(([name]) =>
      ['apimart/kling-v3', 'evolink/kling-o3-text-to-video'].includes(name) ? 1 : 0,
    ),
  );
});
