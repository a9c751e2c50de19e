/** A journal with more lines than a function takes arguments. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { AttemptId, TaskId } from '../../../src/ids.ts';
import { encodeLine } from '../../../src/lock/journal/journal-line.ts';
import { readLedger } from '../../../src/lock/read-ledger.ts';
import { systemFiles } from '../../../src/ports/files/files.ts';
import { filmPaths, opened } from '../lock-folder.ts';

test('a journal of 150,000 lines is read, and taken in by the next command', async () => {
  const paths = await filmPaths();
  const lines = Array.from({ length: 150_000 }, (_, number) =>
    encodeLine({
      kind: 'accepted',
      at: '2026-11-20T17:00:00Z',
      attempt: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as AttemptId,
      task: `task_${number}` as TaskId,
    }),
  );
  await mkdir(dirname(paths.journal), { recursive: true });
  await writeFile(paths.journal, lines.join(''));
  expect(await readLedger(systemFiles, paths)).toMatchObject({ kind: 'lock', unsaved: true });
  expect((await opened(paths)).lock.renders.size).toBe(0);
});
