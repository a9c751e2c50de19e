/** Facets: the lists of values to filter by, each with the number of renders that it would show. */
import type { Item } from './review.ts';

export const FACETS = ['change', 'state', 'model', 'tag', 'ratio', 'sound', 'pick'] as const;
export type Facet = (typeof FACETS)[number];

/** Chosen values; a facet without any lets everything through. */
export type Chosen = Readonly<Partial<Record<Facet, readonly string[]>>>;

/** What a person decided of a clip, as far as filters know it. */
export interface DecidedAbout {
  readonly pick: boolean;
  readonly reject: boolean;
  readonly star: boolean;
  readonly noted: boolean;
}
export type DecisionsOf = (item: Item) => DecidedAbout | undefined;

/** What does not change while a page is open, worked out once: filters are applied at every key. */
const fixedValues = new WeakMap<Item, Readonly<Record<FixedFacet, readonly string[]>>>();
type FixedFacet = Exclude<Facet, 'pick'>;

export function valuesOf(item: Item, facet: Facet, decided: DecisionsOf): readonly string[] {
  if (facet === 'pick') return pickValues(decided(item));
  let values = fixedValues.get(item);
  if (values === undefined) {
    const of = (one: FixedFacet): readonly string[] => fixedValuesOf(item, one);
    values = {
      change: of('change'),
      state: of('state'),
      model: of('model'),
      tag: of('tag'),
      ratio: of('ratio'),
      sound: of('sound'),
    };
    fixedValues.set(item, values);
  }
  return values[facet];
}

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

function pickValues(decided: DecidedAbout | undefined): readonly string[] {
  const values = [
    ...(decided?.pick === true ? ['picked'] : []),
    ...(decided?.reject === true ? ['rejected'] : []),
    ...(decided?.star === true ? ['starred'] : []),
    ...(decided?.noted === true ? ['noted'] : []),
  ];
  return values.length > 0 ? values : ['undecided'];
}

const passes = (item: Item, facet: Facet, chosen: Chosen, decided: DecisionsOf): boolean => {
  const wanted = chosen[facet];
  return (
    wanted === undefined ||
    wanted.length === 0 ||
    valuesOf(item, facet, decided).some((value) => wanted.includes(value))
  );
};

export interface Filtered {
  readonly items: ReadonlySet<Item>;
  /** Of each value: how many renders it has among those that all other filters let through. */
  readonly counts: Readonly<Record<Facet, ReadonlyMap<string, number>>>;
}

/** `found`: whether the search lets a render through. */
export function filterItems(
  all: readonly Item[],
  found: (item: Item) => boolean,
  chosen: Chosen,
  decided: DecisionsOf,
): Filtered {
  const items = new Set<Item>();
  const counts = Object.fromEntries(
    FACETS.map((facet) => [facet, new Map<string, number>()]),
  ) as Record<Facet, Map<string, number>>;
  for (const item of all) {
    if (!found(item)) continue;
    const failing = FACETS.filter((facet) => !passes(item, facet, chosen, decided));
    if (failing.length === 0) items.add(item);
    for (const facet of FACETS)
      if (failing.length === 0 || (failing.length === 1 && failing[0] === facet))
        for (const value of valuesOf(item, facet, decided))
          counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
  }
  return { items, counts };
}

/** Adds the value, or takes it out where it is chosen. */
export function toggled(chosen: Chosen, facet: Facet, value: string): Chosen {
  const now = chosen[facet] ?? [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  const { [facet]: _old, ...others } = chosen;
  return next.length === 0 ? others : { ...others, [facet]: next };
}
