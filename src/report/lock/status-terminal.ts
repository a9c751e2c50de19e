/** `rushes status`: state of lock and disk, and the next step for renders that are not ready. */
import { renderWords } from '../../command-words.ts';
import { awaitsLook, isNotAsAsked, undecidedEarlier } from '../../lock/entry.ts';
import type { Lock } from '../../lock/file/format.ts';
import { pickConflicts, pickConflictWords } from '../../lock/picks.ts';
import { elsewhereSteps } from '../text/elsewhere.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { figuresTable, NOTHING, telling } from '../text/figures-table.ts';
import { type Held, nextStep, PAY_AGAIN, isRefusedAsWritten } from '../text/next-steps.ts';
import type { HeldReason } from '../../run/events.ts';
import { groupBy } from '../plan/plan-groups.ts';
import { type StatusStore, statusStoreLines } from './status-store.ts';
import {
  NEEDS_NEW_REQUEST,
  type RenderState,
  STATES,
  type StatusPart,
  stateOf,
} from './status-json.ts';
import { type Row, rowLines, toned, WORDS } from './status-rows.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import { count, foldTo, plural } from '../text/format.ts';
import { shellWord } from '../text/shell-word.ts';

export interface StatusOptions extends Terminal {
  /** Epoch milliseconds: pending tasks show their age. */
  readonly nowMs: number;
  readonly draft?: boolean;
  /** The clips in the store, if it was asked. */
  readonly store?: StatusStore | undefined;
  /** Only renders in some states are shown. Default false. */
  readonly filtered?: boolean;
}

/** Up to so many renders are listed one by one; beyond, only those that are not ready. */
const LISTED = 40;

export function statusTerminal(parts: readonly StatusPart[], options: StatusOptions): string {
  const c = paint(options);
  const ofParts = parts.map((part) => ({ part, rows: rowsOf(part, options) }));
  const all = ofParts.flatMap(({ rows }) => rows);
  const wrong = all.filter(({ entry }) => isNotAsAsked(entry)).length;
  const closing =
    all.length === 0
      ? options.filtered === true
        ? 'No render is in that state.'
        : 'Nothing is rendered yet: the lock is empty.'
      : `${plural(all.length, 'render')}: ${STATES.map(
          (state) => [state, inState(all, state)] as const,
        )
          .filter(([, number]) => number > 0)
          .map(([state, number]) => `${count(number)} ${WORDS[state]}`)
          .join(', ')}${wrong === 0 ? '' : `; ${count(wrong)} not as asked`}.`;
  const stored =
    options.store === undefined
      ? []
      : statusStoreLines(
          options.store,
          parts.map(({ manifest }) => manifest),
          c,
        );
  const lines = [
    ...stateTable(all, options),
    ...ofParts.flatMap(({ part, rows }) => partLines(part, rows, options)),
    c.bold(options.screen === true ? wrap(closing, options.width, '  ') : closing),
    ...stored,
  ];
  return sealed(`${lines.join('\n')}\n`);
}

const rowsOf = ({ lock, clipState }: StatusPart, { nowMs }: StatusOptions): readonly Row[] =>
  [...lock.renders].map(([id, entry]) => ({
    id,
    entry,
    state: stateOf(entry, clipState(id, entry), nowMs),
  }));

const inState = (rows: readonly Row[], state: RenderState): number =>
  rows.reduce((sum, row) => sum + (row.state === state ? 1 : 0), 0);

/** How many renders of each model are in which state. */
function stateTable(all: readonly Row[], options: StatusOptions): string[] {
  if (all.length === 0) return [];
  const c = paint(options);
  const models = [...groupBy(all, ({ entry }) => entry.model)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rows]) => ({ name, rows }));
  const rows = models.length > 1 ? [...models, { name: ALL, rows: all }] : models;
  const figures = [
    ...STATES.map((state) => ({
      head: WORDS[state],
      of: (row: (typeof rows)[number]) => some(inState(row.rows, state)),
    })),
    {
      head: 'not as asked',
      of: (row: (typeof rows)[number]) =>
        some(row.rows.filter(({ entry }) => isNotAsAsked(entry)).length),
    },
  ];
  const table = figuresTable(rows, telling(figures, rows), {
    width: options.screen === true ? options.width : Infinity,
    head: 'model',
    paint: c,
    tone: (name, line) => (name === ALL ? c.bold(line) : line),
  });
  return [...table, ''];
}

const ALL = 'all';
const some = (value: number): string => (value === 0 ? NOTHING : count(value));

function partLines(
  { manifest, lock, isAside = () => false, isOrphan = () => false }: StatusPart,
  rows: readonly Row[],
  options: StatusOptions,
): string[] {
  if (rows.length === 0) return [];
  const byState = groupBy(rows, ({ state }) => state);
  return [
    paint(options).bold(terminalLine(manifest)),
    ...(rows.length <= LISTED
      ? rowLines(rows, options)
      : STATES.flatMap((state) => foldedLines(state, byState.get(state) ?? [], options))),
    ...conflictLines(manifest, lock, options),
    ...nextLines(manifest, byState, rows, { ...options, isAside, isOrphan }),
    '',
  ];
}

function conflictLines(manifest: string, lock: Lock, options: StatusOptions): string[] {
  const c = paint(options);
  return pickConflicts(lock).flatMap((conflict) => {
    const { message, hint } = pickConflictWords(conflict, (id) => renderWords({ manifest, id }));
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

const STEPS: readonly (readonly [RenderState, HeldReason])[] = [
  ['ambiguous', 'ambiguous'],
  ['lost', 'lost'],
  ['missing', 'missing'],
  ['failed', 'failed'],
  ['pending', 'pending'],
];

function nextLines(
  manifest: string,
  byState: ReadonlyMap<RenderState, readonly Row[]>,
  rows: readonly Row[],
  options: StatusOptions & Required<Pick<StatusPart, 'isAside' | 'isOrphan'>>,
): string[] {
  const c = paint(options);
  const isOfManifest = ({ id }: Row): boolean => !options.isOrphan(id);
  const held = (state: RenderState): Held[] =>
    (byState.get(state) ?? [])
      .filter((row) => !NEEDS_NEW_REQUEST.has(state) || isOfManifest(row))
      .map(({ id, entry }) => ({
        manifest,
        id,
        pinned: entry.decision?.pin === true,
        ...(entry.error === undefined ? {} : { refused: isRefusedAsWritten(entry.error) }),
      }));
  const next = (state: RenderState, command: string): string =>
    `  ${c.dim(`${WORDS[state]}, next:`)} ${c.bold(command)}`;
  const draft = options.draft === true ? ' --draft' : '';
  const render = `rushes render ${shellWord(manifest)}${draft}`;
  return [
    ...STEPS.flatMap(([state, reason]) => {
      const renders = held(state);
      if (renders.length === 0) return [];
      const { first, commands, caution } = nextStep(reason, renders, options);
      const [command] = commands;
      return command === undefined
        ? []
        : [
            next(state, command),
            ...captioned(first, options),
            ...(PAY_AGAIN.has(reason) ? captioned(caution, options) : []),
          ];
    }),
    ...(held('not-landed').length > 0
      ? [next('not-landed', `rushes collect ${shellWord(manifest)}${draft}`)]
      : []),
    ...againLine(held('never-happened'), (command) => next('never-happened', command), render),
    ...(held('damaged').length > 0
      ? [
          next('damaged', render),
          ...captioned(movedAside(byState.get('damaged') ?? [], options), options),
        ]
      : []),
    // A draft's lock is not pruned: it can be deleted.
    ...(options.draft === true
      ? []
      : STATES.filter((state) => NEEDS_NEW_REQUEST.has(state)).flatMap((state) =>
          (byState.get(state) ?? []).every(isOfManifest)
            ? []
            : [
                `  ${c.dim(`${WORDS[state]}, not in the manifest, next:`)} ${c.bold(`rushes prune ${shellWord(manifest)}`)}`,
              ],
        )),
    ...(rows.some(({ entry }) => undecidedEarlier(entry).length > 0)
      ? [
          `  ${c.dim('an earlier submit is unclear, next:')} ${c.bold(`rushes recover ${shellWord(manifest)}${draft}`)}`,
        ]
      : []),
    ...(rows.some(({ entry }) => awaitsLook(entry))
      ? [
          `  ${c.dim('not as asked, next:')} ${c.bold(`rushes gallery ${shellWord(manifest)}${draft}`)}`,
        ]
      : []),
    ...elsewhereSteps(manifest, byState.get('elsewhere') ?? [], options).flatMap(
      ({ reason, command, caution }) => [
        `  ${c.dim(`elsewhere, ${reason}:`)} ${c.bold(command)}`,
        ...captioned(caution, options),
      ],
    ),
  ];
}

/** A pinned render is not sent, whatever the outcome of its first request. */
function againLine(
  held: readonly Held[],
  line: (command: string) => string,
  render: string,
): readonly string[] {
  if (held.length === 0) return [];
  const isFree = held.some(({ pinned }) => pinned !== true);
  return (isFree ? [render] : nextStep('pinned', held).commands).map(line);
}

/** True of some of the damaged clips, or of none. */
function movedAside(
  rows: readonly Row[],
  { isAside, draft }: Required<Pick<StatusPart, 'isAside'>> & Pick<StatusOptions, 'draft'>,
): string | undefined {
  const aside = draft === true ? [] : rows.filter(({ entry }) => isAside(entry));
  if (aside.length === 0) return undefined;
  return aside.length === 1 && rows.length === 1
    ? 'puts it back from where a render of another branch moved it aside'
    : `puts back ${plural(aside.length, 'clip')} that a render of another branch moved aside`;
}

const captioned = (caution: string | undefined, options: StatusOptions): readonly string[] =>
  caution === undefined
    ? []
    : [paint(options).dim(`      ${wrap(caution, options.width, '      ')}`)];
