/** The head of the page: its title, the search, the order, the size. */
import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { DownIcon, FilterIcon, SearchIcon, UpIcon } from '../icons.tsx';
import { enterGrid } from '../matrix/keyboard.ts';
import { parseSearch } from '../model/search.ts';
import { searchNotes } from '../model/search-notes.ts';
import { isInWords } from '../model/search-words.ts';
import { type Sort, SORTS } from '../model/sort.ts';
import { SIZES } from '../model/view.ts';
import { totalsOf, totalsParts } from '../model/words.ts';
import { allDecided } from '../state/decisions.ts';
import { VALUES } from '../state/facet-values.ts';
import { review } from '../state/page.ts';
import {
  descending,
  isFiltered,
  openPanel,
  search,
  setSearch,
  setSize,
  setSort,
  shownItems,
  size,
  sort,
} from '../state/view.ts';
import { isNarrow } from '../state/window-size.ts';
import { areFiltersOpen } from './Facets.tsx';
import { QuietButton } from '../QuietButton.tsx';

const SORT_WORDS: Readonly<Record<Sort, string>> = {
  scene: 'Manifest order',
  name: 'Scene name',
  cost: 'Cost',
  time: 'Time',
  length: 'Length',
};

const nativeModels = review.columns.flatMap(({ models }) => models);
const notes = computed(() =>
  searchNotes(parseSearch(search.value), {
    values: VALUES,
    models: nativeModels,
    occurs: (word) => review.items.some((item) => isInWords(item, word)),
  }),
);
const decidedCount = computed(() => allDecided.value.length);

export function Toolbar(): JSX.Element {
  const { data, items } = review;
  return (
    <header class="toolbar">
      <button type="button" class="skip strong" onClick={enterGrid}>
        To the clips
      </button>
      <div class="title">
        <h1>
          <bdi>{data.title}</bdi>
          {data.draft ? (
            <span class="badge" data-tone="wait">
              draft
            </span>
          ) : null}
        </h1>
        <p role="status">
          {(isFiltered.value ? [`${shownItems.value.size} of ${items.length} renders`] : [])
            .concat(totalsParts(totalsOf([...shownItems.value].map(({ render }) => render)), data))
            .flatMap((part, index) => [index === 0 ? '' : ' · ', <span key={part}>{part}</span>])}
        </p>
      </div>
      <SearchBox />
      <div class="tools">
        <QuietButton
          aria-expanded={areFiltersOpen.value}
          onClick={() => {
            areFiltersOpen.value = !areFiltersOpen.value;
          }}
        >
          <FilterIcon />
          Filters
        </QuietButton>
        <QuietButton onClick={() => openPanel('decisions')}>
          Decisions{decidedCount.value === 0 ? '' : ` ${decidedCount.value}`}
        </QuietButton>
        <QuietButton
          title="Keys and search"
          aria-label="Keys and search"
          onClick={() => openPanel('help')}
        >
          ?
        </QuietButton>
        <SortBox />
        {isNarrow.value ? null : <SizeBox />}
      </div>
    </header>
  );
}

function SearchBox(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="search-box">
      <label class="search">
        <SearchIcon />
        <input
          ref={input}
          id="search"
          type="search"
          dir="auto"
          autocomplete="off"
          spellcheck={false}
          placeholder="Search: words, model:kling, is:changed, tag:act-1, cost:>0.5"
          aria-label="Search clips"
          value={search.value}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            if (event.key === 'Escape') setSearch('');
            else if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            input.current?.blur();
            enterGrid();
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <SearchNotes />
    </div>
  );
}

/** Says what of the search is not known; over the clips, which stay where they are. */
function SearchNotes(): JSX.Element {
  return (
    <div class="search-notes" role="status">
      {notes.value.length === 0 ? null : (
        <ul>
          {notes.value.map((note) => (
            <li key={note}>
              <bdi>{note}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function SortBox(): JSX.Element {
  return (
    <span class="sort">
      <select
        aria-label="Order of the scenes"
        value={sort.value}
        onChange={({ currentTarget }) =>
          setSort(
            SORTS.find((one) => one === currentTarget.value) ?? 'scene',
            currentTarget.value === 'cost' || currentTarget.value === 'time',
          )
        }
      >
        {SORTS.map((one) => (
          <option value={one} key={one}>
            {SORT_WORDS[one]}
          </option>
        ))}
      </select>
      <QuietButton
        aria-label={descending.value ? 'Descending' : 'Ascending'}
        onClick={() => setSort(sort.value, !descending.value)}
      >
        {descending.value ? <DownIcon /> : <UpIcon />}
      </QuietButton>
    </span>
  );
}

function SizeBox(): JSX.Element {
  return (
    <fieldset class="sizes">
      <legend class="hidden">Size of the clips</legend>
      {SIZES.map((one) => (
        <QuietButton
          key={one}
          aria-pressed={size.value === one}
          aria-label={{ s: 'Small', m: 'Medium', l: 'Large' }[one]}
          onClick={() => setSize(one)}
        >
          {one.toUpperCase()}
        </QuietButton>
      ))}
    </fieldset>
  );
}
