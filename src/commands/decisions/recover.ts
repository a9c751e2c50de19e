/**
 * `rushes recover`: renders whose payment is unclear, what is known of each, and a person's
 * decision.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { manifestName, parseTaskId, type RenderId } from '../../ids.ts';
import { unclear } from '../../lock/attempt.ts';
import { adopt } from '../../lock/decisions.ts';
import { resultsOf } from '../../lock/entry.ts';
import { type Lock, taskKey } from '../../lock/file/format.ts';
import type { Found } from '../../lock/journal/replay.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { ResolvedRender } from '../../plan/plan.ts';
import { resolveProject } from '../../plan/resolve/resolve.ts';
import { type Accepted, acceptedIn } from '../../report/run/accepted-line.ts';
import { recoverTerminal } from '../../report/lock/recover-terminal.ts';
import { plural } from '../../report/text/format.ts';
import { unclearRenders } from '../../run/unclear-renders.ts';
import { type AskTask, taskAsker } from './ask-task.ts';
import { takeInTask, write } from './decide.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { lockFiles } from '../shared/lock-files.ts';
import { findInLocks } from '../shared/render-id.ts';
import { document, terminalOf } from '../shared/print.ts';
import { applyDecision, type RenderDecision } from '../../workflow/decide.ts';
import { openNetwork } from '../../workflow/open-network.ts';
import { closeOrPrint, openOrPrint, readOrPrint } from '../shared/ledgers.ts';

export interface RecoverOptions {
  readonly adopt?: string;
  readonly neverHappened?: boolean;
  readonly payAgain?: boolean;
  readonly giveUp?: boolean;
  readonly from?: string;
  readonly unchecked?: boolean;
  readonly by?: string;
  readonly draft?: boolean;
  readonly json?: boolean;
}

export async function recover(
  io: Io,
  id: string | undefined,
  named: readonly string[],
  options: RecoverOptions,
): Promise<number> {
  const ways = [
    options.adopt !== undefined,
    options.neverHappened,
    options.payAgain,
    options.giveUp,
  ].filter((way) => way === true).length;
  if (ways > 1)
    throw new UsageError(
      'one decision at a time: --adopt, --never-happened, --pay-again or --give-up',
    );
  if (options.from !== undefined)
    return fromLog(io, options.from, [...(id === undefined ? [] : [id]), ...named], options);
  if (options.unchecked === true)
    throw new UsageError('--unchecked goes with --from', 'Add --from <log>, or leave it out.');
  if (ways === 0) return list(io, id, named, options);
  if (id === undefined)
    throw new UsageError('a decision is about one render', 'rushes recover lists them.');
  return takeDecision(io, id, named, options);
}

async function locksOf(io: Io, named: readonly string[], options: { readonly draft?: boolean }) {
  const files = await lockFiles(io, named, options);
  const read = await readOrPrint(io, files, options);
  if ('exit' in read) return read;
  return {
    files,
    locks: new Map<string, Lock>(
      [...read.byManifest].map(([manifest, { lock }]) => [manifest, lock]),
    ),
  };
}

async function list(
  io: Io,
  id: string | undefined,
  named: readonly string[],
  options: RecoverOptions,
): Promise<number> {
  // `rushes recover manifests/film.yaml`: a path, not a render.
  const isManifest = id !== undefined && /\.ya?ml$/.test(id);
  const read = await locksOf(io, isManifest ? [id, ...named] : named, options);
  if ('exit' in read) return read.exit;
  let locks = [...read.locks].map(([manifest, lock]) => ({ manifest, lock }));
  if (id !== undefined && !isManifest) {
    const found = findInLocks(read.locks, id);
    const entry = read.locks.get(found.manifest)?.renders.get(found.id);
    locks =
      entry === undefined
        ? []
        : [{ manifest: found.manifest, lock: { renders: new Map([[found.id, entry]]) } }];
  }
  const network = await openNetwork(io, { draft: options.draft });
  try {
    // A key that is missing only leaves out the gateway's own list.
    const found = await unclearRenders(locks, network.gateways);
    if (options.json === true) document(io, found);
    else
      io.stdout.write(
        recoverTerminal(found, { ...terminalOf(io, io.stdout), draft: options.draft === true }),
      );
    return found.every(({ decided }) => decided === true) ? EXIT.done : EXIT.needsPerson;
  } finally {
    await network.close();
  }
}

async function takeDecision(
  io: Io,
  text: string,
  named: readonly string[],
  options: RecoverOptions,
): Promise<number> {
  const read = await locksOf(io, named, options);
  if ('exit' in read) return read.exit;
  const { manifest, id } = findInLocks(read.locks, text);
  const file = read.files.find((one) => one.manifest === manifest);
  if (file === undefined) throw new Error(`no manifest ${manifest}`);
  const task = options.adopt === undefined ? undefined : parseTaskId(options.adopt);
  if (options.adopt !== undefined && task === undefined)
    throw new UsageError(
      `${JSON.stringify(options.adopt)} is not a task id`,
      'Copy it from the gateway: letters, digits and . _ : - only.',
    );
  const decision: RenderDecision =
    task !== undefined
      ? { kind: 'adopt', task }
      : options.neverHappened === true
        ? { kind: 'never-happened' }
        : { kind: options.payAgain === true ? 'pay-again' : 'give-up' };
  return write(io, file, id, `recover ${id}`, (lock) =>
    applyDecision(lock, id, decision, options.by),
  );
}

/**
 * Every task that a saved log names and no lock knows is adopted by the render that the log names,
 * or made anew in a lock that lacks it, once its gateway says that there is such a task.
 */
async function fromLog(
  io: Io,
  log: string,
  named: readonly string[],
  { unchecked }: Pick<RecoverOptions, 'unchecked'>,
): Promise<number> {
  let text: string;
  try {
    text = await readFile(path.resolve(io.cwd, log), 'utf8');
  } catch (error) {
    throw new UsageError(
      `the log cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const accepted = acceptedIn(text);
  if (unchecked === true) return adoptAll(io, log, named, accepted, async () => undefined);
  const network = await openNetwork(io, {});
  try {
    return await adoptAll(io, log, named, accepted, taskAsker(network));
  } finally {
    await network.close();
  }
}

async function adoptAll(
  io: Io,
  log: string,
  named: readonly string[],
  accepted: readonly Accepted[],
  ask: AskTask,
): Promise<number> {
  const files = await lockFiles(io, named, {});
  const opened = await openOrPrint(io, files, { spends: false, command: 'rushes recover --from' });
  if ('exit' in opened) return opened.exit;
  const { ledgers } = opened;
  const books = ledgers.byManifest;
  const pathOf = new Map(files.map(({ manifest, manifestPath }) => [manifest, manifestPath]));
  const resolved = new Map<string, ReadonlyMap<RenderId, ResolvedRender>>();
  const rendersOf = (name: string): ReadonlyMap<RenderId, ResolvedRender> => {
    const project = files.find(({ manifest }) => manifest === name)?.project;
    const renders =
      resolved.get(name) ??
      new Map(
        (project === undefined ? [] : resolveProject(project, catalogue).renders).map((render) => [
          render.id,
          render,
        ]),
      );
    resolved.set(name, renders);
    return renders;
  };
  let [adopted, known] = [0, 0];
  const refused: string[] = [];
  for (const { manifest, id, task } of accepted) {
    const candidates = [...books].filter(
      ([name]) => manifest === '' || manifestName(name) === manifest,
    );
    const [only] = candidates;
    // With neither lock nor journal left, the manifest says what the task was made for.
    const model =
      only === undefined
        ? undefined
        : (only[1].lock.renders.get(id)?.model ?? rendersOf(only[0]).get(id)?.model.name);
    const isIt = ({ result }: Found): boolean =>
      model === undefined || taskKey(result.model, task) === taskKey(model, task);
    if ([...books.values()].some((book) => book.byTask(task).some(isIt))) {
      known += 1;
      continue;
    }
    if (only === undefined || candidates.length > 1) {
      refused.push(
        `${task}: ${only === undefined ? `no manifest ${manifest} here` : `${id} could be of several manifests; name one`}`,
      );
      continue;
    }
    const [name, book] = only;
    const sentAtMs = sentAt(book.lock, id);
    const problem =
      model === undefined
        ? undefined
        : await ask({ task, model, ...(sentAtMs !== undefined && { sentAtMs }) });
    if (problem !== undefined) {
      refused.push(`${task}: ${problem}`);
      continue;
    }
    const render = book.lock.renders.has(id) ? undefined : rendersOf(name).get(id);
    const made =
      render === undefined
        ? adopt(book.lock, id, task)
        : takeInTask(book.lock, pathOf.get(name) ?? name, render, task, io.clock.now());
    if (made.ok) {
      book.decide(made.lock);
      adopted += 1;
    } else refused.push(`${task}: ${made.problem}`);
  }
  if (!(await closeOrPrint(io, ledgers, { killed: false }))) return EXIT.invalid;
  io.stdout.write(
    `${plural(accepted.length, 'accepted task')} in ${log}: ${adopted} adopted, ${known} known already${refused.length === 0 ? '' : `, ${refused.length} not taken`}\n`,
  );
  for (const line of refused) io.stderr.write(`  ${line}\n`);
  if (adopted > 0) io.stdout.write('rushes collect fetches them\n');
  return refused.length === 0 ? EXIT.done : EXIT.needsPerson;
}

/** When the first request of a render went out whose task is not known. */
function sentAt(lock: Lock, id: RenderId): number | undefined {
  const times = resultsOf(lock, id)
    .filter((result) => unclear(result) !== undefined && result.submittedAt !== undefined)
    .map(({ submittedAt = '' }) => Date.parse(submittedAt));
  return times.length === 0 ? undefined : Math.min(...times);
}
