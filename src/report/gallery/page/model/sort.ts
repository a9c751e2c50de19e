/** The order of the rows: by the totals of the shown renders of a scene. */
import type { Item, Row } from './review.ts';

export const SORTS = ['scene', 'name', 'cost', 'time', 'length'] as const;
export type Sort = (typeof SORTS)[number];

/** `scene`: manifest order. Costs add up, times and lengths are the greatest. Stable. */
export function sortRows(
  rows: readonly Row[],
  sort: Sort,
  descending: boolean,
  shown: ReadonlySet<Item>,
): readonly Row[] {
  const direction = descending ? -1 : 1;
  if (sort === 'scene') return descending ? rows.toReversed() : rows;
  if (sort === 'name')
    return rows.toSorted(
      (a, b) => direction * a.scene.id.localeCompare(b.scene.id, undefined, { numeric: true }),
    );
  const values = new Map(rows.map((row) => [row, valueOf(row, sort, shown)]));
  return rows.toSorted((a, b) => {
    const [x, y] = [values.get(a), values.get(b)];
    // Items without a value come last in both directions.
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined);
    return direction * (x - y);
  });
}

function valueOf(row: Row, sort: Sort, shown: ReadonlySet<Item>): number | undefined {
  const items = row.items.filter((item) => shown.has(item));
  const values = items.flatMap(({ render }) => {
    const value =
      sort === 'cost'
        ? render.cost?.usd
        : sort === 'length'
          ? render.clip?.seconds
          : Date.parse(render.completedAt ?? render.submittedAt ?? '');
    return value === undefined || Number.isNaN(value) ? [] : [value];
  });
  if (values.length === 0) return undefined;
  return sort === 'cost' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
}
