/**
 * Vitest's global setup: everything that tests and the processes they start put into the temporary
 * folder of the system goes into one folder, which is removed when all have ended.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'rushes-tests-';

export default function setup(): (() => void) | undefined {
  // Each project of the configuration asks, and workers have the environment of this process.
  if (tmpdir().includes(NAME)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), NAME));
  // As the folder it stands for: other users, as whom some tests run programs, may use it.
  chmodSync(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
