/**
 * `plan --base`: the changes of a branch against its base, for a pull request: money first, silent
 * when nothing is different.
 */
import type { BaseDifference, Part, RenderDifference } from '../../plan/compare/with-base.ts';
import { changedOf, costWords, kindWords, namesOf, renamesOf } from './base-words.ts';
import { changeRows } from './change-markdown.ts';
import { markdownText } from '../text/escape.ts';
import { boundedPage, rowOfEach, type Rows, tableRow } from '../text/markdown-page.ts';
import { changeClusters } from './plan-groups.ts';
import { COMMENT_BYTES, type MarkdownOptions } from './plan-markdown.ts';
import { count, money, plural, priceDates } from '../text/format.ts';

/** `undefined` if the branch changes nothing: then a comment would be noise. */
export function baseMarkdown(
  difference: BaseDifference,
  options: MarkdownOptions = {},
): string | undefined {
  if (difference.empty) return undefined;
  const { after, renders } = difference;
  const dates = priceDates(after);
  const changed = changedOf(renders);
  return boundedPage(
    [
      `### 🎬 ${markdownText(costWords(difference))}`,
      '',
      `${markdownText(kindWords(renders))}${dates === undefined ? '' : ` · ${markdownText(dates)}`}`,
      '',
      partRows('model', difference.models),
      changeRows(
        changeClusters(changed, ({ changes }) => changes),
        namesOf(renders),
        (items) => plural(items.length, 'render'),
        options,
      ),
      renamedRows(renders),
      partRows('scene', difference.scenes),
    ],
    options.limitBytes ?? COMMENT_BYTES,
  );
}

function renamedRows(renders: readonly RenderDifference[]): Rows {
  const renamed = renamesOf(renders, '→');
  return {
    head: [
      `<details><summary>${plural(renamed.length, 'render')} renamed: the same request, no new clip</summary>`,
      '',
    ],
    rows: rowOfEach(renamed, (names) => `- ${markdownText(names)}`),
    more: (hidden) => `… and ${count(hidden)} more`,
    tail: ['', '</details>', ''],
  };
}

function partRows(name: 'model' | 'scene', parts: readonly Part[]): Rows {
  return {
    head: [
      ...(name === 'scene'
        ? [
            `<details${parts.length <= 12 ? ' open' : ''}><summary>${plural(parts.length, 'scene')}</summary>`,
            '',
          ]
        : []),
      tableRow(name, 'what', 'on the base', 'now'),
      '| :-- | :-- | --: | --: |',
    ],
    rows: rowOfEach(parts, (part) =>
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
