import { describe, expect, test } from 'vitest';
import { EXPLAIN } from '../../../src/diagnostic-codes/diagnostic-codes.ts';
import type { RenderId } from '../../../src/ids.ts';
import { inScope, matchesGlob } from '../../../src/plan/select/filters.ts';
import { planOf } from '../lock-entries.ts';

describe('a glob over render ids', () => {
  const ALL = ['crab/kling', 'crab/kling/2', 'crab/sora', 'gull/kling'];
  test.each([
    ['crab/kling', ['crab/kling']],
    ['crab/kling/1', ['crab/kling']],
    ['crab/kling/2', ['crab/kling/2']],
    ['crab/kling/*', ['crab/kling', 'crab/kling/2']],
    ['crab/*', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['crab/*/1', ['crab/kling', 'crab/sora']],
    ['crab/**', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['crab', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['c*b', ['crab/kling', 'crab/kling/2', 'crab/sora']],
    ['*/kling', ['crab/kling', 'crab/kling/2', 'gull/kling']],
    ['{crab,gull}/kling', ['crab/kling', 'gull/kling']],
    ['**/kling/2', ['crab/kling/2']],
    ['*/*/2', ['crab/kling/2']],
    ['{gull,nobody}/*', ['gull/kling']],
    ['**', ALL],
    ['crab/k', []],
    ['', []],
  ])('%j', (glob, matched) => {
    expect(ALL.filter((id) => matchesGlob(glob, id))).toEqual(matched);
  });
  test('the examples of the page select what it says', () => {
    const ids = [
      'crab/kling',
      'crab/kling/2',
      'crab/sora',
      'crab/sora/2',
      'gull/kling',
      'gull/kling/2',
    ];
    const film = (glob: string): readonly string[] =>
      ids.filter((id) =>
        inScope({ only: [glob] }, 'manifests/film.yaml')({ id: id as RenderId, tags: [] }),
      );
    const examples = [...EXPLAIN['nothing-selected'].page.matchAll(/^ {4}(\S+) {2,}\S.*$/gm)].map(
      ([, glob = '']) => [glob, film(glob)],
    );
    const crab = ids.slice(0, 4);
    expect(examples).toEqual([
      ['crab', crab],
      ['crab/*', crab],
      ['crab/kling', ['crab/kling']],
      ['crab/kling/2', ['crab/kling/2']],
      ['crab/kling/*', ['crab/kling', 'crab/kling/2']],
      ['*/kling', ['crab/kling', 'crab/kling/2', 'gull/kling', 'gull/kling/2']],
      ['film:crab', crab],
    ]);
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
  test('a selector that selects nothing is reported, with the probable name', () => {
    const text =
      'models: { one: { use: apimart/one } }\nscenes: [{ id: sunrise, prompt: A, tags: [hero] }]\n';
    const said = (filter: object): unknown =>
      planOf(text, { options: { filter } }).diagnostics.map(({ message, hint }) => [message, hint]);
    const scenes = 'Available scenes: sunrise.';
    expect(said({ only: ['sunrize/*'] })).toEqual([
      ['--only sunrize/* selects no render', `Did you mean sunrise/*? ${scenes}`],
    ]);
    expect(said({ only: ['sunrise', 'noon'] })).toEqual([
      ['--only noon selects no render', scenes],
    ]);
    expect(said({ only: ['sunrise/on'] })).toEqual([
      [
        '--only sunrise/on selects no render',
        'Did you mean sunrise/one? Available renders: sunrise/one.',
      ],
    ]);
    expect(said({ only: ['flim:sunrise'] })).toEqual([
      [
        '--only flim:sunrise selects no render',
        'Did you mean film:sunrise? Available manifests: film.',
      ],
    ]);
    expect(said({ tags: ['herp'] })).toEqual([
      ['--tag herp selects no render', 'Did you mean hero? Available tags: hero.'],
    ]);
    expect(said({ models: ['two'] })).toEqual([
      ['--model two selects no render', 'Available aliases: one.'],
    ]);
    expect(said({ only: ['sunrise'] })).toEqual([]);
  });
});
