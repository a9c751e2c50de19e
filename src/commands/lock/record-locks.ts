/**
 * The locks that a branch did not take, in the ref of the spend record: `lock push` leaves them
 * there, `lock pull` takes them from there, and the first push that the branch takes removes them.
 */
import path from 'node:path';
import { isUnprintable } from '../../ids.ts';
import { encodeLock, type Lock } from '../../lock/file/format.ts';
import { mergeLocks } from '../../lock/merge/merge.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { Listed } from '../../ports/git.ts';
import type { LockTexts } from '../../record/remote/remote-ref.ts';
import { remoteRefOf } from '../../workflow/open/open-record.ts';
import type { Io } from '../shared/io.ts';
import { decode, type LockBranch, type LockFile } from './branch.ts';

const MOST_ROUNDS = 30;

type Outcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/**
 * Locks of the branch in the record's ref; nothing without `--record`. `listed`: what its remote
 * has just said.
 */
export async function locksInRecord(
  io: Io,
  sides: LockBranch,
  listed: Listed | undefined,
  problems: Diagnostic[],
): Promise<readonly (readonly [LockFile, Lock])[]> {
  if (io.remoteRecord === undefined) return [];
  const ref = remoteRefOf(io, io.remoteRecord, sides.cwd);
  const fetched = await ref.fetch(listed);
  if (fetched.kind !== 'fetched') throw new RemoteFailure(fetched.message);
  const texts = await ref.locksOf(sides.branch);
  if (texts.kind === 'unreadable') throw new RemoteFailure(texts.message);
  return [...texts.value].flatMap(([inRepository, text]) => {
    // Anyone who may push could have put other files there.
    const isLock = inRepository.endsWith('.lock.json') && staysInside(inRepository);
    if (!isLock || !inRepository.startsWith(`${sides.here}manifests/`)) return [];
    const lock = decode(text, `${ref.ref}:${inRepository}`, problems);
    if (lock === undefined) return [];
    const known = sides.files.find((file) => file.inRepository === inRepository);
    return [[known ?? fileOf(sides, inRepository), lock] as const];
  });
}

/** Git itself makes no tree with `..`, and takes one over. */
const staysInside = (name: string): boolean =>
  path.posix.normalize(name) === name && !name.includes('\\') && !isUnprintable(name);

/** The remote does not answer, or what it holds cannot be read. */
export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';
}

/**
 * Leaves the locks in the ref where the branch did not take them, else removes what it has now.
 * `listed`: the latest answer of the record's remote. `undefined`: no `--record`.
 */
export async function leaveInRecord(
  io: Io,
  sides: LockBranch,
  locks: readonly { readonly file: LockFile; readonly lock: Lock }[],
  { taken, listed }: { readonly taken: boolean; readonly listed: Listed | undefined },
): Promise<Outcome | undefined> {
  if (io.remoteRecord === undefined) return undefined;
  const ref = remoteRefOf(io, io.remoteRecord, sides.cwd);
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const fetched = await ref.fetch(round === 1 ? listed : undefined);
    if (fetched.kind !== 'fetched') return { ok: false, message: fetched.message };
    const there = await ref.locksOf(sides.branch);
    if (there.kind === 'unreadable') return { ok: false, message: there.message };
    const problems: Diagnostic[] = [];
    const texts: LockTexts = new Map(
      locks.flatMap(({ file: { inRepository }, lock }): [string, string | undefined][] => {
        const text = there.value.get(inRepository);
        if (taken) return text === undefined ? [] : [[inRepository, undefined]];
        const theirs = text === undefined ? undefined : decode(text, inRepository, problems);
        const merged = theirs === undefined ? lock : mergeLocks(undefined, lock, theirs);
        return [[inRepository, encodeLock(merged)]];
      }),
    );
    if (problems.length > 0)
      return { ok: false, message: `${ref.ref} contains a lock that cannot be read` };
    const pushed = await ref.push(io.clock.now(), [], { branch: sides.branch, locks: texts });
    if (pushed.kind === 'pushed') return { ok: true };
    if (pushed.kind === 'refused') return { ok: false, message: pushed.message };
  }
  return { ok: false, message: `it changed ${MOST_ROUNDS} times in a row` };
}

/** A lock whose manifest is not in this checkout: its results are still paid for. */
const fileOf = ({ cwd, here }: LockBranch, inRepository: string): LockFile => ({
  inRepository,
  absolute: path.resolve(cwd, path.posix.relative(here, inRepository)),
});
