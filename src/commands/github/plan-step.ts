/**
 * `command: plan`: the cost of this commit or this pull request. The locks are those of the
 * newest commit of the branch that it goes to, whatever the event was about, and the record of the
 * remote says what is paid for elsewhere.
 */
import path from 'node:path';
import { toUsd } from '../../money.ts';
import { knownCost } from '../../plan/estimate/cost.ts';
import { isPaidFor, type Plan } from '../../plan/plan.ts';
import { systemGit } from '../../ports/git.ts';
import { planMarkdown } from '../../report/plan/plan-markdown.ts';
import { somethingToDo } from '../../report/plan/plan-closing.ts';
import { markdownText } from '../../report/text/escape.ts';
import { usd } from '../../report/text/format.ts';
import { capFlags } from '../flags/money-flags.ts';
import { lockPull } from '../lock/sync.ts';
import { planNow, savePlan, showPlan } from '../plan.ts';
import { appendSummary, blobOf, setOutputs } from '../shared/github-outputs.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { folderOnGithub } from '../shared/print.ts';
import { baseOf, type Target } from './base-commit.ts';
import { updateComment } from './comment.ts';
import { decisionsOf, type Inputs, selectionOf } from './inputs.ts';
import { reviewersMissing } from './reviewers.ts';
import { onRemote } from './with-record.ts';

export async function planStep(given: Io, inputs: Inputs): Promise<number> {
  const { draft, manifests } = inputs;
  const there = draft || !(await hasOrigin(given)) ? given : onRemote(given, inputs);
  const target = await baseOf(there, inputs);
  const { io, errors } = withErrorsHeard(there);
  const withoutPrice = async (exit: number): Promise<number> => {
    const page = invalidPage(errors());
    await appendSummary(io, page);
    if (inputs.comment) await updateComment(io, { kind: 'errors', markdown: page }, inputs);
    return exit;
  };
  if (there !== given && target.branch !== undefined) {
    const pulled = await lockPull(io, manifests, { remote: 'origin', branch: target.branch });
    // A remote that does not answer says nothing about the price that a comment has.
    if (pulled === EXIT.invalid) return withoutPrice(pulled);
    if (pulled !== EXIT.done) return pulled;
  }
  const options = { ...selectionOf(inputs), ...decisionsOf(inputs) };
  // Two commits are compared by their locks, not by the clips that this machine happens to
  // have.
  const made = await planNow(io, manifests, options, { blind: target.base !== undefined });
  if ('exit' in made) return withoutPrice(made.exit);
  const exit = await showPlan(io, made, options);
  // A render would be refused, such as a manifest that was renamed without its lock.
  if (exit === EXIT.invalid) return withoutPrice(exit);
  const file = path.join(io.env['RUNNER_TEMP'] || io.cwd, 'rushes-plan.json');
  await savePlan(io, file, made.plan);
  const change = await planPage(io, inputs, made.plan, target);
  const page = change === undefined ? undefined : `${change}\n${capLine(io, exit)}`;
  const warning = somethingToDo(made.plan) ? await reviewersMissing(io, inputs) : undefined;
  if (warning !== undefined) await appendSummary(io, `⚠️ ${markdownText(warning)}\n\n`);
  await appendSummary(io, page ?? '🎬 This changes no clip, and costs nothing.\n');
  await setOutputs(io, {
    changed: somethingToDo(made.plan),
    cost: toUsd(knownCost(made.plan.totals.cost)),
    plan: file,
    projects: JSON.stringify(
      made.plan.projects.map(({ project, renders }) => ({
        project: project.name,
        manifest: project.manifest,
        submits: renders.filter(({ action }) => isPaidFor(action)).length,
      })),
    ),
  });
  if (inputs.comment)
    await updateComment(
      io,
      page === undefined ? { kind: 'nothing' } : { kind: 'price', markdown: page },
      inputs,
    );
  return exit;
}

const hasOrigin = async (io: Io): Promise<boolean> =>
  (await systemGit(io.cwd, io.env).run(['remote', 'get-url', 'origin'])).ok;

/**
 * On a pull request the difference to its base, else the plan itself; `undefined` if there is
 * nothing to say.
 */
async function planPage(
  io: Io,
  inputs: Inputs,
  plan: Plan,
  { base, locksHere }: Target,
): Promise<string | undefined> {
  if (base === undefined) return planMarkdown(plan, { folder: folderOnGithub(io), ...blobOf(io) });
  const { baseDifference } = await import('../flags/base-flag.ts');
  return baseDifference(io, plan, base, inputs.manifests, {
    ...selectionOf(inputs),
    ...(locksHere ? { locksApart: true } : {}),
  });
}

/** The most that a run of this plan may spend, for comparison with the price. */
function capLine(io: Io, exit: number): string {
  const { capUsd } = capFlags(io, {});
  const over = exit === EXIT.budget ? ' **The estimate is above it: a render is refused.**' : '';
  return capUsd === undefined
    ? `No cap is set, apart from budgets in the manifests.${over}\n`
    : `The cap of a run: ${usd(capUsd)}.${over}\n`;
}

/** Also collects everything on stderr, without the annotations. */
function withErrorsHeard(io: Io): { readonly io: Io; readonly errors: () => string } {
  let said = '';
  const { stderr } = io;
  const write = (text: string): void => {
    said += text;
    stderr.write(text);
  };
  return {
    io: { ...io, stderr: { ...stderr, write } },
    errors: () =>
      said
        .split('\n')
        .filter((line) => !line.startsWith('::'))
        .join('\n')
        .trim(),
  };
}

/** Lines of errors in a page at most: the log has all. */
const MOST_LINES = 200;

/** In place of a price, which would be the one of an earlier push. */
function invalidPage(errors: string): string {
  const lines = errors.split('\n');
  const more = lines.length - MOST_LINES;
  return [
    '### 🎬 The manifests or their locks have errors: there is no price',
    '',
    '<pre>',
    // A blank line would end the block.
    ...lines.slice(0, MOST_LINES).map((line) => markdownText(line) || ' '),
    '</pre>',
    ...(more > 0 ? ['', `… and ${more} more lines in the log`] : []),
    '',
  ].join('\n');
}
