import { expect, test } from 'vitest';
import { Source } from '../../../src/diagnostic.ts';
import { mapOf } from '../../../src/manifest/values/located.ts';
import { parseYaml } from '../../../src/manifest/yaml/parse.ts';
import type { Problem } from '../../../src/manifest/values/problems.ts';
import { type Format, upgrade } from '../../../src/manifest/language/upgrade.ts';
import { type LocatedMap, plain } from '../../../src/scene.ts';

const renamed =
  (from: string, to: string) =>
  (manifest: LocatedMap): LocatedMap =>
    mapOf(
      new Map([...manifest.entries].map(([key, entry]) => [key === from ? to : key, entry])),
      manifest.place,
    );
/** A day on which the format has had three versions. */
const LATER: Format = {
  version: 3,
  steps: new Map([
    [1, renamed('films', 'shoots')],
    [2, renamed('shoots', 'scenes')],
  ]),
};

function upgraded(text: string): {
  readonly manifest: unknown;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const located = parseYaml(new Source('film.yaml', text), (problem) => problems.push(problem));
  if (located?.kind !== 'map') throw new Error('no map');
  const manifest = upgrade(located, (problem) => problems.push(problem), LATER);
  return { manifest: manifest === undefined ? undefined : plain(manifest), problems };
}

test('an older version is brought up to date, step by step', () => {
  expect(upgraded('rushes: 1\nfilms: [a]\n')).toEqual({
    manifest: { rushes: 3, scenes: ['a'] },
    problems: [],
  });
  expect(upgraded('rushes: 2\nshoots: [a]\n')).toEqual({
    manifest: { rushes: 3, scenes: ['a'] },
    problems: [],
  });
  expect(upgraded('rushes: 3\nscenes: [a]\n')).toEqual({
    manifest: { rushes: 3, scenes: ['a'] },
    problems: [],
  });
});

test('a newer version is not read, and the message says what to upgrade', () => {
  const { manifest, problems } = upgraded('rushes: 4\nwhatever: 1\n');
  expect(manifest).toBeUndefined();
  expect(problems).toMatchObject([
    { code: 'newer-format', hint: expect.stringContaining('npm install') as unknown },
  ]);
});
