/**
 * Decisions about single renders, written into the lock under its run lock: redo, accept, pin,
 * unpin, import.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import {
  parseRenderId,
  parseTaskId,
  type RenderId,
  splitQualified,
  type TaskId,
} from '../../ids.ts';
import { type Decided, importTask as takeIn } from '../../lock/decisions.ts';
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import { pathsOf, toLockPath } from '../../lock/file/paths.ts';
import type { Plan, ResolvedRender } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { planOver } from '../../workflow/make-plan.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { lockFiles } from '../shared/lock-files.ts';
import { applyDecision, type RenderDecision, writeDecision } from '../../workflow/decide.ts';
import type { ManifestFile } from '../../workflow/open-ledgers.ts';
import { printLedgerProblems, readOrPrint } from '../shared/ledgers.ts';
import { resolveWhole } from '../shared/planning.ts';
import type { SharedOptions } from '../shared/options.ts';
import { sayDiagnostics } from '../shared/print.ts';
import { findInLocks, findRender } from '../shared/render-id.ts';

export interface DecideOptions extends SharedOptions {
  readonly by?: string;
  readonly undo?: boolean;
}

type Decision = 'redo' | 'accept' | 'pin' | 'unpin';

export async function decide(
  io: Io,
  decision: Decision,
  text: string,
  named: readonly string[],
  options: DecideOptions,
): Promise<number> {
  const another = named.find(
    (name) =>
      !name.endsWith('.yaml') &&
      !name.endsWith('.yml') &&
      parseRenderId(splitQualified(name).id) !== undefined,
  );
  if (
    another !== undefined &&
    (await stat(path.resolve(io.cwd, another)).catch(() => undefined)) === undefined
  )
    throw new UsageError(
      `rushes ${decision} decides about one render at a time, and ${another} is not a manifest`,
      `Then: rushes ${decision} ${another}`,
    );
  if (decision === 'accept' && options.undo !== true) {
    // What the clip shall stand for is what the manifest asks for now.
    const wanted = await wantedRender(io, text, named, options);
    if ('exit' in wanted) return wanted.exit;
    return write(io, wanted.manifest, wanted.render.id, `accept ${wanted.render.id}`, (lock) =>
      applyDecision(
        lock,
        wanted.render.id,
        { kind: 'accept', fingerprint: wanted.render.fingerprint },
        options.by,
      ),
    );
  }
  const files = await lockFiles(io, named, options);
  const read = await readOrPrint(io, files, {});
  if ('exit' in read) return read.exit;
  const { manifest, id } = findInLocks(
    new Map([...read.byManifest].map(([name, { lock }]) => [name, lock])),
    text,
  );
  const file = files.find((one) => one.manifest === manifest);
  if (file === undefined) throw new Error(`no manifest ${manifest}`);
  return write(io, file, id, `${decision}${options.undo === true ? ' --undo' : ''} ${id}`, (lock) =>
    applyDecision(lock, id, decisionOf(decision, options.undo === true), options.by),
  );
}

/** What a command without a fingerprint stands for. */
function decisionOf(decision: Decision, undo: boolean): RenderDecision {
  switch (decision) {
    case 'redo':
      return { kind: 'redo', undo };
    case 'accept':
      return { kind: 'undo-accept' };
    case 'pin':
      return { kind: undo ? 'unpin' : 'pin' };
    case 'unpin':
      return { kind: 'unpin' };
  }
}

export async function importTask(
  io: Io,
  text: string,
  taskText: string,
  named: readonly string[],
  options: DecideOptions,
): Promise<number> {
  const task = parseTaskId(taskText);
  if (task === undefined)
    throw new UsageError(
      `${JSON.stringify(taskText)} is not a task id`,
      'Copy it from the gateway: letters, digits and . _ : - only.',
    );
  const wanted = await wantedRender(io, text, named, options);
  if ('exit' in wanted) return wanted.exit;
  const { manifest, render } = wanted;
  return write(io, manifest, render.id, `import ${render.id}`, (lock) =>
    takeInTask(lock, manifest.manifestPath, render, task, io.clock.now()),
  );
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

interface Wanted {
  readonly manifest: Plan['projects'][number]['project'];
  readonly render: ResolvedRender;
}

async function wantedRender(
  io: Io,
  text: string,
  named: readonly string[],
  options: SharedOptions,
): Promise<Wanted | { readonly exit: number }> {
  const projects = await resolveWhole(io, named, options);
  if ('exit' in projects) return projects;
  const plan = await planOver(io, projects.resolved, () => EMPTY_LOCK, { blind: true });
  const { part, planned } = findRender(plan, text);
  return { manifest: part.project, render: planned.render };
}

/** Takes the run lock, decides on the lock as it is then, saves, and prints what came of it. */
export async function write(
  io: Io,
  file: ManifestFile,
  id: RenderId,
  what: string,
  decision: (lock: Lock) => Decided,
): Promise<number> {
  const written = await writeDecision(io, file, `rushes ${what}`, decision);
  sayDiagnostics(io, written.notices);
  switch (written.kind) {
    case 'refused':
      printLedgerProblems(io, written.problems);
      return written.exit;
    case 'no-sense':
      io.stderr.write(`rushes: ${written.problem}\n`);
      return EXIT.usage;
    case 'unwritten':
      for (const { message } of written.unwritten)
        io.stderr.write(`rushes: the decision could not be written: ${message}\n`);
      return EXIT.invalid;
    case 'written': {
      const note = written.note === undefined ? '' : `  ${written.note}\n`;
      io.stdout.write(
        `${what}: written to the lock\n${note}  rushes plan --only '${id}' shows what it means\n`,
      );
      return EXIT.done;
    }
  }
}
