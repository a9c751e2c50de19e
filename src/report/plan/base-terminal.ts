/** `plan --base` on a terminal: the changes of a branch against its base, money first. */
import type { BaseDifference, Part } from '../../plan/compare/with-base.ts';
import { changedOf, costWords, kindWords, namesOf, renamesOf } from './base-words.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { changeClusters } from './plan-groups.ts';
import { changeLines } from './plan-submits.ts';
import { cells, columns, paint, type Terminal, wrap } from '../text/terminal.ts';
import { foldTo, money, plural, priceDates } from '../text/format.ts';

const CLUSTERS_SHOWN = 12;
const LISTED = 12;

/** @param base as people typed it. */
export function baseTerminal(difference: BaseDifference, base: string, terminal: Terminal): string {
  const c = paint(terminal);
  if (difference.empty)
    return sealed(`No difference from ${terminalLine(base)}: no new clip and no cost.\n`);
  const { renders, models, scenes, after } = difference;
  const dates = priceDates(after);
  const clusters = changeClusters(changedOf(renders), ({ changes }) => changes);
  const nameOf = namesOf(renders);
  const renamed = renamesOf(renders, c.dim('->'));
  const more = (hidden: number, what: string): string[] =>
    hidden > 0 ? [c.dim(`  … and ${plural(hidden, `more ${what}`)}`)] : [];
  const lines = [
    c.bold(wrap(costWords(difference), terminal.width)),
    wrap(`${kindWords(renders)}${dates === undefined ? '' : ` · ${dates}`}`, terminal.width),
    '',
    ...partLines('model', models, terminal),
    ...clusters
      .slice(0, CLUSTERS_SHOWN)
      .flatMap(({ items, changes, otherPlaces }) => [
        `  ${foldTo(items.map(nameOf), terminal.width - 2)}`,
        ...changes.flatMap((change, index) =>
          changeLines(change, otherPlaces[index] ?? 0, terminal),
        ),
      ]),
    ...more(clusters.length - CLUSTERS_SHOWN, 'change'),
    ...(clusters.length === 0 ? [] : ['']),
    ...renamed.slice(0, LISTED).map((names) => `  ${names}`),
    ...more(renamed.length - LISTED, 'renamed render'),
    ...(renamed.length === 0 ? [] : ['']),
    ...partLines('scene', scenes.slice(0, LISTED), terminal),
    ...(scenes.length > LISTED ? [...more(scenes.length - LISTED, 'scene'), ''] : []),
  ];
  return sealed(`${lines.slice(0, -1).join('\n')}\n`);
}

/** A table; if it does not fit, the action is below each name. */
function partLines(name: 'model' | 'scene', parts: readonly Part[], terminal: Terminal): string[] {
  const c = paint(terminal);
  const rows = parts.map((part) => [
    part.name,
    kindWords(part.renders),
    money(part.before),
    money(part.after),
  ]);
  const [head = '', ...lines] = columns(
    [[name, 'what', 'on the base', 'now'], ...rows],
    [{}, {}, { align: 'right' }, { align: 'right' }],
  );
  if (lines.every((line) => cells(line) <= terminal.width)) return [c.dim(head), ...lines, ''];
  return [
    ...rows.flatMap(([one = '', what = '', before = '', now = '']) => [
      one,
      `  ${wrap(`${what} · ${now}, on the base ${before}`, terminal.width, '  ')}`,
    ]),
    '',
  ];
}
