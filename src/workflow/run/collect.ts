/**
 * Follows and fetches what is paid for. Submits nothing; lock and journal are all it needs.
 */
import type { GatewayName, RenderId } from '../../ids.ts';
import { parseModelName } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import type { Lock } from '../../lock/file/format.ts';
import { projectRoot } from '../../ports/files/project-root.ts';
import type { Filter } from '../../plan/options.ts';
import { inScope } from '../../plan/select/filters.ts';
import { collect } from '../../run/collect.ts';
import { selectionProblems } from '../load/check-selection.ts';
import type { LockFileOfManifest } from '../load/manifests-of-locks.ts';
import type { LedgerProblem } from '../open/ledger-problems.ts';
import { type Ledgers, openLedgers } from '../open/open-ledgers.ts';
import { type Network, openNetwork } from '../open/open-network.ts';
import { readyAfter } from './ready-after.ts';
import { type RunEnd, runOverLedgers, type RunRequest } from './run-over-ledgers.ts';
import type { Surroundings } from '../open/surroundings.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { ExitCode } from '../../plan/exit.ts';

export interface CollectRequest {
  readonly files: readonly LockFileOfManifest[];
  readonly filter: Filter;
  readonly draft?: boolean | undefined;
  /** As the user typed it: shown to other runs that find a manifest locked. */
  readonly command: string;
}

/** A gateway that has pending tasks and cannot be asked. */
interface ClosedGateway {
  readonly gateway: GatewayName;
  readonly problem: string;
  readonly remedy: string;
}

export type PreparedCollect =
  | {
      readonly kind: 'refused';
      readonly exit: ExitCode;
      readonly problems: readonly LedgerProblem[];
      readonly notices: readonly Diagnostic[];
      readonly closed: readonly ClosedGateway[];
    }
  | {
      readonly kind: 'ready';
      /** Clips of the other gateway are still fetched. */
      readonly closed: readonly ClosedGateway[];
      readonly ledgers: Ledgers;
      /** Follows, fetches, and closes everything. */
      run(request: Omit<RunRequest, 'submits' | 'shard' | 'capUsd'>): Promise<RunEnd>;
    };

export async function prepareCollect(
  at: Surroundings,
  { files, filter, draft, command }: CollectRequest,
): Promise<PreparedCollect> {
  const opened = await openLedgers(at, files, { draft, spends: false, command });
  if (opened.kind === 'refused') return { ...opened, closed: [] };
  const { ledgers } = opened;
  const diagnostics = await selectionProblems(at, files, ledgers.lockOf, filter, { draft });
  if (diagnostics.length > 0) {
    await ledgers.close({ killed: false });
    const problems = [{ kind: 'invalid', manifest: '', diagnostics } as const];
    return { kind: 'refused', exit: 64, problems, notices: ledgers.takeNotices(), closed: [] };
  }
  const network = await openNetwork(at, { draft });
  const closed = closedGateways(ledgers, network);
  if (closed.length > 0 && network.gateways.size === 0) {
    await ledgers.close({ killed: false });
    await network.close();
    return { kind: 'refused', exit: 77, problems: [], notices: ledgers.takeNotices(), closed };
  }
  return {
    kind: 'ready',
    closed,
    ledgers,
    run: async (request) => {
      try {
        return await runOverLedgers(
          at,
          { manifests: files, ledgers, network, draft },
          { ...request, submits: false },
          (deps) =>
            collect(
              files.map((file) => partOf(file, filter)),
              deps,
            ),
        );
      } finally {
        await network.close();
      }
    },
  };
}

function partOf({ manifest, manifestPath, project }: LockFileOfManifest, filter: Filter) {
  const wanted = inScope(filter, manifest);
  const tagsOf = (id: RenderId): readonly string[] =>
    project?.scenes.find((scene) => id.startsWith(`${scene.id}/`))?.tags ?? [];
  return {
    manifest,
    root: project?.root ?? projectRoot(manifestPath),
    ...(project === undefined
      ? {}
      : {
          limits: project.limits,
          readyAfter: (lock: Lock, landed: ReadonlySet<RenderId>) =>
            readyAfter(project, lock, landed),
        }),
    ...(Object.keys(filter).length === 0
      ? {}
      : { only: (id: RenderId) => wanted({ id, tags: tagsOf(id) }) }),
  };
}

/** Those of the tasks that are pending or not fetched. */
function closedGateways({ byManifest }: Ledgers, { closed }: Network): readonly ClosedGateway[] {
  const needed = new Set(
    [...byManifest.values()].flatMap(({ lock }) =>
      [...lock.renders.values()]
        .flatMap((entry) => [entry, ...(entry.earlier ?? [])])
        .filter((result) => ['pending', 'completed'].includes(answersOf(result).awaitsClip ?? ''))
        .map(({ model }) => parseModelName(model)?.gateway),
    ),
  );
  return [...closed].flatMap(([gateway, words]) =>
    needed.has(gateway) ? [{ gateway, ...words }] : [],
  );
}
