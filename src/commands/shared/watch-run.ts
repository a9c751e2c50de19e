/**
 * All observers of a run: a person, a log, a program, GitHub. One stream of
 * events for all.
 */
import { defined } from '../../defined.ts';
import type { Emit, RunEvent } from '../../run/events.ts';
import { plainRun, type RunView } from '../../report/run/run-lines.ts';
import { ndjsonLine } from '../../report/run/run-ndjson.ts';
import { RunState } from '../../report/run/run-state.ts';
import type { SummaryOptions } from '../../report/run/run-summary.ts';
import { type Io, wantsLiveView, writeData } from './io.ts';
import { terminalOf } from './print.ts';

export interface Watch {
  readonly emit: Emit;
  /** The state from the events so far. */
  readonly state: RunState;
  close(): void;
}

const TICK_MS = 250;
/** A log needs fewer lines than a person who watches. */
const CI_INTERVAL_MS = 30_000;

export async function watchRun(
  io: Io,
  { json, ...options }: SummaryOptions & { readonly json?: boolean | undefined },
): Promise<Watch> {
  const state = new RunState();
  const view = await viewOf(io, options);
  const tick = (): void => view.tick(io.clock.monotonic());
  const ticking = setInterval(tick, TICK_MS);
  ticking.unref();
  // A window that became lower shows the end of the old frame until the next one.
  io.stderr.stream?.on('resize', tick);
  return {
    state,
    emit: (event: RunEvent) => {
      const now = io.clock.monotonic();
      state.take(event, now);
      if (json === true) writeData(io, ndjsonLine(event, io.clock.now()));
      view.event(event, now);
    },
    close: () => {
      clearInterval(ticking);
      io.stderr.stream?.off('resize', tick);
      view.close();
    },
  };
}

async function viewOf(io: Io, options: SummaryOptions): Promise<RunView> {
  const terminal = terminalOf(io, io.stderr);
  if (wantsLiveView(io) && io.stderr.stream !== undefined) {
    const { liveRun } = await import('../../report/run/live/run-live.ts');
    return liveRun(io.stderr.stream, { ...terminal, ...options, height: io.stderr.rows ?? 24 });
  }
  const intervalMs = (io.env['CI'] ?? '') === '' ? undefined : CI_INTERVAL_MS;
  return plainRun((text) => io.stderr.write(text), {
    ...terminal,
    ...options,
    ...defined({ intervalMs }),
  });
}
