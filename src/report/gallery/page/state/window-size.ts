/** The window, as far as layout needs it. */
import { signal } from '@preact/signals';

const NARROW = 700;

export const isNarrow = signal(innerWidth < NARROW);
export const windowWidth = signal(innerWidth);

addEventListener('resize', () => {
  isNarrow.value = innerWidth < NARROW;
  windowWidth.value = innerWidth;
});

/** The reader asks for less motion: nothing plays by itself. */
export const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
