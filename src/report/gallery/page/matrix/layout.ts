/** The sizes of the matrix, in CSS pixels: known before anything is drawn. */
import { computed } from '@preact/signals';
import type { Item, Row } from '../model/review.ts';
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

/** Height of a frame by its width: the shape that most clips of the row have, within limits. */
export function frameHeight(row: Row, width: number): number {
  let [wide, square, tall] = [0, 0, 0];
  for (const { render } of row.items) {
    if (render.clip === undefined) continue;
    const ratio = render.clip.width / render.clip.height;
    if (ratio > 1.15) wide += 1;
    else if (ratio < 0.87) tall += 1;
    else square += 1;
  }
  const shape = tall > wide && tall >= square ? 1.15 : square > wide ? 0.85 : 9 / 16;
  return Math.round(width * shape);
}

export const takesOf = (row: Row, column: number): readonly Item[] =>
  (row.cells.get(column) ?? []).filter((item) => shownItems.value.has(item));

export interface RowLayout {
  readonly row: Row;
  readonly frame: number;
  readonly hasTakes: boolean;
  readonly height: number;
}

export const rowLayouts = computed((): readonly RowLayout[] => {
  const width = columnWidth.value - 2 * CELL_PADDING;
  return shownRows.value.map((row) => {
    const frame = frameHeight(row, width);
    const hasTakes = shownColumns.value.some((column) => takesOf(row, column).length > 1);
    const height = 2 * CELL_PADDING + frame + FACTS_HEIGHT + (hasTakes ? TAKES_HEIGHT : 0);
    return { row, frame, hasTakes, height };
  });
});

export const rowOffsets = computed(() => offsetsOf(rowLayouts.value.map(({ height }) => height)));
export const columnOffsets = computed(() =>
  offsetsOf(shownColumns.value.map(() => columnWidth.value)),
);
