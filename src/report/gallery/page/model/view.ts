/** Everything that the address says: a view is reloaded, sent and returned to as it was. */
import { type Chosen, type Facet, FACETS } from './facets.ts';
import { type Sort, SORTS } from './sort.ts';

export const SIZES = ['s', 'm', 'l'] as const;
export type Size = (typeof SIZES)[number];

export const COMPARE_MODES = ['side', 'flick', 'wipe'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];
/** More are not seen beside each other. */
export const MOST_COMPARED = 6;

const PANELS = ['decisions', 'help'] as const;
export type Panel = (typeof PANELS)[number];

export interface View {
  readonly search: string;
  readonly chosen: Chosen;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly size: Size;
  /** Key of the render in the player. */
  readonly open?: string;
  /** The scene that a narrow window shows. */
  readonly scene?: string;
  /** Keys of the clips that were chosen to be compared. */
  readonly compared: readonly string[];
  /** How they are compared, while they are. */
  readonly mode?: CompareMode;
  readonly panel?: Panel;
}

export const WHOLE_VIEW: View = {
  search: '',
  chosen: {},
  sort: 'scene',
  descending: false,
  size: 'm',
  compared: [],
};

/** Without `#`; empty for the view that a page begins with. */
export function encodeView(view: View): string {
  const params = new URLSearchParams();
  if (view.search !== '') params.set('q', view.search);
  for (const facet of FACETS)
    for (const value of view.chosen[facet] ?? []) params.append(facet, value);
  if (view.sort !== WHOLE_VIEW.sort || view.descending)
    params.set('sort', `${view.descending ? '-' : ''}${view.sort}`);
  if (view.size !== WHOLE_VIEW.size) params.set('size', view.size);
  if (view.scene !== undefined) params.set('scene', view.scene);
  if (view.open !== undefined) params.set('open', view.open);
  for (const key of view.compared) params.append('compare', key);
  if (view.mode !== undefined) params.set('mode', view.mode);
  if (view.panel !== undefined) params.set('panel', view.panel);
  return params.toString();
}

/** Anything that is not understood is left out: an address may be old, or typed by hand. */
export function decodeView(hash: string): View {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const sort = params.get('sort') ?? WHOLE_VIEW.sort;
  const named = sort.replace(/^-/, '');
  const size = params.get('size');
  const [open, scene, mode] = [params.get('open'), params.get('scene'), params.get('mode')];
  const panel = params.get('panel');
  const chosen: Partial<Record<Facet, readonly string[]>> = {};
  for (const facet of FACETS) {
    const values = [...new Set(params.getAll(facet))];
    if (values.length > 0) chosen[facet] = values;
  }
  return {
    search: params.get('q') ?? '',
    chosen,
    sort: isOneOf(SORTS, named) ? named : WHOLE_VIEW.sort,
    descending: sort.startsWith('-'),
    size: size !== null && isOneOf(SIZES, size) ? size : WHOLE_VIEW.size,
    ...(open === null ? {} : { open }),
    ...(scene === null ? {} : { scene }),
    compared: [...new Set(params.getAll('compare'))].slice(0, MOST_COMPARED),
    ...(mode !== null && isOneOf(COMPARE_MODES, mode) ? { mode } : {}),
    ...(panel !== null && isOneOf(PANELS, panel) ? { panel } : {}),
  };
}

const isOneOf = <Word extends string>(words: readonly Word[], text: string): text is Word =>
  (words as readonly string[]).includes(text);
