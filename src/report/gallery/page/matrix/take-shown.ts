/** Which take of a scene and model a cell shows. */
import { signal } from '@preact/signals';
import type { Item, Row } from '../model/review.ts';
import { decisionOf } from '../state/decisions.ts';

/** By cell, where it is not the take that the cell would choose itself. */
const chosen = signal<ReadonlyMap<string, Item>>(new Map());

const cellKey = (scene: number, column: number): string => `${scene}/${column}`;

export function showTake(item: Item): void {
  chosen.value = new Map(chosen.value).set(cellKey(item.render.scene, item.column), item);
}

/** The pick; else the first take with a clip; else the first. */
export function itemShown(row: Row, column: number, takes: readonly Item[]): Item | undefined {
  const [first] = takes;
  if (takes.length < 2) return first;
  const asked = chosen.value.get(cellKey(row.index, column));
  if (asked !== undefined && takes.includes(asked)) return asked;
  return (
    takes.find((item) => decisionOf(item)?.pick === true) ??
    takes.find(({ render }) => render.clip !== undefined) ??
    first
  );
}
