/**
 * Which clips this machine downloaded itself. One of those that is gone from its place is missing;
 * any other may be on the machine that rendered it. Kept beside the journal, and disposable: what
 * is not remembered counts as landed on another machine.
 */
import type { FileOutcome, Files } from '../ports/files/files.ts';
import type { ClipStates } from './clips-on-disk.ts';
import type { Lock, Result } from './file/format.ts';
import type { JournalEvent } from './journal/events.ts';

/** The digests of all clips that landed by these events. */
export const landedBy = (events: Iterable<JournalEvent>): readonly string[] =>
  [...events].flatMap((event) => (event.kind === 'landed' ? event.clip.sha256 : []));

/** One digest a line, appended: several manifests of a folder share the file. */
export async function rememberLanded(
  files: Files,
  path: string,
  digests: Iterable<string>,
): Promise<FileOutcome<void>> {
  const lines = [...new Set(digests)].map((digest) => `${digest}\n`);
  if (lines.length === 0) return { ok: true, value: undefined };
  const opened = await files.openAppend(path);
  if (!opened.ok) return opened;
  const appended = await opened.value.append(lines.join(''));
  await opened.value.close();
  return appended;
}

/**
 * Tells whether a result's clip landed on this machine and is no longer here. The file is only read
 * where a clip of the lock is absent.
 */
export async function goneFromHere(
  lock: Lock,
  states: Pick<ClipStates, 'of'>,
  path: string,
  files: Files,
): Promise<(result: Result) => boolean> {
  const isAway = (result: Result): boolean =>
    result.clip !== undefined && states.of(result) === 'absent';
  const someAway = [...lock.renders.values()].some(
    (entry) => isAway(entry) || entry.earlier?.some(isAway) === true,
  );
  if (!someAway) return () => false;
  const read = await files.read(path);
  if (!read.ok) return () => false;
  const digests = new Set(new TextDecoder().decode(read.value).split('\n'));
  return (result) => isAway(result) && result.clip !== undefined && digests.has(result.clip.sha256);
}
