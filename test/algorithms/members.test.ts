import { expect, test } from 'vitest';
import { Members } from '../../src/algorithms/members.ts';

test('members come and go in any order, and each is removed once', () => {
  const members = new Members<string>();
  const [first, second, third] = ['first', 'second', 'third'].map((name) => members.add(name));
  expect([first?.(), first?.()]).toEqual([true, false]);
  expect([...members].sort()).toEqual(['second', 'third']);
  members.add('fourth');
  expect([third?.(), second?.(), second?.()]).toEqual([true, true, false]);
  expect([members.size, ...members]).toEqual([1, 'fourth']);
});

test('one that is removed while they are gone through is left out, one that is added too', () => {
  const members = new Members<string>();
  const seen: string[] = [];
  members.add('first');
  const remove = members.add('second');
  for (const member of members) {
    seen.push(member);
    remove();
    members.add('late');
  }
  expect(seen).toEqual(['first']);
});

test('any sequence leaves what a Set would have', () => {
  const members = new Members<number>();
  const expected = new Map<number, () => boolean>();
  let random = 7;
  let refused = 0;
  for (let at = 0; at < 5_000; at++) {
    random = (random * 16_807) % 2_147_483_647;
    const [oldest] = expected;
    if (random % 100 < 52 || oldest === undefined) expected.set(at, members.add(at));
    else {
      const [member, remove] = [...expected][random % expected.size] ?? oldest;
      if (!remove()) refused += 1;
      expected.delete(member);
    }
  }
  expect(refused).toBe(0);
  expect([...members].sort((a, b) => a - b)).toEqual([...expected.keys()]);
});
