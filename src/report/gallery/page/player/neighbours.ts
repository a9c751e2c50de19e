/** From the clip in the player to the next take, model or scene, among what the filters show. */
import type { Item, Row } from '../model/review.ts';
import { sortRows } from '../model/sort.ts';
import { itemShown } from '../matrix/take-shown.ts';
import { takesOf } from '../matrix/layout.ts';
import { rowOf } from '../state/rows.ts';
import { review } from '../state/page.ts';
import { descending, shownColumns, shownRows, sort } from '../state/view.ts';

export type Direction = 'take' | 'model' | 'scene';

/** The nearest one after or before a place, which may be filtered out by now. Ascending. */
const nextOf = <One>(
  all: readonly One[],
  by: 1 | -1,
  distance: (one: One) => number,
): One | undefined =>
  by > 0 ? all.find((one) => distance(one) > 0) : all.findLast((one) => distance(one) < 0);

function nextRow(row: Row, by: 1 | -1): Row | undefined {
  const rows = shownRows.value;
  const at = rows.indexOf(row);
  if (at >= 0) return rows[at + by];
  // Decided about, and with that filtered out: from where it was.
  const all = sortRows(review.rows, sort.value, descending.value, new Set(review.items));
  const shown = new Set(rows);
  for (let next = all.indexOf(row) + by; ; next += by) {
    const one = all[next];
    if (one === undefined || shown.has(one)) return one;
  }
}

/** `by`: 1 or -1. */
export function neighbour(item: Item, direction: Direction, by: 1 | -1): Item | undefined {
  const row = rowOf(item);
  if (row === undefined) return undefined;
  switch (direction) {
    case 'take': {
      const takes = takesOf(row, item.column);
      return nextOf(takes, by, ({ render }) => render.take - item.render.take);
    }
    case 'model': {
      const columns = shownColumns.value.filter((column) => takesOf(row, column).length > 0);
      const column = nextOf(columns, by, (one) => one - item.column);
      return column === undefined ? undefined : itemShown(row, column, takesOf(row, column));
    }
    case 'scene': {
      const next = nextRow(row, by);
      if (next === undefined) return undefined;
      const columns = shownColumns.value.filter((column) => takesOf(next, column).length > 0);
      const column = columns.includes(item.column) ? item.column : columns[0];
      return column === undefined ? undefined : itemShown(next, column, takesOf(next, column));
    }
  }
}
