/**
 * A file system with little room, in a mount namespace of its own: no root is needed, and nothing
 * stays mounted when the tests are gone. Linux.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const ROOM = 1_000_000;
const PAGE = 4096;
const MOUNT = `mount -t tmpfs -o size=${ROOM} none "$0" && echo mounted && exec cat`;

/** A container may forbid it. */
export const mayMount = (): boolean =>
  spawnSync('unshare', ['-Urm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

export interface SmallDisk extends AsyncDisposable {
  /** For `within` of a command: starts it where the disk is mounted. */
  readonly within: readonly string[];
  /** Below the disk's folder. */
  write(file: string, text: string): Promise<void>;
  /** Nothing is left but so many pages of 4 kB. */
  fill(pagesLeft: number): Promise<void>;
  free(): Promise<void>;
}

/** Mounts one over the folder, an absolute path. */
export async function smallDisk(folder: string): Promise<SmallDisk> {
  const holder = spawn('unshare', ['-Urm', 'sh', '-c', MOUNT, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const inside = path.join(`/proc/${holder.pid}/root`, folder);
  const filler = path.join(inside, 'filler');
  return {
    within: ['nsenter', '-t', String(holder.pid), '-U', '-m', '--preserve-credentials'],
    write: (file, text) => writeFile(path.join(inside, file), text),
    fill: async (pagesLeft) => {
      await writeFile(filler, '');
      const df = spawnSync('stat', ['-f', '-c', '%a %S', inside], { encoding: 'utf8' });
      const [blocks = 0, size = 0] = df.stdout.split(' ').map(Number);
      await writeFile(filler, Buffer.alloc(Math.max(0, blocks * size - pagesLeft * PAGE)));
    },
    free: () => rm(filler),
    [Symbol.asyncDispose]: async () => {
      const gone = once(holder, 'close');
      holder.stdin.end();
      await gone;
    },
  };
}
