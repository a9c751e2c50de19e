/**
 * Money that would be spent twice because only one of two manifests was named: a scene moved
 * between them, and the lock that has its clip is not part of the plan.
 */
import { manifestWords } from '../../command-words.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { Fingerprint, RenderId } from '../../ids.ts';
import type { LockEntry } from '../../lock/file/format.ts';
import { answersOf } from '../../lock/attempt.ts';
import { offersOf } from './candidates.ts';
import type { Plan } from '../plan.ts';

/** A lock beside those of the plan, whose manifest was not named. */
export interface Sibling {
  /** As people see it. */
  readonly manifest: string;
  /** Gone: it was renamed or removed, and its lock stayed. */
  readonly gone: boolean;
  /** Results that its lock has and its manifest no longer asks for. */
  readonly orphans: Iterable<readonly [RenderId, LockEntry]>;
}

/** Renders that would be submitted as new: a sibling could have their results. */
export const wouldBePaid = ({ projects }: Plan): ReadonlySet<Fingerprint> =>
  new Set(
    projects.flatMap(({ renders }) =>
      renders.flatMap(({ render, action }) => (paysFor(action) ? [render.fingerprint] : [])),
    ),
  );

const paysFor = (action: Plan['projects'][number]['renders'][number]['action']): boolean =>
  action.kind === 'submit' && (action.reason === 'new' || action.reason === 'changed');

/**
 * One problem for each pair of manifests: an error, because the money would be gone with the
 * warning; a draft has none to lose.
 */
export function paidElsewhere(
  { projects }: Plan,
  siblings: readonly Sibling[],
  { draft = false }: { readonly draft?: boolean } = {},
): Diagnostic[] {
  const owners = new Map<Fingerprint, { readonly sibling: Sibling; readonly id: RenderId }>();
  for (const sibling of siblings) {
    for (const [id, entry] of sibling.orphans) {
      for (const { fingerprint } of offersOf(entry)) {
        const isFree = fingerprint === entry.fingerprint && !answersOf(entry).mayBePaid;
        if (!isFree && !owners.has(fingerprint)) owners.set(fingerprint, { sibling, id });
      }
    }
  }
  return projects.flatMap(({ project, renders }) =>
    siblings.flatMap((sibling): Diagnostic[] => {
      const twice = renders.filter(
        ({ render, action }) =>
          paysFor(action) && owners.get(render.fingerprint)?.sibling === sibling,
      );
      const [first] = twice;
      if (first === undefined) return [];
      const known = owners.get(first.render.fingerprint)?.id;
      const one = twice.length === 1;
      return [
        {
          code: 'paid-elsewhere',
          severity: draft ? 'warning' : 'error',
          message: one
            ? `${first.render.id} would be paid for although the lock of ${sibling.manifest} has it as ${known}`
            : `${twice.length} renders would be paid for although the lock of ${sibling.manifest} has them, ${first.render.id} as ${known}`,
          place: first.render.place,
          hint: sibling.gone
            ? `If ${sibling.manifest} was renamed to ${project.manifest}, rename its lock too. Otherwise restore the manifest (with no scenes in it) and name both.`
            : `Name both manifests to move ${one ? 'it' : 'them'} at no cost: rushes plan ${manifestWords([sibling.manifest, project.manifest])}`,
          renders: twice.map(({ render }) => render.id),
        },
      ];
    }),
  );
}
