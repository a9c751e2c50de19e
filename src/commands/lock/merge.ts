/**
 * `rushes lock merge`: two locks become one and nothing that was paid for is dropped. Also the git
 * merge driver.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import { decodeLock } from '../../lock/file/decode.ts';
import { EMPTY_LOCK, encodeLock, keyOf, type Lock } from '../../lock/file/format.ts';
import { mergeConflict } from '../../lock/file/conflict.ts';
import { mergeLocks } from '../../lock/merge.ts';
import { answersOf } from '../../lock/attempt.ts';
import { systemFiles } from '../../ports/files.ts';
import { plural } from '../../report/text/format.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { sayDiagnostics } from '../shared/print.ts';

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
    return save(
      io,
      options.out ?? first,
      merged.lock,
      text.includes('<<<<<<<')
        ? 'both sides of the conflict'
        : 'no conflict markers: nothing to merge',
    );
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
  const twice = madeTwice(merged, ours, theirs);
  const said = `${ours.renders.size} of ours, ${theirs.renders.size} of theirs${twice === 0 ? '' : `; ${plural(twice, 'render')} made on both sides: one is current, the other kept as an earlier result`}`;
  return save(io, options.out ?? oursFile, merged, said, name);
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

async function save(io: Io, out: string, lock: Lock, from: string, name = out): Promise<number> {
  const written = await systemFiles.writeAtomic(path.resolve(io.cwd, out), encodeLock(lock));
  if (!written.ok) throw new UsageError(written.problem.message);
  io.stderr.write(`${name}: ${plural(lock.renders.size, 'render')} (${from})\n`);
  return EXIT.done;
}

function refuse(io: Io, problems: readonly Diagnostic[]): number {
  sayDiagnostics(io, problems);
  io.stderr.write('rushes: nothing was merged or written\n');
  return EXIT.invalid;
}

async function read(io: Io, file: string): Promise<string> {
  try {
    return await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      isGone
        ? `there is no file ${file}`
        : `the lock ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
