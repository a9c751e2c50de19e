/** `rushes import`: a task that was made elsewhere becomes a render's own. */
import { parseTaskId, type TaskId } from '../../ids.ts';
import { type Decided, importTask as takeIn } from '../../lock/decisions.ts';
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import { pathsOf, toLockPath } from '../../lock/file/paths.ts';
import type { ResolvedRender } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { planOver } from '../../workflow/make-plan.ts';
import { type Io, UsageError } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { resolveWhole } from '../shared/planning.ts';
import { findRender } from '../shared/render-id.ts';
import { selectionOf } from './selection.ts';
import { decideOrPrint } from './write-decisions.ts';

export async function importTask(
  io: Io,
  text: string,
  taskText: string,
  named: readonly string[],
  options: SharedOptions,
): Promise<number> {
  const task = taskIdOrThrow(taskText);
  const projects = await resolveWhole(io, named, options);
  if ('exit' in projects) return projects.exit;
  const plan = await planOver(io, projects.resolved, () => EMPTY_LOCK, { blind: true });
  const { part, planned } = findRender(plan, text);
  const { manifest, manifestPath } = part.project;
  const { render } = planned;
  const { repeated } = selectionOf(io, [...named, text], options);
  return decideOrPrint(io, [part.project], { what: 'import', repeated }, [
    {
      manifest,
      id: render.id,
      named: true,
      decide: (lock) => takeInTask(lock, manifestPath, render, task, io.clock.now()),
    },
  ]);
}

/** A usage error for a text that no gateway gives as a task id. */
export function taskIdOrThrow(text: string): TaskId {
  const task = parseTaskId(text);
  if (task === undefined)
    throw new UsageError(
      `${JSON.stringify(text)} is not a task id`,
      'Copy it from the gateway: letters, digits and . _ : - only.',
    );
  return task;
}

/** The task as the current one of a render that the manifest has: made for what it asks now. */
export const takeInTask = (
  lock: Lock,
  manifestPath: string,
  render: ResolvedRender,
  task: TaskId,
  nowMs: number,
): Decided =>
  takeIn(lock, {
    id: render.id,
    task,
    fingerprint: render.fingerprint,
    model: render.model.name,
    request: render.request,
    target: toLockPath(pathsOf(manifestPath).lock, render.target),
    submittedAt: isoSeconds(nowMs),
  });
