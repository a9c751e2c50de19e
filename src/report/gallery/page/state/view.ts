/** The current view, kept in the address, and values derived from it. */
import { computed, effect, signal } from '@preact/signals';
import { type Chosen, type Facet, filterItems, toggled } from '../model/facets.ts';
import { type Item, itemOf } from '../model/review.ts';
import { matcherOf, parseSearch } from '../model/search.ts';
import { type Sort, sortRows } from '../model/sort.ts';
import {
  type CompareMode,
  decodeView,
  MOST_COMPARED,
  type Panel,
  type Size,
  type View,
  WHOLE_VIEW,
} from '../model/view.ts';
import { type Step, viewInAddress } from './address.ts';
import { decidedOf } from './decisions.ts';
import { review } from './page.ts';

const view = signal<View>(decodeView(location.hash));

export const search = computed(() => view.value.search);
export const chosen = computed(() => view.value.chosen);
export const sort = computed(() => view.value.sort);
export const descending = computed(() => view.value.descending);
export const size = computed(() => view.value.size);
/** The scene that a narrow window shows, as it was left; it may be filtered out by now. */
export const sceneName = computed(() => view.value.scene);
export const opened = computed((): Item | undefined =>
  view.value.open === undefined ? undefined : itemOf(review, view.value.open),
);

/** What an address asks for, and this page does not have. */
export const unknownOpen = computed(() =>
  opened.value === undefined ? view.value.open : undefined,
);

const filtered = computed(() =>
  filterItems(
    review.items,
    matcherOf(parseSearch(search.value), decidedOf),
    chosen.value,
    decidedOf,
  ),
);
export const shownItems = computed(() => filtered.value.items);
export const facetCounts = computed(() => filtered.value.counts);
export const shownRows = computed(() =>
  sortRows(
    review.rows.filter((row) => row.items.some((item) => shownItems.value.has(item))),
    sort.value,
    descending.value,
    shownItems.value,
  ),
);
let lastColumns: readonly number[] = [];
/** Indexes of the columns that have something to show. One list while they stay the same. */
export const shownColumns = computed((): readonly number[] => {
  const used = new Set<number>();
  for (const { column } of shownItems.value) used.add(column);
  if (used.size !== lastColumns.length || lastColumns.some((column) => !used.has(column)))
    lastColumns = [...used].sort((a, b) => a - b);
  return lastColumns;
});
export const isFiltered = computed(
  () => search.value !== '' || Object.keys(chosen.value).length > 0,
);

const address = viewInAddress(view);

const show = (next: View, step: Step = 'replace'): void => address.show(next, step);

export const setSearch = (text: string): void => address.type({ ...view.value, search: text });
const setChosen = (next: Chosen): void => show({ ...view.value, chosen: next });
export const toggle = (facet: Facet, value: string): void =>
  setChosen(toggled(chosen.value, facet, value));
export const setSort = (by: Sort, down: boolean): void =>
  show({ ...view.value, sort: by, descending: down });
export const setSize = (to: Size): void => show({ ...view.value, size: to });
export const setScene = (name: string): void => show({ ...view.value, scene: name });
export const clearFilters = (): void =>
  show({ ...view.value, search: WHOLE_VIEW.search, chosen: WHOLE_VIEW.chosen });

export function open(item: Item): void {
  show({ ...view.value, open: item.key }, opened.value === undefined ? 'push' : 'replace');
}
/** Clips that the page has; an address may name others. */
export const compared = computed((): readonly Item[] =>
  view.value.compared.flatMap((key) => itemOf(review, key) ?? []),
);
export const compareMode = computed(() =>
  compared.value.length > 1 ? view.value.mode : undefined,
);
export const panel = computed(() => view.value.panel);

export function toggleCompared(item: Item): void {
  const now = view.value.compared;
  const next = now.includes(item.key)
    ? now.filter((key) => key !== item.key)
    : [...now, item.key].slice(-MOST_COMPARED);
  const { mode, ...rest } = view.value;
  // An address may name a way to compare clips that the page no longer has.
  const isComparing = mode !== undefined && compareMode.value !== undefined;
  show({ ...rest, ...(isComparing ? { mode } : {}), compared: next });
}
/** The clips of a scene at once. */
export function compare(items: readonly Item[]): void {
  const keys = items.slice(0, MOST_COMPARED).map(({ key }) => key);
  show({ ...view.value, compared: keys, mode: 'side' }, 'push');
}
export const setCompareMode = (mode: CompareMode): void =>
  show({ ...view.value, mode }, compareMode.value === undefined ? 'push' : 'replace');
export function closeCompare(): void {
  const { mode: _mode, ...rest } = view.value;
  address.close(rest);
}
export function clearCompared(): void {
  const { mode: _mode, ...rest } = view.value;
  show({ ...rest, compared: [] });
}
export const openPanel = (panel: Panel): void => show({ ...view.value, panel }, 'push');
export function closePanel(): void {
  const { panel: _panel, ...rest } = view.value;
  address.close(rest);
}

export function close(): void {
  const { open: _closed, ...rest } = view.value;
  address.close(rest);
}

effect(() => {
  const item = opened.value;
  const { title } = review.data;
  document.title = `${item === undefined ? title : `${item.key} · ${title}`} · rushes`;
});
