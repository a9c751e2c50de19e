/**
 * `rushes recover`: renders whose payment is unclear, what is known of each, and a person's
 * decision.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { manifestName, type RenderId } from '../../ids.ts';
import { adopt } from '../../lock/decisions.ts';
import { taskKey } from '../../lock/file/format.ts';
import type { Found } from '../../lock/journal/replay.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { ResolvedRender } from '../../plan/plan.ts';
import { linkedRenders } from '../../plan/graph/with-lock.ts';
import { resolveProject } from '../../plan/resolve/resolve.ts';
import { type Accepted, acceptedIn } from '../../report/run/accepted-line.ts';
import { recoverTerminal } from '../../report/lock/recover-terminal.ts';
import { plural } from '../../report/text/format.ts';
import { otherTasks } from '../../workflow/decide/other-tasks.ts';
import { unclearRenders } from '../../run/unclear-renders.ts';
import { checkAdopted, checkGivenUp } from '../../workflow/decide/adopt-task.ts';
import { type AskTask, sentAt, taskAsker } from '../../workflow/decide/ask-task.ts';
import { renderWords } from '../../command-words.ts';
import { refuseTask, takeInTask } from './import.ts';
import { chosenOrThrow, narrowSelection, selectionOf } from './selection.ts';
import { decideOrPrint } from './write-decisions.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { lockFiles, readSelected } from '../shared/lock-files.ts';
import type { SharedOptions } from '../shared/options.ts';
import { document, terminalOf } from '../shared/print.ts';
import { chooseEntries } from '../../workflow/load/choose-renders.ts';
import { choiceOf, choiceOfGivingUp, type RenderChoice } from '../../workflow/decide/decide.ts';
import { lockInScope } from '../../workflow/load/manifests-of-locks.ts';
import { openNetwork } from '../../workflow/open/open-network.ts';
import { closeOrPrint, openOrPrint, readOrPrint } from '../shared/ledgers.ts';
import { unreadable } from '../shared/unreadable.ts';

export interface RecoverOptions extends SharedOptions {
  readonly adopt?: string;
  readonly neverHappened?: boolean;
  readonly payAgain?: boolean;
  readonly giveUp?: boolean;
  readonly from?: string;
  readonly unchecked?: boolean;
  readonly by?: string;
}

export async function recover(
  io: Io,
  words: readonly string[],
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
  if (options.from !== undefined) return fromLog(io, options.from, words, options);
  if (options.unchecked === true && options.adopt === undefined)
    throw new UsageError(
      '--unchecked needs --adopt or --from',
      'Add --adopt <task> or --from <log>, or leave it out.',
    );
  return ways === 0 ? list(io, words, options) : takeDecision(io, words, options);
}

async function list(io: Io, words: readonly string[], options: RecoverOptions): Promise<number> {
  const { manifests, filter } = selectionOf(io, words, options);
  const read = await readSelected(io, manifests, filter, options);
  if ('exit' in read) return read.exit;
  const every = [...read.byManifest.values()].map(({ lock }) => lock);
  const locks = read.files.map((file) => ({
    manifest: file.manifest,
    lock: lockInScope(read.lockOf(file.manifest), file, filter),
    isOther: otherTasks(every, read.attemptsOf(file.manifestPath)),
  }));
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
  words: readonly string[],
  options: RecoverOptions,
): Promise<number> {
  const selection = narrowSelection(io, 'rushes recover', words, options);
  const { manifests, filter, bare } = selection;
  const files = await lockFiles(io, manifests, options);
  const read = await readOrPrint(io, files, options);
  if ('exit' in read) return read.exit;
  const chosen = chosenOrThrow(
    await chooseEntries(io, files, read.lockOf, filter, { draft: options.draft, bare }),
  );
  const decided = { what: 'recover', selection, draft: options.draft };
  const write = (choices: readonly RenderChoice[]): Promise<number> =>
    decideOrPrint(io, files, decided, choices);
  if (options.adopt !== undefined) {
    const [render, ...others] = chosen;
    if (render === undefined || others.length > 0)
      throw new UsageError(
        `--adopt takes one render, but the selection has ${chosen.length}`,
        'Name its id. A task belongs to one render.',
      );
    const locks = new Map([...read.byManifest].map(([name, { lock }]) => [name, lock]));
    const checked = await checkAdopted(io, locks, render, options.adopt, options);
    return checked.ok
      ? write([choiceOf(render, { kind: 'adopt', task: checked.task }, options.by)])
      : refuseTask(io, checked);
  }
  if (options.giveUp === true) {
    const given = await checkGivenUp(io, chosen, read.lockOf, options);
    return write(chosen.map((render) => choiceOfGivingUp(render, given(render), options.by)));
  }
  const kind = options.neverHappened === true ? 'never-happened' : 'pay-again';
  return write(chosen.map((render) => choiceOf(render, { kind }, options.by)));
}

/**
 * Every task that a saved log names and no lock knows is adopted by the render that the log names,
 * or created in a lock that lacks it, once its gateway says that there is such a task.
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
    throw new UsageError(unreadable('log', log, error));
  }
  const accepted = acceptedIn(text);
  if (unchecked === true) return adoptAll(io, log, named, accepted, async () => ({ kind: 'fits' }));
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
        (project === undefined
          ? []
          : linkedRenders(resolveProject(project, catalogue), ledgers.lockOf(name))
        ).map((render) => [render.id, render]),
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
    const answer =
      model === undefined
        ? undefined
        : await ask({ task, model, ...(sentAtMs !== undefined && { sentAtMs }) });
    if (answer !== undefined && answer.kind !== 'fits') {
      const later =
        answer.kind === 'unasked' ? '; run it again, or skip the check with --unchecked' : '';
      refused.push(`${task}: ${answer.problem}${later}`);
      continue;
    }
    const render = book.lock.renders.has(id) ? undefined : rendersOf(name).get(id);
    const made =
      render === undefined
        ? adopt(book.lock, id, task, {
            named: (between) => renderWords({ manifest: name, id }, between),
          })
        : takeInTask(
            book.lock,
            { manifest: name, manifestPath: pathOf.get(name) ?? name },
            render,
            task,
            io.clock.now(),
          );
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
