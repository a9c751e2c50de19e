/** Clips that were here when the page was written, and that this browser does not find or play. */
import { signal } from '@preact/signals';
import type { Item } from '../model/review.ts';

/** `silent`: the browser does not say which of the two it is. */
export type Trouble = 'missing' | 'not playable' | 'silent';

export const gone = signal<ReadonlyMap<Item, Trouble>>(new Map());

export const isGone = (item: Item): boolean => gone.value.has(item);

/** `error`: of the `<video>` that could not show it. */
export function markGone(item: Item, error: MediaError | null): void {
  if (!gone.value.has(item)) gone.value = new Map([...gone.value, [item, kindOf(error)]]);
}

/**
 * Browsers use one code for a missing file and for a file that is not a video. The message, which
 * differs between browsers, may tell them apart.
 */
function kindOf(error: MediaError | null): Trouble {
  if (error?.code === MediaError.MEDIA_ERR_DECODE) return 'not playable';
  const message = error?.message ?? '';
  if (/MEDIA_ELEMENT_ERROR|404|not found/i.test(message)) return 'missing';
  return /demuxer|decoder/i.test(message) ? 'not playable' : 'silent';
}

/**
 * In place of the state of a render whose clip cannot be seen. A damaged file does not play: it is
 * here, and its state says what it is.
 */
export function troubleOf(item: Item): string | undefined {
  const trouble = item.render.state === 'damaged' ? undefined : gone.value.get(item);
  return trouble === 'silent' ? 'missing' : trouble;
}

/** In words: what is wrong with the clip at this path. */
export function goneWords(trouble: Trouble, path: string): string {
  switch (trouble) {
    case 'missing':
      return `Not beside this page: ${path}`;
    case 'not playable':
      return `This browser cannot play it: ${path}`;
    case 'silent':
      return `Not beside this page, or not a video that this browser plays: ${path}`;
  }
}
