/**
 * Clips that a render of another branch moved aside. A clip that lands in the place of another one
 * gives that one a second name in the same folder, and the lock of the first branch does not know
 * it. Back on that branch the clip is found under that name. It is not fetched again, and not paid
 * for again after its link has expired.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fromLockPath } from '../lock/file/paths.ts';
import type { LockClip, Result } from '../lock/file/format.ts';
import type { Plan, PlannedRender } from '../plan/plan.ts';
import { type Files, systemFiles } from '../ports/files/files.ts';
import {
  asidePath,
  land,
  partPathOf,
  secondName,
  staysInside,
} from '../run/task/delivery/landing.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Returns how many clips are back in their places. The second name stays: the other branch has it.
 */
export async function putBackDisplaced(
  { projects }: Plan,
  files: Files = systemFiles,
): Promise<number> {
  const wanted = projects.flatMap(({ project, lockPath, renders }) =>
    renders.flatMap((planned) => {
      const result = resultNotHere(planned);
      if (result?.clip === undefined || !SHA256.test(result.clip.sha256)) return [];
      const target = fromLockPath(lockPath, result.clip.path);
      return [{ root: project.root, target, planned, result, clip: result.clip }];
    }),
  );
  // All names in one question: most clips that are not here are on another machine.
  const names = wanted.flatMap(({ target, result, clip }) => [
    asidePath(target, clip.sha256),
    asidePath(target, result.fingerprint),
  ]);
  const facts = await files.statMany(names);
  let back = 0;
  for (const [index, { root, target, planned, clip }] of wanted.entries()) {
    const there = [2 * index, 2 * index + 1].filter((at) => facts[at]?.kind === 'file');
    if (there.length === 0 || !(await staysInside(root, target))) continue;
    if (await isClip(files, target, clip)) continue;
    const from = await firstThatIs(
      files,
      there.flatMap((at) => names[at] ?? []),
      clip,
    );
    if (from !== undefined && (await put(from, target, clip, planned))) back += 1;
  }
  return back;
}

/** Whether the next render finds the clip of this result beside its place, and puts it back. */
export async function isMovedAside(
  { clip, fingerprint }: Result,
  lockPath: string,
  files: Files = systemFiles,
): Promise<boolean> {
  if (clip === undefined || !SHA256.test(clip.sha256)) return false;
  const target = fromLockPath(lockPath, clip.path);
  const names = [asidePath(target, clip.sha256), asidePath(target, fingerprint)];
  return (await firstThatIs(files, names, clip)) !== undefined;
}

/** The result that the plan keeps, fetches or would pay for again because its clip is not here. */
function resultNotHere({ action, entry, restored }: PlannedRender): Result | undefined {
  const { kind, reason } = action;
  const isNotHere =
    kind === 'fetch' ||
    reason === 'missing' ||
    reason === 'pinned' ||
    reason === 'elsewhere' ||
    reason === 'restored';
  return isNotHere ? (restored ?? entry) : undefined;
}

/** Of each name also `-2`, `-3` …, which it gets where a clip has it already. */
async function firstThatIs(
  files: Files,
  names: readonly string[],
  clip: LockClip,
): Promise<string | undefined> {
  for (const name of names) {
    const { dir, name: stem, ext } = path.parse(name);
    for (let count = 1; ; count++) {
      const one = count === 1 ? name : path.join(dir, `${stem}-${count}${ext}`);
      if (!(await files.stat(one)).ok) break;
      if (await isClip(files, one, clip)) return one;
    }
  }
  return undefined;
}

async function isClip(files: Files, file: string, clip: LockClip): Promise<boolean> {
  const facts = await files.stat(file);
  if (!facts.ok || facts.value.kind !== 'file' || facts.value.bytes !== clip.bytes) return false;
  const hashed = await files.hash(file);
  return hashed.ok && hashed.value.sha256 === clip.sha256;
}

async function put(
  from: string,
  target: string,
  { sha256 }: LockClip,
  { entry }: PlannedRender,
): Promise<boolean> {
  const results = entry === undefined ? [] : [entry, ...(entry.earlier ?? [])];
  const partPath = partPathOf(target, `aside ${sha256}`);
  const landed = await land({
    partPath,
    sha256,
    targetPath: target,
    take: async () => {
      // Half of a copy, where a run was killed and the file system has no hard links.
      await rm(partPath, { force: true });
      await secondName(from, partPath);
    },
    ownerOf: (other) => results.find(({ clip }) => clip?.sha256 === other)?.fingerprint,
    displaced: () => Promise.resolve(),
  });
  return landed.kind === 'landed';
}
