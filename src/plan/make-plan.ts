/**
 * Resolved projects and their locks become one plan: every render one action and one reason. Same
 * arguments, same plan.
 */
import { defined } from '../defined.ts';
import { type Diagnostic, hasErrors } from '../diagnostic.ts';
import type { Fingerprint, RenderId } from '../ids.ts';
import type { Lock, LockEntry } from '../lock/file/format.ts';
import { hasFrames } from './resolve/frames/link-frames.ts';
import { matchLinked } from './graph/match-linked.ts';
import { inStages } from './graph/stages.ts';
import { targetCollisions } from './resolve/findings/collisions.ts';
import { inScope } from './select/filters.ts';
import type { MatchParts } from './match/match-entries.ts';
import { conflictsOfPicks } from './select/pick-conflicts.ts';
import { nothingSelected, type Selectable } from './select/nothing-selected.ts';
import type { PlanOptions } from './options.ts';
import { inScopeWithMoves } from './select/scope.ts';
import type { ClipPlace, Plan, ProjectPlan, Resolved, ResolvedRender } from './plan.ts';
import { totalsOf } from './estimate/totals.ts';

/** One manifest with its lock. */
export interface PlanPart {
  readonly resolved: Resolved;
  readonly lock: Lock;
  /** Absolute. */
  readonly lockPath: string;
  /**
   * What disk and store say of the entry's clip, or of an earlier result's; asked only where the
   * answer matters.
   */
  clipState(id: RenderId, entry: LockEntry): ClipPlace;
}

/**
 * The plan over all given manifests. Errors of `resolved` are carried along, and what they name is
 * left out: before a plan is carried out, `admit` is asked, which then refuses and has every
 * other reason too.
 */
export function makePlan(parts: readonly PlanPart[], options: PlanOptions): Plan {
  const {
    parts: linked,
    matched,
    diagnostics: openLinks,
  } = matchLinked(
    parts.map((part) => ({ ...part, clipState: part.clipState.bind(part), options })),
  );
  const selectable: Selectable[] = [];
  const notes: Diagnostic[] = [];
  const projects = matched.map((all, index): ProjectPlan => {
    const part = linked[index] as MatchParts;
    const { resolved, lock, lockPath } = part;
    const { manifest } = resolved.project;
    if (options.filter !== undefined)
      selectable.push(
        ...all.renders.map(({ render: { id, tags } }) => ({ manifest, id, tags })),
        ...all.orphans.map(({ id }) => ({ manifest, id, tags: [] })),
      );
    const wanted = inScope(options.filter, manifest);
    const scope = inScopeWithMoves(all.renders, wanted);
    const { renders, included } = inStages(all.renders, scope, {
      clipState: (id, entry) => part.clipState(id, entry),
      now: options.now,
    });
    if (included.length > 0) notes.push(includedNote(included));
    return {
      project: resolved.project,
      lockPath,
      lock,
      renders,
      orphans: all.orphans.filter(({ id }) => wanted({ id, tags: [] })),
      written: resolved.renders,
      ...(hasFrames(resolved.renders) ? { asked: askedOf(resolved.renders) } : {}),
    };
  });
  const found: Diagnostic[] = [
    ...parts.flatMap(({ resolved }) => resolved.diagnostics),
    ...targetCollisions(parts.map(({ resolved }) => resolved)),
    ...openLinks,
    ...notes,
  ];
  // A render with errors is not among the renders, so a selector of it would be a wrong complaint.
  const diagnostics = hasErrors(found)
    ? found
    : [
        ...found,
        ...nothingSelected(selectable, options.filter, options.bare),
        ...conflictsOfPicks(projects),
      ];
  return {
    projects,
    ...defined({ filter: options.filter }),
    totals: totalsOf(projects, options.now),
    diagnostics,
  };
}

const askedOf = (renders: readonly ResolvedRender[]): ReadonlyMap<RenderId, Fingerprint> =>
  new Map(renders.map(({ id, fingerprint }) => [id, fingerprint]));

const includedNote = (included: readonly RenderId[]): Diagnostic => ({
  code: 'upstream-included',
  severity: 'note',
  message: `${included.length === 1 ? `${included[0]} is` : `${included.length} renders are`} outside of the selection and come${included.length === 1 ? 's' : ''} first: the selection needs ${included.length === 1 ? 'a frame of its clip' : 'frames of their clips'}${included.length === 1 ? '' : ` (${included.slice(0, 5).join(', ')}${included.length > 5 ? ', …' : ''})`}`,
  renders: [],
});
