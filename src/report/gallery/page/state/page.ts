/** The data of this page, read once. */
import type { PageData } from '../../page-data.ts';
import { reviewOf } from '../model/review.ts';

const written = document.getElementById('data')?.textContent ?? '';
export const review = reviewOf(JSON.parse(written) as PageData);
