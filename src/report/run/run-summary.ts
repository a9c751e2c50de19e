/**
 * The summary of a run on the screen: where the clips are, the cost, and for everything that is
 * open the exact next command.
 */
import type { ModelResult, RunTotals } from '../../run/events.ts';
import { exitMeaning } from '../text/exit-codes.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import {
  HOLD_ORDER,
  heldHeading,
  type Held,
  nextStep,
  type Repeated,
  stepLines,
} from '../text/next-steps.ts';
import { groupBy } from '../plan/plan-groups.ts';
import { figuresTable, telling } from '../text/figures-table.ts';
import { moneyWords } from '../text/money/money-words.ts';
import { aboveEstimateWords } from './above-estimate.ts';
import { modelFigures, modelRows } from './model-figures.ts';
import { retrySteps } from './retry-steps.ts';
import { countsOf, endOf, type FailedEvent, type RunState } from './run-state.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import { count, duration, failureWords, foldTo, plural, usd } from '../text/format.ts';
import { shellWord } from '../text/shell-word.ts';

export interface SummaryOptions {
  /** Folders that hold the clips, as people would type them; one per project. */
  readonly clips: readonly string[];
  /** Lock files that were or would have been written. */
  readonly locks: readonly string[];
  readonly draft?: boolean;
  /** For the printed next commands. */
  readonly repeated?: Repeated;
}

const REASONS_SHOWN = 10;

/**
 * What happened and why it stopped, what it cost, where things are, what is open with the next
 * command for it, and the exit code. Ends in a line break; `''` while the run has not finished.
 */
export function runSummary(state: RunState, options: Terminal & SummaryOptions): string {
  const { finished } = state;
  if (finished === undefined) return '';
  const c = paint(options);
  const { totals } = finished;
  const good = finished.exit === 0;
  const tally = countsOf(totals).map(([number, word]) => `${count(number)} ${word}`);
  // A run that sent and found nothing has written neither.
  const landed = totals.completed + totals.kept > 0;
  const recorded =
    landed ||
    totals.submitted +
      totals.failed +
      totals.pending +
      totals.ambiguous +
      totals.lost +
      totals.missing >
      0;
  const fact = (name: string, text: string): string =>
    `  ${name.padEnd(5)}  ${wrap(text, options.width, ' '.repeat(9))}`;
  const lines = [
    '',
    `${good ? c.green('✓') : c.red('✗')} ${tally.length === 0 ? c.bold('nothing to do') : `${c.bold(tally.join(', '))}${movedWords(state)} ${c.dim(`in ${duration(finished.wallSeconds)}`)}`}`,
    ...finished.reasons.map((reason, index) =>
      fact(index === 0 ? 'why' : '', terminalLine(reason)),
    ),
    ...moneyFacts(finished.totals, options.draft === true).map(([name, text]) => fact(name, text)),
    ...(landed ? options.clips : []).map((folder) => `  clips  ${c.bold(terminalLine(folder))}`),
    ...(recorded ? options.locks : []).map(
      (lock) =>
        `  lock   ${c.bold(terminalLine(lock))}${options.draft === true ? '' : c.dim(' (commit it: it is the record of what is paid)')}`,
    ),
    ...(landed ? nextLines(state, options) : []),
    ...modelTable(finished.models, options),
    ...mismatchLines(state, options),
    ...failureLines(state, options),
    ...holdBlocks(state, options),
    ...(good
      ? []
      : [
          '',
          wrap(
            `exit ${finished.exit}: ${exitMeaning(finished.exit, finished.stoppedBy)}`,
            options.width,
          ),
        ]),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

/** A clip that was only renamed is kept, and people look for it. */
const movedWords = ({ moved }: RunState): string =>
  moved === 0 ? '' : ` (${count(moved)} of them moved)`;

/** If there are clips: look at them, and after a good draft, render for real. */
function nextLines(
  { manifests, finished }: RunState,
  { draft = false, ...terminal }: Terminal & SummaryOptions,
): string[] {
  const c = paint(terminal);
  const named = manifests.map((manifest) => ` ${shellWord(manifest)}`).join('');
  return [
    `  next   ${c.bold(galleryCommand(manifests, { draft }))} ${c.dim('makes a page to look at them')}`,
    ...(draft && finished?.exit === 0
      ? [
          `         ${c.bold(`rushes plan${named}`)} ${c.dim('says what the real clips cost')}`,
          `         ${c.bold(`rushes render${named}`)} ${c.dim('makes them')}`,
        ]
      : []),
  ];
}

/** This run and all runs apart. A run that only attaches has charged nothing. */
function moneyFacts(
  { thisRun, carried, allRuns, aboveEstimate }: RunTotals,
  draft: boolean,
): readonly (readonly [name: string, text: string])[] {
  if (draft) return [['money', 'nothing is charged: a draft is free']];
  return [
    ['money', `this run: ${moneyWords(thisRun)}`],
    ...(aboveEstimate === undefined ? [] : [['', aboveEstimateWords(aboveEstimate)] as const]),
    ...(carried === 0
      ? []
      : [['', `interrupted runs before it: ${usd(carried)} charged or reserved`] as const]),
    ...(allRuns === undefined ? [] : [['', `all runs: ${moneyWords(allRuns)}`] as const]),
  ];
}

/** No table if its one row would only repeat the first line. */
function modelTable(
  models: readonly ModelResult[],
  { draft = false, ...terminal }: Terminal & SummaryOptions,
): string[] {
  const rows = modelRows(models);
  if (!rows.some(({ completed, failed }) => completed + failed > 0)) return [];
  const c = paint(terminal);
  const figures = telling(modelFigures(rows, draft), rows);
  const width = terminal.screen === true ? terminal.width - 2 : Infinity;
  return ['', ...figuresTable(rows, figures, { width, head: 'model', paint: c })].map((line) =>
    line === '' ? line : `  ${line}`,
  );
}

/** Made, paid and not as asked: only a person can say whether such a clip will do. */
function mismatchLines(state: RunState, options: Terminal & SummaryOptions): string[] {
  const wrong = state.completed.filter(({ mismatch = [] }) => mismatch.length > 0);
  if (wrong.length === 0) return [];
  const c = paint(options);
  return [
    '',
    c.yellow(`${count(wrong.length)} not as asked`),
    ...byReason(state, wrong, ({ mismatch = [] }) => mismatch.join('; '), options),
    `  ${c.dim('next:')} ${c.bold(galleryCommand(state.manifests, options))}`,
  ];
}

/** Renders with the same reason are grouped; the largest group comes first. */
function byReason<Some extends Held>(
  state: RunState,
  events: readonly Some[],
  reasonOf: (event: Some) => string,
  terminal: Terminal,
): readonly string[] {
  const groups = [...groupBy(events, reasonOf)].sort((a, b) => b[1].length - a[1].length);
  return [
    ...groups
      .slice(0, REASONS_SHOWN)
      .flatMap(([reason, held]) => [
        `  ${idList(state, held, terminal)}`,
        `      ${wrap(terminalLine(reason), terminal.width, ' '.repeat(6))}`,
      ]),
    ...(groups.length > REASONS_SHOWN
      ? [`  … and ${plural(groups.length - REASONS_SHOWN, 'more reason')}`]
      : []),
  ];
}

const galleryCommand = (
  manifests: readonly string[],
  { draft = false }: Pick<SummaryOptions, 'draft'>,
): string =>
  `rushes gallery${manifests.map((manifest) => ` ${shellWord(manifest)}`).join('')}${draft ? ' --draft' : ''}`;

function failureLines(state: RunState, terminal: Terminal & SummaryOptions): string[] {
  const { failed } = state;
  if (failed.length === 0) return [];
  const reasonOf = (event: FailedEvent): string =>
    `${failureWords(event)}${event.hint === undefined ? '' : ` (${event.hint})`}`;
  return [
    '',
    paint(terminal).red(`${count(failed.length)} failed`),
    ...byReason(state, failed, reasonOf, terminal),
    ...retryLines(failed, terminal),
  ];
}

function retryLines(failed: readonly FailedEvent[], terminal: Terminal & SummaryOptions): string[] {
  const c = paint(terminal);
  const { changes, again } = retrySteps(failed, terminal);
  return [
    ...changes.map(
      (change) => `  ${c.dim('next:')} ${wrap(change, terminal.width, ' '.repeat(8))}`,
    ),
    ...(again === undefined ? [] : stepLines(again, terminal, '  ')),
  ];
}

const idList = (state: RunState, held: readonly Held[], { width }: Terminal): string =>
  foldTo(
    held.map((one) => state.nameOf(one)),
    width - 2,
  );

const EACH_SHOWN = 3;
/** Most urgent first; skipped scenes need no action. */
function holdBlocks(state: RunState, options: Terminal & SummaryOptions): string[] {
  const c = paint(options);
  const groups = groupBy(state.held, ({ reason }) => reason);
  return HOLD_ORDER.flatMap((reason) => {
    const held = groups.get(reason);
    if (held === undefined || reason === 'skipped') return [];
    if (reason === 'pinned')
      return [
        '',
        c.dim(`${plural(held.length, 'render')} pinned: ${idList(state, held, options)}`),
      ];
    const step = nextStep(reason, held, {
      ...options,
      ...(state.finished === undefined ? {} : endOf(state.finished)),
    });
    // The reason that stopped the run is shown above; otherwise one may apply to all of them.
    const isSaid = reason !== 'not-submitted' || (state.finished?.reasons.length ?? 0) > 0;
    const [why, another] = isSaid ? [] : [...new Set(held.map(({ message }) => message))];
    const heading = `${count(held.length)} ${heldHeading(reason)}`;
    // Each of them waits for another clip.
    const each =
      reason === 'upstream'
        ? held
            .slice(0, EACH_SHOWN)
            .map(
              (one) =>
                `  ${wrap(terminalLine(`${state.nameOf(one)}: ${one.message}`), options.width, '    ')}`,
            )
        : [];
    return [
      '',
      `${c.yellow(heading)}: ${wrap(step.meaning, options.width - heading.length, '  ')}`,
      ...(why === undefined || another !== undefined
        ? []
        : [`  ${wrap(terminalLine(why), options.width, '  ')}`]),
      ...(each.length === held.length ? each : [...each, `  ${idList(state, held, options)}`]),
      ...stepLines(step, options, '  '),
    ];
  });
}
