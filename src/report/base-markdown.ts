/** `plan --base`: what a branch changes against its base, for a pull request: money first, silent when nothing is different. */
import type { BaseDifference, Part, RenderDifference } from '../plan/base.ts';
import type { Money } from '../plan/plan.ts';
import { changeRows } from './change-markdown.ts';
import { markdownText } from './escape.ts';
import { boundedPage, type Rows, tableRow } from './page.ts';
import { changeClusters, groupBy } from './plan-groups.ts';
import { COMMENT_BYTES, type MarkdownOptions } from './plan-markdown.ts';
import { count, money, plural, priceDates } from './words.ts';

const WORDS = ['new', 'changed', 'to be made again', 'renamed', 'removed', 'rendered on this branch'] as const;

function wordOf({ kind, before, after }: RenderDifference): (typeof WORDS)[number] {
  switch (kind) {
    case 'added':
      return 'new';
    case 'rendered':
      return 'rendered on this branch';
    case 'state':
      return before?.render.id === after?.render.id ? 'to be made again' : 'renamed';
    case 'changed':
    case 'removed':
      return kind;
  }
}

/** `undefined` where the branch changes nothing: then a comment would be noise. */
export function baseMarkdown(difference: BaseDifference, options: MarkdownOptions = {}): string | undefined {
  if (difference.empty) return undefined;
  const { before, after, renders } = difference;
  const dates = priceDates(after);
  const changed = renders.filter(({ kind }) => kind === 'changed');
  return boundedPage(
    [
      headline(before, after),
      '',
      `${markdownText(kindWords(renders))}${dates === undefined ? '' : ` · ${markdownText(dates)}`}`,
      '',
      partRows('model', difference.models),
      changeRows(
        changeClusters(changed, ({ changes }) => changes),
        ({ id }) => id,
        (items) => plural(items.length, 'render'),
        options,
      ),
      renamedRows(renders),
      partRows('scene', difference.scenes),
    ],
    options.limitBytes ?? COMMENT_BYTES,
  );
}

/** Free, or what everything would cost now, beside what it would have cost without the branch. */
function headline(before: Money, after: Money): string {
  const [then, now] = [money(before), money(after)];
  if (now === money({ ...after, exact: before.exact, estimated: before.estimated, unknown: before.unknown })) {
    return `### 🎬 This branch changes no cost: ${markdownText(now)} to render, as on the base`;
  }
  return `### 🎬 ${markdownText(now)} to render, on the base ${markdownText(then)}`;
}

/** `3 new, 2 changed, 1 removed`. */
function kindWords(renders: readonly RenderDifference[]): string {
  const groups = groupBy(renders, wordOf);
  return WORDS.flatMap((word) => {
    const list = groups.get(word);
    return list === undefined ? [] : [`${count(list.length)} ${word}`];
  }).join(', ');
}

function renamedRows(renders: readonly RenderDifference[]): Rows {
  const renamed = renders.filter((render) => wordOf(render) === 'renamed');
  return {
    head: [`<details><summary>${plural(renamed.length, 'render')} renamed: the same request, no new clip</summary>`, ''],
    rows: renamed.map(({ before, id }) => `- ${markdownText(before?.render.id ?? '')} → ${markdownText(id)}`),
    more: (hidden) => `… and ${count(hidden)} more`,
    tail: ['', '</details>', ''],
  };
}

function partRows(name: 'model' | 'scene', parts: readonly Part[]): Rows {
  return {
    head: [
      ...(name === 'scene' ? [`<details${parts.length <= 12 ? ' open' : ''}><summary>${plural(parts.length, 'scene')}</summary>`, ''] : []),
      tableRow(name, 'what', 'on the base', 'now'),
      '| :-- | :-- | --: | --: |',
    ],
    rows: parts.map((part) =>
      tableRow(
        markdownText(part.name),
        markdownText(kindWords(part.renders)),
        markdownText(money(part.before)),
        markdownText(money(part.after)),
      ),
    ),
    more: (hidden) => `… and ${plural(hidden, `more ${name}`)}`,
    tail: name === 'scene' ? ['', '</details>'] : [''],
  };
}
