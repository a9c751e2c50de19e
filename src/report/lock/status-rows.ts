/** One line of `status` for each render: its state and notes. */
import type { RenderId } from '../../ids.ts';
import type { LockEntry } from '../../lock/file/format.ts';
import { isNotAsAsked } from '../../lock/entry.ts';
import { isOfEarlierClip } from '../../lock/picks.ts';
import { fromUsd } from '../../money.ts';
import { linkLives } from '../../lock/link-life.ts';
import { terminalLine } from '../text/escape.ts';
import { duration, failureWords, footage, usd } from '../text/format.ts';
import { type RenderState } from './status-json.ts';
import { cells, columns, type Paint, paint, type Terminal, wrap } from '../text/terminal.ts';

export const WORDS: Readonly<Record<RenderState, string>> = {
  ready: 'ready',
  stored: 'stored',
  elsewhere: 'elsewhere',
  damaged: 'damaged',
  'not-landed': 'made, not downloaded',
  missing: 'missing',
  pending: 'pending',
  failed: 'failed',
  ambiguous: 'ambiguous',
  lost: 'lost',
  'never-happened': 'never happened',
};

export interface Row {
  readonly id: RenderId;
  readonly entry: LockEntry;
  readonly state: RenderState;
}

export interface RowOptions extends Terminal {
  /** Epoch milliseconds: pending tasks show their age. */
  readonly nowMs: number;
  readonly draft?: boolean;
}

/** Nothing is cut: where the columns are too wide for a screen, a row is two lines. */
export function rowLines(rows: readonly Row[], options: RowOptions): string[] {
  const c = paint(options);
  const tone = (index: number): ((text: string) => string) =>
    toned(rows[index]?.state ?? 'ready', c);
  const beside = columns(
    rows.map((row) => [row.id, WORDS[row.state], row.entry.model, facts(row, options)]),
    [{}, {}, {}, {}],
  ).map((line) => `  ${line}`);
  if (options.screen !== true || beside.every((line) => cells(line) <= options.width))
    return beside.map((line, index) => tone(index)(line));
  return rows.flatMap((row, index) => [
    tone(index)(`  ${row.id}  ${WORDS[row.state]}`),
    c.dim(
      `      ${wrap([row.entry.model, facts(row, options)].filter((part) => part !== '').join(', '), options.width, '      ')}`,
    ),
  ]);
}

export const toned = (state: RenderState, c: Paint): ((text: string) => string) => {
  if (state === 'ready' || state === 'stored') return String;
  if (state === 'pending' || state === 'elsewhere' || state === 'not-landed') return c.yellow;
  if (state === 'never-happened') return c.dim;
  return c.red;
};

function facts({ entry, state }: Row, { nowMs, draft = false }: RowOptions): string {
  const decision = [
    entry.decision?.pin === true ? 'pinned' : '',
    // One that names an earlier attempt has been carried out, and that attempt has no answer yet.
    entry.decision?.redo !== undefined && entry.decision.redo === (entry.task ?? entry.attempt)
      ? 'redo asked'
      : '',
    entry.decision?.accept === undefined ? '' : 'accepted',
    ...pickWords(entry),
  ];
  const about =
    state === 'pending'
      ? [
          entry.task ?? '',
          entry.submittedAt === undefined
            ? ''
            : `for ${duration((nowMs - Date.parse(entry.submittedAt)) / 1000)}`,
        ]
      : state === 'never-happened'
        ? [entry.error?.message ?? '']
        : state === 'failed' || state === 'ambiguous' || state === 'lost'
          ? [entry.error === undefined ? (entry.task ?? '') : failureWords(entry.error)]
          : entry.clip === undefined
            ? [
                entry.expiresAt === undefined
                  ? ''
                  : `link ${state === 'missing' ? 'expired' : 'until'} ${entry.expiresAt}`,
              ]
            : [
                state === 'elsewhere' ? linkWord(entry, nowMs) : '',
                footage(entry.clip.seconds),
                // A draft costs nothing, whatever its gateway reports.
                draft ? '' : costWord(entry),
                `${entry.clip.width}×${entry.clip.height}`,
                entry.clip.audio ? 'sound' : 'silent',
                isNotAsAsked(entry) ? `not as asked: ${(entry.mismatch ?? []).join('; ')}` : '',
              ];
  const answered = entry.answeredModel === undefined ? [] : [`answered as ${entry.answeredModel}`];
  return [...decision, ...answered, ...about]
    .filter((part) => part !== '')
    .map(terminalLine)
    .join(', ');
}

/** `picked 0.5-4 s (good light)`; `from 0.5 s` where the length of the picked clip is not known. */
function pickWords(entry: LockEntry): readonly string[] {
  const { pick, reject } = entry.decision ?? {};
  const noted = (note: string | undefined): string => (note === undefined ? '' : ` (${note})`);
  const end = pick?.out ?? (isOfEarlierClip(entry) ? undefined : entry.clip?.seconds);
  const part =
    pick?.in === undefined && pick?.out === undefined
      ? ''
      : end === undefined
        ? ` from ${pick.in} s`
        : ` ${pick.in ?? 0}-${end} s`;
  return [
    ...(pick === undefined
      ? []
      : [
          `${pick.also === true ? 'also picked' : 'picked'}${isOfEarlierClip(entry) ? ', of an earlier clip' : ''}${part}${noted(pick.note)}`,
        ]),
    ...(reject === undefined ? [] : [`rejected${noted(reject.note)}`]),
  ];
}

const linkWord = (entry: LockEntry, nowMs: number): string =>
  !linkLives(entry, nowMs)
    ? 'link expired'
    : entry.expiresAt === undefined
      ? 'link may live'
      : `link valid until ${entry.expiresAt}`;

/** Nothing where it is unknown: `status --cost` has the whole of it. */
const costWord = ({ cost }: LockEntry): string =>
  cost === undefined || cost.usd === null ? '' : usd(fromUsd(cost.usd));
