/** A clip that makes room for a new one. */
import type { RenderId } from '../../ids.ts';
import { resultsOf } from '../../lock/entry.ts';
import { keyOf } from '../../lock/file/format.ts';
import { toLockPath } from '../../lock/file/paths.ts';
import type { RunContext } from '../context.ts';
import type { Replaced } from './delivery/landing.ts';
import { diskFailed, now } from './record.ts';
import type { RunLedger } from '../job.ts';

/**
 * Writes down where the clip is from now on that stood at `target`, which is absolute. On disk
 * before the new clip takes its place: otherwise a kill in between would leave a lock that names a
 * file with other bytes.
 */
export async function recordDisplaced(
  ctx: RunContext,
  {
    ledger,
    id,
    target,
  }: { readonly ledger: RunLedger; readonly id: RenderId; readonly target: string },
  { sha256, path }: Replaced,
): Promise<void> {
  const stood = toLockPath(ledger.lockPath, target);
  for (const result of resultsOf(ledger.lock, id)) {
    if (result.clip?.path !== stood || result.clip.sha256 !== sha256) continue;
    const moved = {
      kind: 'moved',
      at: now(ctx),
      from: id,
      to: id,
      path: toLockPath(ledger.lockPath, path),
      result: keyOf(result),
    } as const;
    const recorded = await ledger.record(moved);
    if (!recorded.ok) diskFailed(ctx, recorded.problem.message);
  }
}
