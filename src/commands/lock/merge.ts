/**
 * `rushes lock merge`: two locks become one and nothing that was paid for is dropped. Also the git
 * merge driver.
 */
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import { decodeLock } from '../../lock/file/decode.ts';
import { EMPTY_LOCK, encodeLock, keyOf, type Lock } from '../../lock/file/format.ts';
import { mergeConflict } from '../../lock/file/conflict.ts';
import { pickConflicts, pickConflictWords } from '../../lock/picks.ts';
import { mergeLocks } from '../../lock/merge.ts';
import { mergeTexts } from '../../lock/merge-texts.ts';
import { answersOf } from '../../lock/attempt.ts';
import { systemFiles } from '../../ports/files.ts';
import { plural } from '../../report/text/format.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { sayDiagnostics } from '../shared/print.ts';
import { takeInJournals } from './own-locks.ts';

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
  if (second === undefined) {
    const text = await read(io, first);
    const merged = mergeConflict(text, first);
    if (!merged.ok) return refuse(io, merged.diagnostics);
    const exit = await save(
      io,
      options.out ?? first,
      merged.lock,
      text.includes('<<<<<<<')
        ? 'both sides of the conflict'
        : 'no conflict markers: nothing to merge',
    );
    // While there were markers no command could take in what a killed run had left.
    const absolute = path.resolve(io.cwd, options.out ?? first);
    if (absolute.endsWith('.lock.json'))
      await takeInJournals(io, [{ absolute }], 'rushes lock merge');
    return sayConflicts(io, merged.lock, exit);
  }
  if (third !== undefined) {
    const files = { base: first, ours: second, theirs: third };
    // One memory for the texts that are only looked through: what the collector would free late.
    let scratch: Buffer = Buffer.alloc(0);
    const pieces = await mergeTexts(async (side) => {
      if (side === 'ours') return readBytes(io, files.ours);
      const found = await readInto(scratch, path.resolve(io.cwd, files[side]));
      if (found === undefined) return readBytes(io, files[side]);
      scratch = found.memory;
      return found.bytes;
    });
    scratch = Buffer.alloc(0);
    if (pieces !== undefined) {
      const { ours, theirs, merged, copied, text } = pieces;
      const said = saidOf(merged, ours, theirs, copied);
      const exit = await write(
        io,
        options.out ?? second,
        text,
        merged.renders.size + copied,
        said,
        name,
      );
      return sayConflicts(io, merged, exit);
    }
  }
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
  return sayConflicts(io, merged, await save(io, options.out ?? oursFile, merged, said, name));
}

/**
 * Exit 5 where both sides chose differently: the lock is whole and written, and git, which called
 * this as its driver, asks a person to look.
 */
function sayConflicts(io: Io, merged: Lock, exit: number): number {
  const conflicts = pickConflicts(merged);
  for (const conflict of conflicts) {
    const { message, hint } = pickConflictWords(conflict);
    io.stderr.write(`rushes: ${message}\n  ${hint}\n`);
  }
  return conflicts.length > 0 && exit === EXIT.done ? EXIT.needsPerson : exit;
}

/** `copied`: entries that are the same on both sides and are in none of the locks given. */
function saidOf(merged: Lock, ours: Lock, theirs: Lock, copied = 0): string {
  const twice = madeTwice(merged, ours, theirs);
  return `${ours.renders.size + copied} of ours, ${theirs.renders.size + copied} of theirs${twice === 0 ? '' : `; ${plural(twice, 'render')} made on both sides: one is current, the other kept as an earlier result`}`;
}

/**
 * Each side had a result of its own for the same request: both are paid for, and only one is
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
  sayDiagnostics(io, problems);
  io.stderr.write('rushes: nothing was merged or written\n');
  return EXIT.invalid;
}

const read = async (io: Io, file: string): Promise<string> =>
  (await readBytes(io, file)).toString('utf8');

async function readBytes(io: Io, file: string): Promise<Buffer> {
  try {
    return await readFile(path.resolve(io.cwd, file));
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      isGone
        ? `there is no file ${file}`
        : `the lock ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The bytes of a file in `memory`, or in a larger one; `undefined` if it cannot be read. */
async function readInto(
  memory: Buffer,
  file: string,
): Promise<{ readonly memory: Buffer; readonly bytes: Buffer } | undefined> {
  const handle = await open(file).catch(() => undefined);
  try {
    const size = (await handle?.stat())?.size ?? 0;
    if (handle === undefined) return undefined;
    const into = memory.length >= size ? memory : Buffer.allocUnsafe(size + (size >> 3));
    let read = 0;
    while (read < size) {
      const { bytesRead } = await handle.read(into, read, size - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return { memory: into, bytes: into.subarray(0, read) };
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}
