import type { Diagnostic } from '../../diagnostic.ts';
import { worstExit } from '../../plan/exit.ts';
import type { Resolved } from '../../plan/plan.ts';
import { readLocks } from '../open/read-locks.ts';
import { openNetwork } from '../open/open-network.ts';
import type { Surroundings } from '../open/surroundings.ts';
import { type PlanRequest, planOver } from '../plan/make-plan.ts';
import { admitPlan } from './admit.ts';
import type { PrepareRequest, RefusedRun } from './run-request.ts';

/**
 * Why a render of manifests with errors is refused, with everything else that is in its way:
 * the person who fixes the manifest sees the rest at once. Writes nothing.
 */
export async function explainRefusal(
  at: Surroundings,
  {
    resolved,
    loading,
    ...request
  }: Omit<PrepareRequest, 'source' | 'warnings' | 'faults' | 'command'> & {
    readonly resolved: readonly Resolved[];
    /** What reading the manifests found. */
    readonly loading: readonly Diagnostic[];
    readonly request: PlanRequest;
  },
): Promise<RefusedRun> {
  const { draft } = request;
  const read = await readLocks(
    at,
    resolved.map(({ project }) => project),
    { draft },
  );
  const lockOf = read.kind === 'read' ? read.lockOf : () => ({ renders: new Map() });
  const plan = await planOver(at, resolved, lockOf, request.request);
  const network = draft === true ? undefined : await openNetwork(at, {});
  try {
    const admitted = await admitPlan(plan, {
      ...request.caps,
      draft,
      opened: network?.opened ?? new Map(),
      ledgers: new Map(),
      found: [...loading, ...((await request.check?.(plan)) ?? [])],
    });
    return {
      kind: 'refused',
      exit: worstExit([65, admitted.exit]),
      diagnostics: admitted.diagnostics,
      problems: read.kind === 'refused' ? read.problems : [],
      notices: [],
      plan,
    };
  } finally {
    await network?.close();
  }
}
