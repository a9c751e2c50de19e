/**
 * One request in two manifests: each of them has a clip of its own, so it is paid for twice. Within
 * one manifest this is an error (`duplicate-render`). For two manifests it can be intended, so it
 * is a warning.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import type { Fingerprint, RenderId } from '../../ids.ts';
import { mayCost } from '../../lock/attempt.ts';
import type { Plan, PlannedRender } from '../plan.ts';

/** Another manifest that asks for a request too. */
interface Asker {
  /** As people see it. */
  readonly manifest: string;
  readonly id: RenderId;
  /** Where it asks, if it is in the plan. */
  readonly planned?: PlannedRender;
}

/** A manifest that is not in the plan, and what it asks for and its lock has. */
export interface OtherManifest {
  /** As people see it. */
  readonly manifest: string;
  readonly uses: ReadonlyMap<Fingerprint, RenderId>;
}

/** One warning for each pair of manifests, in the one that pays, or pays last. */
export function paidInTwoManifests(
  { projects }: Plan,
  others: readonly OtherManifest[],
): Diagnostic[] {
  if (projects.length + others.length < 2) return [];
  const first = new Map<Fingerprint, Asker>();
  for (const { manifest, uses } of others)
    for (const [fingerprint, id] of uses) first.set(fingerprint, { manifest, id });
  const submits: (Asker & { readonly planned: PlannedRender })[] = [];
  for (const { project, renders } of projects)
    for (const planned of renders) {
      const { render, action } = planned;
      const asker = { manifest: project.manifest, id: render.id, planned };
      if (action.kind === 'submit') submits.push(asker);
      else if (isPaid(planned) && !first.has(render.fingerprint))
        first.set(render.fingerprint, asker);
    }
  const pairs = new Map<string, { readonly asker: Asker; readonly twice: PlannedRender[] }>();
  for (const { planned, ...submit } of submits) {
    const asker = first.get(planned.render.fingerprint);
    if (asker === undefined) first.set(planned.render.fingerprint, { ...submit, planned });
    else if (asker.manifest !== submit.manifest) {
      const key = JSON.stringify([submit.manifest, asker.manifest]);
      const pair = pairs.get(key) ?? { asker, twice: [] };
      pairs.set(key, pair);
      pair.twice.push(planned);
    }
  }
  return [...pairs.values()].flatMap(({ asker, twice }): Diagnostic[] => {
    const [one] = twice;
    if (one === undefined) return [];
    const { manifest, id, planned } = asker;
    return [
      {
        code: 'duplicate-render',
        severity: 'warning',
        message:
          twice.length === 1
            ? `${one.render.id} sends the same request as ${id} of ${manifest}: both are paid for`
            : `${twice.length} renders send the same requests as renders of ${manifest}, ${one.render.id} as ${id}: each is paid for`,
        place: one.render.place,
        hint: 'If one clip is enough, remove the scene from one of the two manifests.',
        ...(planned?.render.place === undefined
          ? {}
          : {
              related: [
                {
                  kind: manifest,
                  message: `${id} asks for the same`,
                  place: planned.render.place,
                },
              ],
            }),
        renders: twice.map(({ render }) => render.id),
      },
    ];
  });
}

/** Whether it has a result of this request that costs something; one that is skipped has none. */
const isPaid = ({ render, entry, restored }: PlannedRender): boolean =>
  [entry, restored].some((result) => result?.fingerprint === render.fingerprint && mayCost(result));
