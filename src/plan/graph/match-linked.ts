/**
 * Matching renders that need frames of each other's clips: a render can only be found in a lock
 * once the clips that it needs are known, so the links are made again until nothing changes. Pure.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import type { Fingerprint, RenderId } from '../../ids.ts';
import type { Lock } from '../../lock/file/format.ts';
import { type Matched, matchRenders, type MatchParts } from '../match/match-entries.ts';
import { matchAcross } from '../match/match-across-manifests.ts';
import type { PlannedRender } from '../plan.ts';
import { Folding } from '../resolve/findings/problem-folding.ts';
import { settledClip } from './clips.ts';
import { clipsByRequest, picksIn } from './with-lock.ts';
import { hasFrames, type Linked, linkFrames } from '../resolve/frames/link-frames.ts';

export interface LinkedMatches {
  readonly parts: readonly MatchParts[];
  /** As `matchAcross` gives it, part by part. */
  readonly matched: readonly Pick<Matched, 'renders' | 'orphans'>[];
  /** Problems that only the locks show: a pick that is missing, or that makes a circle. */
  readonly diagnostics: readonly Diagnostic[];
}

export function matchLinked(given: readonly MatchParts[]): LinkedMatches {
  const across = (parts: readonly MatchParts[]) =>
    matchAcross(parts.map((one) => ({ parts: one, matched: matchRenders(one) })));
  if (!given.some(({ resolved }) => hasFrames(resolved.renders)))
    return { parts: given, matched: across(given), diagnostics: [] };
  const locks = given.map(({ lock }) => ({ picked: picksIn(lock), clips: clipsByRequest(lock) }));
  const link = (matched: readonly Pick<Matched, 'renders'>[] | undefined): Linked[] =>
    given.map(({ lock, resolved }, index) => {
      const renders = matched?.[index]?.renders ?? [];
      const found = clipsOf(renders);
      return linkFrames(resolved.project, resolved.renders, {
        picked: picksAfterMoves(lock, renders) ?? locks[index]?.picked,
        clipOf: ({ id, fingerprint }) => {
          const known = found.get(id);
          // A match nearly always finds the result that the lock has for exactly this request.
          return known?.fingerprint === fingerprint
            ? known.sha256
            : locks[index]?.clips.get(fingerprint);
        },
      });
    });
  // Each round settles at least one more stage; after the first, nearly always, all are.
  const most = given.reduce((sum, { resolved }) => sum + resolved.renders.length, 2);
  let linked = link(undefined);
  for (let round = 0; ; round++) {
    const parts = given.map((part, index) => withRenders(part, linked[index]));
    const matched = across(parts);
    const next = link(matched);
    if (round >= most || sameLinks(linked, next))
      return { parts, matched, diagnostics: problemsOf(linked) };
    linked = next;
  }
}

/** The clip that a match found for a request, if it has one. */
type Found = ReadonlyMap<
  RenderId,
  { readonly fingerprint: Fingerprint; readonly sha256: string | undefined }
>;

/** A scene has another name in the lock until its entries move; `undefined` if none does. */
function picksAfterMoves(
  lock: Lock,
  renders: readonly PlannedRender[],
): ReturnType<typeof picksIn> | undefined {
  const entries = new Map(lock.renders);
  const moving = renders.filter(({ action }) => action.kind === 'moved');
  if (moving.length === 0) return undefined;
  for (const { action } of moving)
    if (action.kind === 'moved' && action.fromManifest === undefined) entries.delete(action.from);
  for (const { render, entry } of moving) if (entry !== undefined) entries.set(render.id, entry);
  return picksIn({ renders: entries });
}

const withRenders = (part: MatchParts, linked: Linked | undefined): MatchParts =>
  linked === undefined
    ? part
    : { ...part, resolved: { ...part.resolved, renders: linked.renders } };

const clipsOf = (renders: readonly PlannedRender[]): Found =>
  new Map(
    renders.map((planned) => [
      planned.render.id,
      {
        fingerprint: planned.render.fingerprint,
        sha256: settledClip(planned)?.clip?.sha256,
      },
    ]),
  );

const sameLinks = (before: readonly Linked[], after: readonly Linked[]): boolean =>
  before.every(({ renders }, part) =>
    renders.every(
      ({ fingerprint }, index) => after[part]?.renders[index]?.fingerprint === fingerprint,
    ),
  );

function problemsOf(linked: readonly Linked[]): readonly Diagnostic[] {
  const folding = new Folding();
  for (const { problems } of linked) for (const problem of problems) folding.add(problem);
  return folding.diagnostics();
}
