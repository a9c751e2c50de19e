/**
 * The part of a plan that would cost money: requests, reasons, prices, and the changes since
 * the last time.
 */
import { commandWord, qualified, renderWords } from '../../command-words.ts';
import { spanOf } from '../../diagnostic.ts';
import type { Price } from '../../models/model.ts';
import type { FieldChange, PlannedRender, ProjectPlan } from '../../plan/plan.ts';
import { frameWords, readFrame } from '../../pictures/frame-text.ts';
import type { Json } from '../../scene.ts';
import type { MicroUsd } from '../../money.ts';
import { amountOfCosts, moneyInRows } from '../text/money/adding-up.ts';
import { safeJson, terminalLine } from '../text/escape.ts';
import {
  changeClusters,
  groupBy,
  moneyOf,
  notesOf,
  plannedChanges,
  proseOf,
  rendersOf,
  secondsOf,
  SUBMIT_ORDER,
  type SubmitReason,
} from './plan-groups.ts';
import {
  cells,
  clip,
  type Column,
  columns,
  type Paint,
  paint,
  type Terminal,
  wrap,
  wrapParts,
} from '../text/terminal.ts';
import { count, foldTo, footage, money, plural } from '../text/format.ts';
import { wordDiffTerminal } from './word-diff-terminal.ts';

/** Up to so many renders of one reason are listed one by one. */
const LISTED = 6;
const CLUSTERS_SHOWN = 6;
const FIELDS_SHOWN = 4;
const NOTES_SHOWN = 3;
const MOST_ACCEPTED = 12;

const SIGNS: Readonly<Record<SubmitReason, string>> = {
  changed: '~',
  new: '+',
  redo: '↻',
  'failed-before': '↻',
  missing: '↻',
};
const REASONS: Readonly<Record<SubmitReason, string>> = {
  changed: 'changed',
  new: 'new',
  redo: 'redo, as asked',
  'failed-before': 'failed before, and --retry-failed was given',
  missing: 'paid for and gone, and --resubmit-missing was given',
};

/** All submits of one manifest, a block per reason. */
export const submitLines = (project: ProjectPlan, terminal: Terminal): string[] => [
  ...SUBMIT_ORDER.flatMap((reason) => reasonLines(project, reason, terminal)),
  ...waitLines(project, terminal),
];

/** Renders that are sent when a clip whose frame they need has landed, with the total price. */
function waitLines(project: ProjectPlan, terminal: Terminal): string[] {
  const renders = rendersOf(project, 'wait');
  if (renders.length === 0) return [];
  const c = paint(terminal);
  const heading = `${c.cyan(`⏱ wait ${count(renders.length)}:`)} submitted when the clips with the frames that they need have landed · ${footage(secondsOf(renders))} · ${money(moneyOf(renders))}`;
  const replaced = renders.filter(
    ({ action, entry }) => action.reason === 'changed' && entry?.clip !== undefined,
  );
  return [
    `  ${wrap(heading, terminal.width, '      ')}`,
    ...waitRows(renders, terminal),
    ...(replaced.length === 0
      ? []
      : [
          `      ${c.yellow('note:')} ${wrap(`${plural(replaced.length, 'clip')} of these went on from an earlier clip (${ids(replaced, 40)}); ${acceptWords(project, replaced)} and costs nothing`, terminal.width, '        ')}`,
        ]),
    ...outdatedLines(renders, c, '      '),
    ...noteLines(project, renders, terminal),
  ];
}

/** Of very many, the command for one shows how. */
function acceptWords(
  { project: { manifest } }: ProjectPlan,
  replaced: readonly PlannedRender[],
): string {
  const several = replaced.length <= MOST_ACCEPTED ? replaced : replaced.slice(0, 1);
  const named = several.map(({ render: { id } }, index) =>
    // The manifest of all of them stands after the last one.
    index === several.length - 1
      ? renderWords({ manifest, id })
      : commandWord(qualified(manifest, id)),
  );
  const what = replaced.length === 1 ? 'it' : several.length === 1 ? 'the first of them' : 'them';
  return `rushes accept ${terminalLine(named.join(' '))} keeps ${what}`;
}

function waitRows(renders: readonly PlannedRender[], terminal: Terminal): string[] {
  if (renders.length > LISTED) return renderRows(renders, terminal);
  return oneByOne(
    renders,
    ({ action }) => (action.kind === 'wait' ? `after ${action.upstream.join(', ')}` : ''),
    terminal,
  );
}

function reasonLines(project: ProjectPlan, reason: SubmitReason, terminal: Terminal): string[] {
  const renders = rendersOf(project, 'submit', reason);
  if (renders.length === 0) return [];
  const c = paint(terminal);
  const tone = reason === 'new' ? c.green : c.yellow;
  const heading = `${tone(`${SIGNS[reason]} submit ${count(renders.length)}:`)} ${REASONS[reason]} · ${footage(secondsOf(renders))} · ${money(moneyOf(renders))}`;
  return [
    `  ${wrap(heading, terminal.width, '      ')}`,
    ...(reason === 'changed' ? changedLines(renders, terminal) : renderRows(renders, terminal)),
    ...noteLines(project, renders, terminal),
  ];
}

/** One by one, or a line per alias with the first ids. */
function renderRows(renders: readonly PlannedRender[], terminal: Terminal): string[] {
  const c = paint(terminal);
  if (renders.length <= LISTED)
    return oneByOne(renders, ({ render }) => render.model.name, terminal);
  const layout: Column[] = [
    { align: 'right' },
    {},
    { style: c.dim },
    { align: 'right' },
    { align: 'right' },
    {},
  ];
  const groups = [...groupBy(renders, ({ render }) => render.alias)];
  const inRow = moneyInRows(groups.map(([, group]) => moneyOf(group)));
  const rows = groups.map(([alias, group]) => [
    `${count(group.length)} ×`,
    alias,
    group[0]?.render.model.name ?? '',
    `${count(secondsOf(group))} s`,
    inRow(moneyOf(group)),
  ]);
  const lines = columns(rows, layout);
  return groups.flatMap(([, group], index) => [
    `      ${lines[index] ?? ''}`,
    ...(groups.length <= 8 ? [c.dim(`          ${ids(group, terminal.width - 10)}`)] : []),
  ]);
}

/** Nothing is cut: where the columns are too wide for a screen, the facts are below each id. */
function oneByOne(
  renders: readonly PlannedRender[],
  aside: (planned: PlannedRender) => string,
  terminal: Terminal,
): string[] {
  const c = paint(terminal);
  const layout: Column[] = [{}, { style: c.dim }, { align: 'right' }, { align: 'right' }];
  const amount = amountOfCosts(renders.map((planned) => moneyOf([planned])));
  const rows = renders.map((planned) => [
    planned.render.id,
    aside(planned),
    footage(planned.render.asked.seconds),
    priceWords(planned.render.price, amount),
  ]);
  const beside = columns(rows, layout).map((line) => `      ${line}`);
  if (terminal.screen !== true || beside.every((line) => cells(line) <= terminal.width))
    return beside;
  return rows.flatMap(([id, ...facts]) => [
    `      ${id}`,
    c.dim(`        ${wrapParts(facts, terminal.width, '        ')}`),
  ]);
}

/** As many ids as fit in `width` cells. */
export const ids = (renders: readonly PlannedRender[], width: number): string =>
  foldTo(
    renders.map(({ render }) => render.id),
    width,
  );

function priceWords(price: Price, amount: (value: MicroUsd) => string): string {
  if (price.kind === 'unknown') return 'price unknown';
  if (price.from !== undefined) return `≈ ${amount(price.from)} to ${amount(price.usd)}`;
  return `${price.kind === 'exact' ? '' : '≈ '}${amount(price.usd)}`;
}

function changedLines(renders: readonly PlannedRender[], terminal: Terminal): string[] {
  const c = paint(terminal);
  const clusters = changeClusters(renders, plannedChanges);
  const lines = clusters
    .slice(0, CLUSTERS_SHOWN)
    .flatMap(({ items, changes, otherPlaces }) => [
      `      ${ids(items, terminal.width - 6)}`,
      ...(clusters.length === 1
        ? []
        : [
            c.dim(
              `        ${plural(items.length, 'render')} · ${footage(secondsOf(items))} · ${money(moneyOf(items))}`,
            ),
          ]),
      ...changes
        .slice(0, FIELDS_SHOWN)
        .flatMap((change, index) => changeLines(change, otherPlaces[index] ?? 0, terminal)),
      ...(changes.length > FIELDS_SHOWN
        ? [c.dim(`        … and ${plural(changes.length - FIELDS_SHOWN, 'more field')}`)]
        : []),
      ...outdatedLines(items, c, '        '),
    ]);
  const rest = clusters.slice(CLUSTERS_SHOWN);
  if (rest.length === 0) return lines;
  const others = rest.flatMap(({ items }) => items);
  return [
    ...lines,
    c.dim(
      `      … and ${plural(others.length, 'more render')} changed in other ways: ${ids(others, terminal.width - 54)}`,
    ),
  ];
}

function outdatedLines(renders: readonly PlannedRender[], c: Paint, indent: string): string[] {
  const outdated = renders.filter(
    ({ action }) => action.reason === 'changed' && action.outdated !== undefined,
  ).length;
  if (outdated === 0) return [];
  const tasks = outdated === 1 ? 'the outdated task is' : `${count(outdated)} outdated tasks are`;
  return [`${indent}${c.yellow('note:')} ${tasks} still pending, paid for, and will be fetched`];
}

/** `prompt  Tide pools at [-sunrise-]{+dusk+}  manifests/film.yaml:22`. */
export function changeLines(
  change: FieldChange,
  otherPlaces: number,
  terminal: Terminal,
): string[] {
  const c = paint(terminal);
  const { file, line } = spanOf(change.place);
  const others = otherPlaces > 0 ? ` and ${plural(otherPlaces, 'more line')}` : '';
  const place = c.dim(`${terminalLine(file)}:${line}${others}`);
  const field = c.bold(terminalLine(change.path));
  const prose = proseOf(change);
  if (prose !== undefined) {
    const words = wordDiffTerminal(...prose, terminal);
    return [`        ${field}  ${place}`, `          ${wrap(words, terminal.width, '          ')}`];
  }
  return [
    `        ${field}  ${c.red(valueWords(change.old, terminal))} ${c.dim('->')} ${c.green(valueWords(change.new, terminal))}${change.isDefault === true ? c.dim(' (the default)') : ''}  ${place}`,
  ];
}

/** Cut only on a screen. */
function valueWords(value: Json | undefined, { screen = false }: Terminal): string {
  if (value === undefined) return '(not set)';
  const frame = typeof value === 'string' ? readFrame(value) : undefined;
  if (frame === undefined) return clip(terminalLine(safeJson(value)), screen ? 48 : Infinity);
  const { of } = frame;
  const whose = of.kind === 'sha256' ? `clip ${of.hex.slice(0, 8)}` : 'its next clip';
  return terminalLine(`${frameWords(frame.render, frame.frame)} (${whose})`);
}

function noteLines(
  { project }: ProjectPlan,
  renders: readonly PlannedRender[],
  terminal: Terminal,
): string[] {
  const c = paint(terminal);
  const notes = notesOf([{ manifest: project.manifest, renders }]);
  const hidden = notes.slice(NOTES_SHOWN);
  const lines = notes.slice(0, NOTES_SHOWN).map(({ note, renders }) => {
    const where =
      renders.length === 1 ? (renders[0]?.render.id ?? '') : plural(renders.length, 'render');
    return `      ${c.cyan('note:')} ${wrap(`${where}: ${terminalLine(note)}`, terminal.width, '        ')}`;
  });
  return notes.length <= NOTES_SHOWN
    ? lines
    : [
        ...lines,
        c.dim(
          `      … and ${plural(hidden.length, 'more note')}${whereNotes(project.manifest, hidden)}`,
        ),
      ];
}

/** The command that shows the notes that are not listed. */
function whereNotes(manifest: string, hidden: ReturnType<typeof notesOf>): string {
  const [first, ...others] = new Set(
    hidden.flatMap(({ renders }) => renders.slice(0, 1).map(({ render }) => render.id)),
  );
  if (first === undefined) return '';
  const command = `rushes explain ${terminalLine(renderWords({ manifest, id: first }))}`;
  return others.length === 0 ? `: ${command}` : `; ${command} shows those of one render`;
}
