import { describe, expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { inScope, matchesGlob } from '../../../src/plan/select/filters.ts';
import { planOf } from '../lock-entries.ts';

describe('a glob over render ids', () => {
  test.each([
    ['crab/kling', ['crab/kling']],
    ['crab/*', ['crab/kling', 'crab/sora']],
    ['crab/**', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['crab', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['c*b', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['*/kling', ['crab/kling', 'gull/kling']],
    ['**/kling/2', ['crab/kling/2']],
    ['*/*/?', ['crab/kling/2']],
    ['{gull,nobody}/*', ['gull/kling']],
    ['**', ['crab/kling', 'crab/kling/2', 'crab/sora', 'gull/kling']],
    ['crab/k', []],
    ['', []],
  ])('%j', (glob, matched) => {
    expect(
      ['crab/kling', 'crab/kling/2', 'crab/sora', 'gull/kling'].filter((id) =>
        matchesGlob(glob, id),
      ),
    ).toEqual(matched);
  });
  test('no glob is slow', () => {
    expect(matchesGlob(`${'*a'.repeat(60)}b/x`, `${'a'.repeat(80)}/x`)).toBe(false);
  });
});

describe('filters', () => {
  const matches = (
    filter: Parameters<typeof inScope>[0],
    id: string,
    tags: readonly string[] = [],
  ): boolean => inScope(filter, 'manifests/film.yaml')({ id: id as RenderId, tags });
  test('narrow each other; each list is a choice', () => {
    expect(matches({ models: ['kling'], tags: ['hero', 'b'] }, 'crab/kling/2', ['hero'])).toBe(
      true,
    );
    expect(matches({ models: ['kling'], tags: ['hero'] }, 'crab/sora', ['hero'])).toBe(false);
    expect(matches({ models: ['kling'], tags: ['hero'] }, 'crab/kling')).toBe(false);
    expect(matches({ only: [], models: [], tags: [] }, 'crab/kling')).toBe(true);
  });
  test('an id may name its manifest', () => {
    expect(matches({ only: ['film:crab/*'] }, 'crab/kling')).toBe(true);
    expect(matches({ only: ['manifests/film.yaml:crab'] }, 'crab/kling')).toBe(true);
    expect(matches({ only: ['other:crab/*'] }, 'crab/kling')).toBe(false);
  });
  test('what selects nothing is said, with what was probably meant', () => {
    const text =
      'models: { one: { use: apimart/one } }\nscenes: [{ id: sunrise, prompt: A, tags: [hero] }]\n';
    const said = (filter: object): unknown =>
      planOf(text, { options: { filter } }).diagnostics.map(({ message, hint }) => [message, hint]);
    expect(said({ only: ['sunrize/*'] })).toEqual([
      ['--only sunrize/* selects no render', 'Did you mean sunrise?'],
    ]);
    expect(said({ tags: ['herp'] })).toEqual([
      ['--tag herp selects no render', 'Did you mean hero?'],
    ]);
    expect(said({ only: ['sunrise'] })).toEqual([]);
  });
});
