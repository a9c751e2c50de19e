/**
 * The progress of a run on a terminal: a table of what is in flight that is drawn anew, above it
 * what has ended.
 */
import { createLogUpdate } from 'log-update';
import { sealed } from '../text/escape.ts';
import { aggregate, eventLine, PHASES, type RunView } from './run-lines.ts';
import { type InFlight, RunState, withoutCost } from './run-state.ts';
import { runSummary, type SummaryOptions } from './run-summary.ts';
import { clip, columns, padStart, paint, type Terminal } from '../text/terminal.ts';
import { count, qualified, stopwatch } from '../text/format.ts';

export interface LiveOptions extends Terminal, SummaryOptions {
  /** Rows of the terminal: the table never grows beyond it. */
  readonly height: number;
}

const BAR_CELLS = 16;

/**
 * @param stream a terminal. What has ended scrolls up and stays; the summary is written when the
 * run has finished.
 */
export function liveRun(stream: NodeJS.WritableStream, options: LiveOptions): RunView {
  const c = paint(options);
  const state = new RunState();
  const screen = createLogUpdate(stream, {
    defaultWidth: options.width,
    defaultHeight: options.height,
  });
  const draw = (nowMs: number): void => {
    if (state.finished === undefined) screen(liveFrame(state, nowMs, options));
  };
  return {
    event(told, nowMs) {
      const event = options.draft === true ? withoutCost(told) : told;
      state.take(event, nowMs);
      // The journal has the task ids; on a screen they would only push away what matters.
      const line = event.event === 'render.accepted' ? undefined : eventLine(event, c, options);
      if (line !== undefined) screen.persist(sealed(line));
      if (event.event === 'run.finished') {
        screen.clear();
        screen.done();
        stream.write(runSummary(state, options));
      }
    },
    tick: draw,
    close() {
      screen.clear();
      screen.done();
    },
  };
}

/**
 * The part that is drawn anew. Every line is narrower than the terminal, or it could not be taken
 * back.
 */
export function liveFrame(
  state: RunState,
  nowMs: number,
  { height, ...terminal }: Terminal & { readonly height: number; readonly draft?: boolean },
): string {
  const c = paint(terminal);
  const room = Math.max(1, height - 5);
  // What is nearest to its end is most worth a line.
  const flights = [...state.inFlight.values()].sort(
    (a, b) => share(b, nowMs) - share(a, nowMs) || a.sinceMs - b.sinceMs,
  );
  const rows = flights
    .slice(0, room)
    .map((flight) => [
      qualified(flight.manifest, flight.id),
      bar(flight),
      percent(flight),
      stopwatch(nowMs - flight.sinceMs),
      PHASES[flight.phase],
    ]);
  const table = columns(rows, [
    { max: Math.max(12, terminal.width - BAR_CELLS - 34) },
    { style: c.cyan },
    { align: 'right' },
    { align: 'right', style: c.dim },
    { style: c.dim },
  ]);
  const hidden = flights.length - rows.length;
  return [
    '',
    ...table.map((line) => `  ${line}`),
    ...(hidden > 0 ? [c.dim(`  … and ${count(hidden)} more`)] : []),
    c.bold(
      clip(
        `${padStart(stopwatch(nowMs - state.startedMs), 5)}  ${aggregate(state, terminal)}`,
        terminal.width - 1,
      ),
    ),
  ].join('\n');
}

/**
 * How far it seems, 0 to 1: what the gateway says, else the time passed of what is expected, never
 * quite done.
 */
function share({ progress, expectedSeconds, sinceMs, phase }: InFlight, nowMs: number): number {
  if (phase === 'downloading') return 1;
  if (progress !== undefined) return Math.min(1, Math.max(0, progress / 100));
  if (expectedSeconds === undefined || expectedSeconds <= 0) return 0;
  return Math.min(0.99, (nowMs - sinceMs) / (expectedSeconds * 1000));
}

const percent = ({ progress }: InFlight): string =>
  progress === undefined ? '' : `${Math.round(Math.min(100, Math.max(0, progress)))}%`;

/** Only what the gateway says is drawn: a guess would look like knowledge. */
function bar({ progress, phase }: InFlight): string {
  if (phase === 'downloading') return '█'.repeat(BAR_CELLS);
  const full = Math.round((Math.min(100, Math.max(0, progress ?? 0)) / 100) * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}
