/**
 * `--chain open` on an approved run, `--chain follow` on those that continue it: what was approved
 * lies in the spend record on the remote, and nothing else is submitted without a person.
 */
import type { Carried } from '../../lock/spent.ts';
import { fromUsd, type MicroUsd, toUsd } from '../../money.ts';
import type { Plan } from '../../plan/plan.ts';
import { systemGit } from '../../ports/git.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { Attempts } from '../../record/attempts.ts';
import { fold, plural, qualified } from '../../report/text/format.ts';
import { newChain } from '../../record/chain.ts';
import {
  carriedByChain,
  type ChainPlace,
  findChain,
  partOfChain,
  putChain,
} from '../../workflow/record/chains.ts';
import type { Ledgers } from '../../workflow/open/open-ledgers.ts';
import { setOutputs } from '../shared/github-outputs.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import type { ShownEnd } from '../shared/run-to-end.ts';

export type ChainState =
  /** No run has been approved, or nothing is left of what was. */
  | { readonly kind: 'none' | 'closed' }
  /** `goesOn`: the end of the job alone has stopped it, so that a new job can submit at once. */
  | { readonly kind: 'open'; readonly goesOn: boolean };

interface Incompatible {
  readonly draft?: boolean | undefined;
  readonly frozen?: boolean | undefined;
  readonly shard?: string | undefined;
}

/**
 * Only a person can correct these. Each later run would be refused for the same reason, every five
 * minutes, without an end.
 */
const FOR_A_PERSON: ReadonlySet<number> = new Set([
  EXIT.usage,
  EXIT.invalid,
  EXIT.budget,
  EXIT.key,
]);

export interface ChainFlag {
  /** Ends the command at once. */
  readonly exit?: number;
  /** The part of the plan that may be submitted. */
  readonly narrow: (plan: Plan, ledgers: Ledgers) => Plan;
  /** The money that earlier runs of the chain use under its cap. */
  readonly carries?: (ledgers: Ledgers) => ReadonlyMap<string, Carried>;
  /** The cap over the sum, `capUsd` at most. */
  readonly capped: (capUsd: MicroUsd | undefined) => MicroUsd | undefined;
  /** Before the first submit. Resolves with what keeps the chain from being written. */
  readonly begin: (
    plan: Plan,
    worst: MicroUsd,
    capUsd: MicroUsd | undefined,
  ) => Promise<string | undefined>;
  /** After the run, or without one: a chain of which nothing is left is closed. */
  readonly end: (shown: ShownEnd | undefined) => Promise<ChainState>;
}

/** `undefined` without the flag. */
export async function chainFlag(
  io: Io,
  mode: string | undefined,
  options: Incompatible,
): Promise<ChainFlag | undefined> {
  if (mode === undefined) return undefined;
  if (mode !== 'open' && mode !== 'follow')
    throw new UsageError(
      `--chain ${JSON.stringify(mode)} is not known`,
      'Write --chain open on the approved run, --chain follow on the runs that continue it.',
    );
  for (const name of ['draft', 'frozen', 'shard'] as const)
    if (options[name] !== undefined && options[name] !== false)
      throw new UsageError(`--chain cannot be combined with --${name}`);
  if (io.remoteRecord === undefined)
    throw new UsageError(
      '--chain needs the spend record on a git remote',
      'Add --record origin: later runs read the approved requests there.',
    );
  const place = await placeOf(io, io.remoteRecord);
  return mode === 'open' ? openChain(io, place) : followChain(io, place);
}

const placeOf = async (io: Io, remote: ChainPlace['remote']): Promise<ChainPlace> => ({
  remote,
  root: io.cwd,
  branch: await branchHere(io),
});

/** Instead of the run: one that continues a chain was refused before it began. `undefined`: the
 * chain stays, because the next run may be let through.
 */
export async function endRefusedChain(io: Io, exit: number): Promise<ChainState | undefined> {
  if (!FOR_A_PERSON.has(exit) || io.remoteRecord === undefined) return undefined;
  const place = await placeOf(io, io.remoteRecord);
  const found = await findChain(io, place);
  if (found.kind !== 'open') return undefined;
  const ended = await endChain(io, place, undefined);
  if (ended.kind === 'closed') tellEnded(io, place);
  return ended;
}

/** Only a person can correct what ends a chain before its time. */
const tellEnded = (io: Io, { branch, remote }: ChainPlace): void =>
  io.stderr.write(
    `rushes: the approved chain of ${branch} has ended: each later run would be refused for the same reason\n  Correct the cause and approve a render again. Paid clips can still be fetched: rushes collect --record ${remote.remote}\n`,
  );

function openChain(io: Io, place: ChainPlace): ChainFlag {
  let known = new Attempts();
  return {
    narrow: (plan, ledgers) => {
      known = attemptsOf(ledgers);
      return plan;
    },
    capped: (capUsd) => capUsd,
    begin: async (plan, worst, capUsd) => {
      const wanted = plan.projects.flatMap(({ renders }) =>
        renders.flatMap(({ action, render }) =>
          action.kind === 'submit' ? [render.fingerprint] : [],
        ),
      );
      if (wanted.length === 0) return undefined;
      const chain = newChain(wanted, {
        openedAt: isoSeconds(io.clock.now()),
        branch: place.branch,
        capUsd: toUsd(capUsd ?? worst),
        attempts: known,
      });
      return putChain(io, place, chain);
    },
    end: (shown) => endChain(io, place, shown),
  };
}

async function followChain(io: Io, place: ChainPlace): Promise<ChainFlag> {
  const found = await findChain(io, place);
  const nothing = { narrow: (plan: Plan) => plan, capped: () => undefined };
  const ended = {
    ...nothing,
    begin: async () => undefined,
    end: async (): Promise<ChainState> => ({ kind: 'none' }),
  };
  if (found.kind === 'problem') {
    io.stderr.write(`rushes: ${found.message}\n  Nothing is submitted without the chain.\n`);
    return { ...ended, exit: EXIT.unreachable };
  }
  if (found.kind === 'none') {
    io.stdout.write(`No approved chain of ${place.branch} is open: nothing is submitted.\n`);
    await setOutputs(io, { chain: 'none' });
    return { ...ended, exit: EXIT.done };
  }
  const { chain } = found;
  let left: ReturnType<typeof partOfChain>['left'] = [];
  const approved = fromUsd(chain.capUsd);
  return {
    narrow: (whole) => {
      const part = partOfChain(whole, chain, io.clock.now());
      ({ left } = part);
      return part.plan;
    },
    carries: (ledgers) => carriedByChain(chain, ledgers),
    capped: (capUsd) => (capUsd !== undefined && capUsd < approved ? capUsd : approved),
    begin: async () => undefined,
    end: (shown) => {
      tellLeft(io, left);
      return endChain(io, place, shown);
    },
  };
}

const IDS_SHOWN = 8;

/** A run that only goes on says nothing else of what it leaves for a person to approve. */
function tellLeft(io: Io, left: ReturnType<typeof partOfChain>['left']): void {
  if (left.length === 0) return;
  const ids = left.map(({ manifest, planned }) => qualified(manifest, planned.render.id));
  const takesFrame = left.some(({ planned }) => planned.action.kind === 'wait');
  io.stderr.write(
    `rushes: ${plural(left.length, 'render is', 'renders are')} not part of the approved chain, and not submitted: ${fold(ids, IDS_SHOWN)}\n  ${takesFrame ? 'What takes a frame of a clip that is still to be made is never part of it. ' : ''}Approve another run: rushes render --chain open\n`,
  );
}

/** Open as long as something of it is being made or can still be submitted. */
async function endChain(
  io: Io,
  place: ChainPlace,
  shown: ShownEnd | undefined,
): Promise<ChainState> {
  const count = (reason: string): number =>
    shown?.state.held.filter((one) => one.reason === reason).length ?? 0;
  const pending = count('pending') > 0;
  const left = count('not-submitted');
  const forPerson = left > 0 && isRefused(shown, pending);
  const isOpen = !forPerson && (pending || (left > 0 && shown?.exit !== EXIT.budget));
  if (!isOpen) {
    const problem = await putChain(io, place, undefined);
    if (problem !== undefined)
      io.stderr.write(`rushes: warning: the chain could not be closed: ${problem}\n`);
    else if (forPerson) tellEnded(io, place);
  }
  await setOutputs(io, { chain: isOpen ? 'open' : 'closed' });
  return isOpen ? { kind: 'open', goesOn: !pending && wallEnded(shown) } : { kind: 'closed' };
}

/**
 * A refused key or an empty balance alone has stopped it, and it got nothing done. With an empty
 * balance what is `pending` is still fetched; without a key it is not.
 */
const isRefused = (shown: ShownEnd | undefined, pending: boolean): boolean =>
  shown !== undefined &&
  shown.stoppedBy.length > 0 &&
  shown.stoppedBy.every((reason) => reason === 'auth' || (reason === 'balance' && !pending)) &&
  (shown.state.finished?.totals.submitted ?? 0) === 0 &&
  (!pending || shown.state.completed.length === 0);

/**
 * Only by `--max-wall`, and not before it could submit something: what stopped this run for
 * another reason would stop the next one too, and so on without an end.
 */
const wallEnded = (shown: ShownEnd | undefined): boolean =>
  shown !== undefined &&
  shown.stoppedBy.includes('wall') &&
  shown.stoppedBy.every((reason) => reason === 'wall' || reason === 'mismatch') &&
  (shown.state.finished?.totals.submitted ?? 0) > 0;

/** Of all records of the command; in CI it is one. */
function attemptsOf({ byManifest, recordOf }: Ledgers): Attempts {
  const all = new Attempts();
  const seen = new Set<Attempts>();
  for (const manifest of byManifest.keys()) {
    const attempts = recordOf(manifest)?.record.attempts;
    if (attempts === undefined || seen.has(attempts)) continue;
    seen.add(attempts);
    for (const one of attempts.all()) all.add(one);
  }
  return all;
}

async function branchHere({ env, cwd }: Io): Promise<string> {
  const named = env['GITHUB_REF_TYPE'] === 'branch' ? (env['GITHUB_REF_NAME'] ?? '') : '';
  if (named !== '') return named;
  const head = await systemGit(cwd, env).run(['symbolic-ref', '--short', '-q', 'HEAD']);
  if (head.ok) return head.stdout.toString('utf8').trim();
  throw new UsageError('--chain needs a branch, and this checkout is not on a branch');
}
