import { pbkdf2 } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PartFile } from '../../../src/run/task/delivery/part-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-part-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Work for every thread that writes files, so that a write waits for its turn. */
const allThreadsBusy = (): Promise<unknown> =>
  Promise.all(
    Array.from({ length: 16 }, () => promisify(pbkdf2)('key', 'salt', 100_000, 64, 'sha512')),
  );

test('bytes that still wait to be written never get into a file that is opened next', async () => {
  const part = await PartFile.open(join(folder, '.clip.part'), () => 0);
  const busy = allThreadsBusy();
  await part.write(Buffer.alloc(100_000, 'clip bytes '));
  const left = part.leave();
  await setImmediate();
  // The lowest number that is free: that of the part, if it is closed already.
  const other = openSync(join(folder, 'journal.jsonl'), 'wx');
  writeSync(other, 'an intent\n');
  await Promise.all([busy, left]);
  closeSync(other);
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').slice(0, 30)).toBe('an intent\n');
});
