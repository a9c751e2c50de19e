/**
 * Money that would be spent twice because only one of two manifests was named: a scene moved between them, and the lock
 * that has its clip is not part of the plan.
 */
import type { Diagnostic } from '../diagnostic.ts';
import type { Fingerprint, RenderId } from '../ids.ts';
import { type LockEntry, neverHappened } from '../lock/format.ts';
import { mayBePaid } from '../lock/results.ts';
import { Folding } from './folding.ts';
import type { Plan } from './plan.ts';

/** A lock beside those of the plan, whose manifest was not named. */
export interface Sibling {
  /** As people see it. */
  readonly manifest: string;
  /** Gone: it was renamed or removed, and its lock stayed. */
  readonly gone: boolean;
  /** What its lock has and its manifest no longer asks for. */
  readonly orphans: Iterable<readonly [RenderId, LockEntry]>;
}

/** What would be submitted as new: all that a sibling could have. */
export const wouldBePaid = ({ projects }: Plan): ReadonlySet<Fingerprint> =>
  new Set(projects.flatMap(({ renders }) => renders.flatMap(({ render, action }) => (paysFor(action) ? [render.fingerprint] : []))));

const paysFor = (action: Plan['projects'][number]['renders'][number]['action']): boolean =>
  action.kind === 'submit' && (action.reason === 'new' || action.reason === 'changed');

/** One warning for each render that would be paid for although a sibling has it. */
export function paidElsewhere({ projects }: Plan, siblings: readonly Sibling[]): Diagnostic[] {
  const owners = new Map<Fingerprint, { readonly sibling: Sibling; readonly id: RenderId }>();
  for (const sibling of siblings) {
    for (const [id, entry] of sibling.orphans) {
      if (mayBePaid(entry) && !neverHappened(entry) && !owners.has(entry.fingerprint)) owners.set(entry.fingerprint, { sibling, id });
    }
  }
  const folding = new Folding();
  for (const { project, renders } of owners.size === 0 ? [] : projects) {
    for (const { render, action } of renders) {
      const owner = paysFor(action) ? owners.get(render.fingerprint) : undefined;
      if (owner === undefined) continue;
      const { sibling, id } = owner;
      folding.add({
        code: 'paid-elsewhere',
        severity: 'warning',
        message: `${render.id} would be paid for although the lock of ${sibling.manifest} has it as ${id}`,
        place: render.place,
        hint: sibling.gone
          ? `if ${sibling.manifest} became ${project.manifest}, rename its lock too; else put the manifest back (with no scenes in it) and name both`
          : `name both manifests, and it moves for nothing: rushes plan ${sibling.manifest} ${project.manifest}`,
        renders: [render.id],
      });
    }
  }
  return folding.diagnostics();
}
