/** Before a request is sent, the record is read and written in one step. */
import { type Fingerprint, type GatewayName, parseModelName } from '../../ids.ts';
import type { Plan } from '../../plan/plan.ts';
import { attemptKey, isUnanswered, mayBeUnderWay } from '../../record/attempt-line.ts';
import type { SpendRecord } from '../../record/record.ts';
import { keysOf } from '../../record/results.ts';
import { REMOTE_PROBLEM } from '../../record/remote/remote-record.ts';
import type { Claim, Claims } from '../../run/context.ts';
import type { Ledgers } from '../open/open-ledgers.ts';

/** Keys of the attempts of each record. */
export type KnownAttempts = ReadonlyMap<SpendRecord, ReadonlySet<string>>;

/**
 * What the records know now: to be asked for before a plan is made. Less the submits of other runs
 * that have no answer: no plan goes past these, and one that was sent just now it does not adopt.
 */
export function knownAttempts({ byManifest, recordOf }: Ledgers): KnownAttempts {
  const known = new Map<SpendRecord, ReadonlySet<string>>();
  const inLocks = keysOf([...byManifest.values()].map(({ lock }) => lock));
  for (const manifest of byManifest.keys()) {
    const record = recordOf(manifest)?.record;
    if (record === undefined || known.has(record)) continue;
    const keys = record.attempts
      .all()
      .filter((one) => inLocks.has(attemptKey(one)) || !isUnanswered(one))
      .map((one) => attemptKey(one));
    known.set(record, new Set(keys));
  }
  return known;
}

/**
 * For one run. An attempt that the record did not know before the plan was made is of another run,
 * and is not gone past. Nor is one for a request that the plan did not have yet, because it waited
 * for the clip that it needs: of those only what the render's own lock has is decided about.
 */
export function claimsOf(
  { byManifest, recordOf }: Ledgers,
  origins: ReadonlyMap<GatewayName, string>,
  { known: knownOf, plan }: { readonly known: KnownAttempts; readonly plan: Plan },
): Claims {
  const planned = new Set(
    plan.projects.flatMap(({ renders }) =>
      renders.flatMap(({ action, render }) =>
        action.kind === 'submit' ? [render.fingerprint] : [],
      ),
    ),
  );
  /**
   * Attempts of this run: two manifests may ask for one request, and the plan counts both. The
   * record knows an attempt only when its claim is written.
   */
  const ours = new Map<Fingerprint, Set<string>>();
  return {
    claim: async (manifest, intent): Promise<Claim> => {
      const found = recordOf(manifest);
      if (found === undefined) return { kind: 'claimed' };
      const { record, lock, branch } = found;
      const gateway = parseModelName(intent.model)?.gateway;
      const origin = gateway === undefined ? undefined : origins.get(gateway);
      const ledger = byManifest.get(manifest);
      const isKnown = (key: string): boolean => knownOf.get(record)?.has(key) === true;
      const own = ours.get(intent.fingerprint) ?? new Set();
      const recorded = record.attempts
        .paidFor(intent.fingerprint, origin)
        .map((one) => attemptKey(one))
        .filter(
          (key) =>
            own.has(key) ||
            (isKnown(key) && (planned.has(intent.fingerprint) || ledger?.byKey(key) !== undefined)),
        );
      const unwritten = [...own].filter((key) => record.attempts.get(key) === undefined);
      const past = [...recorded, ...unwritten].filter((key) => key !== intent.attempt);
      ours.set(intent.fingerprint, own.add(intent.attempt));
      const run = ledger?.run;
      const claimed = await record.claim({
        attempt: intent.attempt,
        fingerprint: intent.fingerprint,
        model: intent.model,
        ...(origin !== undefined && { origin }),
        status: 'ambiguous',
        error: 'no-answer',
        submittedAt: intent.at,
        cost: intent.cost,
        target: intent.target,
        ...(past.length > 0 && { past }),
        ...(run !== undefined && { run }),
        lock,
        id: intent.id,
        ...(branch !== undefined && { branch }),
        at: intent.at,
      });
      switch (claimed.kind) {
        case 'claimed':
          return claimed;
        case 'problem':
          return {
            kind: claimed.problem.code === REMOTE_PROBLEM ? 'remote-problem' : 'problem',
            message: claimed.problem.message,
          };
        case 'paid-already': {
          const { by } = claimed;
          const whose = `${by.id} of ${by.lock}${by.branch === undefined ? '' : ` on branch ${by.branch}`}`;
          return {
            kind: 'paid-already',
            message: mayBeUnderWay(by, Date.parse(intent.at))
              ? `another run has just sent the same request, as ${whose}, and has no answer yet: run again in two minutes`
              : isKnown(attemptKey(by))
                ? `the same request is or may be paid for, as ${whose}: run again`
                : `the same request was sent for ${whose} since this run was planned`,
          };
        }
      }
    },
    unclaim: (manifest, intent) => {
      const record = recordOf(manifest)?.record;
      const known = record?.attempts.get(intent.attempt);
      if (known !== undefined) record?.note([{ ...known, status: 'withdrawn', at: intent.at }]);
    },
  };
}
