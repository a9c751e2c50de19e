/** The sizes of the matrix, in CSS pixels: known before anything is drawn. */
import { computed, signal } from '@preact/signals';
import type { Item, Row, Shape } from '../model/review.ts';
import type { Size } from '../model/view.ts';
import { offsetsOf } from '../model/visible-range.ts';
import { review } from '../state/page.ts';
import { shownColumns, shownItems, shownRows, size } from '../state/view.ts';
import { isPrinting, windowWidth } from '../state/window-size.ts';

const COLUMN_WIDTHS: Readonly<Record<Size, number>> = { s: 176, m: 256, l: 384 };
/** How far columns give or take so that all of them are seen at once. */
const GIVE = 0.25;
/** A sheet of paper, landscape, and the names of the scenes on it. */
const PAPER_WIDTH = 1040;
const PAPER_SCENE_WIDTH = 170;
const CELL_PADDING = 8;
const FACTS_HEIGHT = 34;
const TAKES_HEIGHT = 38;
export const HEADER_HEIGHT = 52;

/** Of the part that scrolls, without its scroll bar. */
export const matrixWidth = signal(innerWidth);
export const sceneWidth = computed(() => {
  if (isPrinting.value) return PAPER_SCENE_WIDTH;
  return windowWidth.value < 1100 ? 184 : 264;
});
export const columnWidth = computed(() => {
  if (isPrinting.value)
    return Math.floor((PAPER_WIDTH - PAPER_SCENE_WIDTH) / Math.max(1, shownColumns.value.length));
  const wanted = COLUMN_WIDTHS[size.value];
  // All columns, not those that the filters leave: clips stay as large as they are.
  const fitting = (matrixWidth.value - sceneWidth.value) / Math.max(1, review.columns.length);
  return Math.floor(Math.max(wanted * (1 - GIVE), Math.min(wanted * (1 + GIVE), fitting)));
});

const SHAPES: Readonly<Record<Shape, number>> = { wide: 9 / 16, square: 0.85, tall: 1.15 };

/** Height of a frame by its width: the shape that most clips of the row have, within limits. */
export const frameHeight = ({ shape }: Row, width: number): number =>
  Math.round(width * SHAPES[shape]);

/** Number of whole lines of the text that replaces a picture, below its state and its overlays. */
export const blankLines = (frame: number): number =>
  Math.max(1, Math.min(4, Math.floor((frame - BLANK_HEAD) / BLANK_LINE)));
const BLANK_HEAD = 58;
const BLANK_LINE = 17.5;

const NONE: readonly Item[] = [];

/** The takes that the filters show. If they show all: the same list, so the cell is not redrawn. */
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
