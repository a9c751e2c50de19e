/** The facets beside the matrix, each value with the number of renders that it would show. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { ClearFilters } from './ClearFilters.tsx';
import { type Facet, FACETS } from '../model/facets.ts';
import { CHANGE_WORDS, valueWord } from '../model/words.ts';
import { VALUES } from '../state/facet-values.ts';
import { review } from '../state/page.ts';
import { chosen, facetCounts, isFiltered, toggle } from '../state/view.ts';

/** Wide windows begin with them. */
export const areFiltersOpen = signal(innerWidth >= 1280);

const HEADINGS: Readonly<Record<Facet, string>> = {
  change: 'Since',
  state: 'State',
  model: 'Model',
  tag: 'Tag',
  ratio: 'Ratio',
  sound: 'Sound',
  pick: 'Decision',
};
/** So many values are shown of a facet; others are found by the search. */
const MOST_VALUES = 24;

export function Facets(): JSX.Element {
  return (
    <aside class="facets" aria-label="Filters">
      {FACETS.map((facet) => (
        <FacetGroup facet={facet} key={facet} />
      ))}
      {isFiltered.value ? <ClearFilters /> : null}
    </aside>
  );
}

const wordOf = (facet: Facet, value: string): string =>
  facet === 'change'
    ? ((CHANGE_WORDS as Readonly<Record<string, string>>)[value] ?? value)
    : valueWord(value);

function FacetGroup({ facet }: { readonly facet: Facet }): JSX.Element | null {
  const values = VALUES[facet];
  const on = chosen.value[facet] ?? [];
  // A value that all renders have is not a choice.
  if (values.length < (facet === 'tag' || facet === 'change' ? 1 : 2) && on.length === 0)
    return null;
  return (
    <fieldset>
      <legend>
        {HEADINGS[facet]}
        {facet === 'change' ? <bdi> {review.data.base}</bdi> : null}
      </legend>
      {values.slice(0, MOST_VALUES).map((value) => {
        const count = facetCounts.value[facet].get(value) ?? 0;
        const isOn = on.includes(value);
        return (
          <label class="facet" key={value} data-none={count === 0 && !isOn ? '' : undefined}>
            <input type="checkbox" checked={isOn} onChange={() => toggle(facet, value)} />
            <bdi>{wordOf(facet, value)}</bdi>
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
