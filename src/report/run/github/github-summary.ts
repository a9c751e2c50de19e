/**
 * The job summary of a run: money first, counts, a table per model, failures with links to their
 * lines, what to do next.
 */
import { blobLine, type BlobOptions } from '../../text/blob-link.ts';
import { markdownCode, markdownText } from '../../text/escape.ts';
import { exitMeaning } from '../../text/exit-codes.ts';
import {
  type Held,
  heldHeading,
  HOLD_ORDER,
  type NextStep,
  nextStep,
} from '../../text/next-steps.ts';
import { boundedPage, type Rows, tableRow } from '../../text/markdown-page.ts';
import { moneyWords } from '../../text/money/money-words.ts';
import { aboveEstimateWords } from '../above-estimate.ts';
import { groupBy } from '../../plan/plan-groups.ts';
import { modelFigures, modelRows } from '../model-figures.ts';
import { remedyMarkdown } from './refusal-page.ts';
import { retrySteps } from '../retry-steps.ts';
import { countsOf, endOf, type RunState } from '../run-state.ts';
import {
  count,
  duration,
  failureWords,
  plural,
  qualified,
  shortened,
  usd,
} from '../../text/format.ts';

/** GitHub drops a step's summary over 1 MiB as a whole; several commands of one step share it. */
const SUMMARY_BYTES = 900_000;

/** Facts about a render that the events of a run lack; looked up in the plan or the lock. */
export interface AboutRender {
  readonly model: string;
  readonly place?: { readonly file: string; readonly line: number };
}

export interface JobSummaryOptions extends BlobOptions {
  readonly about: (held: Held) => AboutRender | undefined;
  /** Bytes of the page at most. Default 900,000. */
  readonly limitBytes?: number;
  readonly draft?: boolean;
}

/** Markdown to append to the summary of a step; `''` while the run has not finished. */
export function jobSummary(state: RunState, options: JobSummaryOptions): string {
  const { finished } = state;
  if (finished === undefined) return '';
  const { totals, exit, reasons, wallSeconds } = finished;
  const money =
    options.draft === true
      ? ['A draft: nothing is charged']
      : [
          `This run: ${moneyWords(totals.thisRun)}`,
          ...(totals.carried === 0
            ? []
            : [`interrupted runs before it: ${usd(totals.carried)} charged or reserved`]),
        ];
  const remedy = remedyMarkdown(exit);
  const tally = countsOf(totals).map(([number, word]) => `**${count(number)}** ${word}`);
  return boundedPage(
    [
      `### 🎬 ${markdownText(money.join(' · '))}`,
      '',
      ...(options.draft === true || totals.allRuns === undefined
        ? []
        : [`All runs: ${markdownText(moneyWords(totals.allRuns))}`, '']),
      ...(options.draft === true || totals.aboveEstimate === undefined
        ? []
        : [markdownText(aboveEstimateWords(totals.aboveEstimate)), '']),
      `${tally.length === 0 ? 'There was nothing to do' : tally.join(' · ')} in ${duration(wallSeconds)}${exit === 0 ? '' : ` · exit ${exit}: ${markdownText(exitMeaning(exit, finished.stoppedBy))}`}`,
      ...reasons.flatMap((reason) => ['', clipped(reason)]),
      ...(remedy === undefined ? [] : ['', remedy]),
      '',
      warnings(state),
      modelTable(state, options),
      failures(state, options),
      ...openParts(state, options),
      mismatches(state),
    ],
    options.limitBytes ?? SUMMARY_BYTES,
  );
}

/** Such as clips that are not in the store: a green job has them too, and its log is not read. */
function warnings({ notices }: RunState): Rows {
  const told = notices.filter(({ severity }) => severity === 'warning');
  return {
    head: [],
    rows: told.map(
      ({ message, hint }) =>
        `- ⚠️ ${clipped(message)}${hint === undefined ? '' : ` <em>${clipped(hint)}</em>`}`,
    ),
    more: (hidden) => `… and ${plural(hidden, 'more warning')}: the log has them all`,
    tail: [''],
  };
}

function modelTable({ finished }: RunState, { draft = false }: JobSummaryOptions): Rows {
  const models = modelRows(finished?.models ?? []);
  const figures = modelFigures(models, draft);
  return {
    head: [
      tableRow('model', ...figures.map(({ head }) => head)),
      `| :-- |${' --: |'.repeat(figures.length)}`,
    ],
    rows: models.map((row) =>
      tableRow(markdownText(row.name), ...figures.map(({ of }) => markdownText(of(row)))),
    ),
    more: (hidden) => `… and ${plural(hidden, 'more model')}`,
    tail: [''],
  };
}

function failures({ failed }: RunState, options: JobSummaryOptions): Rows {
  const { changes, again } = retrySteps(failed, options);
  const steps = [
    ...changes.map((change) => `- next: ${markdownText(change)}`),
    ...(again === undefined ? [] : stepItems(again)),
  ];
  return {
    head: [`#### ❌ ${count(failed.length)} failed`, '', ...steps, ''],
    rows: failed.map((event) => {
      const hint = event.hint === undefined ? '' : ` <em>${clipped(event.hint)}</em>`;
      return `- ${renderLink(event, options)} ${clipped(failureWords(event))}${hint}`;
    }),
    more: (hidden) => `… and ${plural(hidden, 'more failure')}: the log has them all`,
    tail: [''],
  };
}

/** A list item each: what must change, the commands, and what they cost. */
const stepItems = ({ first, commands, caution }: NextStep): readonly string[] => [
  ...(first === undefined ? [] : [`- first: ${markdownText(first)}`]),
  ...commands.map((command) => `- next: ${markdownCode(command)}`),
  ...(caution === undefined ? [] : [`- ${markdownText(caution)}`]),
];

function renderLink(held: Held, options: JobSummaryOptions): string {
  const name = qualified(held.manifest, held.id);
  const place = options.about(held)?.place;
  return place === undefined
    ? `<strong>${markdownText(name)}</strong>`
    : blobLine(name, place, options);
}

const MOST_TEXT = 1000;
const clipped = (text: string): string => markdownText(shortened(text, MOST_TEXT));

function openParts(state: RunState, options: JobSummaryOptions): Rows[] {
  const groups = groupBy(state.held, ({ reason }) => reason);
  return HOLD_ORDER.flatMap((reason) => {
    const held = groups.get(reason);
    if (held === undefined || reason === 'pinned' || reason === 'skipped') return [];
    const step = nextStep(reason, held, {
      ...options,
      ...(state.finished === undefined ? {} : endOf(state.finished)),
    });
    return [
      {
        head: [
          `<details open><summary>${count(held.length)} ${heldHeading(reason)}: ${markdownText(step.meaning)}</summary>`,
          '',
          ...stepItems(step),
          '',
        ],
        rows: held.map(
          (event) =>
            `- ${renderLink(event, options)}${event.task === undefined ? '' : ` ${markdownCode(event.task)}`} ${clipped(event.message)}`,
        ),
        more: (hidden: number) => `… and ${count(hidden)} more`,
        tail: ['', '</details>', ''],
      },
    ];
  });
}

function mismatches({ completed }: RunState): Rows {
  const rows = completed.flatMap((event) =>
    event.mismatch === undefined || event.mismatch.length === 0
      ? []
      : [
          `- ${markdownText(qualified(event.manifest, event.id))}: ${clipped(event.mismatch.join('; '))}`,
        ],
  );
  return {
    head: [
      `<details><summary>⚠️ ${plural(rows.length, 'clip is', 'clips are')} not as asked</summary>`,
      '',
    ],
    rows,
    more: (hidden) => `… and ${count(hidden)} more`,
    tail: ['', '</details>'],
  };
}
