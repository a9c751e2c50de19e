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
import {
  accept,
  type Decided,
  importTask as takeIn,
  pin,
  redo,
  undoAccept,
  unpin,
} from '../../lock/decisions.ts';
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import { pathsOf, toLockPath } from '../../lock/file/paths.ts';
import type { Plan, ResolvedRender } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { planOver } from '../../workflow/make-plan.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { lockFiles } from '../shared/lock-files.ts';
import { openOrPrint, readOrPrint } from '../shared/ledgers.ts';
import { resolveWhole } from '../shared/planning.ts';
import type { SharedOptions } from '../shared/options.ts';
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
  const deciding = options.by === undefined ? {} : { by: options.by };
  if (decision === 'accept' && options.undo !== true) {
    // What the clip shall stand for is what the manifest asks for now.
    const wanted = await wantedRender(io, text, named, options);
    if ('exit' in wanted) return wanted.exit;
    return write(io, wanted.manifest, wanted.render.id, `accept ${wanted.render.id}`, (lock) =>
      accept(lock, wanted.render.id, wanted.render.fingerprint, deciding),
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
  return write(
    io,
    file,
    id,
    `${decision}${options.undo === true ? ' --undo' : ''} ${id}`,
    (lock) => {
      switch (decision) {
        case 'redo':
          return redo(lock, id, { ...deciding, undo: options.undo === true });
        case 'accept':
          return undoAccept(lock, id);
        case 'pin':
          return options.undo === true ? unpin(lock, id) : pin(lock, id, deciding);
        case 'unpin':
          return unpin(lock, id);
      }
    },
  );
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

/** Takes the run lock, decides on the lock as it is then, saves. */
export async function write(
  io: Io,
  file: { readonly manifest: string; readonly manifestPath: string },
  id: RenderId,
  what: string,
  decision: (lock: Lock) => Decided,
): Promise<number> {
  const opened = await openOrPrint(io, [file], { spends: false, command: `rushes ${what}` });
  if ('exit' in opened) return opened.exit;
  const ledger = opened.ledgers.byManifest.get(file.manifest);
  if (ledger === undefined) throw new Error(`no ledger for ${file.manifest}`);
  const made = decision(ledger.lock);
  if (made.ok) ledger.decide(made.lock);
  const closed = await ledger.finish({ killed: false });
  if (!made.ok) {
    io.stderr.write(`rushes: ${made.problem}\n`);
    return EXIT.usage;
  }
  if (!closed.ok) {
    io.stderr.write(`rushes: the decision could not be written: ${closed.problem.message}\n`);
    return EXIT.invalid;
  }
  io.stdout.write(
    `${what}: written to the lock\n${made.note === undefined ? '' : `  ${made.note}\n`}  rushes plan --only '${id}' shows what it means\n`,
  );
  return EXIT.done;
}
