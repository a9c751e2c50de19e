/**
 * A spend record that also lives on a git remote: a claim holds when its reservation is on the
 * remote, so that a machine that vanishes takes no knowledge of payments with it, and two machines
 * never send one request.
 */
import type { Clock } from '../../ports/clock.ts';
import type { FileProblem } from '../../ports/files/files.ts';
import { attemptKey, type RecordedAttempt } from '../attempt-line.ts';
import type { SpendRecord } from '../record.ts';
import type { Claimed, Done } from '../record-steps.ts';
import type { RemoteRef } from './remote-ref.ts';

/** Two pushes for claims are at least this far apart: claims in between share the next one. */
const CLAIM_GAP_MS = 3000;
/** The first claims of a run come one after the other, a few milliseconds apart. */
const GATHER_MS = 50;
/** Results wait for company; GitHub asks for few pushes a minute. */
const RESULT_GAP_MS = 12_000;
/** Another machine may push between our fetch and our push; each round starts from their tip. */
const MOST_ROUNDS = 50;

/** Code of a {@link FileProblem}: the remote does not answer, or takes no push. */
export const REMOTE_PROBLEM = 'EREMOTE';

export interface RemoteRecord extends SpendRecord {
  /** The remote took everything up to the last push. Set by the first push that it refused. */
  readonly refusal: string | undefined;
}

interface Waiting {
  readonly intent: RecordedAttempt;
  readonly resolve: (claimed: Claimed) => void;
}

/** `local`: open, and brought up to date with what the ref holds: see {@link takeInRemote}. */
export function withRemote(
  local: SpendRecord,
  ref: RemoteRef,
  {
    clock,
    remote,
    pace = 1,
  }: {
    readonly clock: Clock;
    readonly remote: string;
    /** For tests. Default 1: seconds between pushes. */
    readonly pace?: number | undefined;
  },
): RemoteRecord {
  const ending = new AbortController();
  let waiting: Waiting[] = [];
  /** Claimed here and not yet checked against the remote: no push for others includes them. */
  const unjudged = new Set<string>();
  let working: Promise<void> | undefined;
  let claiming: Promise<void> | undefined;
  let lastPush = -Infinity;
  let refusal: string | undefined;
  let closed = false;

  const later = (gapMs: number): void => {
    working ??= (async () => {
      // Claims that begin in the same moment share a push.
      await clock.sleep(Math.max(0, lastPush + gapMs - clock.monotonic()), ending.signal);
      working = undefined;
      await pushing();
    })();
  };
  const claimTogether = async (): Promise<void> => {
    const gapMs = Math.max(GATHER_MS, lastPush + CLAIM_GAP_MS * pace - clock.monotonic());
    await clock.sleep(gapMs, ending.signal);
    claiming = undefined;
    if (waiting.length > 0) await pushing();
  };
  let turn: Promise<void> = Promise.resolve();
  const pushing = (): Promise<void> => (turn = turn.then(pushNow));

  async function pushNow(): Promise<void> {
    const claims = waiting;
    waiting = [];
    const answered = new Set<Waiting>();
    const answer = (one: Waiting, claimed: Claimed): void => {
      answered.add(one);
      one.resolve(claimed);
    };
    const fail = (message: string): void => {
      refusal ??= message;
      for (const one of claims)
        if (!answered.has(one)) {
          withdraw(one.intent);
          answer(one, { kind: 'problem', problem: refused(remote, message) });
        }
    };
    try {
      await local.flush();
      for (const { intent } of claims) unjudged.delete(attemptKey(intent));
      for (let round = 1; round <= MOST_ROUNDS; round++) {
        for (const one of claims) {
          const by = answered.has(one) ? undefined : paidBy(local, one.intent);
          if (by === undefined) continue;
          withdraw(one.intent);
          answer(one, { kind: 'paid-already', by });
        }
        await local.flush();
        const lines = local.attempts.all().filter((line) => !unjudged.has(attemptKey(line)));
        const pushed = await ref.push(clock.now(), lines);
        lastPush = clock.monotonic();
        if (pushed.kind === 'refused') return fail(pushed.message);
        if (pushed.kind === 'pushed') {
          for (const one of claims) if (!answered.has(one)) answer(one, { kind: 'claimed' });
          return;
        }
        const taken = await takeInRemote(local, ref);
        if (!taken.ok) return fail(taken.problem.message);
      }
      fail(`it changed ${MOST_ROUNDS} times in a row`);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  function withdraw(intent: RecordedAttempt): void {
    const known = local.attempts.get(attemptKey(intent));
    if (known !== undefined) local.note([{ ...known, status: 'withdrawn' }]);
  }

  return {
    path: local.path,
    isNew: local.isNew,
    get attempts() {
      return local.attempts;
    },
    get problem() {
      return local.problem;
    },
    get refusal() {
      return refusal;
    },
    claim: async (intent) => {
      if (refusal !== undefined) return { kind: 'problem', problem: refused(remote, refusal) };
      const key = attemptKey(intent);
      unjudged.add(key);
      const claimed = await local.claim(intent);
      if (claimed.kind !== 'claimed') {
        unjudged.delete(key);
        return claimed;
      }
      return new Promise((resolve) => {
        waiting.push({ intent, resolve });
        // A claim does not wait for the company that results wait for.
        claiming ??= claimTogether();
      });
    },
    note: (lines) => {
      local.note(lines);
      if (!closed && lines.length > 0 && refusal === undefined) later(RESULT_GAP_MS * pace);
    },
    merge: (lines) => local.merge(lines),
    flush: () => local.flush(),
    close: async () => {
      closed = true;
      ending.abort();
      await local.flush();
      await working;
      await pushing();
      const done = await local.close();
      if (!done.ok || refusal === undefined) return done;
      return { ok: false, problem: refused(remote, refusal) };
    },
  };
}

/** Merges the content of the ref into the local record. */
export async function takeInRemote(local: SpendRecord, ref: RemoteRef): Promise<Done> {
  const fetched = await ref.fetch();
  switch (fetched.kind) {
    case 'fetched':
      return fetched.news.length === 0 ? { ok: true } : local.merge(fetched.news);
    case 'unreachable':
    case 'damaged':
      return { ok: false, problem: { code: REMOTE_PROBLEM, message: fetched.message } };
  }
}

/** As {@link SpendRecord.claim} asks, after others have written. */
function paidBy({ attempts }: SpendRecord, intent: RecordedAttempt): RecordedAttempt | undefined {
  const past = new Set([attemptKey(intent), ...(intent.past ?? [])]);
  return attempts
    .paidFor(intent.fingerprint, intent.origin)
    .find((one) => !past.has(attemptKey(one)));
}

const refused = (remote: string, message: string): FileProblem => ({
  code: REMOTE_PROBLEM,
  message: `${remote} did not take the spend record, so nothing more is submitted: ${message}\n  In GitHub Actions the job needs permissions: contents: write. Elsewhere: a git remote that this machine may push refs/rushes/record to.`,
});
