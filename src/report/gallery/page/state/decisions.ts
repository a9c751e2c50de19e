/**
 * Decisions of the reviewer, kept in this browser by the digest of the clip: a page that is written
 * again, or moved, finds it again. Without storage it lives as long as the page.
 */
import { computed, signal } from '@preact/signals';
import type { Decided } from '../model/review-commands.ts';
import type { DecidedAbout } from '../model/facets.ts';
import type { Item, Row } from '../model/review.ts';
import {
  decodeDecision,
  type ReviewDecision,
  type ReviewFile,
  type ReviewNote,
} from '../../review-file.ts';
import { review } from './page.ts';

const PREFIX = 'rushes:decision:';
const digests = new Set(
  review.items.flatMap(({ render }) => (render.clip === undefined ? [] : [render.clip.sha256])),
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

/** Takes over the decisions of a file for clips of this page. Returns how many. */
export function takeReview({ clips }: ReviewFile): number {
  let taken = 0;
  for (const item of review.items) {
    const decision = clips[item.render.clip?.sha256 ?? ''];
    if (decision === undefined) continue;
    decide(item, decision);
    taken += 1;
  }
  return taken;
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
