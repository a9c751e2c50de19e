/** The life of a project in small; `life.long.ts` is the same with thirty renders. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLI } from '../cli-project.ts';
import { liveThrough } from './life-of-a-project.ts';

test('render, rename, edit, revert, takes, prune, lost clips, wrong adoptions, a killed run, two branches', async () => {
  expect(existsSync(CLI), 'npm run build first').toBe(true);
  const { accepted } = await liveThrough(4);
  expect(accepted).toBe(3 * 4 + 14);
}, 120_000);
