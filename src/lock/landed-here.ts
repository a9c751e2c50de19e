/**
 * Which clips this machine downloaded itself, and where to. One of those that is gone from its
 * place is missing; any other may be on the machine that rendered it. Kept beside the journal, and
 * disposable: what is not remembered counts as landed on another machine.
 */
import type { FileOutcome, Files } from '../ports/files/files.ts';
import type { SomeClipStates } from './clips-on-disk.ts';
import type { Lock, LockClip, Result } from './file/format.ts';
import { fromLockPath, type LockPaths } from './file/paths.ts';
import type { JournalEvent } from './journal/events.ts';

/**
 * Digest and path of a clip that took its place by this event, as a line of the file. `lock`: after
 * the event.
 */
export function landedBy(event: JournalEvent, { renders }: Lock): string | undefined {
  if (event.kind === 'landed') return lineOf(event.clip);
  if (event.kind !== 'moved' || event.path === undefined) return undefined;
  const clip = renders.get(event.to)?.clip;
  return clip?.path === event.path ? lineOf(clip) : undefined;
}

const lineOf = ({ sha256, path }: LockClip): string => `${sha256} ${path}`;

/** Appended: several manifests of a folder share the file. */
export async function rememberLanded(
  files: Files,
  path: string,
  clips: Iterable<string>,
): Promise<FileOutcome<void>> {
  const lines = [...new Set(clips)].map((line) => `${line}\n`);
  // A link could lead to any file.
  if (lines.length === 0 || (await files.isLink(path))) return { ok: true, value: undefined };
  const opened = await files.openAppend(path);
  if (!opened.ok) return opened;
  const appended = await opened.value.append(lines.join(''));
  await opened.value.close();
  return appended;
}

/**
 * Tells whether a result's clip landed on this machine, at the place that the lock names, and is no
 * longer here. On another branch it may have another name: where it is under one of them, it is not
 * gone. The file is only read where a clip of the lock is absent.
 */
export async function goneFromHere(
  lock: Lock,
  states: SomeClipStates,
  paths: Pick<LockPaths, 'lock' | 'landed'>,
  files: Files,
): Promise<(result: Result) => boolean> {
  const away = [...lock.renders.values()]
    .flatMap((entry) => [entry, ...(entry.earlier ?? [])])
    .flatMap((result) =>
      result.clip !== undefined && states.of(result) === 'absent' ? [result.clip] : [],
    );
  if (away.length === 0 || (await files.isLink(paths.landed))) return () => false;
  const read = await files.read(paths.landed);
  if (!read.ok) return () => false;
  const landed = placesByDigest(new TextDecoder().decode(read.value));
  const gone = new Set<string>();
  for (const clip of away) {
    const places = landed.get(clip.sha256);
    if (places?.has(clip.path) !== true) continue;
    const others = [...places].map((place) => fromLockPath(paths.lock, place));
    const isSomewhere = (await files.statMany(others)).some((facts) => facts?.bytes === clip.bytes);
    if (!isSomewhere) gone.add(lineOf(clip));
  }
  return ({ clip }) => clip !== undefined && gone.has(lineOf(clip));
}

function placesByDigest(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [digest, place] = [line.slice(0, 64), line.slice(65)];
    const known = places.get(digest);
    if (known === undefined) places.set(digest, new Set([place]));
    else known.add(place);
  }
  return places;
}
