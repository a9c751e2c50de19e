/**
 * A merge of lock files by the pieces of their texts: what is the same in all of them is copied,
 * and only the rest is read, so that the memory is that of the texts and not of their trees.
 */
import {
  areEncoded,
  digestOf,
  digestsOf,
  type EntryTexts,
  encodeWith,
  entryTexts,
  lockOfTexts,
} from '../file/entry-texts.ts';
import type { Lock } from '../file/format.ts';
import { mergeLocks } from './merge.ts';

export interface MergedTexts {
  /** In pieces, readable once. */
  readonly text: Iterable<Uint8Array>;
  /** Entries that are the same on all sides and were copied. */
  readonly copied: number;
  /** The rest of each side, and their merge result. */
  readonly ours: Lock;
  readonly theirs: Lock;
  readonly merged: Lock;
}

export type Side = 'base' | 'ours' | 'theirs';

/**
 * The same bytes as reading, {@link mergeLocks} and encoding give; `undefined` if a text is not
 * as `encodeLock` writes it: then that way tells what is wrong. Each text is asked for twice, so
 * that only one of them need be held: `read` may use one memory for all. The last one asked for,
 * ours, must stay until `text` is written. `hasBase`: there is a common ancestor; default true.
 */
export async function mergeTexts(
  read: (side: Side) => Promise<Buffer>,
  { hasBase = true }: { readonly hasBase?: boolean } = {},
): Promise<MergedTexts | undefined> {
  const digests = [];
  const others: readonly Side[] = hasBase ? ['base', 'theirs'] : ['theirs'];
  for (const side of others) {
    const entries = entryTexts(await read(side));
    if (entries === undefined) return undefined;
    digests.push(digestsOf(entries));
  }
  const entries = entryTexts(await read('ours'));
  if (entries === undefined) return undefined;
  const copied = new Set<string>();
  for (const id of entries.ids()) {
    const own = digestOf(entries, id);
    if (digests.every((known) => known.has(own))) copied.add(id);
  }
  digests.length = 0;
  const ours = restOf(entries, copied);
  const base = hasBase ? restOf(entryTexts(await read('base')), copied) : undefined;
  const theirs = restOf(entryTexts(await read('theirs')), copied);
  if ((hasBase && base === undefined) || ours === undefined || theirs === undefined)
    return undefined;
  const again = entryTexts(await read('ours'));
  if (again === undefined || !areEncoded(again, [...copied])) return undefined;
  const merged = mergeLocks(base, ours, theirs);
  const text = encodeWith(merged, again, copied);
  return { text, copied: copied.size, ours, theirs, merged };
}

function restOf(entries: EntryTexts | undefined, copied: ReadonlySet<string>): Lock | undefined {
  if (entries === undefined) return undefined;
  return lockOfTexts(
    entries,
    [...entries.ids()].filter((id) => !copied.has(id)),
  );
}
