/** The window, as far as layout needs it. */
import { signal } from '@preact/signals';

const NARROW = 700;

export const isNarrow = signal(innerWidth < NARROW);
export const windowWidth = signal(innerWidth);
export const windowHeight = signal(innerHeight);
/** On paper every scene and every model is seen. */
export const isPrinting = signal(false);

addEventListener('resize', () => {
  isNarrow.value = innerWidth < NARROW;
  windowWidth.value = innerWidth;
  windowHeight.value = innerHeight;
});
addEventListener('beforeprint', () => {
  isPrinting.value = true;
});
addEventListener('afterprint', () => {
  isPrinting.value = false;
});

/** The reader asks for less motion: nothing plays automatically. */
export const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
