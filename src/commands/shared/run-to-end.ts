/**
 * What every command that runs has in common: events to everybody, signals, and the books closed at
 * the end.
 */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptId } from '../../ids.ts';
import type { Ledger } from '../../lock/ledger.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { MicroUsd } from '../../money.ts';
import type { RunDeps, RunResult } from '../../run/context.ts';
import { VERSION } from '../../version.ts';
import { closeBooks, type ManifestFile } from '../books.ts';
import { DRAFT_POLL_MS } from '../draft.ts';
import { tellGithub } from './github-outputs.ts';
import { EXIT, type Io } from './io.ts';
import { pollMinMs } from '../flags/money-flags.ts';
import { shown } from './load-projects.ts';
import { watchRun } from './watch-run.ts';
import type { Wire } from '../wire.ts';
import type { RunState } from '../../report/run/run-state.ts';
import type { AboutRender } from '../../report/run/github-summary.ts';
import type { Held, Repeated } from '../../report/text/next-steps.ts';

export interface Running {
  readonly manifests: readonly ManifestFile[];
  readonly books: ReadonlyMap<string, Ledger>;
  readonly wire: Wire;
  readonly draft?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly detach?: boolean | undefined;
  readonly maxWallMs?: number | undefined;
  readonly capUsd?: MicroUsd | undefined;
  readonly submits: boolean;
  /** A part of the plan: tasks of other shards are theirs. */
  readonly shard?: boolean;
  /** Folders that hold the clips, absolute. */
  readonly clips: readonly string[];
  readonly about: (held: Held) => AboutRender | undefined;
  /** For the commands that go on. */
  readonly repeated: Repeated;
}

export interface RunEnd {
  readonly exit: number;
  readonly state: RunState;
  readonly lockChanged: boolean;
}

/** Runs, shows, closes the books. The wire stays the caller's. */
export async function runToEnd(
  io: Io,
  running: Running,
  run: (deps: RunDeps) => Promise<RunResult>,
): Promise<RunEnd> {
  const { books, wire, draft, detach, capUsd, maxWallMs } = running;
  const locks = running.manifests.map(({ manifestPath }) =>
    shown(io, pathsOf(manifestPath, { draft: draft === true }).lock),
  );
  const pollMs = pollMinMs(io) ?? (draft === true ? DRAFT_POLL_MS : undefined);
  const watch = await watchRun(io, {
    clips: running.clips.map((folder) => shown(io, folder)),
    locks,
    repeated: running.repeated,
    draft: draft === true,
    json: running.json,
  });
  const stopping = new AbortController();
  let asked = 0;
  const offSignal = io.onSignal((signal) => {
    asked += 1;
    if (asked > 1) return io.exitNow(EXIT.interrupted);
    io.stderr.write(
      `\nrushes: ${signal}: submitting nothing more, writing everything down (again: leave at once)\n`,
    );
    stopping.abort();
  });
  const before = await versionsOf(running);
  let result: RunResult | undefined;
  try {
    result = await run({
      clock: io.clock,
      http: wire.http,
      gateways: wire.gateways,
      remedies: new Map([...wire.closed].map(([name, { remedy }]) => [name, remedy])),
      ledgers: books,
      catalogue,
      emit: watch.emit,
      signal: stopping.signal,
      uuid: () => randomUUID() as AttemptId,
      options: {
        submits: running.submits,
        version: VERSION,
        showPath: (absolute) => shown(io, absolute),
        ...(detach === true ? { detach } : {}),
        ...(running.shard === true ? { shard: true } : {}),
        ...(capUsd === undefined ? {} : { capUsd }),
        ...(maxWallMs === undefined ? {} : { maxWallMs }),
        ...(pollMs === undefined ? {} : { pollMinMs: pollMs }),
      },
    });
  } finally {
    watch.close();
    // Interrupted, or thrown by a bug: the cap of this run goes on in the next one.
    const whole = await closeBooks(io, books, result === undefined || stopping.signal.aborted);
    offSignal();
    if (!whole && result !== undefined)
      result = { ...result, exit: result.exit === 0 ? EXIT.needsPerson : result.exit };
  }
  const lockChanged = (await versionsOf(running)) !== before;
  await tellGithub(io, {
    state: watch.state,
    draft: draft === true,
    about: running.about,
    lockChanged,
    exit: result.exit,
  });
  return { exit: result.exit, state: watch.state, lockChanged };
}

/**
 * Of all locks on disk: a lock is replaced by a new file whenever its bytes change, and only then.
 */
const versionsOf = async ({ manifests, draft }: Running): Promise<string> =>
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
