/** Clips that were here when the page was written, and that this browser does not find. */
import { signal } from '@preact/signals';
import type { Item } from '../model/review.ts';

export const gone = signal<ReadonlySet<Item>>(new Set());

export const isGone = (item: Item): boolean => gone.value.has(item);

export function markGone(item: Item): void {
  if (!gone.value.has(item)) gone.value = new Set([...gone.value, item]);
}
