/**
 * What `action.yml` runs: inputs from the environment, one command of this program, and what GitHub
 * shows of it. The step fails only for what `fail-on` names; bad input, keys, the budget and
 * refusals always fail it.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { toUsd } from '../../money.ts';
import type { Plan } from '../../plan/plan.ts';
import { knownCost } from '../../plan/estimate/cost.ts';
import { somethingToDo } from '../../report/plan/plan-closing.ts';
import { markdownText } from '../../report/text/escape.ts';
import { exitMeaning } from '../../report/text/exit-codes.ts';
import { planMarkdown } from '../../report/plan/plan-markdown.ts';
import { LOG_GROUP_END, logGroup } from '../../report/github-step.ts';
import { appendSummary, blobOf, setOutputs, startOutputs } from '../shared/github-outputs.ts';
import { updateComment } from './comment.ts';
import { at, readEvent } from './event.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { folderOnGithub } from '../shared/print.ts';

const COMMANDS = [
  'plan',
  'render',
  'collect',
  'validate',
  'status',
  'verify',
  'gallery',
  'lock-pull',
  'lock-push',
] as const;
type Command = (typeof COMMANDS)[number];

/**
 * The exit codes that an outcome of `fail-on` stands for. What is not here always fails the step.
 */
const OUTCOMES: Readonly<Record<string, number>> = {
  failed: EXIT.failed,
  ambiguous: EXIT.needsPerson,
  missing: EXIT.missing,
  pending: EXIT.pending,
};

interface Inputs {
  readonly command: Command;
  readonly manifests: readonly string[];
  readonly draft: boolean;
  readonly frozen: boolean;
  readonly detach: boolean;
  readonly budget: number | undefined;
  readonly maxWall: string;
  readonly shard: string;
  readonly base: string;
  readonly comment: boolean;
  readonly failOn: readonly string[];
  readonly branch: string;
  readonly lockFrom: readonly string[];
  readonly token: string;
}

export async function action(given: Io): Promise<number> {
  const inputs = readInputs(given.env);
  const io: Io = { ...given, env: { ...given.env, ...capOf(given.env, inputs.budget) } };
  const runs = inputs.command === 'render' || inputs.command === 'collect';
  if (runs) await startOutputs(io);
  const summarized = await summaryBytes(io);
  const exit = await runCommand(io, inputs).catch(async (error: unknown) => {
    if (error instanceof UsageError) await setOutputs(io, { exit: EXIT.usage });
    throw error;
  });
  await setOutputs(io, { exit });
  if (runs && (await summaryBytes(io)) === summarized) await appendSummary(io, earlyEnd(exit));
  const tolerated = Object.entries(OUTCOMES).some(
    ([outcome, code]) => code === exit && !inputs.failOn.includes(outcome),
  );
  if (tolerated)
    io.stdout.write(
      `rushes: exit ${exit} is not in fail-on (${inputs.failOn.join(', ')}): the step goes on\n`,
    );
  return tolerated ? EXIT.done : exit;
}

/**
 * The cap of the workflow holds whatever a manifest says; of input and environment the smaller, and
 * what is not a number is refused later.
 */
function capOf(
  env: Io['env'],
  budget: number | undefined,
): { readonly RUSHES_BUDGET_USD?: string } {
  const before = (env['RUSHES_BUDGET_USD'] ?? '').trim();
  if (budget === undefined || (before !== '' && !(Number(before) > budget))) return {};
  return { RUSHES_BUDGET_USD: String(budget) };
}

/**
 * What a step that had nothing to run shows: everything is there already, or the run was refused.
 */
const earlyEnd = (exit: number): string =>
  exit === EXIT.done
    ? '### 🎬 Nothing to do: every clip is there\n'
    : `### 🎬 Nothing was sent\n\nexit ${exit}: ${markdownText(exitMeaning(exit))}. The log says why.\n`;

const summaryBytes = async (io: Io): Promise<number> =>
  (await stat(io.env['GITHUB_STEP_SUMMARY'] ?? '').catch(() => undefined))?.size ?? 0;

function readInputs(env: Io['env']): Inputs {
  const text = (name: string): string => env[`RUSHES_ACTION_${name}`]?.trim() ?? '';
  const flag = (name: string): boolean => {
    const value = text(name).toLowerCase();
    if (!['', 'true', 'false'].includes(value))
      throw new UsageError(
        `input ${name.toLowerCase()} is ${JSON.stringify(value)}: expected true or false`,
      );
    return value === 'true';
  };
  const list = (name: string, separator: RegExp): string[] =>
    text(name)
      .split(separator)
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const wanted = text('COMMAND') || 'render';
  const command = COMMANDS.find((one) => one === wanted);
  if (command === undefined)
    throw new UsageError(
      `input command is ${JSON.stringify(wanted)}`,
      `One of: ${COMMANDS.join(', ')}`,
    );
  const failOn = list('FAIL_ON', /[,\s]+/);
  const unknown = failOn.find((outcome) => OUTCOMES[outcome] === undefined);
  if (unknown !== undefined)
    throw new UsageError(
      `input fail-on names ${JSON.stringify(unknown)}`,
      `It may name: ${Object.keys(OUTCOMES).join(', ')}`,
    );
  const budget = text('BUDGET');
  if (budget !== '' && !(Number(budget) >= 0))
    throw new UsageError(
      `input budget is ${JSON.stringify(budget)}: expected an amount of US dollars`,
    );
  return {
    command,
    manifests: list('MANIFESTS', /\s+/),
    draft: flag('DRAFT'),
    frozen: flag('FROZEN'),
    detach: flag('DETACH'),
    budget: budget === '' ? undefined : Number(budget),
    maxWall: text('MAX_WALL'),
    shard: text('SHARD'),
    base: text('BASE'),
    comment: flag('COMMENT'),
    failOn,
    branch: text('BRANCH'),
    lockFrom: list('LOCK_FROM', /\n/),
    token: text('TOKEN'),
  };
}

async function runCommand(io: Io, inputs: Inputs): Promise<number> {
  const { manifests, draft } = inputs;
  const shared = draft ? { draft } : {};
  switch (inputs.command) {
    case 'plan':
      return planStep(io, inputs);
    case 'render':
      return renderStep(io, inputs);
    case 'collect': {
      const { collect } = await import('../collect.ts');
      return collect(io, manifests, {
        ...shared,
        ...(inputs.detach ? { detach: true } : {}),
        ...(inputs.maxWall === '' ? {} : { maxWall: inputs.maxWall }),
      });
    }
    case 'validate':
      return (await import('../validate.ts')).validate(io, manifests, {});
    case 'status':
      return (await import('../status.ts')).status(io, manifests, shared);
    case 'verify':
      return (await import('../verify.ts')).verify(io, manifests, shared);
    case 'gallery':
      await galleryOutput(io, inputs, true);
      return EXIT.done;
    case 'lock-pull':
    case 'lock-push': {
      const { lockPull, lockPush } = await import('../lock/sync.ts');
      const options = {
        remote: 'origin',
        ...(inputs.branch === '' ? {} : { branch: inputs.branch }),
      };
      if (inputs.command === 'lock-push') return lockPush(io, manifests, options);
      return lockPull(io, manifests, {
        ...options,
        ...(inputs.lockFrom.length === 0 ? {} : { from: inputs.lockFrom }),
      });
    }
  }
}

async function renderStep(io: Io, inputs: Inputs): Promise<number> {
  if (!inputs.draft && !inputs.frozen && (await isForkWithoutKeys(io))) {
    io.stdout.write(
      '::notice title=rushes::A pull request from a fork has no keys: this is the plan only, and nothing is sent\n',
    );
    return planStep(io, { ...inputs, comment: false });
  }
  const { render } = await import('../render.ts');
  io.stdout.write(logGroup(`rushes render ${inputs.manifests.join(' ')}`.trim()));
  const exit = await render(io, inputs.manifests, {
    ...(inputs.draft ? { draft: true } : {}),
    ...(inputs.frozen ? { frozen: true } : {}),
    ...(inputs.detach ? { detach: true } : {}),
    ...(inputs.maxWall === '' ? {} : { maxWall: inputs.maxWall }),
    ...(inputs.shard === '' ? {} : { shard: inputs.shard }),
  });
  io.stdout.write(LOG_GROUP_END);
  if (!inputs.frozen) await galleryOutput(io, inputs);
  return exit;
}

/**
 * The review page beside the clips: for the artifact. A page that cannot be made fails no paid run.
 */
async function galleryOutput(io: Io, inputs: Inputs, pull = false): Promise<void> {
  const { galleryPage } = await import('../gallery.ts');
  const quiet: Io = { ...io, stderr: { ...io.stderr, write: () => undefined } };
  const written = await galleryPage(
    quiet,
    inputs.manifests,
    inputs.draft ? { draft: true } : {},
    pull,
  ).catch((error: unknown) => {
    if (error instanceof UsageError) return undefined;
    throw error;
  });
  if (written !== undefined && 'file' in written) await setOutputs(io, { gallery: written.file });
}

async function planStep(io: Io, inputs: Inputs): Promise<number> {
  if (inputs.branch !== '') {
    const { lockPull } = await import('../lock/sync.ts');
    const pulled = await lockPull(io, inputs.manifests, {
      remote: 'origin',
      branch: inputs.branch,
      fetched: true,
    });
    if (pulled !== EXIT.done) return pulled;
  }
  const { planNow, showPlan, savePlan } = await import('../plan.ts');
  const options = inputs.draft ? { draft: true } : {};
  const base =
    inputs.base || (io.env['GITHUB_BASE_REF'] ? `origin/${io.env['GITHUB_BASE_REF']}` : '');
  // Two commits are compared by what their locks say, not by the clips that this machine happens to
  // have.
  const made = await planNow(io, inputs.manifests, options, { blind: base !== '' });
  if ('exit' in made) return made.exit;
  const exit = await showPlan(io, made, options);
  const file = path.join(io.env['RUNNER_TEMP'] || io.cwd, 'rushes-plan.json');
  await savePlan(io, file, made.plan);
  const page = await planPage(io, inputs, made.plan, base);
  await appendSummary(io, page ?? '🎬 This changes no clip, and costs nothing.\n');
  await setOutputs(io, {
    changed: somethingToDo(made.plan),
    cost: toUsd(knownCost(made.plan.totals.cost)),
    plan: file,
  });
  if (inputs.comment) await updateComment(io, page, inputs.token);
  return exit;
}

/**
 * On a pull request the difference to its base, else the plan itself; `undefined` where there is
 * nothing to say.
 */
async function planPage(
  io: Io,
  inputs: Inputs,
  plan: Plan,
  base: string,
): Promise<string | undefined> {
  if (base === '') return planMarkdown(plan, { folder: folderOnGithub(io), ...blobOf(io) });
  const { baseDifference } = await import('../flags/base-flag.ts');
  return baseDifference(io, plan, base, inputs.manifests, {
    ...(inputs.draft ? { draft: true } : {}),
    ...(inputs.branch === '' ? {} : { locksApart: true }),
  });
}

/** On a pull request from a fork GitHub hands out no secrets. */
async function isForkWithoutKeys(io: Io): Promise<boolean> {
  if (!(io.env['GITHUB_EVENT_NAME'] ?? '').startsWith('pull_request')) return false;
  if ((io.env['APIMART_API_KEY'] ?? '') !== '' || (io.env['EVOLINK_API_KEY'] ?? '') !== '')
    return false;
  const event = await readEvent(io);
  const head = at(event, ['pull_request', 'head', 'repo', 'full_name']);
  return head !== undefined && head !== io.env['GITHUB_REPOSITORY'];
}
