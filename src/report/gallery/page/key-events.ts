/** What a key is meant for, besides its name. */

/**
 * A key of the browser or of the system. `[` and other signs are typed with AltGr on many
 * keyboards, which some systems report as Ctrl with Alt, or as Alt alone.
 */
export function isForBrowser({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  if (metaKey) return true;
  const isSign = key.length === 1 && !/[\p{L}\p{N}\s]/u.test(key);
  return isSign ? ctrlKey && !altKey : ctrlKey || altKey;
}

/** What has the focus was clicked. `:focus-visible` forgets it at the next key. */
let isClicked = false;
addEventListener(
  'pointerdown',
  () => {
    isClicked = true;
  },
  { capture: true },
);
addEventListener(
  'keydown',
  ({ key }) => {
    if (key === 'Tab') isClicked = false;
  },
  { capture: true },
);

/** Whether the element was focused by keyboard: then its own keys work as everywhere. */
export const hasKeyboard = (target: EventTarget | null, selector: string): boolean =>
  !isClicked && target instanceof Element && target.matches(selector);
