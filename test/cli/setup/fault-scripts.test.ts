/** Fault scripts as a user writes them: the example of the docs, and what a mistake is told. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { flat, REPOSITORY, world } from '../cli-project.ts';
import { film } from '../manifest-text.ts';

test('the example of docs/recovery.md: one answer is lost, one task fails, the rest is made', async () => {
  const page = await readFile(path.join(REPOSITORY, 'docs/recovery.md'), 'utf8');
  const [, example = ''] = /```yaml\n(# faults\.yaml[^`]*)```/.exec(page) ?? [];
  await using w = await world();
  await w.write('faults.yaml', example);
  const scene = (id: string): string => `  - { id: ${id}, prompt: A ${id}, models: [kling] }`;
  await w.write('film.yaml', film(['sun', 'moon', 'crab', 'storm'].map(scene).join('\n')));
  const ran = await w.rushes(['render', '--draft', '--faults', 'faults.yaml', 'film.yaml']);
  expect(ran.exit).toBe(5);
  expect(flat(ran.err)).toContain('2 done, 1 failed, 1 ambiguous');
  expect(flat(ran.err)).toContain('apimart has too many requests');
  const recover = await w.rushes(['recover', '--draft', 'film.yaml']);
  expect(recover.exit).toBe(5);
  expect(recover.out).toContain('film:crab/kling ambiguous');
});

test('a mistake is told in words, with its place; so is a file that is not there', async () => {
  await using w = await world();
  await w.write('film.yaml', film('  - { id: sun, prompt: The sun, models: [kling] }'));
  await w.write('faults.yaml', 'rules:\n  - { when: { step: sumbit }, do: { fault: explode } }\n');
  const run = (name: string) => w.rushes(['render', '--draft', '--faults', name, 'film.yaml']);
  const mistaken = await run('faults.yaml');
  expect(mistaken.exit).toBe(64);
  expect(mistaken.err).toContain('faults.yaml:2:15 rules.0.when.step: expected one of "submit"|');
  expect(mistaken.err).toContain("rules.0.do.fault: expected 'reset' | 'hang'");
  expect(mistaken.err).toContain('docs/recovery.md');
  const absent = await run('none.yaml');
  expect(absent).toMatchObject({ exit: 64 });
  expect(absent.err).toContain('rushes: there is no file none.yaml\n');
});
