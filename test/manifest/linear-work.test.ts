import { expect, test } from 'vitest';
import { loadManifest } from '../../src/manifest/read.ts';
import { operations } from './count-operations.ts';
import { HEAD, onDisk } from './project-on-disk.ts';
import { sized } from '../sizes.ts';

const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');

const PROJECTS: Readonly<Record<string, (count: number) => Readonly<Record<string, string>>>> = {
  'scenes in YAML': (count) => ({
    'film.yaml': `${HEAD}scenes:\n${many(count, (n) => `  - { id: s-${n}, prompt: "Scene \${{ scene.id }}", duration: 5, tags: [a] }\n`)}`,
  }),
  'rows in JSON Lines': (count) => ({
    'film.yaml': `${HEAD}scenes:\n  - { rows: t.jsonl, id: "\${{ row.id }}", prompt: "\${{ row.prompt }}" }\n`,
    't.jsonl': many(count, (n) => `{"id": "s-${n}", "prompt": "A crab"}\n`),
  }),
  'rows in CSV': (count) => ({
    'film.yaml': `${HEAD}scenes:\n  - { rows: t.csv, id: "\${{ row.id }}", prompt: "\${{ row.prompt }}" }\n`,
    't.csv': `id,prompt\n${many(count, (n) => `s-${n},"A crab, 雨"\n`)}`,
  }),
  'a chain of extends': (count) => ({
    'film.yaml': `${HEAD}scenes:\n${many(count, (n) => `  - { id: s-${n}, extends: s-${n + 1} }\n`)}  - id: s-${count}\n`,
  }),
  'keys of one map': (count) => ({
    'film.yaml': `${HEAD}scenes: [{ id: a }]\nvars:\n${many(count, (n) => `  v${n}: x\n`)}`,
  }),
  'wrong scenes': (count) => ({
    'film.yaml': `${HEAD}scenes:\n${many(count, (n) => `  - { id: s-${n}, duration: "5" }\n`)}`,
  }),
};

test.each(Object.entries(PROJECTS))('the work grows in proportion: %s', async (_, files) => {
  const measure = async (count: number, times: number): Promise<number> => {
    const cwd = onDisk(files(count));
    // V8 forgets counts of functions that it collects or compiles again, and never makes any up:
    // the highest is the true one.
    const counts: number[] = [];
    for (let time = 0; time < times; time++)
      counts.push(await operations(() => loadManifest('film.yaml', { cwd })));
    return Math.max(...counts);
  };
  await measure(50, 1); // What is done once for all is done.
  const [small, large] = [await measure(100, sized(3, 7)), await measure(400, sized(2, 7))];
  expect(small).toBeGreaterThan(1_000);
  expect(large / small).toBeLessThan(4.4);
});
