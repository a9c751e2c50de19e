/**
 * The progress of a run on a terminal: lines of what has ended, and below them a frame that is
 * drawn again and again. What has ended scrolls up and stays.
 */
import { createLogUpdate } from 'log-update';
import { sealed } from '../../text/escape.ts';
import { fittedLine } from '../../text/fitted-line.ts';
import { cells, paint, type Terminal } from '../../text/terminal.ts';
import { eventParts } from '../event-line.ts';
import { liveFrame } from './live-frame.ts';
import type { RunView } from '../run-lines.ts';
import { RunState, withoutCost } from '../run-state.ts';
import { runSummary, type SummaryOptions } from '../run-summary.ts';
import { secondsLeft } from '../time-left.ts';

export interface LiveOptions extends Terminal, SummaryOptions {
  /** Rows where the stream does not know its own. */
  readonly height: number;
}

/** A terminal: its size is read before every frame. */
export interface Screen extends NodeJS.WritableStream {
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
}

/** A terminal that knows them shows what stands between at once. */
const AT_ONCE = ['\u001B[?2026h', '\u001B[?2026l'] as const;

/** The time left is computed this often. */
const ESTIMATE_EVERY_MS = 1_000;
const NARROWEST = 20;

export function liveRun(stream: Screen, options: LiveOptions): RunView {
  const c = paint(options);
  const state = new RunState();
  let written = '';
  // Output that belongs together is collected and written at once.
  const gathering = {
    write: (text: string): boolean => {
      written += text;
      return true;
    },
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
  };
  const screen = createLogUpdate(gathering as unknown as NodeJS.WritableStream, {
    defaultWidth: options.width,
    defaultHeight: options.height,
  });
  let left: number | undefined;
  let estimatedMs = Number.NEGATIVE_INFINITY;
  let drawn: { readonly width: number; readonly lines: readonly string[] } | undefined;
  const size = (): { readonly width: number; readonly height: number } => ({
    width: Math.max(NARROWEST, stream.columns ?? options.width),
    height: stream.rows ?? options.height,
  });

  /** A terminal that became narrower has broken the lines of the last frame into more. */
  const takeBackBroken = (width: number): void => {
    if (drawn === undefined || width >= drawn.width) return;
    const rows = drawn.lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(cells(line) / width)),
      0,
    );
    gathering.write(`\u001B[${rows}A\r\u001B[J`);
    screen.done();
    drawn = undefined;
  };
  const draw = (nowMs: number): void => {
    if (state.finished !== undefined) return;
    const { width, height } = size();
    if (nowMs - estimatedMs >= ESTIMATE_EVERY_MS) {
      estimatedMs = nowMs;
      left = secondsLeft(state, nowMs);
    }
    takeBackBroken(width);
    const lines = liveFrame(state, nowMs, { ...options, width, height, secondsLeft: left });
    screen(lines.map(sealed).join('\n'));
    drawn = { width, lines };
  };
  /** The terminal never shows a line without the frame. */
  const together = (write: () => void): void => {
    write();
    if (written === '') return;
    const [begin, end] = stream.isTTY === true ? AT_ONCE : ['', ''];
    stream.write(`${begin}${written}${end}`);
    written = '';
  };
  return {
    event(told, nowMs) {
      const event = options.draft === true ? withoutCost(told) : told;
      state.take(event, nowMs);
      const parts = eventParts(event, state, c, options);
      const { width } = size();
      if (parts !== undefined)
        together(() => {
          takeBackBroken(width);
          screen.persist(sealed(fittedLine(parts, width - 1, ' ')));
          draw(nowMs);
        });
      if (event.event !== 'run.finished') return;
      together(() => {
        takeBackBroken(width);
        screen.clear();
        screen.done();
        gathering.write(runSummary(state, { ...options, width }));
      });
    },
    tick: (nowMs) => together(() => draw(nowMs)),
    close: () =>
      together(() => {
        screen.clear();
        screen.done();
      }),
  };
}
