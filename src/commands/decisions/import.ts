/** `rushes import`: a task that was made elsewhere becomes a render's own. */
import type { TaskId } from '../../ids.ts';
import { type Decided, importTask as takeIn } from '../../lock/decisions.ts';
import type { Lock } from '../../lock/file/format.ts';
import { pathsOf, toLockPath } from '../../lock/file/paths.ts';
import type { ResolvedRender } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import type { ManifestFile } from '../../workflow/open/ledger-problems.ts';
import { renderWords } from '../../command-words.ts';
import { checkTask, type CheckedTask } from '../../workflow/decide/adopt-task.ts';
import { planOver } from '../../workflow/plan/make-plan.ts';
import type { Io } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { readWhole } from '../shared/planning.ts';
import { findRender } from '../shared/render-id.ts';
import { selectionOf } from './selection.ts';
import { decideOrPrint } from './write-decisions.ts';

export async function importTask(
  io: Io,
  text: string,
  taskText: string,
  named: readonly string[],
  options: SharedOptions & { readonly unchecked?: boolean },
): Promise<number> {
  const read = await readWhole(io, named, options);
  if ('exit' in read) return read.exit;
  const plan = await planOver(io, read.resolved, read.lockOf, { blind: true });
  const { part, planned } = findRender(plan, text);
  const { manifest } = part.project;
  const { render } = planned;
  const checked = await checkTask(io, taskText, { model: render.model.name }, options);
  if (!checked.ok) return refuseTask(io, checked);
  const { task } = checked;
  const selection = selectionOf(io, [...named, text], options);
  return decideOrPrint(io, [part.project], { what: 'import', selection }, [
    {
      manifest,
      id: render.id,
      named: true,
      decide: (lock) => takeInTask(lock, part.project, render, task, io.clock.now()),
    },
  ]);
}

/** Says why a task is not taken. */
export function refuseTask(
  io: Io,
  { problem, hint, exit }: Extract<CheckedTask, { ok: false }>,
): number {
  io.stderr.write(`rushes: ${problem}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  return exit;
}

/** The task as the current one of a render that the manifest has: made for what it asks now. */
export const takeInTask = (
  lock: Lock,
  { manifest, manifestPath }: ManifestFile,
  render: ResolvedRender,
  task: TaskId,
  nowMs: number,
): Decided =>
  takeIn(
    lock,
    {
      id: render.id,
      task,
      fingerprint: render.fingerprint,
      model: render.model.name,
      request: render.request,
      target: toLockPath(pathsOf(manifestPath).lock, render.target),
      submittedAt: isoSeconds(nowMs),
    },
    { named: (between) => renderWords({ manifest, id: render.id }, between) },
  );
