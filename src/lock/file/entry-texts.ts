/**
 * The entries of a lock file as pieces of its text. In a merge of large locks nearly all entries
 * are the same on all sides: such a piece is copied, and three locks need never be objects at once.
 * Only for texts as `encodeLock` writes them; any other one is read whole.
 */
import { hash } from 'node:crypto';
import { decodeLock } from './decode.ts';
import { encodeLock, type Lock, LOCK_VERSION } from './format.ts';

const HEAD = `{\n  "lockVersion": ${LOCK_VERSION},\n  "renders": {\n`;
const FOOT = '\n  }\n}\n';
const CLOSE = '\n    }';
const SEPARATOR = ',\n';
/** Entries that are checked at once. */
const BATCH = 100;

/** The entries of one text, in its order, each from its key to its closing brace. */
export class EntryTexts {
  readonly #bytes: Buffer;
  /** By render id: its place in the order. */
  readonly #indexes: ReadonlyMap<string, number>;
  /** Plain numbers: a separate buffer for each entry would take more memory. */
  readonly #ends: readonly number[];

  constructor(bytes: Buffer, indexes: ReadonlyMap<string, number>, ends: readonly number[]) {
    this.#bytes = bytes;
    this.#indexes = indexes;
    this.#ends = ends;
  }

  ids(): IterableIterator<string> {
    return this.#indexes.keys();
  }

  /** A view of the text's memory, not a copy; empty if there is no such entry. */
  of(id: string): Buffer {
    const index = this.#indexes.get(id);
    if (index === undefined) return this.#bytes.subarray(0, 0);
    const before = this.#ends[index - 1];
    return this.#bytes.subarray(
      before === undefined ? HEAD.length : before + SEPARATOR.length,
      this.#ends[index],
    );
  }
}

/** `undefined` for a text that `encodeLock` did not write. */
export function entryTexts(bytes: Buffer): EntryTexts | undefined {
  const indexes = new Map<string, number>();
  const ends: number[] = [];
  if (bytes.toString('utf8', 0, HEAD.length) !== HEAD) return undefined;
  for (let at = HEAD.length; ;) {
    // A JSON string contains no raw line break, so this always ends an entry, not a part of one.
    const close = bytes.indexOf(CLOSE, at);
    const open = bytes.indexOf('": {\n', at);
    if (close === -1 || open === -1 || open > close) return undefined;
    const id = idOf(bytes.toString('utf8', at, open + 1));
    if (id === undefined || indexes.has(id)) return undefined;
    const end = close + CLOSE.length;
    indexes.set(id, ends.push(end) - 1);
    at = end + SEPARATOR.length;
    if (bytes.toString('utf8', end, at) !== SEPARATOR)
      return bytes.toString('utf8', end) === FOOT
        ? new EntryTexts(bytes, indexes, ends)
        : undefined;
  }
}

function idOf(key: string): string | undefined {
  if (!key.startsWith('    "')) return undefined;
  try {
    const id: unknown = JSON.parse(key.trim());
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** A digest for each entry with its id: comparing them needs no copy of equal entries. */
export function digestsOf(entries: EntryTexts): ReadonlySet<string> {
  const digests = new Set<string>();
  for (const id of entries.ids()) digests.add(digestOf(entries, id));
  return digests;
}

export const digestOf = (entries: EntryTexts, id: string): string =>
  hash('sha256', entries.of(id), 'base64');

/** The lock of some entries, or `undefined` if anything is wrong with one of them. */
export function lockOfTexts(entries: EntryTexts, ids: readonly string[]): Lock | undefined {
  if (ids.length === 0) return { renders: new Map() };
  const decoded = decodeLock(textOf(entries, ids), '');
  return decoded.ok ? decoded.lock : undefined;
}

/** Whether they are valid entries, in order and as `encodeLock` writes them. */
export function areEncoded(entries: EntryTexts, ids: readonly string[]): boolean {
  for (let at = 0; at < ids.length; at += BATCH) {
    const text = textOf(entries, ids.slice(at, at + BATCH));
    const decoded = decodeLock(text, '');
    if (!decoded.ok || encodeLock(decoded.lock) !== text) return false;
  }
  return true;
}

const textOf = (entries: EntryTexts, ids: readonly string[]): string =>
  `${HEAD}${ids.map((id) => entries.of(id).toString()).join(SEPARATOR)}${FOOT}`;

/**
 * The text of a lock that has the entries of `lock` and, as they are, the named ones of `texts`: in
 * pieces of about a megabyte, to be written one after the other.
 */
export function* encodeWith(
  lock: Lock,
  texts: EntryTexts,
  copied: ReadonlySet<string>,
): Generator<Uint8Array> {
  if (copied.size === 0) {
    yield Buffer.from(encodeLock(lock));
    return;
  }
  const made = lock.renders.size === 0 ? undefined : entryTexts(Buffer.from(encodeLock(lock)));
  const ids = [...copied, ...lock.renders.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let pieces = [HEAD];
  let length = 0;
  for (const [index, id] of ids.entries()) {
    const piece = (copied.has(id) ? texts : made)?.of(id).toString() ?? '';
    pieces.push(index === 0 ? piece : `${SEPARATOR}${piece}`);
    length += piece.length;
    if (length < 1_000_000) continue;
    yield Buffer.from(pieces.join(''));
    [pieces, length] = [[], 0];
  }
  yield Buffer.from(`${pieces.join('')}${FOOT}`);
}
