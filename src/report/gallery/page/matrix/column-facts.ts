/** The facts in the head of a column. */
import { review } from '../state/page.ts';

/** `apimart/kling-v3`; where manifests give one alias to several models, how many. */
export function columnModels(column: number): string {
  const { models = [] } = review.columns[column] ?? {};
  return models.length === 1 ? (models[0] ?? '') : `${models.length} models`;
}
