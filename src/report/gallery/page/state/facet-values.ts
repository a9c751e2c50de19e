/**
 * Every value of a facet on this page, in a fixed order: a filter that is on stays in its place.
 */
import { PAGE_CHANGES, PAGE_MARKS, PAGE_STATES } from '../../page-data.ts';
import { type Facet, FACETS, PICK_VALUES, valuesOf } from '../model/facets.ts';
import { decidedOf } from './decisions.ts';
import { review } from './page.ts';

export const VALUES = Object.fromEntries(
  FACETS.map((facet) => [facet, valuesOnPage(facet)]),
) as unknown as Readonly<Record<Facet, readonly string[]>>;

function valuesOnPage(facet: Facet): readonly string[] {
  if (facet === 'pick') return PICK_VALUES;
  const counts = new Map<string, number>();
  for (const item of review.items)
    for (const value of valuesOf(item, facet, decidedOf))
      counts.set(value, (counts.get(value) ?? 0) + 1);
  if (facet === 'state')
    return [...PAGE_STATES, ...PAGE_MARKS].filter((value) => counts.has(value));
  if (facet === 'change') return PAGE_CHANGES.filter((value) => counts.has(value));
  if (facet === 'model')
    return review.columns.map(({ alias }) => alias).filter((alias) => counts.has(alias));
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
}
