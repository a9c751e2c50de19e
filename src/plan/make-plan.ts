/**
 * Resolved projects and their locks become one plan: every render one action and one reason. Same
 * arguments, same plan.
 */
import { type Diagnostic, hasErrors } from '../diagnostic.ts';
import type { RenderId } from '../ids.ts';
import type { Lock, LockEntry } from '../lock/file/format.ts';
import { matchAcross } from './match/match-across-manifests.ts';
import { targetCollisions } from './resolve/collisions.ts';
import { inScope } from './select/filters.ts';
import { matchRenders } from './match/match-entries.ts';
import { conflictsOfPicks } from './select/pick-conflicts.ts';
import { nothingSelected, type Selectable } from './select/nothing-selected.ts';
import type { PlanOptions } from './options.ts';
import { inScopeWithMoves } from './select/scope.ts';
import type { ClipPlace, Plan, ProjectPlan, Resolved } from './plan.ts';
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
  const matched = parts.map((part) => {
    const own = { ...part, clipState: part.clipState.bind(part), options };
    return { parts: own, matched: matchRenders(own) };
  });
  const selectable: Selectable[] = [];
  const projects = matchAcross(matched).map((all, index): ProjectPlan => {
    const { resolved, lock, lockPath } = parts[index] as PlanPart;
    const { manifest } = resolved.project;
    if (options.filter !== undefined)
      selectable.push(
        ...all.renders.map(({ render: { id, tags } }) => ({ manifest, id, tags })),
        ...all.orphans.map(({ id }) => ({ manifest, id, tags: [] })),
      );
    const wanted = inScope(options.filter, manifest);
    return {
      project: resolved.project,
      lockPath,
      lock,
      renders: inScopeWithMoves(all.renders, wanted),
      orphans: all.orphans.filter(({ id }) => wanted({ id, tags: [] })),
    };
  });
  const found: Diagnostic[] = [
    ...parts.flatMap(({ resolved }) => resolved.diagnostics),
    ...targetCollisions(parts.map(({ resolved }) => resolved)),
  ];
  // A render with errors is not among the renders, so a selector of it would be a wrong complaint.
  const diagnostics = hasErrors(found)
    ? found
    : [...found, ...nothingSelected(selectable, options.filter), ...conflictsOfPicks(projects)];
  return { projects, totals: totalsOf(projects, options.now), diagnostics };
}
