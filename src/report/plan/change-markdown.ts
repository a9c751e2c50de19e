/**
 * One changed field of a request on a Markdown page: words left and came, with the line that forces
 * it.
 */
import { spanOf } from '../../diagnostic.ts';
import type { FieldChange } from '../../plan/plan.ts';
import type { Json } from '../../scene.ts';
import { blobLine, type BlobOptions } from '../text/blob-link.ts';
import { markdownCode, markdownText, safeJson } from '../text/escape.ts';
import { rowOfEach, type Rows } from '../text/markdown-page.ts';
import { type ChangeCluster, proseOf } from './plan-groups.ts';
import { fold, plural, shortened } from '../text/format.ts';
import { nearChanges, wordDiff } from '../text/word-diff.ts';

const IDS_SHOWN = 4;
const FIELDS_SHOWN = 6;
const MOST_TEXT = 400;
const MOST_VALUE = 120;

/**
 * A list item per edit: whose renders it changes, and each field below. `aside`: what else is to be
 * said of them, such as money.
 */
export function changeRows<Item>(
  clusters: readonly ChangeCluster<Item>[],
  idOf: (item: Item) => string,
  aside: (items: readonly Item[]) => string,
  options: BlobOptions,
): Rows {
  return {
    head: ['**What changed**', ''],
    rows: rowOfEach(clusters, ({ items, changes, otherPlaces }) => {
      const fields = changes
        .slice(0, FIELDS_SHOWN)
        .map((change, index) => changeMarkdown(change, otherPlaces[index] ?? 0, options));
      const rest =
        changes.length > FIELDS_SHOWN
          ? [`… and ${plural(changes.length - FIELDS_SHOWN, 'more field')}`]
          : [];
      const whose = markdownText(fold(items.map(idOf), IDS_SHOWN));
      return [
        `- ${whose} · ${markdownText(aside(items))}`,
        ...[...fields, ...rest].map((field) => `  - ${field}`),
      ].join('\n');
    }),
    more: (hidden) => `… and ${plural(hidden, 'more change')}`,
    tail: [''],
  };
}

/** @param otherPlaces how many other lines force the same change for other renders. */
function changeMarkdown(change: FieldChange, otherPlaces: number, options: BlobOptions): string {
  const { path, old, new: fresh, place } = change;
  const texts = proseOf(change);
  const span = spanOf(place);
  const others = otherPlaces > 0 ? ` and ${plural(otherPlaces, 'more line')}` : '';
  const where = blobLine(`${span.file}:${span.line}`, span, options);
  return `${markdownCode(path)} ${texts !== undefined ? prose(...texts) : `${value(old)} → ${value(fresh)}${change.isDefault === true ? ' (the default)' : ''}`} <sub>${where}${others}</sub>`;
}

const TAGS = { same: ['', ''], old: ['<del>', '</del>'], new: ['<ins>', '</ins>'] } as const;

const prose = (old: string, fresh: string): string =>
  nearChanges(wordDiff(old, fresh))
    .map(({ kind, text }) => `${TAGS[kind][0]}${clippedText(text)}${TAGS[kind][1]}`)
    .join('');

function value(json: Json | undefined): string {
  if (json === undefined) return '<em>not set</em>';
  const text = safeJson(json);
  return markdownCode(shortened(text, MOST_VALUE));
}

/** Escaped, and cut where it would fill the page. */
export const clippedText = (text: string): string => markdownText(shortened(text, MOST_TEXT));
