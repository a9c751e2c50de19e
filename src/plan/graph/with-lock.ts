/** The renders of a manifest as its lock knows the clips that they need. Pure. */
import type { Fingerprint, SceneId } from '../../ids.ts';
import { pickOf, picksOf } from '../../lock/picks.ts';
import type { Lock } from '../../lock/file/format.ts';
import { readFrame } from '../../pictures/frame-text.ts';
import type { Resolved, ResolvedRender } from '../plan.ts';
import type { PickedRender } from '../resolve/frames/frame-targets.ts';
import { linkFrames } from '../resolve/frames/link-frames.ts';

/** By scene, what the lock says of it. */
export function picksIn(lock: Lock): (scene: SceneId) => PickedRender {
  const picks = picksOf(lock);
  return (scene) => {
    const all = picks.get(scene);
    if (all === undefined) return undefined;
    return pickOf(all)?.id ?? { oneOf: all.map(({ id }) => id) };
  };
}

/** The clips that are current in a lock, sha256 by request; one that is to be made again is not. */
export const clipsByRequest = (lock: Lock): ReadonlyMap<Fingerprint, string> =>
  new Map(
    [...lock.renders.values()].flatMap(({ fingerprint, clip, decision }) =>
      clip === undefined || decision?.redo !== undefined
        ? []
        : [[fingerprint, clip.sha256] as const],
    ),
  );

/** For what needs no plan: links go by the request alone, whatever would be done about a clip. */
export function linkedRenders(
  { project, renders }: Pick<Resolved, 'project' | 'renders'>,
  lock: Lock,
): readonly ResolvedRender[] {
  const clips = clipsByRequest(lock);
  return linkFrames(project, renders, {
    picked: picksIn(lock),
    clipOf: ({ fingerprint }) => clips.get(fingerprint),
  }).renders;
}

/**
 * What `accept` writes down: the fingerprint; while a clip that it needs is still to be made, the
 * one that stays when it is.
 */
export function acceptedAs({ frames, planned, fingerprint }: ResolvedRender): Fingerprint {
  const waits = frames?.some(({ placeholder }) => readFrame(placeholder)?.of.kind === 'request');
  return waits === true ? (planned ?? fingerprint) : fingerprint;
}
