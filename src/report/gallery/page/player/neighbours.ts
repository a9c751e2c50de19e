/** From the clip in the player to the next take, model or scene, among what the filters show. */
import type { Item } from '../model/review.ts';
import { itemShown } from '../matrix/take-shown.ts';
import { takesOf } from '../matrix/layout.ts';
import { rowOf } from '../state/rows.ts';
import { shownColumns, shownRows } from '../state/view.ts';

export type Direction = 'take' | 'model' | 'scene';

/** `by`: 1 or -1. */
export function neighbour(item: Item, direction: Direction, by: 1 | -1): Item | undefined {
  const row = rowOf(item);
  if (row === undefined) return undefined;
  switch (direction) {
    case 'take': {
      const takes = takesOf(row, item.column);
      return takes[takes.indexOf(item) + by];
    }
    case 'model': {
      const columns = shownColumns.value.filter((column) => takesOf(row, column).length > 0);
      const column = columns[columns.indexOf(item.column) + by];
      return column === undefined ? undefined : itemShown(row, column, takesOf(row, column));
    }
    case 'scene': {
      const rows = shownRows.value;
      const next = rows[rows.indexOf(row) + by];
      if (next === undefined) return undefined;
      const columns = shownColumns.value.filter((column) => takesOf(next, column).length > 0);
      const column = columns.includes(item.column) ? item.column : columns[0];
      return column === undefined ? undefined : itemShown(next, column, takesOf(next, column));
    }
  }
}
