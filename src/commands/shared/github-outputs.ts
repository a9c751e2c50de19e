/**
 * The output of a run for GitHub, if it runs there: the job summary and the step's outputs.
 * Nothing anywhere else.
 */
import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { addMoney, againstCap, type MoneyTotals, NO_MONEY, NO_TOTALS, toUsd } from '../../money.ts';
import {
  failureAnnotations,
  warningAnnotations,
} from '../../report/run/github/failure-annotations.ts';
import { type AboutRender, jobSummary } from '../../report/run/github/github-summary.ts';
import { pathList, stepOutputs } from '../../report/github-step.ts';
import { fromRoot } from '../../report/text/blob-link.ts';
import type { Held } from '../../report/text/next-steps.ts';
import type { RunState } from '../../report/run/run-state.ts';
import { namesStore } from '../../workflow/open/open-store.ts';
import type { Io } from './io.ts';
import { folderOnGithub } from './print.ts';

export interface RunForGithub {
  readonly state: RunState;
  readonly draft: boolean;
  readonly lockChanged: boolean;
  readonly exit: number;
  readonly about: (held: Held) => AboutRender | undefined;
  /** Manifest as shown to people -> name of its project, where it is known. */
  readonly names: ReadonlyMap<string, string>;
}

export async function tellGithub(
  io: Io,
  { state, draft, lockChanged, exit, about, names }: RunForGithub,
): Promise<void> {
  const totals = state.finished?.totals;
  if (totals === undefined) return;
  const folder = folderOnGithub(io);
  if (io.env['GITHUB_ACTIONS'] === 'true')
    io.stderr.write(failureAnnotations(state, { about, folder }) + warningAnnotations(state));
  const clips = pathList(state.completed.map(({ path: clip }) => onGithub(io, clip)));
  const isStored =
    !draft && namesStore(io) && state.notices.every(({ unstored }) => unstored !== true);
  await appendSummary(io, jobSummary(state, { draft, about, folder, ...blobOf(io) }));
  await setOutputs(io, {
    changed: state.wanted > 0,
    submitted: totals.submitted,
    completed: totals.completed,
    failed: totals.failed,
    pending: totals.pending + totals.notSubmitted,
    ambiguous: totals.ambiguous + totals.lost,
    ...moneyOutputs(draft ? NO_TOTALS : totals.thisRun),
    'lock-changed': lockChanged,
    'new-clips': clips,
    'unstored-clips': isStored ? '' : clips,
    projects: JSON.stringify(projectsOf(state, names, draft)),
    exit,
  });
}

/** The result of the run for each of its manifests. */
function projectsOf(
  { manifests, submitted, completed, failed, held }: RunState,
  names: ReadonlyMap<string, string>,
  draft: boolean,
) {
  return manifests.map((manifest) => {
    const own = <T extends Held>(events: readonly T[]): readonly T[] =>
      events.filter((event) => event.manifest === manifest);
    const heldFor = (...reasons: readonly string[]): number =>
      own(held).filter(({ reason }) => reasons.includes(reason)).length;
    const costs = own(completed).map(({ cost }) => cost ?? NO_MONEY);
    return {
      ...(names.has(manifest) ? { project: names.get(manifest) } : {}),
      manifest,
      submitted: submitted.get(manifest) ?? 0,
      completed: own(completed).length,
      failed: own(failed).length + heldFor('failed'),
      pending: heldFor('pending', 'not-submitted'),
      ambiguous: heldFor('ambiguous', 'lost'),
      missing: heldFor('missing'),
      charged: draft ? 0 : toUsd(addMoney(...costs)),
    };
  });
}

/** `cost` is what counts against a cap: the sum of what is charged, reserved and unclear. */
const moneyOutputs = (money: MoneyTotals): Readonly<Record<string, number>> => ({
  cost: toUsd(againstCap(money)),
  'charged-usd': toUsd(money.charged),
  'reserved-usd': toUsd(money.reserved),
  'unclear-usd': toUsd(money.unclear),
  'refunded-usd': toUsd(money.refunded),
  unpriced: money.unpriced,
});

/**
 * Below the checkout, where the steps of a job name files from. Without `..`, which
 * actions/upload-artifact refuses.
 */
export const onGithub = (io: Io, file: string): string => {
  const folder = folderOnGithub(io);
  return folder === '' || path.isAbsolute(file) ? file : fromRoot(folder, file);
};

/**
 * Called first, so that a step that ends early, or is refused, still has outputs. The later
 * value wins.
 */
export const startOutputs = (io: Io): Promise<void> =>
  setOutputs(io, {
    changed: false,
    submitted: 0,
    completed: 0,
    failed: 0,
    pending: 0,
    ambiguous: 0,
    ...moneyOutputs(NO_TOTALS),
    'lock-changed': false,
    'new-clips': '',
    'unstored-clips': '',
    projects: '[]',
  });

/**
 * Appends to the summary of the step. A summary that cannot be written must not fail a paid run: it
 * is said, and that is all.
 */
export const appendSummary = (io: Io, markdown: string): Promise<void> =>
  append(io, 'GITHUB_STEP_SUMMARY', markdown);

export async function setOutputs(
  io: Io,
  outputs: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  if ((io.env['GITHUB_OUTPUT'] ?? '') !== '')
    await append(
      io,
      'GITHUB_OUTPUT',
      stepOutputs(outputs, `end_${randomUUID().replaceAll('-', '')}`),
    );
}

/**
 * For the `post` of the same step; the last line of a name holds.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const saveState = (io: Io, name: string, value: string): Promise<void> =>
  append(io, 'GITHUB_STATE', `${name}=${value}\n`);

/** Where the files of this commit are on GitHub. */
export function blobOf(io: Io): { readonly blobUrl?: string } {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = io.env;
  return server && repository && commit
    ? { blobUrl: `${server}/${repository}/blob/${commit}/` }
    : {};
}

async function append(io: Io, variable: string, text: string): Promise<void> {
  const file = io.env[variable] ?? '';
  if (file === '' || text === '') return;
  try {
    await appendFile(file, text);
  } catch (error) {
    io.stderr.write(
      `rushes: ${variable} could not be written: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
}
