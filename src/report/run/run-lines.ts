/**
 * The progress of a run as lines that stay: for CI and pipes. No spinner, nothing is ever
 * overwritten, nothing is cut.
 */
import type { RunEvent } from '../../run/events.ts';
import { acceptedLine } from './accepted-line.ts';
import { eventParts } from './event-line.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { fittedLine } from '../text/fitted-line.ts';
import { moneyParts } from '../text/money/money-words.ts';
import { runSummary, type SummaryOptions } from './run-summary.ts';
import { RunState, withoutCost } from './run-state.ts';
import { PHASES } from './run-words.ts';
import { secondsLeft } from './time-left.ts';
import { paint, type Terminal } from '../text/terminal.ts';
import { count, plural, stopwatch } from '../text/format.ts';

/** A view of a run in progress. Events and ticks come from one caller, in order. */
export interface RunView {
  /** @param nowMs milliseconds of a clock that never goes back. */
  event(event: RunEvent, nowMs: number): void;
  /** To be called about once a second, or never. */
  tick(nowMs: number): void;
  /** Leaves the terminal as it was found; nothing may be shown afterwards. */
  close(): void;
}

export interface PlainOptions extends Terminal, SummaryOptions {
  /** Milliseconds between two aggregate lines. Default 15,000. */
  readonly intervalMs?: number;
}

/**
 * One aggregate line per interval while something runs; one line for each accepted, failed or
 * held render, and for each completed one, in large runs for some of them.
 */
export function plainRun(write: (text: string) => void, options: PlainOptions): RunView {
  const c = paint(options);
  const intervalMs = options.intervalMs ?? 15_000;
  const state = new RunState();
  const delays = new Set<string>();
  let lastMs = 0;
  let last = '';
  const print = (line: string): void => write(sealed(`${line}\n`));
  return {
    event(told, nowMs) {
      const event = options.draft === true ? withoutCost(told) : told;
      state.take(event, nowMs);
      if (event.event === 'render.accepted')
        print(acceptedLine(event.manifest, event.id, event.task));
      const parts = eventParts(event, state, c, options);
      if (parts !== undefined) print(fittedLine(parts, Infinity, ' '));
      // Why nothing moves, once for each reason: a gateway that is down delays every render alike.
      if (
        event.event === 'render.progress' &&
        event.phase === 'delayed' &&
        event.message !== undefined &&
        !delays.has(event.message)
      ) {
        delays.add(event.message);
        print(`${c.yellow('delayed')} ${state.nameOf(event)} ${terminalLine(event.message)}`);
      }
      if (event.event === 'run.started') lastMs = nowMs;
      if (event.event === 'run.finished') write(runSummary(state, options));
    },
    tick(nowMs) {
      if (state.finished !== undefined || nowMs - lastMs < intervalMs) return;
      lastMs = nowMs;
      const line = aggregate(state, options);
      const left = secondsLeft(state, nowMs);
      const rest = [
        ...(left === undefined ? [] : [`~${stopwatch(left * 1_000)} left`]),
        ...delayedWords(state, nowMs),
      ].map((part) => `, ${part}`);
      // Without news, a line is repeated only with the elapsed time.
      print(
        `${stopwatch(nowMs - state.startedMs)}  ${line === last ? `still ${line}` : line}${rest.join('')}`,
      );
      last = line;
    },
    close() {},
  };
}

/** The render that has waited longest without moving, by name. */
function delayedWords(state: RunState, nowMs: number): readonly string[] {
  const oldest = state.oldestDelayed;
  return oldest?.delayed === undefined
    ? []
    : [
        `${state.nameOf(oldest)} delayed for ${stopwatch(nowMs - oldest.delayed.sinceMs)}: ${terminalLine(oldest.delayed.message)}`,
      ];
}

/** `12 of 200 done, 8 rendering, 1 failed, 178 to go, $4.03 charged, $1.20 reserved`. */
function aggregate(state: RunState, { draft = false }: { readonly draft?: boolean }): string {
  const phases = new Map<string, number>();
  for (const { phase } of state.inFlight.values())
    phases.set(PHASES[phase], (phases.get(PHASES[phase]) ?? 0) + 1);
  const parts = [
    `${count(state.completed.length)} of ${count(state.wanted)} done`,
    ...[...phases].map(([phase, number]) => `${count(number)} ${phase}`),
    ...(state.uploading.size > 0
      ? [`uploading ${plural(state.uploading.size, 'picture', 'pictures')}`]
      : []),
    ...(state.failed.length > 0 ? [`${count(state.failed.length)} failed`] : []),
    ...(state.heldNow > 0 ? [`${count(state.heldNow)} held`] : []),
    ...(state.toGo > 0 ? [`${count(state.toGo)} to go`] : []),
    ...(draft ? [] : moneyParts(state.money.thisRun)),
  ];
  return parts.join(', ');
}
