/**
 * One writer per manifest. The run lock is a file that holds its owner's facts; its modification
 * time is the heartbeat.
 *
 * Not proper-lockfile: it knows an owner only by the age of a folder, so a killed run on the same
 * machine would block the next one until that age is reached, it cannot say who holds the lock, and
 * two processes that find it stale at the same time can both come out as owners (each removes what
 * is there, also the other's new lock).
 */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod';
import { type Clock, isoSeconds } from '../../ports/clock.ts';
import type { FileProblem, Files, HeldFile } from '../../ports/files/files.ts';
import { inItsPlace, linkProblem, NO_FILE } from '../file/store.ts';
import type { Processes } from './processes.ts';

const HEARTBEAT_MS = 15_000;
/** Largest clock difference of a disk at which file times are left as they are. */
const CLOCKS_AGREE_MS = 1_000;
/** How long an owner that cannot be looked at may be silent. */
export const SILENCE_MS = 120_000;
/** Between two looks at a heartbeat that may stand still. */
const LOOK_MS = 5_000;
const TURNS = 20;
const TURN_MS = 25;

/**
 * It is shown to people, and a pull request could bring the file: no line breaks, no terminal
 * codes.
 */
const text = z.string().regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
const ownerSchema = z.object({
  owner: text,
  host: text,
  pid: z.number(),
  started: text,
  since: text,
  command: text,
});
export type RunOwner = z.infer<typeof ownerSchema>;

export interface RunLock {
  readonly owner: RunOwner;
  /**
   * After a long sleep of the machine another host may have taken over; a person may have removed
   * the file.
   */
  state(): Promise<'held' | 'gone' | 'taken-over'>;
  /** Gives it back, if it is still ours. */
  release(): Promise<void>;
}

export type RunLockTaken =
  | {
      readonly kind: 'taken';
      readonly lock: RunLock;
      /** The dead owner that it was taken from. */ readonly from?: RunOwner;
    }
  /** `message` names the owner. */
  | { readonly kind: 'held'; readonly owner: RunOwner | undefined; readonly message: string }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

export interface RunLockParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly processes: Processes;
  /**
   * Told, once, that it takes two minutes to learn whether the owner on another host is alive: a
   * sentence for people.
   */
  readonly waiting?: (message: string) => void;
  /** Held for moments only: without a heartbeat. Default false. */
  readonly brief?: boolean;
}

/**
 * Takes the run lock at `path` (its folder exists), or says who holds it. `command`: as the user
 * typed it.
 */
export async function takeRunLock(
  path: string,
  command: string,
  parts: RunLockParts,
): Promise<RunLockTaken> {
  const { files, clock, processes } = parts;
  const owner: RunOwner = {
    owner: randomUUID(),
    host: processes.host,
    pid: processes.pid,
    started: processes.started,
    since: isoSeconds(clock.now()),
    command,
  };
  const content = `${JSON.stringify(owner, null, 2)}\n`;
  let from: RunOwner | undefined;
  for (let turn = 0; turn < TURNS; turn++) {
    const created = await files.createExclusive(path, content);
    if (created.ok) {
      // The heartbeat is by our clock, not by that of a file server.
      if (Math.abs(created.value.madeMs - clock.now()) > CLOCKS_AGREE_MS)
        await created.value.touch(clock.now());
      return {
        kind: 'taken',
        lock: holding(owner, created.value, path, parts),
        ...(from !== undefined && { from }),
      };
    }
    if (created.problem.code !== 'EEXIST') return { kind: 'problem', problem: created.problem };
    const found = await look(path, parts);
    if (found === undefined) {
      const wrong = await noRunLock(path, files);
      if (wrong !== undefined) return { kind: 'problem', problem: wrong };
      continue;
    }
    if (await isHeld(path, found, parts))
      return { kind: 'held', owner: found.owner, message: heldBy(path, found) };
    from = found.owner ?? from;
    if (!(await clear(path, content, found, parts))) await clock.sleep(TURN_MS);
  }
  return {
    kind: 'held',
    owner: from,
    message: `${basename(path)} was taken over several times; run the same command again`,
  };
}

/** Who holds the run lock at `path` now, for people. Takes nothing. */
export async function holderOf(path: string, parts: RunLockParts): Promise<string | undefined> {
  const found = await look(path, parts);
  return found !== undefined && (await isHeld(path, found, parts))
    ? heldBy(path, found)
    : undefined;
}

/** Whether a run surely goes on. Does not wait for a sign of life from another host. */
export const isRunning = async (path: string, parts: RunLockParts): Promise<boolean> =>
  (await look(path, parts))?.state === 'alive';

async function isHeld(path: string, found: Seen, parts: RunLockParts): Promise<boolean> {
  if (found.state === 'silent') parts.waiting?.(waitingFor(path, found));
  return found.state === 'alive' || !(await isOver(path, found, parts));
}

interface Seen {
  readonly owner: RunOwner | undefined;
  /** By the clocks of both machines, which may differ: for people. */
  readonly silentMs: number;
  /** As the file has it; `undefined` if it could not be read. */
  readonly beatMs: number | undefined;
  /** `silent`: on another host, and its heartbeat is not of the last two minutes by our clock. */
  readonly state: 'alive' | 'dead' | 'silent';
}

/** `undefined`: no process holds it now. */
async function look(
  path: string,
  { files, clock, processes }: RunLockParts,
): Promise<Seen | undefined> {
  const [read, facts] = await Promise.all([files.read(path), files.stat(path)]);
  if (!facts.ok || !read.ok) {
    const code = read.ok ? facts.ok || facts.problem.code : read.problem.code;
    return code === 'ENOENT' || NO_FILE.has(String(code))
      ? undefined
      : { owner: undefined, silentMs: 0, beatMs: undefined, state: 'alive' };
  }
  const owner = parseOwner(new TextDecoder().decode(read.value));
  const beatMs = facts.value.mtimeMs;
  // The clock has whole milliseconds: a beat of this very one is not of the future.
  const ageMs = clock.now() - Math.floor(beatMs);
  const seen = { owner, silentMs: Math.max(0, ageMs), beatMs };
  if (owner !== undefined && owner.host === processes.host) {
    const runs = await processes.isRunning(owner.pid, owner.started);
    return { ...seen, state: runs ? 'alive' : 'dead' };
  }
  return { ...seen, state: ageMs >= 0 && ageMs < SILENCE_MS ? 'alive' : 'silent' };
}

/** The problem if the path is not a file: no run creates or removes that. `undefined`: gone. */
async function noRunLock(path: string, files: Files): Promise<FileProblem | undefined> {
  const read = await files.read(path);
  const problem = (await linkProblem(files, path, path)) ?? (read.ok ? undefined : read.problem);
  return problem && problem.code !== 'ENOENT'
    ? inItsPlace(problem, ', then run again.')
    : undefined;
}

/**
 * Whether the owner has ended. Two clocks say nothing about that, so the heartbeat of another host
 * is watched: it is over when it has stood still for two minutes of this process's own time.
 */
async function isOver(path: string, seen: Seen, { files, clock }: RunLockParts): Promise<boolean> {
  if (seen.state !== 'silent') return seen.state === 'dead';
  const until = clock.monotonic() + SILENCE_MS;
  while (clock.monotonic() < until) {
    await clock.sleep(Math.min(LOOK_MS, until - clock.monotonic()));
    const facts = await files.stat(path);
    if (facts.ok ? facts.value.mtimeMs !== seen.beatMs : facts.problem.code !== 'ENOENT')
      return false;
    if (!facts.ok) return true;
  }
  return true;
}

function parseOwner(text: string): RunOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Removes a dead owner's lock. Only one process at a time may do it, and it looks again first:
 * otherwise a slow one could remove the lock of a quick one that has just taken over.
 */
async function clear(
  path: string,
  content: string,
  seen: Seen,
  parts: RunLockParts,
): Promise<boolean> {
  const turnstile = `${path}.takeover`;
  const entered = await parts.files.createExclusive(turnstile, content);
  if (!entered.ok) {
    const other = await look(turnstile, parts);
    if (other !== undefined && other.state !== 'alive' && (await isOver(turnstile, other, parts)))
      await parts.files.remove(turnstile);
    return false;
  }
  const found = await look(path, parts);
  const same = found?.owner?.owner === seen.owner?.owner && found?.beatMs === seen.beatMs;
  if (found !== undefined && (found.state === 'dead' || (found.state === 'silent' && same)))
    await parts.files.remove(path);
  await parts.files.remove(turnstile);
  await entered.value.close();
  return true;
}

function holding(
  owner: RunOwner,
  file: HeldFile,
  path: string,
  { files, clock, brief = false }: RunLockParts,
): RunLock {
  const beating = brief ? undefined : keepBeating(file, clock);
  let released = false;
  return {
    owner,
    state: async () => {
      if (await file.inPlace()) return 'held';
      return (await files.stat(path)).ok ? 'taken-over' : 'gone';
    },
    release: async () => {
      if (released) return;
      released = true;
      await beating?.end();
      if (await file.inPlace()) await files.remove(path);
      await file.close();
    },
  };
}

function keepBeating(file: HeldFile, clock: Clock): { end(): Promise<void> } {
  const ended = new AbortController();
  const beat = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, ended.signal);
      // Through the open file: a beat that comes too late never touches a successor's lock.
      if (!ended.signal.aborted) await file.touch(clock.now());
    }
  };
  const beating = beat();
  return {
    end: () => {
      ended.abort();
      return beating;
    },
  };
}

function heldBy(path: string, { owner, silentMs }: Seen): string {
  const silence = `last heartbeat ${Math.round(silentMs / 1000)} s ago`;
  if (owner === undefined) return `another rushes is running on ${manifestOf(path)} (${silence})`;
  return `another rushes is running on ${manifestOf(path)}: "${owner.command}", process ${owner.pid} on ${hostOf(owner)}, since ${owner.since}, ${silence}`;
}

const waitingFor = (path: string, { owner }: Seen): string =>
  `${manifestOf(path)} was being worked on by ${owner === undefined ? 'another machine' : `"${owner.command}" on ${hostOf(owner)}, since ${owner.since}`}; waiting two minutes for a heartbeat before taking over`;

const manifestOf = (path: string): string => basename(path).replace(/\.run\.lock$/, '');

const hostOf = ({ host }: RunOwner): string | undefined => host.split(' ')[0];
