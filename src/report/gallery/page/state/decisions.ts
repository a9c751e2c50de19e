/**
 * What the reviewer decides, kept in this browser by the digest of the clip: a page that is written
 * again, or moved, finds it again. Without storage it lives as long as the page.
 */
import { signal } from '@preact/signals';
import type { DecidedAbout } from '../model/facets.ts';
import type { Item, Row } from '../model/review.ts';
import { review } from './page.ts';

export interface Note {
  /** Seconds into the clip. */
  readonly at: number;
  readonly text: string;
}

export interface Decision {
  readonly pick?: true;
  /** Where the part that is used begins and ends: seconds of the clip; only with `pick`. */
  readonly in?: number;
  readonly out?: number;
  readonly reject?: true;
  readonly star?: true;
  readonly notes?: readonly Note[];
}

const PREFIX = 'rushes:decision:';
const digests = new Set(
  review.items.flatMap(({ render }) => (render.clip === undefined ? [] : [render.clip.sha256])),
);

/** By digest. An empty one takes back what the lock says; where it says nothing, none is kept. */
const decisions = signal<ReadonlyMap<string, Decision>>(readAll());
/** Decisions are lost with the page: the browser keeps none for it. */
export const storageFails = signal(false);

/** What the lock says, as if it had been decided here. */
function decisionInLock({ render: { decided } }: Item): Decision | undefined {
  const { pick, reject } = decided ?? {};
  if (pick !== undefined)
    return {
      pick: true,
      ...(pick.in === undefined ? {} : { in: pick.in }),
      ...(pick.out === undefined ? {} : { out: pick.out }),
    };
  return reject === undefined ? undefined : { reject: true };
}

/** What was decided on this page; what the lock says where nothing was. */
export function decisionOf(item: Item): Decision | undefined {
  const { clip } = item.render;
  return (clip && decisions.value.get(clip.sha256)) ?? decisionInLock(item);
}

export function decidedOf(item: Item): DecidedAbout | undefined {
  const decision = decisionOf(item);
  return (
    decision && {
      pick: decision.pick === true,
      reject: decision.reject === true,
      star: decision.star === true,
      noted: (decision.notes?.length ?? 0) > 0,
    }
  );
}

export interface Part {
  readonly in?: number;
  readonly out?: number;
}

/** A second pick in a scene replaces the first: a scene has one. */
export function togglePick(item: Item, row: Row, part: Part = {}): void {
  const now = decisionOf(item) ?? {};
  const rest = withoutVerdict(now);
  if (now.pick !== true)
    for (const other of row.items)
      if (other !== item && decisionOf(other)?.pick === true)
        decide(other, withoutVerdict(decisionOf(other) ?? {}));
  decide(item, now.pick === true ? rest : { ...rest, pick: true, ...part });
}

export function toggleReject(item: Item): void {
  const now = decisionOf(item) ?? {};
  const rest = withoutVerdict(now);
  decide(item, now.reject === true ? rest : { ...rest, reject: true });
}

function withoutVerdict({ star, notes }: Decision): Decision {
  return { ...(star === undefined ? {} : { star }), ...(notes === undefined ? {} : { notes }) };
}

export function toggleStar(item: Item): void {
  const { star, ...rest } = decisionOf(item) ?? {};
  decide(item, star === true ? rest : { ...rest, star: true });
}

export function setNotes(item: Item, notes: readonly Note[]): void {
  const { notes: _old, ...rest } = decisionOf(item) ?? {};
  decide(item, notes.length === 0 ? rest : { ...rest, notes });
}

function decide(item: Item, decision: Decision): void {
  const digest = item.render.clip?.sha256;
  if (digest === undefined) return;
  const next = new Map(decisions.value);
  if (Object.keys(decision).length === 0 && decisionInLock(item) === undefined) next.delete(digest);
  else next.set(digest, decision);
  decisions.value = next;
  try {
    if (next.has(digest)) localStorage.setItem(PREFIX + digest, JSON.stringify(decision));
    else localStorage.removeItem(PREFIX + digest);
  } catch {
    storageFails.value = true;
  }
}

function readAll(): ReadonlyMap<string, Decision> {
  const found = new Map<string, Decision>();
  try {
    for (const digest of digests) {
      const decision = read(localStorage.getItem(PREFIX + digest));
      if (decision !== undefined) found.set(digest, decision);
    }
  } catch {
    // A browser that allows no storage here: the first decision says so.
  }
  return found;
}

/** Other tabs and older versions wrote it: what is not understood is left out. */
function read(text: string | null): Decision | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return decisionFrom(value);
  } catch {
    return undefined;
  }
}

function decisionFrom(value: unknown): Decision | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  const notes = Array.isArray(given['notes']) ? given['notes'].flatMap(noteFrom) : [];
  const isPick = given['pick'] === true;
  const seconds = (name: 'in' | 'out'): Part => {
    const at = given[name];
    return isPick && typeof at === 'number' && at >= 0 ? { [name]: at } : {};
  };
  return {
    ...(isPick ? { pick: true } : {}),
    ...seconds('in'),
    ...seconds('out'),
    ...(given['reject'] === true && !isPick ? { reject: true } : {}),
    ...(given['star'] === true ? { star: true } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function noteFrom(value: unknown): Note[] {
  if (typeof value !== 'object' || value === null) return [];
  const { at, text } = value as Readonly<Record<string, unknown>>;
  return typeof at === 'number' && at >= 0 && typeof text === 'string' && text !== ''
    ? [{ at, text }]
    : [];
}

addEventListener('storage', ({ key, newValue }) => {
  const digest = key?.startsWith(PREFIX) === true ? key.slice(PREFIX.length) : undefined;
  if (digest === undefined || !digests.has(digest)) return;
  const next = new Map(decisions.value);
  const decision = read(newValue);
  if (decision === undefined) next.delete(digest);
  else next.set(digest, decision);
  decisions.value = next;
});
