/** A name that identifies one result of a render. */
import type { Item } from '../model/review.ts';
import { STATE_WORDS } from '../model/words.ts';
import { review } from './page.ts';

export const resultName = ({ key, render: { state } }: Item): string =>
  key.endsWith('~base') ? `on ${review.data.base}` : STATE_WORDS[state];
