/**
 * Run by `action.yml`: inputs from the environment, one command of this program, and what GitHub
 * shows of it. The step fails only for what `fail-on` names; bad input, keys, the budget and
 * refusals always fail it.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { refusalPage } from '../../report/run/github/refusal-page.ts';
import { LOG_GROUP_END, logGroup } from '../../report/github-step.ts';
import { remedyOfDisk } from '../../ports/files/refused-by-disk.ts';
import { stepNote } from '../../report/text/annotations.ts';
import {
  appendSummary,
  onGithub,
  saveState,
  setOutputs,
  startOutputs,
} from '../shared/github-outputs.ts';
import {
  decisionsOf,
  type Inputs,
  inputText,
  OUTCOMES,
  readInputs,
  selectionOf,
  varsOf,
} from './inputs.ts';
import { isFromFork } from './event.ts';
import type { ChainState } from '../flags/chain-flag.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';

export async function action(io: Io): Promise<number> {
  try {
    return await step(io);
  } catch (error) {
    if (error instanceof UsageError)
      io.stdout.write(stepNote('error', [error.message, error.hint ?? []].flat().join('\n')));
    throw error;
  }
}

async function step(given: Io): Promise<number> {
  const inputs = readInputs(given.env);
  const io = surroundingsOf(given, inputs);
  await checkFolder(io);
  await saveState(io, STATE, RUNNING);
  const runs = inputs.command === 'render' || inputs.command === 'collect';
  if (runs) await startOutputs(io);
  const summarized = await summaryBytes(io);
  const exit = await runCommand(io, inputs).catch(async (error: unknown) => {
    if (error instanceof UsageError) {
      await setOutputs(io, { exit: EXIT.usage });
      if (runs && (await summaryBytes(io)) === summarized)
        await appendSummary(io, refusalPage(EXIT.usage, [error.message]));
    }
    throw error;
  });
  await saveState(io, STATE, ENDED);
  await setOutputs(io, { exit });
  if (runs && (await summaryBytes(io)) === summarized) await appendSummary(io, earlyEnd(exit));
  const tolerated = Object.entries(OUTCOMES).some(
    ([outcome, code]) => code === exit && !inputs.failOn.includes(outcome),
  );
  if (inputs.command === 'plan' && exit === EXIT.budget && inputs.overBudget === 'warn') {
    io.stdout.write(stepNote('warning', 'The plan is over the budget: a render would refuse it'));
    return EXIT.done;
  }
  if (tolerated)
    io.stdout.write(
      `rushes: exit ${exit} is not in fail-on (${inputs.failOn.join(', ')}): the step passes\n`,
    );
  return tolerated ? EXIT.done : exit;
}

/**
 * `post` of the action, which runs after a cancel and a crash too: where the step did not get to
 * its end, what it knows is put onto the remote now.
 */
export async function actionPost(given: Io): Promise<number> {
  if (given.env[`STATE_${STATE}`] !== RUNNING) return EXIT.done;
  const inputs = readInputs(given.env);
  const runs = inputs.command === 'render' || inputs.command === 'collect';
  if (!runs || inputs.draft || inputs.frozen) return EXIT.done;
  const { onRemote, pushBack } = await import('./with-record.ts');
  return pushBack(onRemote(surroundingsOf(given, inputs), inputs), inputs);
}

const STATE = 'rushes';
const [RUNNING, ENDED] = ['running', 'ended'];

/** The folder, the cap and the store that the inputs name. */
function surroundingsOf(given: Io, { budget }: Inputs): Io {
  const store = inputText(given.env, 'store');
  return {
    ...given,
    cwd: path.resolve(given.cwd, inputText(given.env, 'working-directory') || '.'),
    env: {
      ...given.env,
      ...capOf(given.env, budget),
      ...(store === '' ? {} : { RUSHES_STORE: store }),
    },
  };
}

async function checkFolder({ cwd, env }: Io): Promise<void> {
  const facts = await stat(cwd).catch(() => undefined);
  if (facts?.isDirectory() === true) return;
  throw new UsageError(
    `input working-directory is ${JSON.stringify(inputText(env, 'working-directory'))}: there is no such folder`,
    'It is relative to the checkout: check out the repository in an earlier step.',
  );
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
 * Output of a step that had nothing to run: everything is there already, or the run was refused.
 */
const earlyEnd = (exit: number): string =>
  exit === EXIT.done ? '### 🎬 Nothing to do: every clip is there\n' : refusalPage(exit, []);

const summaryBytes = async (io: Io): Promise<number> =>
  (await stat(io.env['GITHUB_STEP_SUMMARY'] ?? '').catch(() => undefined))?.size ?? 0;

async function runCommand(io: Io, inputs: Inputs): Promise<number> {
  const { manifests } = inputs;
  const shared = selectionOf(inputs);
  switch (inputs.command) {
    case 'plan':
      return (await import('./plan-step.ts')).planStep(io, inputs);
    case 'render':
      return renderStep(io, inputs);
    case 'collect': {
      const { collect } = await import('../collect.ts');
      const run = (there: Io): Promise<number> =>
        collect(there, manifests, {
          ...shared,
          ...(inputs.detach ? { detach: true } : {}),
          ...(inputs.maxWall === '' ? {} : { maxWall: inputs.maxWall }),
        });
      if (inputs.draft) return run(io);
      const { withRecord } = await import('./with-record.ts');
      return withRecord(io, inputs, { spends: false, selection: shared }, run);
    }
    case 'validate':
      return (await import('../validate.ts')).validate(io, manifests, varsOf(inputs));
    case 'status':
      return (await import('../status.ts')).status(io, manifests, shared);
    case 'verify':
      return (await import('../verify.ts')).verify(io, manifests, shared);
    case 'gallery': {
      const { galleryPage } = await import('../gallery.ts');
      const written = await galleryPage(io, manifests, pageOptions(inputs), true);
      if ('exit' in written) return written.exit;
      await setOutputs(io, { gallery: onGithub(io, written.file) });
      return EXIT.done;
    }
    case 'models-check':
      return (await import('./models-step.ts')).modelsStep(io, inputs);
    case 'lock-pull':
    case 'lock-push': {
      const [{ lockPull }, { onRemote, pushBack, syncOptions }] = await Promise.all([
        import('../lock/sync.ts'),
        import('./with-record.ts'),
      ]);
      const there = onRemote(io, inputs);
      if (inputs.command === 'lock-push') return pushBack(there, inputs);
      return lockPull(there, manifests, {
        ...syncOptions(inputs),
        ...(inputs.lockFrom.length === 0 ? {} : { from: inputs.lockFrom }),
      });
    }
  }
}

async function renderStep(io: Io, inputs: Inputs): Promise<number> {
  if (!inputs.draft && !inputs.frozen && (await isFromFork(io))) {
    io.stdout.write(
      stepNote('notice', 'A pull request from a fork is only planned: nothing is sent'),
    );
    return (await import('./plan-step.ts')).planStep(io, { ...inputs, comment: false });
  }
  const { render } = await import('../render.ts');
  const selection = selectionOf(inputs);
  let chain: ChainState | undefined;
  const run = async (there: Io): Promise<number> => {
    io.stdout.write(logGroup(`rushes render ${inputs.manifests.join(' ')}`.trim()));
    try {
      return await render(there, inputs.manifests, {
        ...selection,
        ...decisionsOf(inputs),
        ...(inputs.plan === '' ? {} : { plan: inputs.plan }),
        ...(inputs.frozen ? { frozen: true } : {}),
        ...(inputs.detach ? { detach: true } : {}),
        ...(inputs.maxWall === '' ? {} : { maxWall: inputs.maxWall }),
        ...(inputs.shard === '' ? {} : { shard: inputs.shard }),
        ...(inputs.yes ? { yes: true } : {}),
        ...(inputs.chain === '' ? {} : { chain: inputs.chain }),
        onChain: (state) => {
          chain = state;
        },
      });
    } finally {
      // Also when refused: what is folded is not seen.
      io.stdout.write(LOG_GROUP_END);
    }
  };
  let exit: number = EXIT.usage;
  try {
    exit =
      inputs.draft || inputs.frozen
        ? await run(io)
        : await (
            await import('./with-record.ts')
          ).withRecord(io, inputs, { spends: true, selection }, run);
  } finally {
    // Refused before the command began: a lock of the branch that cannot be read, for instance.
    if (inputs.chain === 'follow') chain ??= await endRefused(io, inputs, exit);
    if (chain !== undefined) await keepTime(io, inputs, chain);
  }
  if (!inputs.frozen) await pageOfRun(io, inputs);
  return exit;
}

async function endRefused(io: Io, inputs: Inputs, exit: number): Promise<ChainState | undefined> {
  const [{ endRefusedChain }, { onRemote }] = await Promise.all([
    import('../flags/chain-flag.ts'),
    import('./with-record.ts'),
  ]);
  return endRefusedChain(onRemote(io, inputs), exit);
}

/** The schedule that continues a chain runs as long as one is open. */
async function keepTime(io: Io, inputs: Inputs, chain: ChainState): Promise<void> {
  const { changeWorkflow, ownWorkflow } = await import('./chain-workflows.ts');
  if (inputs.chain === 'open') {
    if (chain.kind === 'open') await changeWorkflow(io, 'enable', inputs.chainWorkflow, inputs);
    return;
  }
  const own = ownWorkflow(io) ?? inputs.chainWorkflow;
  if (chain.kind !== 'open') await changeWorkflow(io, 'disable', own, inputs);
  else if (chain.goesOn && !inputs.detach) await changeWorkflow(io, 'dispatch', own, inputs);
}

/**
 * The review page beside the clips: for the artifact. A page that cannot be made fails no paid run.
 */
async function pageOfRun(io: Io, inputs: Inputs): Promise<void> {
  const { galleryPage } = await import('../gallery.ts');
  const quiet: Io = { ...io, stderr: { ...io.stderr, write: () => undefined } };
  const written = await galleryPage(quiet, inputs.manifests, pageOptions(inputs)).catch(
    (error: unknown) => {
      if (error instanceof UsageError || remedyOfDisk(error) !== undefined) return undefined;
      throw error;
    },
  );
  if (written !== undefined && 'file' in written)
    await setOutputs(io, { gallery: onGithub(io, written.file) });
}

/** Without the filters of a run: the page shows every clip. */
const pageOptions = (inputs: Inputs) => ({
  ...varsOf(inputs),
  ...(inputs.draft ? { draft: true } : {}),
});
