/** The plan as people read it: every render one action and one reason, folded so that 2,000 renders are about 30 lines. */
import { spanOf } from '../diagnostic.ts';
import type { Price } from '../models/model.ts';
import type { Action, FieldChange, OrphanRender, Plan, PlannedRender, ProjectPlan } from '../plan/plan.ts';
import type { Json } from '../scene.ts';
import { safeJson, sealed, terminalLine } from './escape.ts';
import { HOLD_ORDER, type HoldReason, nextStep } from './next-steps.ts';
import { closingLine, type ClosingOptions, keptWords } from './plan-closing.ts';
import {
  changeClusters,
  groupBy,
  proseOf,
  moneyOf,
  notesOf,
  rendersOf,
  secondsOf,
  SUBMIT_ORDER,
  type SubmitReason,
  plannedChanges,
} from './plan-groups.ts';
import { clip, type Column, columns, type Paint, paint, type Terminal, wrap } from './terminal.ts';
import { count, foldTo, footage, money, plural, shellWord, usd } from './words.ts';
import { wordDiffTerminal } from './word-diff.ts';

/** Up to so many renders of one reason are listed one by one. */
const LISTED = 6;
const CLUSTERS_SHOWN = 6;
const FIELDS_SHOWN = 4;
const NOTES_SHOWN = 3;
const WHYS_SHOWN = 3;

const SIGNS: Readonly<Record<SubmitReason, string>> = { changed: '~', new: '+', redo: '↻', 'failed-before': '↻', missing: '↻' };
const REASONS: Readonly<Record<SubmitReason, string>> = {
  changed: 'changed',
  new: 'new',
  redo: 'redo, as asked',
  'failed-before': 'failed before, and --retry-failed was given',
  missing: 'paid for and gone, and --resubmit-missing was given',
};

/** Ends in the one line of {@link closingLine}; with nothing to do and nothing held, is that line alone. Warnings are shown by the face of diagnostics. */
export function planTerminal(plan: Plan, options: Terminal & ClosingOptions): string {
  const c = paint(options);
  const blocks = plan.projects
    .map((project) => ({ project, lines: projectLines(project, options) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ project, lines }) => [`${c.bold(terminalLine(project.project.manifest))} ${c.dim(`(${project.project.name})`)}`, ...lines, '']);
  return sealed([...blocks.flat(), c.bold(closingLine(plan, options)), ''].join('\n'));
}

/** Empty where everything is kept as it is: the closing line says that. */
function projectLines(project: ProjectPlan, terminal: Terminal & ClosingOptions): string[] {
  const lines = [
    ...SUBMIT_ORDER.flatMap((reason) => submitLines(project, reason, terminal)),
    ...movedLines(project, terminal),
    ...attachLines(project, terminal),
    ...fetchLines(project, terminal),
    ...orphanLines(project, terminal),
    ...holdLines(project, terminal),
  ];
  const kept = keepLines(project, terminal);
  return lines.length === 0 && !kept.notable ? [] : [...lines, ...kept.lines];
}

function submitLines(project: ProjectPlan, reason: SubmitReason, terminal: Terminal): string[] {
  const renders = rendersOf(project, 'submit', reason);
  if (renders.length === 0) return [];
  const c = paint(terminal);
  const tone = reason === 'new' ? c.green : c.yellow;
  const heading = `  ${tone(`${SIGNS[reason]} submit ${count(renders.length)}:`)} ${REASONS[reason]} · ${footage(secondsOf(renders))} · ${money(moneyOf(renders))}`;
  return [
    heading,
    ...(reason === 'changed' ? changedLines(renders, terminal) : renderRows(renders, terminal)),
    ...noteLines(renders, terminal),
  ];
}

/** One by one, or a line per alias with the first ids. */
function renderRows(renders: readonly PlannedRender[], terminal: Terminal): string[] {
  const c = paint(terminal);
  const idWidth = Math.max(20, terminal.width - 48);
  if (renders.length <= LISTED) {
    const layout: Column[] = [{ max: idWidth }, { style: c.dim }, { align: 'right' }, { align: 'right' }];
    const rows = renders.map(({ render }) => [render.id, render.model.name, footage(render.asked.seconds), priceWords(render.price)]);
    return columns(rows, layout).map((line) => `      ${line}`);
  }
  const layout: Column[] = [{ align: 'right' }, { max: 16 }, { style: c.dim }, { align: 'right' }, { align: 'right' }, {}];
  const groups = [...groupBy(renders, ({ render }) => render.alias)];
  const rows = groups.map(([alias, group]) => [
    `${count(group.length)} ×`,
    alias,
    group[0]?.render.model.name ?? '',
    `${count(secondsOf(group))} s`,
    money(moneyOf(group)),
  ]);
  const lines = columns(rows, layout);
  return groups.flatMap(([, group], index) => [
    `      ${lines[index] ?? ''}`,
    ...(groups.length <= 8 ? [c.dim(`          ${ids(group, terminal.width - 10)}`)] : []),
  ]);
}

const ids = (renders: readonly PlannedRender[], width: number): string =>
  foldTo(
    renders.map(({ render }) => render.id),
    width,
  );

function priceWords(price: Price): string {
  if (price.kind === 'unknown') return 'price unknown';
  return price.kind === 'exact' ? usd(price.usd) : `≈ ${usd(price.usd)}`;
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
        : [c.dim(`        ${plural(items.length, 'render')} · ${footage(secondsOf(items))} · ${money(moneyOf(items))}`)]),
      ...changes.slice(0, FIELDS_SHOWN).flatMap((change, index) => changeLines(change, otherPlaces[index] ?? 0, terminal)),
      ...(changes.length > FIELDS_SHOWN ? [c.dim(`        … and ${plural(changes.length - FIELDS_SHOWN, 'more field')}`)] : []),
      ...outdatedLines(items, c),
    ]);
  const rest = clusters.slice(CLUSTERS_SHOWN);
  if (rest.length === 0) return lines;
  const others = rest.flatMap(({ items }) => items);
  return [
    ...lines,
    c.dim(`      … and ${plural(others.length, 'more render')} changed in other ways: ${ids(others, terminal.width - 54)}`),
  ];
}

function outdatedLines(renders: readonly PlannedRender[], c: Paint): string[] {
  const outdated = renders.filter(({ action }) => action.reason === 'changed' && action.outdated !== undefined).length;
  if (outdated === 0) return [];
  const tasks = outdated === 1 ? 'the outdated task is' : `${count(outdated)} outdated tasks are`;
  return [`        ${c.yellow('note:')} ${tasks} still pending, paid for, and will be fetched`];
}

/** `prompt  Tide pools at [-sunrise-]{+dusk+}  manifests/film.yaml:22`. */
function changeLines(change: FieldChange, otherPlaces: number, terminal: Terminal): string[] {
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
  return [`        ${field}  ${c.red(valueWords(change.old))} ${c.dim('->')} ${c.green(valueWords(change.new))}  ${place}`];
}

const valueWords = (value: Json | undefined): string => (value === undefined ? '(not set)' : clip(terminalLine(safeJson(value)), 48));

function noteLines(renders: readonly PlannedRender[], terminal: Terminal): string[] {
  const c = paint(terminal);
  const notes = notesOf(renders);
  const lines = notes.slice(0, NOTES_SHOWN).map(({ note, renders }) => {
    const where = renders.length === 1 ? (renders[0]?.render.id ?? '') : plural(renders.length, 'render');
    return `      ${c.cyan('note:')} ${wrap(`${where}: ${terminalLine(note)}`, terminal.width, '        ')}`;
  });
  return notes.length <= NOTES_SHOWN ? lines : [...lines, c.dim(`      … and ${plural(notes.length - NOTES_SHOWN, 'more note')}`)];
}

function movedLines(project: ProjectPlan, terminal: Terminal): string[] {
  const c = paint(terminal);
  const moves = project.renders.flatMap(({ render, action }) => (action.kind === 'moved' ? [{ to: render.id, action }] : []));
  if (moves.length === 0) return [];
  const shown = moves.slice(0, LISTED).map(({ to, action }) => `      ${action.from} ${c.dim('->')} ${to}${afterMove(action)}`);
  return [
    `  ${c.cyan(`→ move ${count(moves.length)}:`)} same request under another id or path: nothing is sent`,
    ...shown,
    ...(moves.length > LISTED ? [c.dim(`      … and ${plural(moves.length - LISTED, 'more')}`)] : []),
  ];
}

/** What else happens to a moved entry. */
function afterMove({ then }: Extract<Action, { kind: 'moved' }>): string {
  switch (then) {
    case 'keep':
      return '';
    case 'attach':
      return ', then its pending task is followed';
    case 'fetch':
      return ', then its clip is fetched';
    case 'hold':
      return ', and it stays held';
  }
}

function attachLines(project: ProjectPlan, terminal: Terminal): string[] {
  const renders = rendersOf(project, 'attach');
  if (renders.length === 0) return [];
  const c = paint(terminal);
  return [
    `  ${c.cyan(`… attach ${count(renders.length)}:`)} pending from an earlier run: followed, not sent again`,
    `      ${ids(renders, terminal.width - 6)}`,
  ];
}

const FETCHES = {
  'never-landed': 'the clip is made and never landed here',
  damaged: 'the clip is damaged here, and its link still lives',
  restore: 'the clip is not on this machine, and --restore was given',
} as const;

function fetchLines(project: ProjectPlan, terminal: Terminal): string[] {
  const c = paint(terminal);
  return [...groupBy(rendersOf(project, 'fetch'), ({ action }) => action.reason)].flatMap(([reason, renders]) => [
    `  ${c.cyan(`↓ fetch ${count(renders.length)}:`)} ${FETCHES[reason as keyof typeof FETCHES]}`,
    `      ${ids(renders, terminal.width - 6)}`,
  ]);
}

function orphanLines({ orphans, project }: ProjectPlan, terminal: Terminal): string[] {
  if (orphans.length === 0) return [];
  const c = paint(terminal);
  const names = (list: readonly OrphanRender[]): string =>
    foldTo(
      list.map(({ id }) => id),
      terminal.width - 6,
    );
  const followed = orphans.filter(({ follow }) => follow);
  const kept = orphans.filter(({ follow }) => !follow);
  return [
    ...(followed.length === 0
      ? []
      : [
          `  ${c.cyan(`? orphan ${count(followed.length)}:`)} no longer in the manifest, but paid: followed and fetched`,
          `      ${names(followed)}`,
        ]),
    ...(kept.length === 0
      ? []
      : [
          `  ${c.dim(`? orphan ${count(kept.length)}:`)} in the lock, not in the manifest: kept until ${c.bold(`rushes prune ${shellWord(project.manifest)}`)}`,
          `      ${names(kept)}`,
        ]),
  ];
}

function holdLines(project: ProjectPlan, terminal: Terminal & ClosingOptions): string[] {
  const c = paint(terminal);
  const groups = groupBy(rendersOf(project, 'hold'), ({ action }) => action.reason as HoldReason);
  return HOLD_ORDER.flatMap((reason) => {
    const renders = groups.get(reason);
    if (renders === undefined) return [];
    const held = renders.map(({ render }) => ({ manifest: project.project.manifest, id: render.id }));
    const step = nextStep(reason, held, terminal);
    const tone = reason === 'pinned' || reason === 'skipped' ? c.dim : c.red;
    const details =
      renders.length <= WHYS_SHOWN
        ? renders.map((planned) => `      ${planned.render.id}${why(planned, terminal)}`)
        : [`      ${ids(renders, terminal.width - 6)}`];
    return [
      `  ${tone(`! hold ${count(renders.length)} ${reason}:`)} ${step.meaning}`,
      ...details,
      ...step.commands.map((command) => `      ${c.dim('next:')} ${c.bold(command)}`),
      ...(step.caution === undefined ? [] : [c.dim(`      ${wrap(step.caution, terminal.width, '      ')}`)]),
    ];
  });
}

/** The reason in the render's own words: the gateway's message, or the manifest's. */
function why({ render, entry, action }: PlannedRender, terminal: Terminal): string {
  const text =
    action.reason === 'skipped'
      ? render.skip?.reason
      : action.reason === 'failed' || action.reason === 'ambiguous' || action.reason === 'lost'
        ? entry?.error === undefined
          ? undefined
          : `${entry.error.kind}: ${entry.error.message}`
        : undefined;
  if (text === undefined) return entry?.task === undefined || action.reason === 'pinned' ? '' : `  task ${entry.task}`;
  return `  ${wrap(terminalLine(text), terminal.width, '        ')}`;
}

function keepLines(project: ProjectPlan, terminal: Terminal): { readonly lines: readonly string[]; readonly notable: boolean } {
  const renders = rendersOf(project, 'keep');
  const tally = { current: 0, elsewhere: 0, restored: 0, accepted: 0 };
  for (const { action } of renders) if (action.kind === 'keep') tally[action.reason] += 1;
  if (renders.length === 0) return { lines: [], notable: false };
  const c = paint(terminal);
  const restored = rendersOf(project, 'keep', 'restored');
  return {
    notable: tally.restored > 0,
    lines: [
      `  ${c.dim(`= keep ${count(renders.length)}:`)} ${keptWords(tally)}`,
      ...(restored.length === 0 ? [] : [`      restored from an earlier result, nothing is sent: ${ids(restored, terminal.width - 55)}`]),
      ...(tally.elsewhere === 0
        ? []
        : [c.dim('      elsewhere: made, but not on this machine; --restore fetches them while their links live')]),
    ],
  };
}
