/**
 * The plan for a pull request: money first, per model and per scene, silent when nothing is
 * submitted or moved.
 */
import { spanOf } from '../../diagnostic.ts';
import { costByModel } from '../../plan/estimate/cost.ts';
import { isPaidFor, type Plan, type PlannedRender, type ProjectPlan } from '../../plan/plan.ts';
import { blobLine, type BlobOptions } from '../text/blob-link.ts';
import { changeRows, clippedText } from './change-markdown.ts';
import { markdownText } from '../text/escape.ts';
import { moneyInRows } from '../text/money/adding-up.ts';
import { boundedPage, rowOfEach, type Rows, tableRow } from '../text/markdown-page.ts';
import { movesOf, movesWords, moveWords } from './move-words.ts';
import { closingLine } from './plan-closing.ts';
import {
  adoptedBy,
  changeClusters,
  groupBy,
  moneyOf,
  notesOf,
  paidWhere,
  plannedChanges,
  secondsOf,
} from './plan-groups.ts';
import { count, duration, footage, money, plural, priceDates } from '../text/format.ts';

/**
 * GitHub refuses a comment beyond 65,536 characters; some room is left for a marker and a footer.
 */
export const COMMENT_BYTES = 64_000;

export interface MarkdownOptions extends BlobOptions {
  /** Bytes of the page at most. Default {@link COMMENT_BYTES}. */
  readonly limitBytes?: number;
}

/** `undefined` if the change neither pays for nor moves a render: there is nothing to report. */
export function planMarkdown(plan: Plan, options: MarkdownOptions = {}): string | undefined {
  const { actions, seconds, pictures, cost, forecastSeconds } = plan.totals;
  // A render that waits for a frame is paid for too, only later.
  const paid = actions.submit + actions.wait;
  if (paid + actions.moved === 0) return undefined;
  const dates = priceDates(cost);
  const headline =
    paid === 0
      ? '### 🎬 This costs nothing: no clip is made'
      : `### 🎬 This costs ${markdownText(money(cost))} for ${plural(paid, 'clip')}`;
  const facts = [
    ...(paid === 0 ? [] : [`${footage(seconds)} of video`]),
    ...(pictures === 0 ? [] : [`${plural(pictures, 'picture')} to upload`]),
    ...(forecastSeconds > 0 ? [`about ${duration(forecastSeconds)} to make`] : []),
    ...(dates === undefined ? [] : [dates]),
  ];
  return boundedPage(
    [
      headline,
      ...(facts.length === 0 ? [] : ['', markdownText(facts.join(' · '))]),
      '',
      modelRows(plan),
      ...plan.projects.flatMap((project) => [
        ...projectParts(project, plan.projects.length > 1, options),
        movedRows(project),
        adoptedRows(plan, project),
      ]),
      notesRows(plan),
      '',
      markdownText(closingLine(plan)),
    ],
    options.limitBytes ?? COMMENT_BYTES,
  );
}

const submitsOf = ({ renders }: ProjectPlan): PlannedRender[] =>
  renders.filter(({ action }) => isPaidFor(action));

function modelRows(plan: Plan): Rows {
  const models = costByModel(plan);
  const inRow = moneyInRows(models.map(({ cost }) => cost));
  return {
    head: [tableRow('model', 'clips', 'video', 'cost'), '| :-- | --: | --: | --: |'],
    rows: models.map(({ model, submits, seconds, cost }) =>
      tableRow(
        markdownText(model),
        count(submits),
        markdownText(footage(seconds)),
        markdownText(inRow(cost)),
      ),
    ),
    more: (hidden) => `… and ${plural(hidden, 'more model')}`,
    tail: [''],
  };
}

function projectParts(
  project: ProjectPlan,
  named: boolean,
  options: MarkdownOptions,
): (string | Rows)[] {
  const submits = submitsOf(project);
  if (submits.length === 0) return [];
  const scenes = [...groupBy(submits, ({ render }) => render.scene)];
  const inRow = moneyInRows(scenes.map(([, renders]) => moneyOf(renders)));
  const changed = submits.filter(({ action }) => action.reason === 'changed');
  return [
    ...(named ? [`#### ${markdownText(project.project.manifest)}`, ''] : []),
    changeRows(
      changeClusters(changed, plannedChanges),
      ({ render }) => render.id,
      (items) => money(moneyOf(items)),
      options,
    ),
    {
      head: [
        `<details${scenes.length <= 12 ? ' open' : ''}><summary>${plural(scenes.length, 'scene')}</summary>`,
        '',
        tableRow('scene', 'why', 'clips', 'video', 'cost'),
        '| :-- | :-- | --: | --: | --: |',
      ],
      rows: rowOfEach(scenes, ([scene, renders]) =>
        tableRow(
          lineLink(scene, renders[0], options),
          markdownText(reasons(renders)),
          count(renders.length),
          markdownText(footage(secondsOf(renders))),
          markdownText(inRow(moneyOf(renders))),
        ),
      ),
      more: (hidden) => `… and ${plural(hidden, 'more scene')}`,
      tail: ['', '</details>', ''],
    },
  ];
}

/** `new` or `2 changed, 1 new`. */
function reasons(renders: readonly PlannedRender[]): string {
  const groups = [...groupBy(renders, ({ action }) => action.reason)];
  return groups.length === 1
    ? (groups[0]?.[0] ?? '')
    : groups.map(([reason, items]) => `${count(items.length)} ${reason}`).join(', ');
}

function lineLink(
  text: string,
  planned: PlannedRender | undefined,
  options: MarkdownOptions,
): string {
  return planned === undefined
    ? markdownText(text)
    : blobLine(text, spanOf(planned.render.place), options);
}

function movedRows({ renders }: ProjectPlan): Rows {
  const moves = movesOf(renders);
  return {
    head: [
      `<details><summary>${plural(moves.length, 'render')} moved: ${movesWords(moves)}, nothing is sent</summary>`,
      '',
    ],
    rows: rowOfEach(moves, (move) => `- ${markdownText(moveWords(move, '→'))}`),
    more: (hidden) => `… and ${count(hidden)} more`,
    tail: ['', '</details>', ''],
  };
}

function adoptedRows(plan: Plan, { project }: ProjectPlan): Rows {
  const adopted = [...adoptedBy(plan, project.manifest).values()];
  return {
    head: [
      `<details><summary>${plural(adopted.length, 'render')} paid for already: nothing is sent</summary>`,
      '',
    ],
    rows: rowOfEach(adopted, (one) => `- ${markdownText(one.id)}: ${markdownText(paidWhere(one))}`),
    more: (hidden) => `… and ${count(hidden)} more`,
    tail: ['', '</details>', ''],
  };
}

function notesRows({ projects }: Plan): Rows {
  const parts = projects.map((part) => ({
    manifest: part.project.manifest,
    renders: submitsOf(part),
  }));
  return {
    head: ['<details><summary>Notes: values that were changed or left out</summary>', ''],
    rows: notesOf(parts).map(
      ({ note, renders }) =>
        `- ${clippedText(note)} (${renders.length === 1 ? markdownText(renders[0]?.render.id ?? '') : plural(renders.length, 'render')})`,
    ),
    more: (hidden) => `… and ${plural(hidden, 'more note')}`,
    tail: ['', '</details>'],
  };
}
