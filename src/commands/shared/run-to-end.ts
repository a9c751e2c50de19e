/**
 * The common part of every command that runs: events to listeners, signals, and the final output
 * for people and for GitHub.
 */
import type { RunEvent } from '../../run/events.ts';
import type { StopReason } from '../../run/events.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { notifyByCommand } from '../../ports/notify-command.ts';
import type { AboutRender } from '../../report/run/github/github-summary.ts';
import { ndjsonLine } from '../../report/run/run-ndjson.ts';
import type { RunState } from '../../report/run/run-state.ts';
import { terminalLine } from '../../report/text/escape.ts';
import type { Held, Repeated } from '../../report/text/next-steps.ts';
import type { ManifestFile } from '../../workflow/open/ledger-problems.ts';
import type { RunEnd } from '../../workflow/run/run-over-ledgers.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { tellGithub } from './github-outputs.ts';
import { EXIT, type Io } from './io.ts';
import { printUnwritten } from './ledgers.ts';
import { printDiagnostics } from './print.ts';
import { watchRun } from './watch-run.ts';

export interface Running {
  readonly manifests: readonly (ManifestFile & { readonly name?: string })[];
  readonly draft?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** Folders that hold the clips, absolute. */
  readonly clips: readonly string[];
  readonly about: (held: Held) => AboutRender | undefined;
  /** For the printed next commands. */
  readonly repeated: Repeated;
  /** `--notify-command`; default: the value of `RUSHES_NOTIFY`. */
  readonly notifyCommand?: string | undefined;
}

export interface ShownEnd {
  readonly exit: number;
  readonly stoppedBy: readonly StopReason[];
  readonly state: RunState;
  readonly lockChanged: boolean;
}

/** Options of a run from the command that shows it. */
export interface Watched {
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** Runs and shows. */
export async function runToEnd(
  io: Io,
  { manifests, draft, json, clips, about, repeated, notifyCommand }: Running,
  run: (watched: Watched) => Promise<RunEnd>,
): Promise<ShownEnd> {
  const watch = await watchRun(io, {
    clips: clips.map((folder) => shown(io, folder)),
    locks: manifests.map(({ manifestPath }) =>
      shown(io, pathsOf(manifestPath, { draft: draft === true }).lock),
    ),
    repeated,
    draft: draft === true,
    json,
  });
  const stopping = new AbortController();
  let asked = 0;
  const offSignal = io.onSignal((signal) => {
    asked += 1;
    if (asked > 1) return io.exitNow(EXIT.interrupted);
    // Nothing follows `run.finished` in `--json`.
    if (watch.state.finished !== undefined) {
      io.stderr.write(
        `rushes: ${signal}: the run is over, its results are being saved; a second one stops at once\n`,
      );
    } else {
      watch.emit({
        event: 'run.notice',
        severity: 'note',
        message: `${signal}: submitting nothing more, saving; a second one stops at once`,
      });
    }
    stopping.abort();
  });
  try {
    const end = await run({ emit: watch.emit, signal: stopping.signal }).finally(() =>
      watch.close(),
    );
    printDiagnostics(io, end.notices);
    printUnwritten(io, end.unwritten);
    const { exit, stoppedBy } = end.result;
    await tellGithub(io, {
      state: watch.state,
      draft: draft === true,
      about,
      lockChanged: end.lockChanged,
      exit,
      names: new Map(
        manifests.flatMap(({ manifest, name }) => (name === undefined ? [] : [[manifest, name]])),
      ),
    });
    await tellCommand(io, notifyCommand ?? io.env['RUSHES_NOTIFY'], watch.state, exit);
    return { exit, stoppedBy, state: watch.state, lockChanged: end.lockChanged };
  } finally {
    offSignal();
  }
}

/** The summary as JSON, as the last line of `--json`. If the command fails, it is only reported. */
async function tellCommand(
  io: Io,
  command: string | undefined,
  { finished }: RunState,
  exit: number,
): Promise<void> {
  if (command === undefined || command.trim() === '' || finished === undefined) return;
  const summary = ndjsonLine({ ...finished, exit }, io.clock.now());
  const problem = await notifyByCommand(command, summary, { cwd: io.cwd, env: io.env });
  if (problem !== undefined)
    io.stderr.write(`rushes: warning: the notify command ${terminalLine(problem)}\n`);
}
