/** What `render` and `collect` have in common: a run over open ledgers, which it closes. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { manifestWords } from '../../command-words.ts';
import { defined } from '../../defined.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { AttemptId } from '../../ids.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { MicroUsd } from '../../money.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { RunDeps, RunResult } from '../../run/context.ts';
import type { Emit } from '../../run/events.ts';
import { openUploadCache, type UploadCache } from '../../run/uploads/upload-cache.ts';
import { type LandedLock, type LandedPushes, pushAsTheyLand } from '../../run/store/push-landed.ts';
import { VERSION } from '../../version.ts';
import { DRAFT_POLL_MS } from '../load/as-draft.ts';
import type { ManifestFile } from '../open/ledger-problems.ts';
import type { Ledgers } from '../open/open-ledgers.ts';
import { exitWith, type Unwritten, unwrittenText } from '../open/unwritten.ts';
import { framesOfRun } from '../plan/frames-of-run.ts';
import type { Network } from '../open/open-network.ts';
import { storeOf } from '../open/open-store.ts';
import { shown, type Surroundings } from '../open/surroundings.ts';

export interface RunRequest {
  readonly emit: Emit;
  /** Aborted: stop politely, within 5 s. */
  readonly signal?: AbortSignal | undefined;
  /** False: follow and fetch only. */
  readonly submits: boolean;
  /** The most that this run may spend over all manifests. Default: no cap. */
  readonly capUsd?: MicroUsd | undefined;
  /** Ask once, fetch what is done, fill the free slots, leave. Default false. */
  readonly detach?: boolean | undefined;
  /** A clip that is not as asked makes the run fail. Default false. */
  readonly strict?: boolean | undefined;
  /** When the process will be gone, from its start. */
  readonly maxWallMs?: number | undefined;
  /** Lowers the shortest pause between two asks. Default 2 s; of a draft 25 ms. */
  readonly pollMinMs?: number | undefined;
  /** A part of the plan: tasks of other shards are theirs. Default false. */
  readonly shard?: boolean | undefined;
}

export interface OpenRun {
  readonly manifests: readonly ManifestFile[];
  readonly ledgers: Ledgers;
  readonly network: Network;
  readonly draft?: boolean | undefined;
}

export interface RunEnd {
  /** Its exit code knows of locks that could not be written. */
  readonly result: RunResult;
  readonly unwritten: readonly Unwritten[];
  /** Of the ledgers, those that were not taken before. */
  readonly notices: readonly Diagnostic[];
  /** Whether the bytes of any lock changed. */
  readonly lockChanged: boolean;
}

/** Rejects only on a bug, after the ledgers were closed. */
export async function runOverLedgers(
  at: Surroundings,
  open: OpenRun,
  request: RunRequest,
  run: (deps: RunDeps) => Promise<RunResult>,
): Promise<RunEnd> {
  const { ledgers, network, draft } = open;
  const { signal, submits, capUsd, detach, strict, maxWallMs, shard } = request;
  const pushes = draft === true ? undefined : await landedPushes(at, open, request);
  const emit = pushes?.emit ?? request.emit;
  const pollMinMs = request.pollMinMs ?? (draft === true ? DRAFT_POLL_MS : undefined);
  const before = await versionsOf(open);
  const uploadCache = await uploadCacheOf(at, open, emit);
  let result: RunResult;
  try {
    result = await run({
      clock: at.clock,
      http: network.http,
      gateways: network.gateways,
      remedies: new Map([...network.closed].map(([name, { remedy }]) => [name, remedy])),
      ledgers: ledgers.byManifest,
      catalogue,
      frames: framesOfRun(at, open),
      ...defined({ uploadCache }),
      emit,
      ...defined({ signal }),
      uuid: () => randomUUID() as AttemptId,
      options: {
        submits,
        version: VERSION,
        showPath: (absolute) => shown(at, absolute),
        ...(detach === true ? { detach } : {}),
        ...(strict === true ? { strict } : {}),
        ...(shard === true ? { shard: true } : {}),
        ...defined({ capUsd, maxWallMs, pollMinMs }),
      },
    });
    await pushes?.settle();
  } catch (bug) {
    // The next run continues under the cap of this one, as after a kill.
    throw withUnwritten(bug, await ledgers.close({ killed: true }));
  }
  const unwritten = await ledgers.close({ killed: signal?.aborted === true });
  return {
    result: unwritten.length === 0 ? result : { ...result, exit: exitWith(result.exit, unwritten) },
    unwritten,
    notices: ledgers.takeNotices(),
    lockChanged: (await versionsOf(open)) !== before,
  };
}

/**
 * Beside the first manifest. A draft has none: what its gateway keeps goes when the command ends.
 */
async function uploadCacheOf(
  { clock }: Surroundings,
  { manifests, draft }: OpenRun,
  emit: Emit,
): Promise<UploadCache | undefined> {
  const [first] = manifests;
  if (draft === true || first === undefined) return undefined;
  return openUploadCache(pathsOf(first.manifestPath).uploads, systemFiles, {
    nowMs: clock.now(),
    problem: (message) =>
      emit({
        event: 'run.notice',
        severity: 'warning',
        message: `links of uploaded pictures are not remembered: ${message}`,
        hint: 'The next run uploads them again, which costs nothing.',
      }),
  });
}

/** With a store: clips are pushed as they land. Whatever is wrong with it never stops a run. */
async function landedPushes(
  at: Surroundings,
  { ledgers, network }: OpenRun,
  { emit, signal }: RunRequest,
): Promise<LandedPushes | undefined> {
  const opened = await storeOf(at, network.http);
  if (opened.kind === 'none') return undefined;
  if (opened.kind !== 'open') {
    emit({
      event: 'run.notice',
      severity: 'warning',
      message: `clips are not pushed to the store: ${opened.problem}`,
      hint: `${opened.remedy} Then: rushes store push ${manifestWords(ledgers.byManifest.keys())}`,
      unstored: true,
    });
    return undefined;
  }
  const lockOf = (manifest: string): LandedLock | undefined => ledgers.byManifest.get(manifest);
  return pushAsTheyLand(opened.store, lockOf, { emit, signal, clock: at.clock });
}

/** What a person must know of paid work comes along, even where a bug ended the run. */
const withUnwritten = (bug: unknown, unwritten: readonly Unwritten[]): unknown =>
  unwritten.length === 0 ? bug : new Error(unwritten.map(unwrittenText).join('\n'), { cause: bug });

/**
 * Of all locks on disk: a lock is replaced by a new file whenever its bytes change, and only then.
 */
const versionsOf = async ({ manifests, draft }: OpenRun): Promise<string> =>
  (
    await Promise.all(
      manifests.map(async ({ manifestPath }) => {
        const facts = await stat(pathsOf(manifestPath, { draft: draft === true }).lock).catch(
          () => undefined,
        );
        return `${facts?.ino ?? 0} ${facts?.mtimeMs ?? 0}`;
      }),
    )
  ).join('\n');

/** The folder of a project's clips. */
export const clipsFolder = ({
  outputPath,
  name,
}: {
  readonly outputPath: string;
  readonly name: string;
}): string => path.join(outputPath, name);
