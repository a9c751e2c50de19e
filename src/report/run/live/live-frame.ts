/**
 * The part of the screen that is redrawn during a run: total, money, models,
 * transfers, what needs attention, and as many tasks in flight as there is room for. Pure.
 */
import { manifestName } from '../../../ids.ts';
import { terminalLine } from '../../text/escape.ts';
import { fittedLine, type Part } from '../../text/fitted-line.ts';
import { count, stopwatch, usd } from '../../text/format.ts';
import { moneyParts } from '../../text/money/money-words.ts';
import { cells, padEnd, type Paint, paint, type Terminal } from '../../text/terminal.ts';
import { type AttentionOptions, attentionOf } from './attention.ts';
import { heldBackWords, PHASES } from '../run-words.ts';
import type { AliasState, InFlight, RunState } from '../run-state.ts';

export interface FrameOptions extends Terminal, AttentionOptions {
  /** Rows of the terminal: the frame is always lower. */
  readonly height: number;
  /** If it is known. */
  readonly secondsLeft?: number | undefined;
}

/** Lines for what needs attention are kept free, where there is something. */
const ATTENTION_ROOM = 2;
const MONEY_LINES = 3;
/** Rows that tasks in flight leave to the lines above: of what has ended, and of notices. */
const LOG_LINES = 4;

/** Every line is narrower than the terminal, or it could not be taken back. */
export function liveFrame(state: RunState, nowMs: number, options: FrameOptions): string[] {
  const c = paint(options);
  const width = options.width - 1;
  const lines = [totalLine(state, nowMs, options, width, c), ...moneyLines(state, options, width)];
  let room = Math.max(1, options.height - 1) - lines.length;
  const add = (section: readonly string[], most = section.length): void => {
    const shown = folded(section, Math.min(most, room), c);
    lines.push(...shown);
    room -= shown.length;
  };
  const attention = attentionOf(state, options).map(({ subject, words, command }) =>
    fittedLine(
      [
        { text: `! ${subject}`, style: c.red },
        { text: words, ...(command === undefined ? {} : { drop: 1 }) },
        { text: command === undefined ? '' : `→ ${command}`, style: c.bold },
      ],
      width,
    ),
  );
  const kept = Math.min(attention.length, ATTENTION_ROOM);
  add(modelLines(state, width, c), Math.max(1, room - kept));
  add(transferLines(state, width, c));
  add(attention);
  room -= LOG_LINES;
  add(flightLines(state, nowMs, width, c));
  return lines.slice(0, Math.max(1, options.height - 1));
}

/** The last line says how many there was no room for. */
function folded(lines: readonly string[], room: number, c: Paint): readonly string[] {
  if (room <= 0 || lines.length <= room) return lines.slice(0, Math.max(0, room));
  if (room === 1) return lines.slice(0, 1);
  return [...lines.slice(0, room - 1), c.dim(`  … and ${count(lines.length - room + 1)} more`)];
}

function totalLine(
  state: RunState,
  nowMs: number,
  { secondsLeft, width: columns }: FrameOptions,
  width: number,
  c: Paint,
): string {
  const [first = ''] = state.manifests;
  const name =
    state.manifests.length > 1
      ? `${count(state.manifests.length)} manifests`
      : terminalLine(manifestName(first));
  return fittedLine(
    [
      { text: name, style: c.bold, drop: 3 },
      { text: bar(state.ended, state.wanted, columns < 60 ? 5 : 10), style: c.cyan, drop: 2 },
      { text: `${count(state.completed.length)}/${count(state.wanted)}`, style: c.bold },
      { text: stopwatch(nowMs - state.startedMs), drop: 1 },
      {
        text: secondsLeft === undefined ? '' : `~${stopwatch(secondsLeft * 1_000)} left`,
      },
      { text: alarm(state), style: c.red },
    ],
    width,
  );
}

/** `! 6 failed · 1 unclear`. */
function alarm({ failed, held, completed }: RunState): string {
  const parts = (
    [
      [failed.length, 'failed'],
      [held.filter(({ reason }) => reason === 'ambiguous' || reason === 'lost').length, 'unclear'],
      [held.filter(({ reason }) => reason === 'missing').length, 'missing'],
      [completed.filter(({ mismatch = [] }) => mismatch.length > 0).length, 'not as asked'],
    ] as const
  ).flatMap(([number, word]) => (number === 0 ? [] : [`${count(number)} ${word}`]));
  return parts.length === 0 ? '' : `! ${parts.join(' · ')}`;
}

/** Caps count the sum of charged, reserved and unclear of this run, and the carried amount. */
function moneyLines(state: RunState, { draft = false }: FrameOptions, width: number): string[] {
  const { thisRun, carried } = state.money;
  const amounts = moneyParts(thisRun);
  const parts = [
    ...(amounts.length === 0 ? [`${usd(thisRun.charged)} charged`] : amounts),
    ...(carried === 0 ? [] : [`${usd(carried)} of interrupted runs`]),
    ...capParts(state),
  ];
  const lines: string[] = [];
  for (const part of draft ? ['free draft, for real:', ...parts] : parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last}${last.endsWith(':') ? ' ' : ' · '}${part}`;
    if (last !== undefined && cells(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines.slice(0, MONEY_LINES).map((line) => fittedLine([{ text: line }], width));
}

function capParts({ caps, manifests }: RunState): readonly string[] {
  const [first, second] = caps;
  const all = caps.find(({ manifest }) => manifest === undefined);
  if (all !== undefined) return [`cap ${usd(all.limit)}`];
  if (first === undefined) return [];
  if (second !== undefined) return [`${count(caps.length)} caps`];
  const whose =
    first.manifest === undefined || manifests.length < 2
      ? ''
      : ` (${terminalLine(manifestName(first.manifest))})`;
  return [`cap ${usd(first.limit)}${whose}`];
}

function modelLines(state: RunState, width: number, c: Paint): string[] {
  const named = [...state.aliases.values()].map((alias) => ({
    alias,
    name:
      state.manifests.length > 1
        ? `${terminalLine(manifestName(alias.manifest))}:${alias.alias}`
        : alias.alias,
  }));
  const widest = named.reduce((most, { name }) => Math.max(most, cells(name)), 0);
  const digits = named.reduce((most, { alias }) => Math.max(most, String(alias.renders).length), 0);
  return named.map(({ alias, name }) => {
    const done = `${count(alias.completed)}/${count(alias.renders)}`;
    return fittedLine(
      [...modelParts(padEnd(name, widest), done.padStart(2 * digits + 1), alias, c)],
      width,
    );
  });
}

function modelParts(name: string, done: string, alias: AliasState, c: Paint): readonly Part[] {
  const { completed, failed, held, mismatched, running, downloading, renders, heldBack } = alias;
  const waits = completed + failed + held + running + downloading < renders;
  return [
    { text: name },
    { text: bar(completed + failed + held, renders, 8), style: c.cyan, drop: 3 },
    { text: done },
    { text: running === 0 ? '' : `${count(running)} running` },
    {
      text: heldBack === undefined || !waits ? '' : `(${heldBackWords(heldBack, alias.model)})`,
      style: c.dim,
      drop: 2,
    },
    { text: downloading === 0 ? '' : `${count(downloading)} downloading`, drop: 2 },
    { text: failed === 0 ? '' : `${count(failed)} failed`, style: c.red },
    { text: held === 0 ? '' : `${count(held)} held`, style: c.yellow, drop: 1 },
    {
      text: mismatched === 0 ? '' : `${count(mismatched)} not as asked`,
      style: c.yellow,
      drop: 1,
    },
  ];
}

const TRANSFERS = { 'store-push': 'clips in the store' } as const;

function transferLines(state: RunState, width: number, c: Paint): string[] {
  const { transfers, uploading, uploaded } = state;
  const uploads =
    uploading.size === 0
      ? []
      : [`${count(uploaded)}/${count(uploaded + uploading.size)} pictures uploaded`];
  const files = [...transfers.values()].map(
    ({ name, done, total }) => `${count(done)}/${count(total)} ${TRANSFERS[name]}`,
  );
  return [...uploads, ...files].map((text) => fittedLine([{ text, style: c.dim }], width));
}

function flightLines(state: RunState, nowMs: number, width: number, c: Paint): string[] {
  // A task that is nearest to its end is most worth a line.
  const flights = [...state.inFlight.values()].sort(
    (a, b) => share(b, nowMs) - share(a, nowMs) || a.sinceMs - b.sinceMs,
  );
  const names = flights.map((flight) => state.nameOf(flight));
  const most = names.reduce((widest, name) => Math.max(widest, cells(name)), 0);
  const nameCells = Math.min(most, Math.max(12, width - 26));
  return flights.map((flight, index) =>
    fittedLine(
      [
        { text: `  ${padEnd(names[index] ?? '', nameCells)}` },
        { text: percent(flight).padStart(5) },
        { text: stopwatch(nowMs - flight.sinceMs).padStart(5), style: c.dim },
        { text: PHASES[flight.phase], style: c.dim, drop: 1 },
      ],
      width,
    ),
  );
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

/** Only what the gateway says: a guess would look like knowledge. */
const percent = ({ progress }: InFlight): string =>
  progress === undefined ? '' : `${Math.round(Math.min(100, Math.max(0, progress)))} %`;

function bar(done: number, of: number, length: number): string {
  const full = of === 0 ? 0 : Math.min(length, Math.round((done / of) * length));
  return '█'.repeat(full) + '░'.repeat(length - full);
}
