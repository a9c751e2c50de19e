/**
 * `rushes lock merge`: two locks become one and nothing that was paid for is dropped. Also the git
 * merge driver.
 */
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { renderWords } from '../../command-words.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { decodeLock } from '../../lock/file/decode.ts';
import { EMPTY_LOCK, encodeLock, keyOf, type Lock } from '../../lock/file/format.ts';
import { conflictIn, mergeConflict, sideOf } from '../../lock/merge/conflict.ts';
import { pickConflicts, pickConflictWords } from '../../lock/picks.ts';
import { mergeLocks } from '../../lock/merge/merge.ts';
import { type MergedTexts, mergeTexts, type Side } from '../../lock/merge/merge-texts.ts';
import { answersOf } from '../../lock/attempt.ts';
import { readAll } from '../../ports/files/descriptors.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { RenderId } from '../../ids.ts';
import { plural } from '../../report/text/format.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { printDiagnostics } from '../shared/print.ts';
import { unreadable } from '../shared/unreadable.ts';
import { manifestOf, takeInJournals } from './own-locks.ts';

/**
 * `files`: one lock with conflict markers; ours and theirs; or base, ours and theirs, as git hands
 * them to a driver (%O %A %B), with the name (%P) that people know the lock by.
 */
export async function lockMerge(
  io: Io,
  files: readonly string[],
  options: { readonly out?: string },
): Promise<number> {
  const [first = '', second, third, name] = files;
  if (files.length > 4)
    throw new UsageError(
      'lock merge takes one lock with conflict markers, ours and theirs, or base, ours and theirs',
    );
  if (second === undefined) return mergeOne(io, first, options.out ?? first);
  const sides =
    third === undefined
      ? { base: first, ours: first, theirs: second }
      : { base: first, ours: second, theirs: third };
  const pieces = await mergeFiles(sides, new SharedMemory(io), {
    hasBase: third !== undefined,
  });
  if (pieces !== undefined)
    return savePieces(io, options.out ?? sides.ours, pieces, { shown: name });
  const problems: Diagnostic[] = [];
  const decode = async (file: string, side: string): Promise<Lock> => {
    const text = await read(io, file);
    // git hands over an empty file for a side that does not have it.
    if (text.trim() === '') return EMPTY_LOCK;
    const decoded = decodeLock(text, name === undefined ? file : `${name} (${side})`);
    if (decoded.ok) return decoded.lock;
    problems.push(...decoded.diagnostics);
    return EMPTY_LOCK;
  };
  const base = third === undefined ? undefined : await decode(first, 'base');
  const [oursFile, theirsFile] = third === undefined ? [first, second] : [second, third];
  const [ours, theirs] = [await decode(oursFile, 'ours'), await decode(theirsFile, 'theirs')];
  if (problems.length > 0) return refuse(io, problems);
  const merged = mergeLocks(base, ours, theirs);
  const said = saidOf(merged, ours, theirs);
  const out = options.out ?? oursFile;
  return printConflicts(io, merged, await save(io, out, merged, said, name), name ?? out);
}

/** One lock, with or without conflict markers; without them it is rewritten unchanged. */
async function mergeOne(io: Io, file: string, out: string): Promise<number> {
  const memory = new SharedMemory(io);
  const conflict = conflictIn(await memory.read(file));
  const from =
    conflict === undefined ? 'no conflict markers: nothing to merge' : 'both sides of the conflict';
  const pieces =
    conflict === undefined
      ? undefined
      : await mergeFiles({ base: file, ours: file, theirs: file }, memory, {
          hasBase: conflict.hasBase,
          of: (bytes, side) => sideOf(bytes, conflict, side),
        });
  let exit: number;
  if (pieces === undefined) {
    const merged = mergeConflict(await read(io, file), file);
    if (!merged.ok) return refuse(io, merged.diagnostics);
    exit = printConflicts(io, merged.lock, await save(io, out, merged.lock, from), out);
  } else {
    exit = await savePieces(io, out, pieces, { from: `${from}${twiceWords(pieces)}` });
    // git put both picks of a scene into both sides where their lines were not in conflict.
    const text = exit === EXIT.done ? await read(io, out) : '';
    const whole = text.includes('"pick"') ? decodeLock(text, out) : undefined;
    if (whole?.ok === true) exit = printConflicts(io, whole.lock, exit, out);
  }
  // With conflict markers in the lock, no command could merge the journal of a killed run.
  const absolute = path.resolve(io.cwd, out);
  if (absolute.endsWith('.lock.json'))
    await takeInJournals(io, [{ absolute }], 'rushes lock merge');
  return exit;
}

/** `of`: the bytes of a side among those of its file; default all. */
async function mergeFiles(
  files: Readonly<Record<Side, string>>,
  memory: SharedMemory,
  {
    hasBase,
    of = (bytes) => bytes,
  }: { readonly hasBase: boolean; readonly of?: (bytes: Buffer, side: Side) => Buffer },
): Promise<MergedTexts | undefined> {
  return mergeTexts(async (side) => of(await memory.read(files[side]), side), { hasBase });
}

async function savePieces(
  io: Io,
  out: string,
  { ours, theirs, merged, copied, text }: MergedTexts,
  { shown, from }: { readonly shown?: string | undefined; readonly from?: string },
): Promise<number> {
  const said = from ?? saidOf(merged, ours, theirs, copied);
  const exit = await write(io, out, text, merged.renders.size + copied, said, shown);
  return printConflicts(io, merged, exit, shown ?? out);
}

/**
 * Exit 5 where both sides chose differently: the lock is whole and written, and git, which called
 * this as its driver, asks a person to look.
 */
function printConflicts(io: Io, merged: Lock, exit: number, lockFile: string): number {
  const conflicts = pickConflicts(merged);
  const named = (id: RenderId): string =>
    lockFile.endsWith('.lock.json') ? renderWords({ manifest: manifestOf(lockFile), id }) : id;
  for (const conflict of conflicts) {
    const { message, hint } = pickConflictWords(conflict, named);
    io.stderr.write(`rushes: ${message}\n  ${hint}\n`);
  }
  return conflicts.length > 0 && exit === EXIT.done ? EXIT.needsPerson : exit;
}

/** `copied`: entries that are the same on both sides and are in none of the locks given. */
const saidOf = (merged: Lock, ours: Lock, theirs: Lock, copied = 0): string =>
  `${ours.renders.size + copied} of ours, ${theirs.renders.size + copied} of theirs${twiceWords({ merged, ours, theirs })}`;

function twiceWords({
  merged,
  ours,
  theirs,
}: Pick<MergedTexts, 'merged' | 'ours' | 'theirs'>): string {
  const twice = madeTwice(merged, ours, theirs);
  return twice === 0
    ? ''
    : `; ${plural(twice, 'render')} made on both sides: one is current, the other kept as an earlier result`;
}

/**
 * The two sides had different results for the same request: both are paid for, and only one is
 * current.
 */
const madeTwice = ({ renders }: Lock, ours: Lock, theirs: Lock): number =>
  [...renders].filter(([id, { fingerprint, ...entry }]) => {
    const [a, b] = [ours.renders.get(id), theirs.renders.get(id)];
    if (a === undefined || b === undefined || keyOf(a) === keyOf(b)) return false;
    const other = keyOf(a) === keyOf(entry) ? b : a;
    return (
      other.fingerprint === fingerprint &&
      answersOf(other).mayBePaid &&
      (entry.earlier ?? []).some((result) => keyOf(result) === keyOf(other))
    );
  }).length;

const save = (io: Io, out: string, lock: Lock, from: string, name = out): Promise<number> =>
  write(io, out, encodeLock(lock), lock.renders.size, from, name);

async function write(
  io: Io,
  out: string,
  text: string | Iterable<Uint8Array>,
  renders: number,
  from: string,
  name = out,
): Promise<number> {
  const written = await systemFiles.writeAtomic(path.resolve(io.cwd, out), text);
  if (!written.ok) throw new UsageError(written.problem.message);
  io.stderr.write(`${name}: ${plural(renders, 'render')} (${from})\n`);
  return EXIT.done;
}

function refuse(io: Io, problems: readonly Diagnostic[]): number {
  printDiagnostics(io, problems);
  io.stderr.write('rushes: nothing was merged or written\n');
  return EXIT.invalid;
}

const read = async (io: Io, file: string): Promise<string> =>
  (await readBytes(io, file)).toString('utf8');

async function readBytes(io: Io, file: string): Promise<Buffer> {
  try {
    return await readFile(path.resolve(io.cwd, file));
  } catch (error) {
    throw new UsageError(unreadable('lock', file, error));
  }
}

/** One memory for texts that are read one after the other: one for each would be freed late. */
class SharedMemory {
  readonly #io: Io;
  #memory: Buffer = Buffer.alloc(0);

  constructor(io: Io) {
    this.#io = io;
  }

  /** The bytes of a file, until the next one is read. */
  async read(file: string): Promise<Buffer> {
    return (await this.#readInto(path.resolve(this.#io.cwd, file))) ?? readBytes(this.#io, file);
  }

  /** `undefined` if it cannot be read. */
  async #readInto(file: string): Promise<Buffer | undefined> {
    const handle = await open(file).catch(() => undefined);
    try {
      const size = (await handle?.stat())?.size ?? 0;
      if (handle === undefined) return undefined;
      if (this.#memory.length < size) this.#memory = Buffer.allocUnsafe(size + (size >> 3));
      const read = readAll(handle.fd, this.#memory.subarray(0, size), 0);
      return this.#memory.subarray(0, read);
    } catch {
      return undefined;
    } finally {
      await handle?.close();
    }
  }
}
