/** What every render of some manifests is asked for now, for decisions that write it down. */
import type { Fingerprint, RenderId } from '../../ids.ts';
import type { Lock } from '../../lock/file/format.ts';
import { hasFrames } from '../../plan/resolve/frames/link-frames.ts';
import { acceptedAs } from '../../plan/graph/with-lock.ts';
import type { Resolved, ResolvedRender } from '../../plan/plan.ts';
import { planOver } from './make-plan.ts';
import type { Surroundings } from '../open/surroundings.ts';

/**
 * By manifest and id. If a render needs a frame of another clip this depends on the locks, which
 * are asked for only then.
 */
export async function askedFingerprints(
  at: Pick<Surroundings, 'clock' | 'files'>,
  resolved: readonly Resolved[],
  locks: () => Promise<(manifest: string) => Lock>,
): Promise<ReadonlyMap<string, ReadonlyMap<RenderId, Fingerprint>>> {
  const of = (renders: readonly ResolvedRender[]) =>
    new Map(renders.map((render) => [render.id, acceptedAs(render)]));
  if (!resolved.some(({ renders }) => hasFrames(renders)))
    return new Map(resolved.map(({ project, renders }) => [project.manifest, of(renders)]));
  const plan = await planOver(at, resolved, await locks(), { blind: true });
  return new Map(
    plan.projects.map(({ project, renders }) => [
      project.manifest,
      of(renders.map(({ render }) => render)),
    ]),
  );
}
