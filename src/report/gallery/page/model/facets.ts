/** Facets: the lists of values to filter by, each with the number of renders that it would show. */
import type { Item } from './review.ts';

export const FACETS = ['change', 'state', 'model', 'tag', 'ratio', 'sound', 'pick'] as const;
export type Facet = (typeof FACETS)[number];

/** Chosen values; a facet without any lets everything through. */
export type Chosen = Readonly<Partial<Record<Facet, readonly string[]>>>;

/** Decisions about a clip that filters know. */
export interface DecidedAbout {
  readonly pick: boolean;
  readonly reject: boolean;
  readonly star: boolean;
  readonly noted: boolean;
}
export type DecisionsOf = (item: Item) => DecidedAbout | undefined;

type FixedFacet = Exclude<Facet, 'pick'>;
type FixedValues = Readonly<Record<FixedFacet, readonly string[]>>;

/** Values that never change while a page is open, computed once: filters run at every key. */
const fixedValues = new WeakMap<Item, FixedValues>();
/** Renders that have all of it in common share one. */
const sharedValues = new Map<string, FixedValues>();

function fixedOf(item: Item): FixedValues {
  const known = fixedValues.get(item);
  if (known !== undefined) return known;
  const of = (facet: FixedFacet): readonly string[] => fixedValuesOf(item, facet);
  const values: FixedValues = {
    change: of('change'),
    state: of('state'),
    model: of('model'),
    tag: of('tag'),
    ratio: of('ratio'),
    sound: of('sound'),
  };
  const key = JSON.stringify(values);
  const shared = sharedValues.get(key) ?? values;
  sharedValues.set(key, shared);
  fixedValues.set(item, shared);
  return shared;
}

export const valuesOf = (item: Item, facet: Facet, decided: DecisionsOf): readonly string[] =>
  facet === 'pick' ? pickValues(decided(item)) : fixedOf(item)[facet];

function fixedValuesOf(item: Item, facet: FixedFacet): readonly string[] {
  const { render, scene } = item;
  switch (facet) {
    case 'change':
      return render.change === undefined ? [] : [render.change];
    case 'state':
      return [render.state, ...render.marks];
    case 'model':
      return [render.alias];
    case 'tag':
      return scene.tags;
    case 'ratio':
      return item.ratio === undefined ? [] : [item.ratio];
    case 'sound':
      return render.clip === undefined ? [] : [render.clip.audio ? 'sound' : 'silent'];
  }
}

const UNDECIDED = ['undecided'] as const;
const PICKS = ['picked', 'rejected', 'starred', 'noted'] as const;
export const PICK_VALUES = [...PICKS, ...UNDECIDED] as const;

/** Equal decisions give one and the same list. */
const pickLists = new Map<string, readonly string[]>();

function pickValues(decided: DecidedAbout | undefined): readonly string[] {
  if (decided === undefined) return UNDECIDED;
  const { pick, reject, star, noted } = decided;
  const has = [pick, reject, star, noted];
  const key = has.join();
  const known = pickLists.get(key);
  if (known !== undefined) return known;
  const values = PICKS.filter((_, index) => has[index]);
  const list = values.length > 0 ? values : UNDECIDED;
  pickLists.set(key, list);
  return list;
}

export interface Filtered {
  readonly items: ReadonlySet<Item>;
  /** Of each value: how many renders it has among those that all other filters let through. */
  readonly counts: Readonly<Record<Facet, ReadonlyMap<string, number>>>;
}

/** Renders that no facet tells apart. */
interface Group {
  readonly valuesOf: (facet: Facet) => readonly string[];
  /** Facets that keep them out. */
  readonly failing: readonly Facet[];
  count: number;
}

/**
 * `found`: whether the search lets a render through. Facets judge groups, not renders: it runs at
 * every key, over thousands of renders that are of few kinds.
 */
export function filterItems(
  all: readonly Item[],
  found: (item: Item) => boolean,
  chosen: Chosen,
  decided: DecisionsOf,
): Filtered {
  const items = new Set<Item>();
  const active = FACETS.filter((facet) => (chosen[facet]?.length ?? 0) > 0);
  const groups = new Map<FixedValues, Map<readonly string[], Group>>();
  for (const item of all) {
    if (!found(item)) continue;
    const [fixed, picks] = [fixedOf(item), pickValues(decided(item))];
    const byPick = groups.get(fixed) ?? new Map<readonly string[], Group>();
    if (byPick.size === 0) groups.set(fixed, byPick);
    let group = byPick.get(picks);
    if (group === undefined) {
      const valuesIn = (facet: Facet): readonly string[] =>
        facet === 'pick' ? picks : fixed[facet];
      const failing = active.filter(
        (facet) => !valuesIn(facet).some((value) => chosen[facet]?.includes(value)),
      );
      group = { valuesOf: valuesIn, failing, count: 0 };
      byPick.set(picks, group);
    }
    group.count += 1;
    if (group.failing.length === 0) items.add(item);
  }
  return { items, counts: countsOf([...groups.values()].flatMap((one) => [...one.values()])) };
}

function countsOf(groups: readonly Group[]): Filtered['counts'] {
  const counts = Object.fromEntries(
    FACETS.map((facet) => [facet, new Map<string, number>()]),
  ) as Record<Facet, Map<string, number>>;
  for (const { failing, count, valuesOf: valuesIn } of groups)
    for (const facet of FACETS) {
      if (failing.some((one) => one !== facet)) continue;
      const of = counts[facet];
      for (const value of valuesIn(facet)) of.set(value, (of.get(value) ?? 0) + count);
    }
  return counts;
}

/** Adds the value, or takes it out where it is chosen. */
export function toggled(chosen: Chosen, facet: Facet, value: string): Chosen {
  const now = chosen[facet] ?? [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  const { [facet]: _old, ...others } = chosen;
  return next.length === 0 ? others : { ...others, [facet]: next };
}
