/** The plan for a pull request: money first, per model and per scene, silent when nothing is submitted or moved. */
import { spanOf } from '../diagnostic.ts';
import type { FieldChange, Plan, PlannedRender, ProjectPlan } from '../plan/plan.ts';
import type { Json } from '../scene.ts';
import { markdownCode, markdownText, safeJson } from './escape.ts';
import { blobLine, type BlobOptions } from './blob-link.ts';
import { boundedPage, type Rows, tableRow } from './page.ts';
import { closingLine } from './plan-closing.ts';
import { changeClusters, groupBy, isProse, moneyOf, notesOf, secondsOf } from './plan-groups.ts';
import { count, duration, fold, footage, money, plural, priceDates } from './words.ts';
import { nearChanges, wordDiff } from './word-diff.ts';

/** GitHub refuses a comment beyond 65,536 characters; some room is left for a marker and a footer. */
export const COMMENT_BYTES = 64_000;
const IDS_SHOWN = 4;
const FIELDS_SHOWN = 6;

export interface MarkdownOptions extends BlobOptions {
  /** Bytes of the page at most. Default {@link COMMENT_BYTES}. */
  readonly limitBytes?: number;
}

/** `undefined` where the change neither submits nor moves a render: then nothing is to be said. */
export function planMarkdown(plan: Plan, options: MarkdownOptions = {}): string | undefined {
  const { actions, seconds, cost, forecastSeconds } = plan.totals;
  if (actions.submit + actions.moved === 0) return undefined;
  const submits = plan.projects.flatMap((project) => submitsOf(project));
  const dates = priceDates(cost);
  const headline =
    actions.submit === 0
      ? '### 🎬 This costs nothing: no clip is made'
      : `### 🎬 This costs ${markdownText(money(cost))} for ${plural(actions.submit, 'clip')}`;
  const facts = [
    ...(actions.submit === 0 ? [] : [`${footage(seconds)} of video`]),
    ...(forecastSeconds > 0 ? [`about ${duration(forecastSeconds)} to make`] : []),
    ...(dates === undefined ? [] : [dates]),
  ];
  return boundedPage(
    [
      headline,
      ...(facts.length === 0 ? [] : ['', markdownText(facts.join(' · '))]),
      '',
      modelRows(submits),
      ...plan.projects.flatMap((project) => [...projectParts(project, plan.projects.length > 1, options), movedRows(project)]),
      notesRows(submits),
      '',
      markdownText(closingLine(plan)),
    ],
    options.limitBytes ?? COMMENT_BYTES,
  );
}

const submitsOf = ({ renders }: ProjectPlan): PlannedRender[] => renders.filter(({ action }) => action.kind === 'submit');

function modelRows(submits: readonly PlannedRender[]): Rows {
  return {
    head: [tableRow('model', 'clips', 'video', 'cost'), '| :-- | --: | --: | --: |'],
    rows: [...groupBy(submits, ({ render }) => render.model.name)].map(([name, renders]) =>
      tableRow(markdownText(name), count(renders.length), markdownText(footage(secondsOf(renders))), markdownText(money(moneyOf(renders)))),
    ),
    more: (hidden) => `… and ${plural(hidden, 'more model')}`,
    tail: [''],
  };
}

function projectParts(project: ProjectPlan, named: boolean, options: MarkdownOptions): (string | Rows)[] {
  const submits = submitsOf(project);
  if (submits.length === 0) return [];
  const scenes = [...groupBy(submits, ({ render }) => render.scene)];
  const clusters = changeClusters(submits.filter(({ action }) => action.reason === 'changed'));
  return [
    ...(named ? [`#### ${markdownText(project.project.manifest)}`, ''] : []),
    {
      head: clusters.length === 0 ? [] : ['**What changed**', ''],
      rows: clusters.map(({ renders, changes, otherPlaces }) => {
        const ids = renders.map(({ render }) => render.id);
        const fields = changes.slice(0, FIELDS_SHOWN).map((change, index) => fieldWords(change, otherPlaces[index] ?? 0, options));
        const rest = changes.length > FIELDS_SHOWN ? [`… and ${plural(changes.length - FIELDS_SHOWN, 'more field')}`] : [];
        return [
          `- ${markdownText(fold(ids, IDS_SHOWN))} · ${markdownText(money(moneyOf(renders)))}`,
          ...[...fields, ...rest].map((field) => `  - ${field}`),
        ].join('\n');
      }),
      more: (hidden) => `… and ${plural(hidden, 'more change')}`,
      tail: [''],
    },
    {
      head: [
        `<details${scenes.length <= 12 ? ' open' : ''}><summary>${plural(scenes.length, 'scene')}</summary>`,
        '',
        tableRow('scene', 'why', 'clips', 'video', 'cost'),
        '| :-- | :-- | --: | --: | --: |',
      ],
      rows: scenes.map(([scene, renders]) =>
        tableRow(
          lineLink(scene, renders[0], options),
          markdownText(reasons(renders)),
          count(renders.length),
          markdownText(footage(secondsOf(renders))),
          markdownText(money(moneyOf(renders))),
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
  return groups.length === 1 ? (groups[0]?.[0] ?? '') : groups.map(([reason, items]) => `${count(items.length)} ${reason}`).join(', ');
}

function lineLink(text: string, planned: PlannedRender | undefined, options: MarkdownOptions): string {
  return planned === undefined ? markdownText(text) : blobLine(text, spanOf(planned.render.place), options);
}

function fieldWords({ path, old, new: fresh, place }: FieldChange, otherPlaces: number, options: MarkdownOptions): string {
  const span = spanOf(place);
  const others = otherPlaces > 0 ? ` and ${plural(otherPlaces, 'more line')}` : '';
  const where = blobLine(`${span.file}:${span.line}`, span, options);
  const change = isProse(old, fresh)
    ? nearChanges(wordDiff(String(old), String(fresh)))
        .map(({ kind, text }) =>
          kind === 'same' ? clipped(text) : kind === 'old' ? `<del>${clipped(text)}</del>` : `<ins>${clipped(text)}</ins>`,
        )
        .join('')
    : `${valueWords(old)} → ${valueWords(fresh)}`;
  return `${markdownCode(path)} ${change} <sub>${where}${others}</sub>`;
}

const MOST_TEXT = 400;
const clipped = (text: string): string => markdownText(text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);

function valueWords(value: Json | undefined): string {
  if (value === undefined) return '<em>not set</em>';
  const text = safeJson(value);
  return markdownCode(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

function movedRows({ renders }: ProjectPlan): Rows {
  const moves = renders.flatMap(({ render, action }) =>
    action.kind === 'moved' ? [`- ${markdownText(action.from)} → ${markdownText(render.id)}`] : [],
  );
  return {
    head: [`<details><summary>${plural(moves.length, 'render')} moved: same request under another id, nothing is sent</summary>`, ''],
    rows: moves,
    more: (hidden) => `… and ${count(hidden)} more`,
    tail: ['', '</details>', ''],
  };
}

function notesRows(submits: readonly PlannedRender[]): Rows {
  return {
    head: ['<details><summary>Notes: values that were changed or left out on the way</summary>', ''],
    rows: notesOf(submits).map(
      ({ note, renders }) =>
        `- ${clipped(note)} (${renders.length === 1 ? markdownText(renders[0]?.render.id ?? '') : plural(renders.length, 'render')})`,
    ),
    more: (hidden) => `… and ${plural(hidden, 'more note')}`,
    tail: ['', '</details>'],
  };
}
