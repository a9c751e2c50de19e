/** The life of a project with thirty renders on three models. */
import { expect, test } from 'vitest';
import { liveThrough } from './life-of-a-project.ts';

test('thirty renders', async () => {
  const { accepted } = await liveThrough(10);
  expect(accepted).toBe(3 * 10 + 14);
}, 240_000);
