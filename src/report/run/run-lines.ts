/**
 * The progress of a run as lines that stay: for CI and pipes. No spinner, nothing is ever
 * overwritten.
 */
import { formatUsd } from '../../money.ts';
import { readPlaceholder } from '../../pictures/placeholder.ts';
import type { RunEvent } from '../../run/events.ts';
import { acceptedLine } from './accepted-line.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { runSummary, type SummaryOptions } from './run-summary.ts';
import { type InFlight, RunState, withoutCost } from './run-state.ts';
import { moneyParts } from '../text/money-words.ts';
import { type Paint, paint, type Terminal } from '../text/terminal.ts';
import {
  bytes,
  count,
  failureWords,
  footage,
  plural,
  qualified,
  stopwatch,
} from '../text/format.ts';

/** A view of a run that goes on. Events and ticks come from one caller, in order. */
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
 * One aggregate line per interval while something goes on; one line for each accepted, completed,
 * failed or held render.
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
      const line = eventLine(event, c, options);
      if (line !== undefined) print(line);
      // Why nothing moves, once for each reason: a gateway that is down delays every render alike.
      if (
        event.event === 'render.progress' &&
        event.phase === 'delayed' &&
        event.message !== undefined &&
        !delays.has(event.message)
      ) {
        delays.add(event.message);
        print(
          `${c.yellow('delayed')} ${qualified(event.manifest, event.id)} ${terminalLine(event.message)}`,
        );
      }
      if (event.event === 'run.started') lastMs = nowMs;
      if (event.event === 'run.finished') write(runSummary(state, options));
    },
    tick(nowMs) {
      if (state.finished !== undefined || nowMs - lastMs < intervalMs) return;
      lastMs = nowMs;
      const line = aggregate(state, options);
      // Nothing new is said again only with the time that has passed.
      print(`${stopwatch(nowMs - state.startedMs)}  ${line === last ? `still ${line}` : line}`);
      last = line;
    },
    close() {},
  };
}

/** `12 of 200 done, 8 rendering, 1 failed, 178 to go, $4.03 charged, $1.20 reserved`. */
export function aggregate(
  state: RunState,
  { draft = false }: { readonly draft?: boolean } = {},
): string {
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

export const PHASES: Readonly<Record<InFlight['phase'], string>> = {
  submitting: 'submitting',
  accepted: 'waiting',
  waiting: 'waiting',
  running: 'rendering',
  downloading: 'downloading',
  delayed: 'delayed',
};

/** The path in a placeholder; whatever else stands in for a picture as it is. */
const pictureName = (picture: string): string => readPlaceholder(picture)?.path ?? picture;

/** The line of one event, where it is worth one. */
export function eventLine(
  event: RunEvent,
  c: Paint,
  { draft = false }: { readonly draft?: boolean } = {},
): string | undefined {
  switch (event.event) {
    case 'run.started': {
      const parts = [
        event.submits > 0 ? `${count(event.submits)} to submit` : '',
        (event.pictures ?? 0) > 0 ? plural(event.pictures ?? 0, 'picture', 'pictures') : '',
        event.attaches > 0 ? `${count(event.attaches)} to attach` : '',
        event.fetches > 0 ? `${count(event.fetches)} to fetch` : '',
        event.kept > 0 ? `${count(event.kept)} kept` : '',
        event.held > 0 ? `${count(event.held)} held` : '',
      ].filter((part) => part !== '');
      return `run: ${parts.length === 0 ? 'nothing to do' : parts.join(', ')}`;
    }
    case 'picture.uploaded':
      return event.cached
        ? undefined
        : `uploaded ${terminalLine(pictureName(event.picture))} to ${event.gateway}`;
    case 'picture.failed':
      return `${c.red('not uploaded')} ${terminalLine(pictureName(event.picture))} to ${event.gateway}: ${terminalLine(event.message)}`;
    case 'render.accepted':
      return acceptedLine(event.manifest, event.id, event.task);
    case 'render.completed':
      return completedLine(event, c, draft);
    case 'render.failed':
      return `${c.red('failed')} ${qualified(event.manifest, event.id)} ${terminalLine(failureWords(event))}${hint(event.hint, c)}`;
    case 'render.held':
      if (
        event.reason === 'pinned' ||
        event.reason === 'skipped' ||
        event.reason === 'not-submitted'
      )
        return undefined;
      return `${c.yellow(event.reason === 'pending' ? 'pending' : `held ${event.reason}`)} ${qualified(event.manifest, event.id)}${event.task === undefined ? '' : ` ${event.task}`} ${terminalLine(event.message)}${hint(event.hint, c)}`;
    case 'run.notice':
      return `${event.severity === 'warning' ? c.yellow('warning') : c.cyan('note')} ${terminalLine(event.message)}${hint(event.hint, c)}`;
    case 'picture.uploading':
    case 'render.submitting':
    case 'render.progress':
    case 'render.kept':
    case 'run.money':
    case 'run.finished':
      return undefined;
  }
}

const hint = (text: string | undefined, c: Paint): string =>
  text === undefined ? '' : ` ${c.dim(`(${terminalLine(text)})`)}`;

function completedLine(
  event: Extract<RunEvent, { event: 'render.completed' }>,
  c: Paint,
  draft: boolean,
): string {
  const facts = [
    footage(event.seconds),
    bytes(event.bytes),
    ...(event.cost === undefined || draft ? [] : [formatUsd(event.cost)]),
  ].join(', ');
  const mismatch =
    event.mismatch === undefined || event.mismatch.length === 0
      ? ''
      : ` ${c.yellow(`not as asked: ${terminalLine(event.mismatch.join('; '))}`)}`;
  return `${c.green('done')} ${qualified(event.manifest, event.id)} ${terminalLine(event.path)} ${c.dim(`(${facts})`)}${mismatch}`;
}
