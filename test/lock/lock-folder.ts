/** A manifest's folder with its books, and disks that fail on demand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Processes } from '../../src/lock/run-lock/processes.ts';
import { type Ledger, type LedgerOptions, openLedger } from '../../src/lock/ledger.ts';
import { type LockPaths, pathsOf } from '../../src/lock/file/paths.ts';
import { type Files, systemFiles } from '../../src/ports/files/files.ts';
import { virtualClock } from '../virtual-clock.ts';

export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rushes-lock-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

export const filmPaths = async (draft = false): Promise<LockPaths> =>
  pathsOf(join(await folder(), 'film.yaml'), { draft });

/** One process of a pretended machine; `dead` are those that have ended. */
export const processOf = (
  pid: number,
  { host = 'studio', dead = [] as readonly number[] } = {},
): Processes => ({
  host,
  pid,
  started: `boot+${pid}`,
  isRunning: (asked, started) =>
    Promise.resolve(!dead.includes(asked) && started === `boot+${asked}`),
});

export const options = (parts: Partial<LedgerOptions> = {}): LedgerOptions => ({
  files: systemFiles,
  clock: virtualClock(),
  processes: processOf(1),
  command: 'rushes render film.yaml',
  shown: 'film.lock.json',
  ...parts,
});

/** The run lock is given back at the end of the test, unless the test did. */
export async function opened(
  paths: LockPaths,
  parts: Partial<LedgerOptions> = {},
): Promise<Ledger> {
  const result = await openLedger(paths, options(parts));
  if (result.kind !== 'open') throw new Error(`not opened: ${JSON.stringify(result)}`);
  onTestFinished(async () => {
    await result.ledger.finish({ killed: true });
  });
  return result.ledger;
}

/** A disk on which appending works `appends` times, and replacing files while `writes` says so. */
export function failingFiles(fails: {
  appends?: number;
  writes?: (path: string) => boolean;
  flushes?: boolean;
}): Files {
  const full = {
    ok: false,
    problem: { code: 'ENOSPC', message: 'ENOSPC: no space left on device, write' },
  } as const;
  let appends = fails.appends ?? Number.POSITIVE_INFINITY;
  return {
    ...systemFiles,
    writeAtomic: (path, content) =>
      fails.writes?.(path) === true
        ? Promise.resolve(full)
        : systemFiles.writeAtomic(path, content),
    openAppend: async (path) => {
      const file = await systemFiles.openAppend(path);
      if (!file.ok) return file;
      return {
        ok: true,
        value: {
          append: async (text) => {
            appends -= 1;
            if (appends >= 0) return file.value.append(text);
            // As a full disk does it: a part goes in.
            await file.value.append(text.slice(0, text.length / 2));
            return full;
          },
          flush: () => (fails.flushes === true ? Promise.resolve(full) : file.value.flush()),
          close: () => file.value.close(),
        },
      };
    },
  };
}

/** CPU time since then: unlike the clock on the wall, it does not count what other processes do. */
export function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
