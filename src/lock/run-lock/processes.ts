/** Which processes live on this machine: a run lock whose owner is gone may be taken over. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * This process and those beside it. An argument, so that tests can have dead and distant owners.
 */
export interface Processes {
  /**
   * Where process ids mean the same: host, start of its system and, in containers, the namespace.
   */
  readonly host: string;
  readonly pid: number;
  /**
   * When this process started, in whatever the system counts; tells it from a later one with the
   * same id.
   */
  readonly started: string;
  /** Whether that process of this host still runs. */
  isRunning(pid: number, started: string): Promise<boolean>;
}

export async function systemProcesses(): Promise<Processes> {
  const place = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readlink('/proc/self/ns/pid'),
  ]).catch(() => []);
  return {
    host: [hostname(), ...place.map((part) => part.trim())].join(' '),
    pid: process.pid,
    started: (await linuxProcess(process.pid))?.started ?? '',
    isRunning: async (pid, started) => {
      if (place.length === 0) return respondsToSignal(pid);
      const there = await linuxProcess(pid);
      // A zombie has ended; only its parent has not looked yet, which in a container may be never.
      return (
        there !== undefined &&
        there.state !== 'Z' &&
        there.state !== 'X' &&
        there.started === started
      );
    },
  };
}

/**
 * State and start time (clock ticks since boot) from `/proc/<pid>/stat`: see proc(5), fields 3 and
 * 22.
 */
async function linuxProcess(
  pid: number,
): Promise<{ readonly state: string; readonly started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The command's name stands in parentheses and may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined ? undefined : { state, started };
}

function respondsToSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
