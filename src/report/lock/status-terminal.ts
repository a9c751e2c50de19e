/** `rushes status`: what lock and disk say, and what to do about what is not ready. */
import type { RenderId } from '../../ids.ts';
import type { Lock, LockEntry } from '../../lock/file/format.ts';
import { isOfEarlierClip, pickConflicts, pickConflictWords } from '../../lock/picks.ts';
import { fromUsd } from '../../money.ts';
import { linkLives } from '../../lock/link-life.ts';
import { elsewhereSteps } from '../text/elsewhere.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { type Held, type HoldReason, nextStep } from '../text/next-steps.ts';
import { groupBy } from '../plan/plan-groups.ts';
import { type StatusStore, statusStoreLines } from './status-store.ts';
import { noStates, type RenderState, STATES, type StatusPart, stateOf } from './status-json.ts';
import { cells, columns, type Paint, paint, type Terminal, wrap } from '../text/terminal.ts';
import {
  count,
  duration,
  failureWords,
  footage,
  foldTo,
  plural,
  shellWord,
  usd,
} from '../text/format.ts';

export interface StatusOptions extends Terminal {
  /** Epoch milliseconds: pending tasks show their age. */
  readonly nowMs: number;
  readonly draft?: boolean;
  /** What the store has, where it was asked. */
  readonly store?: StatusStore | undefined;
}

/** Up to so many renders are listed one by one; beyond, only those that are not ready. */
const LISTED = 40;

export function statusTerminal(parts: readonly StatusPart[], options: StatusOptions): string {
  const c = paint(options);
  const blocks = parts.flatMap((part) => partLines(part, options));
  const totals = noStates();
  for (const { lock, clipState } of parts)
    for (const [id, entry] of lock.renders)
      totals[stateOf(entry, clipState(id, entry), options.nowMs)] += 1;
  const all = STATES.reduce((sum, state) => sum + totals[state], 0);
  const closing =
    all === 0
      ? 'Nothing is rendered yet: the lock is empty.'
      : `${plural(all, 'render')}: ${STATES.filter((state) => totals[state] > 0)
          .map((state) => `${count(totals[state])} ${WORDS[state]}`)
          .join(', ')}.`;
  const stored = options.store === undefined ? [] : statusStoreLines(options.store, c);
  return sealed(`${[...blocks, c.bold(closing), ...stored].join('\n')}\n`);
}

const WORDS: Readonly<Record<RenderState, string>> = {
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

interface Row {
  readonly id: RenderId;
  readonly entry: LockEntry;
  readonly state: RenderState;
}

function partLines({ manifest, lock, clipState }: StatusPart, options: StatusOptions): string[] {
  const c = paint(options);
  const rows: Row[] = [...lock.renders].map(([id, entry]) => ({
    id,
    entry,
    state: stateOf(entry, clipState(id, entry), options.nowMs),
  }));
  if (rows.length === 0) return [];
  const shown = rows.length <= LISTED ? rows : [];
  const idCells = Math.max(16, Math.floor(options.width * 0.35));
  const values = shown.map((row) => [
    row.id,
    WORDS[row.state],
    row.entry.model,
    facts(row, options),
  ]);
  const widest = (index: number, most: number): number =>
    Math.min(
      most,
      values.reduce((most, row) => Math.max(most, cells(row[index] ?? '')), 0),
    );
  // A task id is there to be copied: the model gives way to it, and better a line that wraps than
  // an id that is cut.
  const uncut = values.reduce(
    (most, row, index) =>
      shown[index]?.state === 'pending' ? Math.max(most, cells(row[3] ?? '')) : most,
    16,
  );
  const beside = options.width - 8 - widest(0, idCells) - widest(1, 24);
  const modelCells = Math.max(12, Math.min(options.width < 100 ? 20 : 32, beside - uncut));
  const left = beside - widest(2, modelCells);
  const table = columns(values, [
    { max: idCells },
    {},
    { max: modelCells },
    { max: Math.max(uncut, left) },
  ]).map((line, index) => `  ${toned(shown[index]?.state ?? 'ready', c)(line)}`);
  const byState = groupBy(rows, ({ state }) => state);
  const folded =
    shown.length > 0
      ? []
      : STATES.flatMap((state) => foldedLines(state, byState.get(state) ?? [], options));
  return [
    c.bold(terminalLine(manifest)),
    ...table,
    ...folded,
    ...conflictLines(lock, options),
    ...nextLines(manifest, byState, options),
    '',
  ];
}

function conflictLines(lock: Lock, options: StatusOptions): string[] {
  const c = paint(options);
  return pickConflicts(lock).flatMap((conflict) => {
    const { message, hint } = pickConflictWords(conflict);
    return [
      `  ${c.yellow('! ')}${wrap(terminalLine(message), options.width - 4, '    ')}`,
      `    ${c.dim('next:')} ${wrap(terminalLine(hint), options.width - 10, '      ')}`,
    ];
  });
}

function foldedLines(state: RenderState, rows: readonly Row[], options: StatusOptions): string[] {
  if (rows.length === 0) return [];
  const tone = toned(state, paint(options));
  const ids = foldTo(
    rows.map(({ id }) => id),
    options.width - 6,
  );
  return [
    `  ${tone(`${count(rows.length)} ${WORDS[state]}`)}`,
    ...(state === 'ready' ? [] : [`      ${ids}`]),
  ];
}

const toned = (state: RenderState, c: Paint): ((text: string) => string) => {
  if (state === 'ready' || state === 'stored') return String;
  if (state === 'pending' || state === 'elsewhere' || state === 'not-landed') return c.yellow;
  if (state === 'never-happened') return c.dim;
  return c.red;
};

function facts({ entry, state }: Row, { nowMs, draft = false }: StatusOptions): string {
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
                  : `link ${state === 'missing' ? 'died' : 'until'} ${entry.expiresAt}`,
              ]
            : [
                state === 'elsewhere' ? linkWord(entry, nowMs) : '',
                footage(entry.clip.seconds),
                // A draft costs nothing, whatever its gateway reports.
                draft ? '' : costWord(entry),
                `${entry.clip.width}×${entry.clip.height}`,
                entry.clip.audio ? 'sound' : 'silent',
              ];
  const answered = entry.answeredModel === undefined ? [] : [`answered as ${entry.answeredModel}`];
  return [...decision, ...answered, ...about]
    .filter((part) => part !== '')
    .map(terminalLine)
    .join(', ');
}

/** `picked 0.5-4 s (good light)`. */
function pickWords(entry: LockEntry): readonly string[] {
  const { pick, reject } = entry.decision ?? {};
  const noted = (note: string | undefined): string => (note === undefined ? '' : ` (${note})`);
  const part =
    pick?.in === undefined && pick?.out === undefined
      ? ''
      : ` ${pick.in ?? 0}-${pick.out ?? entry.clip?.seconds ?? ''} s`;
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

const STEPS: readonly (readonly [RenderState, HoldReason])[] = [
  ['ambiguous', 'ambiguous'],
  ['lost', 'lost'],
  ['missing', 'missing'],
  ['failed', 'failed'],
  ['pending', 'pending'],
];

function nextLines(
  manifest: string,
  byState: ReadonlyMap<RenderState, readonly Row[]>,
  options: StatusOptions,
): string[] {
  const c = paint(options);
  const held = (state: RenderState): Held[] =>
    (byState.get(state) ?? []).map(({ id }) => ({ manifest, id }));
  const next = (state: RenderState, command: string): string =>
    `  ${c.dim(`${WORDS[state]}, next:`)} ${c.bold(command)}`;
  const draft = options.draft === true ? ' --draft' : '';
  return [
    ...STEPS.flatMap(([state, reason]) => {
      const renders = held(state);
      const command =
        renders.length === 0 ? undefined : nextStep(reason, renders, options).commands[0];
      return command === undefined ? [] : [next(state, command)];
    }),
    ...(held('not-landed').length > 0
      ? [next('not-landed', `rushes collect ${shellWord(manifest)}${draft}`)]
      : []),
    ...(held('never-happened').length > 0
      ? [next('never-happened', `rushes render ${shellWord(manifest)}${draft}`)]
      : []),
    ...(held('damaged').length > 0
      ? [next('damaged', `rushes render ${shellWord(manifest)}${draft}`)]
      : []),
    ...elsewhereSteps(manifest, byState.get('elsewhere') ?? [], options).flatMap(
      ({ reason, command, caution }) => [
        `  ${c.dim(`elsewhere, ${reason}:`)} ${c.bold(command)}`,
        ...(caution === undefined
          ? []
          : [c.dim(`      ${wrap(caution, options.width, '      ')}`)]),
      ],
    ),
  ];
}
