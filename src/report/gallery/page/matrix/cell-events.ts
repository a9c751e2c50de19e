/** Pointer and key actions on the clips of the grid: one listener of each kind for all cells. */
import type { Item } from '../model/review.ts';
import { review } from '../state/page.ts';
import { open, toggleCompared } from '../state/view.ts';
import { previewSoon } from './media.tsx';
import { showTake } from './take-shown.ts';

/** The element of a cell with this class that holds the target. */
const within = (target: EventTarget | null, name: string): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(`.${name}`) : null;

const itemIn = (element: HTMLElement | null): Item | undefined =>
  review.byKey.get(element?.dataset['key'] ?? '');

function click({ target }: MouseEvent): void {
  for (const [name, act] of [
    ['frame', open],
    ['choose', toggleCompared],
    ['take', showTake],
  ] as const) {
    const item = itemIn(within(target, name));
    if (item !== undefined) act(item);
  }
}

/**
 * `from`: what the pointer or the focus comes from, or goes to: nothing changes inside of a frame.
 */
function look(target: EventTarget | null, from: EventTarget | null, isThere: boolean): void {
  const frame = within(target, 'frame');
  if (frame !== null && within(from, 'frame') !== frame)
    previewSoon(isThere ? itemIn(frame) : undefined);
}

/** Of the element that holds all cells. */
export const cellEvents = {
  onClick: click,
  onKeyDown: ({ key, target, ctrlKey, metaKey }: KeyboardEvent): void => {
    const item = itemIn(within(target, 'frame'));
    if (key.toLowerCase() === 'c' && !ctrlKey && !metaKey && item !== undefined)
      toggleCompared(item);
  },
  onPointerOver: ({ target, relatedTarget, pointerType }: PointerEvent): void => {
    if (pointerType === 'mouse') look(target, relatedTarget, true);
  },
  onPointerOut: ({ target, relatedTarget }: PointerEvent): void =>
    look(target, relatedTarget, false),
  onFocusIn: ({ target }: FocusEvent): void => look(target, null, true),
  onFocusOut: ({ target }: FocusEvent): void => look(target, null, false),
} as const;
