/** Renders that can be submitted because a clip landed, for commands that never submit. Pure. */
import type { RenderId } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Lock } from '../../lock/file/format.ts';
import { catalogue } from '../../models/catalogue.ts';
import { readFrame } from '../../pictures/frame-text.ts';
import { linkedRenders } from '../../plan/graph/with-lock.ts';
import { resolveProject } from '../../plan/resolve/resolve.ts';
import type { Project } from '../../scene.ts';

/** `landed`: clips of this run. Only renders that have every clip they need, and no own one yet. */
export function readyAfter(
  project: Project,
  lock: Lock,
  landed: ReadonlySet<RenderId>,
): readonly RenderId[] {
  const skipped = new Set<string>(
    project.scenes.flatMap(({ id, skip }) => (skip === undefined ? [] : [id])),
  );
  return linkedRenders(resolveProject(project, catalogue), lock).flatMap((render) => {
    const frames = (render.frames ?? []).map(({ placeholder }) => readFrame(placeholder));
    const isReady =
      frames.some((frame) => frame !== undefined && landed.has(frame.render)) &&
      frames.every((frame) => frame?.of.kind === 'sha256');
    if (!isReady || skipped.has(render.id.slice(0, render.id.indexOf('/')))) return [];
    const has = resultsOf(lock, render.id).some(
      (result) => result.fingerprint === render.fingerprint && !answersOf(result).isVoid,
    );
    return has ? [] : [render.id];
  });
}
