/**
 * Decisions of the reviewer, kept in this browser by the digest of the clip: a page that is written
 * again, or moved, finds it again. Without storage it lives as long as the page.
 */
import { computed, signal } from '@preact/signals';
import type { Decided } from '../model/review-commands.ts';
import type { DecidedAbout } from '../model/facets.ts';
import { isSamePart, isWhole, type Part, roundedPart } from '../playback/part.ts';
import type { Item, Row } from '../model/review.ts';
import {
  decodeDecision,
  type ReviewDecision,
  type ReviewFile,
  type ReviewNote,
} from '../../review-file.ts';
import { review } from './page.ts';

const PREFIX = 'rushes:decision:';
/** Of the clips that the page shows, earlier results and those of the other commit included. */
const digests = new Set(
  review.items.flatMap(({ render }) =>
    [render, render.base, ...(render.earlier ?? [])].flatMap((one) => one?.clip?.sha256 ?? []),
  ),
);

/** By digest. An empty one takes back what the lock says; where it says nothing, none is kept. */
const decisions = signal<ReadonlyMap<string, ReviewDecision>>(readAll());
/** Decisions are lost with the page: the browser keeps none for it. */
export const storageFails = signal(false);

/** The decisions of the lock, as if they had been made here. */
function decisionInLock({ render: { decided } }: Item): ReviewDecision | undefined {
  const { pick, reject } = decided ?? {};
  if (pick !== undefined)
    return {
      pick: true,
      ...(pick.in === undefined ? {} : { in: pick.in }),
      ...(pick.out === undefined ? {} : { out: pick.out }),
    };
  return reject === undefined ? undefined : { reject: true };
}

/** The decision on this page, otherwise that of the lock. */
export function decisionOf(item: Item): ReviewDecision | undefined {
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

/** Commands decide about the current result of a render that is in a lock here. */
export const isDecidable = ({ render: { clip, state, onlyInBase } }: Item): boolean =>
  clip !== undefined && state !== 'earlier' && onlyInBase !== true;

/**
 * A second pick in a scene replaces the first: a scene has one. Of a pick, another `part` replaces
 * the old one.
 */
export function togglePick(item: Item, row: Row, part: Part = {}): void {
  if (!isDecidable(item)) return;
  const now = decisionOf(item) ?? {};
  const rest = withoutVerdict(now);
  const stays = now.pick !== true || (!isWhole(part) && !isSamePart(part, now));
  if (now.pick !== true) unpickOthers(row, (other) => other !== item);
  decide(item, stays ? { ...rest, pick: true, ...roundedPart(part) } : rest);
}

/** The part of a pick that does not use the whole clip. */
export function pickedPart(item: Item): Part | undefined {
  const decision = decisionOf(item);
  return decision?.pick !== true || isWhole(decision) ? undefined : roundedPart(decision);
}

function unpickOthers(row: Row, isOther: (item: Item) => boolean): void {
  for (const item of row.items) {
    const now = decisionOf(item);
    if (now?.pick === true && isOther(item)) decide(item, withoutVerdict(now));
  }
}

export function toggleReject(item: Item): void {
  if (!isDecidable(item)) return;
  const now = decisionOf(item) ?? {};
  const rest = withoutVerdict(now);
  decide(item, now.reject === true ? rest : { ...rest, reject: true });
}

/** Every clip that something was decided of, here or in the lock. */
export const allDecided = computed((): readonly Decided[] =>
  review.items.flatMap((item) => {
    const decision = decisionOf(item);
    return decision === undefined ? [] : [{ item, decision, inLock: decisionInLock(item) }];
  }),
);

/** The decisions made here, for a file. */
export const ownReview = (by: string): ReviewFile => ({
  by,
  clips: Object.fromEntries(decisions.value),
});

interface ReviewTaken {
  readonly taken: number;
  /** Decisions about clips that this page does not show. */
  readonly left: number;
}

/** Takes over the decisions of a file for clips of this page, whose notes stay beside them. */
export function takeReview({ clips }: ReviewFile): ReviewTaken {
  const known = Object.entries(clips).filter(([digest]) => digests.has(digest));
  const picked = new Set(known.filter(([, { pick }]) => pick === true).map(([digest]) => digest));
  const isPicked = ({ render }: Item): boolean => picked.has(render.clip?.sha256 ?? '');
  for (const row of review.rows)
    if (row.items.some(isPicked)) unpickOthers(row, (item) => !isPicked(item));
  keep(known.map(([digest, theirs]) => [digest, withNotesOf(digest, theirs)]));
  return { taken: known.length, left: Object.keys(clips).length - known.length };
}

function withNotesOf(digest: string, theirs: ReviewDecision): ReviewDecision {
  const notes = [...(theirs.notes ?? []), ...(decisions.value.get(digest)?.notes ?? [])];
  const all = new Map(notes.map((note) => [`${note.at} ${note.text}`, note]));
  return notes.length === 0
    ? theirs
    : { ...theirs, notes: [...all.values()].sort((a, b) => a.at - b.at) };
}

function withoutVerdict({ star, notes }: ReviewDecision): ReviewDecision {
  return { ...(star === undefined ? {} : { star }), ...(notes === undefined ? {} : { notes }) };
}

export function toggleStar(item: Item): void {
  const { star, ...rest } = decisionOf(item) ?? {};
  decide(item, star === true ? rest : { ...rest, star: true });
}

export function setNotes(item: Item, notes: readonly ReviewNote[]): void {
  const { notes: _old, ...rest } = decisionOf(item) ?? {};
  decide(item, notes.length === 0 ? rest : { ...rest, notes });
}

function decide(item: Item, decision: ReviewDecision): void {
  const digest = item.render.clip?.sha256;
  if (digest !== undefined) keep([[digest, decision]]);
}

/** Digests that the lock decides about. */
const decidedInLock = new Set(
  review.items.flatMap((item) =>
    decisionInLock(item) === undefined ? [] : (item.render.clip?.sha256 ?? []),
  ),
);

function keep(all: readonly (readonly [digest: string, ReviewDecision])[]): void {
  const next = new Map(decisions.value);
  for (const [digest, decision] of all) {
    const isEmpty = Object.keys(decision).length === 0 && !decidedInLock.has(digest);
    if (isEmpty) next.delete(digest);
    else next.set(digest, decision);
    try {
      if (isEmpty) localStorage.removeItem(PREFIX + digest);
      else localStorage.setItem(PREFIX + digest, JSON.stringify(decision));
    } catch {
      storageFails.value = true;
    }
  }
  decisions.value = next;
}

/** Of a clip that this page shows. */
function digestIn(key: string): string | undefined {
  const digest = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : '';
  return digests.has(digest) ? digest : undefined;
}

function readAll(): ReadonlyMap<string, ReviewDecision> {
  const found = new Map<string, ReviewDecision>();
  try {
    // By what is kept, which is less than what the page shows.
    for (const key of Object.keys(localStorage)) {
      const digest = digestIn(key);
      const decision =
        digest === undefined ? undefined : decodeDecision(localStorage.getItem(key) ?? '');
      if (digest !== undefined && decision !== undefined) found.set(digest, decision);
    }
  } catch {
    // A browser that allows no storage here: the first decision says so.
  }
  return found;
}

addEventListener('storage', ({ key, newValue }) => {
  const digest = key === null ? undefined : digestIn(key);
  if (digest === undefined) return;
  const next = new Map(decisions.value);
  const decision = decodeDecision(newValue ?? '');
  if (decision === undefined) next.delete(digest);
  else next.set(digest, decision);
  decisions.value = next;
});
