/** Tasks that cost more than estimated: the same sentence on the screen and on GitHub. */
import type { AboveEstimate } from '../../run/limits/cap.ts';
import { plural, usd } from '../text/format.ts';

export const aboveEstimateWords = ({ tasks, charged, estimated, models }: AboveEstimate): string =>
  `${plural(tasks, 'task')} cost more than estimated: ${usd(charged)} instead of ${usd(estimated)} (${models.join(', ')})`;
