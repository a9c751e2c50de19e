import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { RenderId } from '../../src/ids.ts';
import { systemProcesses } from '../../src/lock/run-lock/processes.ts';
import { pathsOf } from '../../src/lock/file/paths.ts';
import { folder, opened } from './lock-folder.ts';

/**
 * Runs the writer, kills it with SIGKILL after so many lines, and returns everything that it said
 * to be durable.
 */
async function killAfter(
  manifest: string,
  from: number,
  lines: number,
): Promise<readonly string[]> {
  const writer = fileURLToPath(new URL('killable-writer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', writer, manifest, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === lines) child.kill('SIGKILL');
  }
  await gone;
  return said;
}

test('kill -9 at any instant: whatever was called durable is in the books of the next run, and its money under the cap', async () => {
  const manifest = join(await folder(), 'film.yaml');
  const paths = pathsOf(manifest);
  const said: string[] = [];
  for (const [round, lines] of [1, 40, 97].entries())
    said.push(...(await killAfter(manifest, round * 10_000, lines)));
  expect(said.length).toBeGreaterThanOrEqual(138);

  const ledger = await opened(paths, { processes: await systemProcesses() });
  for (const line of said) {
    const [what, n] = line.split(' ');
    const entry = ledger.lock.renders.get(`s-${n}/kling` as RenderId);
    expect([line, entry?.status === 'submitted' || what === 'intent']).toEqual([line, true]);
    expect(entry?.fingerprint).toBeDefined();
  }
  expect(ledger.carried.usd).toBe(ledger.lock.renders.size * 10_000);
  expect(ledger.notices.map(({ code }) => code)).toContain('run-recovered');
});
