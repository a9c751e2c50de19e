/**
 * The work of a workflow step around a command that may pay or learn: the newest locks and the
 * record's ref before, everything back onto the remote after, also when the command failed.
 */
import { stepNote } from '../../report/text/annotations.ts';
import { markdownText } from '../../report/text/escape.ts';
import { gitCredentials } from './credentials.ts';
import { isFromFork } from './event.ts';
import type { Inputs } from './inputs.ts';
import { staleCommit } from './stale-commit.ts';
import { appendSummary } from '../shared/github-outputs.ts';
import { EXIT_CODES, worstExit } from '../../plan/exit.ts';
import { EXIT, type Io } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { lockPush, type Pulled, pullLocks } from '../lock/sync.ts';

/** The spend record lives on the remote that the checkout came from. */
export const onRemote = (io: Io, { token }: Pick<Inputs, 'token'>): Io => ({
  ...io,
  remoteRecord: { remote: 'origin', credentials: gitCredentials(io.env, token) },
});

export const syncOptions = ({ branch }: Pick<Inputs, 'branch'>) => ({
  remote: 'origin',
  ...(branch === '' ? {} : { branch }),
});

/**
 * Resolves with the exit code of the command, or of what kept it from being run, or of the push.
 */
export async function withRecord(
  io: Io,
  inputs: Inputs,
  { spends, selection }: { readonly spends: boolean; readonly selection: SharedOptions },
  command: (io: Io) => Promise<number>,
): Promise<number> {
  const there = onRemote(io, inputs);
  const pulled = await pullLocks(there, inputs.manifests, syncOptions(inputs));
  if (pulled.exit !== EXIT.done) return pulled.exit;
  if (spends) {
    const refused = await refuseStale(there, inputs, selection, pulled);
    if (refused !== undefined) return refused;
  }
  let exit: number = EXIT.unreachable;
  try {
    exit = await command(there);
  } finally {
    const pushed = await pushBack(there, inputs);
    exit = worseOf(exit, pushed);
  }
  return exit;
}

/** Results that are on no remote make the step red, whatever `fail-on` lets pass. */
const worseOf = (exit: number, pushed: number): number => {
  const codes = EXIT_CODES.map(({ code }) => code).filter(
    (code) => code === exit || code === pushed,
  );
  return worstExit(codes);
};

/** Also after the machine itself was killed: the journal of a killed run is merged first. */
export async function pushBack(
  io: Io,
  inputs: Pick<Inputs, 'branch' | 'manifests'>,
): Promise<number> {
  if (inputs.branch === '' && (await isFromFork(io))) {
    // Its branch may have the name of one of ours.
    const what = 'The locks of a pull request from a fork are not pushed';
    io.stdout.write(stepNote('notice', `${what}: name their branch in the input branch`));
    return EXIT.done;
  }
  return lockPush(io, inputs.manifests, syncOptions(inputs));
}

async function refuseStale(
  io: Io,
  { manifests }: Inputs,
  selection: SharedOptions,
  pulled: Pulled,
): Promise<number | undefined> {
  const found = await staleCommit(io, manifests, selection, pulled);
  switch (found.kind) {
    case 'current':
      return undefined;
    case 'unreachable':
      io.stderr.write(`rushes: the newest commit of this branch is unknown: ${found.message}\n`);
      return EXIT.unreachable;
    case 'stale': {
      const [first = 'the branch'] = found.changed;
      const more = found.changed.length > 1 ? ` and ${found.changed.length - 1} more` : '';
      const what =
        found.changed.length === 0
          ? `the branch ${found.branch} is gone`
          : `the branch ${found.branch} has moved on, and ${first}${more} ${more === '' ? 'differs' : 'differ'} there`;
      io.stdout.write(
        stepNote(
          'warning',
          `Nothing was sent: ${what}. The run of the newest commit renders what is needed.`,
        ),
      );
      await appendSummary(
        io,
        `### 🎬 Nothing was sent: this is not the newest commit\n\n${markdownText(what)}. The run of the newest commit renders what is needed.\n`,
      );
      return EXIT.pending;
    }
  }
}
