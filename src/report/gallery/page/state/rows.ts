/** The row of an item. */
import type { Item, Row } from '../model/review.ts';
import { review } from './page.ts';

const byScene = new Map(review.rows.map((row) => [row.index, row]));

export const rowOf = (item: Item): Row | undefined => byScene.get(item.render.scene);
