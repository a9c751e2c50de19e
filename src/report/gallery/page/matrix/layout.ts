/** The sizes of the matrix, in CSS pixels: known before anything is drawn. */
import { computed } from '@preact/signals';
import type { Item, Row, Shape } from '../model/review.ts';
import type { Size } from '../model/view.ts';
import { offsetsOf } from '../model/visible-range.ts';
import { shownColumns, shownItems, shownRows, size } from '../state/view.ts';
import { windowWidth } from '../state/window-size.ts';

const COLUMN_WIDTHS: Readonly<Record<Size, number>> = { s: 176, m: 256, l: 384 };
const CELL_PADDING = 8;
const FACTS_HEIGHT = 34;
const TAKES_HEIGHT = 38;
export const HEADER_HEIGHT = 52;

export const columnWidth = computed(() => COLUMN_WIDTHS[size.value]);
export const sceneWidth = computed(() => (windowWidth.value < 1100 ? 184 : 264));

const SHAPES: Readonly<Record<Shape, number>> = { wide: 9 / 16, square: 0.85, tall: 1.15 };

/** Height of a frame by its width: the shape that most clips of the row have, within limits. */
export const frameHeight = ({ shape }: Row, width: number): number =>
  Math.round(width * SHAPES[shape]);

const NONE: readonly Item[] = [];

/** The takes that the filters show. While they show all, it is one list: its cell stays as it is. */
export function takesOf(row: Row, column: number): readonly Item[] {
  const takes = row.cells.get(column) ?? NONE;
  const items = shownItems.value;
  return takes.every((item) => items.has(item)) ? takes : takes.filter((item) => items.has(item));
}

export interface RowLayout {
  readonly row: Row;
  readonly frame: number;
  readonly height: number;
}

/** As a row was laid out last: one that stays as it was is not drawn again. */
const lastLayouts = new WeakMap<Row, RowLayout>();

export const rowLayouts = computed((): readonly RowLayout[] => {
  const width = columnWidth.value - 2 * CELL_PADDING;
  return shownRows.value.map((row) => {
    const frame = frameHeight(row, width);
    const hasTakes = [...row.cells].some(
      ([column, takes]) => takes.length > 1 && takesOf(row, column).length > 1,
    );
    const height = 2 * CELL_PADDING + frame + FACTS_HEIGHT + (hasTakes ? TAKES_HEIGHT : 0);
    const last = lastLayouts.get(row);
    if (last?.height === height && last.frame === frame) return last;
    const layout = { row, frame, height };
    lastLayouts.set(row, layout);
    return layout;
  });
});

export const rowOffsets = computed(() => offsetsOf(rowLayouts.value.map(({ height }) => height)));
export const columnOffsets = computed(() =>
  offsetsOf(shownColumns.value.map(() => columnWidth.value)),
);
