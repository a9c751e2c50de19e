/** Before a request is sent, the record is read and written in one step. */
import type { GatewayName } from '../../ids.ts';
import { parseModelName } from '../../ids.ts';
import { attemptKey } from '../../record/attempt-line.ts';
import type { SpendRecord } from '../../record/record.ts';
import { REMOTE_PROBLEM } from '../../record/remote/remote-record.ts';
import type { Claim, Claims } from '../../run/context.ts';
import type { Ledgers } from '../open/open-ledgers.ts';

/**
 * For one run. What the record knows now is what the plan was made with: an attempt that comes later
 * is of another run, and is not gone past.
 */
export function claimsOf(
  { byManifest, recordOf }: Ledgers,
  origins: ReadonlyMap<GatewayName, string>,
): Claims {
  const planned = new Map<SpendRecord, ReadonlySet<string>>();
  for (const manifest of byManifest.keys()) {
    const record = recordOf(manifest)?.record;
    if (record !== undefined && !planned.has(record))
      planned.set(record, new Set(record.attempts.all().map((one) => attemptKey(one))));
  }
  /** Of this run: its plan asks for each of them. */
  const ours = new Set<string>();
  return {
    claim: async (manifest, intent): Promise<Claim> => {
      const found = recordOf(manifest);
      if (found === undefined) return { kind: 'claimed' };
      const { record, lock, branch } = found;
      const gateway = parseModelName(intent.model)?.gateway;
      const origin = gateway === undefined ? undefined : origins.get(gateway);
      const known = planned.get(record);
      const past = record.attempts
        .paidFor(intent.fingerprint, origin)
        .map((one) => attemptKey(one))
        .filter((key) => key !== intent.attempt && (known?.has(key) === true || ours.has(key)));
      ours.add(intent.attempt);
      const run = byManifest.get(manifest)?.run;
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
          return {
            kind: 'paid-already',
            message: `the same request was sent for ${by.id} of ${by.lock}${by.branch === undefined ? '' : ` on branch ${by.branch}`} since this run was planned`,
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
