import { expect, test } from 'vitest';
import { defined } from '../src/defined.ts';

test('fields without a value are not there; null, false, 0 and the empty text are values', () => {
  const found = defined({ a: undefined, b: null, c: false, d: 0, e: '', f: [undefined] });
  expect(Object.keys(found)).toEqual(['b', 'c', 'd', 'e', 'f']);
  expect(found).toEqual({ b: null, c: false, d: 0, e: '', f: [undefined] });
});
