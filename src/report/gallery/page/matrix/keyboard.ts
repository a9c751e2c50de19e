/**
 * The matrix by keyboard: one cell takes part in the tab order, arrows go from cell to cell, also
 * to those that are not in the document yet.
 */
import { signal } from '@preact/signals';
import type { Item } from '../model/review.ts';
import { rowOf } from '../state/rows.ts';
import { shownColumns } from '../state/view.ts';
import {
  columnOffsets,
  columnWidth,
  HEADER_HEIGHT,
  rowLayouts,
  rowOffsets,
  sceneWidth,
  takesOf,
} from './layout.ts';
import { showScene } from './shown-scene.ts';

interface Place {
  readonly row: number;
  /** Among the columns that are shown. */
  readonly column: number;
}

const asked = signal<Place>({ row: 0, column: 0 });

/** The first focus of the keyboard: the cell that had it last, or the nearest cell with content. */
export const focusedCell = {
  get value(): Place {
    const row = Math.max(0, Math.min(asked.value.row, rowLayouts.value.length - 1));
    const column = Math.max(0, Math.min(asked.value.column, shownColumns.value.length - 1));
    return hasItem(row, column) ? { row, column } : (nextInRow(row, -1, 1) ?? { row, column });
  },
};

export function moveFocus(event: KeyboardEvent, box: HTMLElement): void {
  const target = moving ? asked.value : placeOf(event.target);
  if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = step(event.key, target);
  if (next === undefined) return;
  event.preventDefault();
  goTo(next, box);
}

/** The clip that the player showed last. */
export function focusItem(item: Item): void {
  const box = document.querySelector<HTMLElement>('.matrix');
  const row = rowLayouts.value.findIndex((layout) => layout.row.index === item.render.scene);
  const column = shownColumns.value.indexOf(item.column);
  if (box !== null && row >= 0 && column >= 0) goTo({ row, column }, box);
  else focusInScene(item);
}

/** In a narrow window: its scene is shown, swiped to its model. */
function focusInScene(item: Item): void {
  const row = rowOf(item);
  const takes = row === undefined ? [] : takesOf(row, item.column);
  if (takes.length > 0) showScene(row);
  const keys = new Set(takes.map(({ key }) => key));
  afterDrawing(() => {
    const frames = [...document.querySelectorAll<HTMLElement>('.frame')];
    (frames.find(({ dataset }) => keys.has(dataset['key'] ?? '')) ?? frames[0])?.focus();
  });
}

/** To the cell where the keyboard enters: from the search, or when what had the focus is gone. */
export function enterGrid(): void {
  const box = document.querySelector<HTMLElement>('.matrix');
  if (box !== null && rowLayouts.value.length > 0) goTo(focusedCell.value, box);
  else afterDrawing(() => document.querySelector<HTMLElement>('.frame')?.focus());
}

/** A cell is being added to the document: a key that is pressed meanwhile continues from there. */
let moving = false;

function goTo(place: Place, box: HTMLElement): void {
  asked.value = place;
  reveal(place, box);
  moving = true;
  afterDrawing(() => {
    moving = false;
    frameAt(asked.value, box)?.focus({ preventScroll: true });
  });
}

/** After a scroll has brought the cell into the document. */
const afterDrawing = (work: () => void): void => {
  requestAnimationFrame(() => requestAnimationFrame(work));
};

function step(key: string, { row, column }: Place): Place | undefined {
  const last = rowLayouts.value.length - 1;
  switch (key) {
    case 'ArrowRight':
      return nextInRow(row, column, 1);
    case 'ArrowLeft':
      return nextInRow(row, column, -1);
    case 'ArrowDown':
      return nextInColumn(row, column, 1);
    case 'ArrowUp':
      return nextInColumn(row, column, -1);
    case 'PageDown':
      return nearestInRow(Math.min(last, row + 4), column);
    case 'PageUp':
      return nearestInRow(Math.max(0, row - 4), column);
    case 'Home':
      return nearestInRow(0, 0);
    case 'End':
      return nearestInRow(last, column);
    default:
      return undefined;
  }
}

const hasItem = (row: number, column: number): boolean => {
  const layout = rowLayouts.value[row];
  const index = shownColumns.value[column];
  return layout !== undefined && index !== undefined && takesOf(layout.row, index).length > 0;
};

function nextInRow(row: number, from: number, by: 1 | -1): Place | undefined {
  for (let column = from + by; column >= 0 && column < shownColumns.value.length; column += by)
    if (hasItem(row, column)) return { row, column };
  return undefined;
}

function nextInColumn(from: number, column: number, by: 1 | -1): Place | undefined {
  const row = from + by;
  return row < 0 || row >= rowLayouts.value.length ? undefined : nearestInRow(row, column);
}

function nearestInRow(row: number, column: number): Place | undefined {
  for (let off = 0; off < shownColumns.value.length; off += 1)
    for (const at of [column - off, column + off]) if (hasItem(row, at)) return { row, column: at };
  return undefined;
}

/** The cell that holds an element, from its place in the grid. */
function placeOf(target: EventTarget | null): Place | undefined {
  if (!(target instanceof HTMLElement)) return undefined;
  const cell = target.closest('[role=gridcell]');
  const row = cell?.closest('[role=row]');
  if (cell === null || row === null || row === undefined) return undefined;
  return {
    row: Number(row.getAttribute('aria-rowindex')) - 2,
    column: Number(cell?.getAttribute('aria-colindex')) - 2,
  };
}

const frameAt = ({ row, column }: Place, box: HTMLElement): HTMLElement | null =>
  box.querySelector<HTMLElement>(
    `[role=row][aria-rowindex="${row + 2}"] [role=gridcell][aria-colindex="${column + 2}"] .frame`,
  );

function reveal({ row, column }: Place, box: HTMLElement): void {
  const top = rowOffsets.value[row] ?? 0;
  const bottom = rowOffsets.value[row + 1] ?? top;
  const height = box.clientHeight - HEADER_HEIGHT;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + height) box.scrollTop = bottom - height;
  const left = columnOffsets.value[column] ?? 0;
  const right = left + columnWidth.value;
  const width = box.clientWidth - sceneWidth.value;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (right > box.scrollLeft + width) box.scrollLeft = right - width;
}

/** The keyboard continues from what the pointer has focused. */
export function focusPlace(target: EventTarget | null): void {
  const place = placeOf(target);
  if (place !== undefined) asked.value = place;
}
