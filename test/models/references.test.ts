import { describe, expect, test } from 'vitest';
import {
  referencesIn,
  replaceReferences,
  strayHint,
  strayReferences,
} from '../../src/models/text/references.ts';

const numbered = (prompt: string, names: readonly string[]): string =>
  replaceReferences(prompt, names, (name) => `<${names.indexOf(name) + 1}>`);

describe('@name means an element only before a declared name', () => {
  test.each([
    ['@dog runs', ['dog'], '<1> runs'],
    ['the @dog, the @cat.', ['dog', 'cat'], 'the <1>, the <2>.'],
    ['@dogs run', ['dog'], '@dogs run'],
    ['@dog-2 runs', ['dog'], '@dog-2 runs'],
    ['@dog- and @dog', ['dog'], '<1>- and <1>'],
    ["@dog's ball", ['dog'], "<1>'s ball"],
    ['@dog_2 and @dog', ['dog', 'dog_2'], '<2> and <1>'],
    ['mail me@dog.example', ['dog'], 'mail me@dog.example'],
    ['@@dog', ['dog'], '@<1>'],
    ['@element_dog와 @element_cat이 뛰어요', ['element_dog', 'element_cat'], '<1>와 <2>이 뛰어요'],
    ['@강아지가 달린다', ['강아지'], '<1>가 달린다'],
    ['소녀와@강아지', ['강아지'], '소녀와<1>'],
    ['@犬と@猫が走る', ['犬', '猫'], '<1>と<2>が走る'],
    ['@Bär läuft, @Bären auch', ['Bär'], '<1> läuft, @Bären auch'],
    ['@a.*b', ['a.*'], '@a.*b'],
    ['no sign at all', ['dog'], 'no sign at all'],
    ['@', [''], '@'],
  ] as const)('%s', (prompt, names, expected) => {
    expect(numbered(prompt, names)).toBe(expected);
  });

  test('an offset names the sign and the end of the name', () => {
    expect(referencesIn('a @dog', ['dog'])).toEqual([{ start: 2, end: 6, name: 'dog' }]);
  });

  test('a text that only looks like a reference is reported once', () => {
    expect(
      strayReferences('@dgo and @dgo beside @dog, mail a@b.example, @ alone', ['dog']),
    ).toEqual([{ start: 0, end: 4, name: 'dgo', near: 'dog' }]);
  });
});

test('a prompt of thousands of unknown names is no list of mistakes', () => {
  const prompt = Array.from({ length: 60_000 }, (_, number) => `@c${number}`).join(' ');
  expect(strayReferences(prompt, ['dog']).map(({ name }) => name)).toEqual(
    Array.from({ length: 100 }, (_, number) => `c${number}`),
  );
});

test('a prompt is compared with a thousand names at most, and a hint lists eight', () => {
  const names = Array.from({ length: 400 }, (_, number) => `member-${number}`);
  const strays = strayReferences('@membr-1 @membr-2 @membr-3', names);
  expect(strays.map(({ near }) => near)).toEqual(['member-1', 'member-2', undefined]);
  expect(strays.map((one) => strayHint(one, 'The cast is', names)).slice(1)).toEqual([
    'Did you mean @member-2?',
    'The cast is @member-0, @member-1, @member-2, @member-3, @member-4, @member-5, @member-6, @member-7 … and 392 more.',
  ]);
});
