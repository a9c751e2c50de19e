/** The facets beside the matrix, each value with the number of renders that it would show. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { type Facet, FACETS, valuesOf } from '../model/facets.ts';
import { PAGE_CHANGES, PAGE_MARKS, PAGE_STATES } from '../../page-data.ts';
import { valueWord } from '../model/words.ts';
import { decidedOf } from '../state/decisions.ts';
import { review } from '../state/page.ts';
import { chosen, clearFilters, facetCounts, isFiltered, toggle } from '../state/view.ts';

/** Wide windows begin with them. */
export const areFiltersOpen = signal(innerWidth >= 1280);

const HEADINGS: Readonly<Record<Facet, string>> = {
  change: review.data.base === undefined ? 'Change' : `Since ${review.data.base}`,
  state: 'State',
  model: 'Model',
  tag: 'Tag',
  ratio: 'Ratio',
  sound: 'Sound',
  pick: 'Decision',
};
const PICK_ORDER = ['picked', 'rejected', 'starred', 'noted', 'undecided'];
/** So many values are shown of a facet; others are found by the search. */
const MOST_VALUES = 24;

/** Every value of a facet on this page, in a fixed order: a filter that is on stays in its place. */
const VALUES = Object.fromEntries(
  FACETS.map((facet) => [facet, valuesOnPage(facet)]),
) as unknown as Readonly<Record<Facet, readonly string[]>>;

function valuesOnPage(facet: Facet): readonly string[] {
  if (facet === 'pick') return PICK_ORDER;
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

export function Facets(): JSX.Element {
  return (
    <aside class="facets" aria-label="Filters">
      {FACETS.map((facet) => (
        <FacetGroup facet={facet} key={facet} />
      ))}
      {isFiltered.value ? (
        <button type="button" class="quiet" onClick={clearFilters}>
          Clear filters
        </button>
      ) : null}
    </aside>
  );
}

function FacetGroup({ facet }: { readonly facet: Facet }): JSX.Element | null {
  const values = VALUES[facet];
  const on = chosen.value[facet] ?? [];
  // What all renders have is no choice.
  if (values.length < (facet === 'tag' || facet === 'change' ? 1 : 2) && on.length === 0)
    return null;
  return (
    <fieldset>
      <legend>{HEADINGS[facet]}</legend>
      {values.slice(0, MOST_VALUES).map((value) => {
        const count = facetCounts.value[facet].get(value) ?? 0;
        const isOn = on.includes(value);
        return (
          <label class="facet" key={value} data-none={count === 0 && !isOn ? '' : undefined}>
            <input type="checkbox" checked={isOn} onChange={() => toggle(facet, value)} />
            <bdi>{facet === 'change' ? value : valueWord(value)}</bdi>
            <span class="count">{count}</span>
          </label>
        );
      })}
      {values.length > MOST_VALUES ? (
        <p class="more">{values.length - MOST_VALUES} more: use the search</p>
      ) : null}
    </fieldset>
  );
}
