/**
 * Selectors that select nothing: an error, with what there is and what was probably meant. Pure.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import { manifestName, parseRenderId, type RenderId } from '../../ids.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Filter } from '../options.ts';
import { hasWildcard, inScope } from './filters.ts';

/** Targets of a selection: a render of a manifest, or an entry of its lock. */
export interface Selectable {
  readonly manifest: string;
  readonly id: RenderId;
  readonly tags: readonly string[];
}

/**
 * One error for each selector that selects nothing; one for all of them if only together they do.
 * `bare`: those of `only` that are arguments, as after `rushes pick`.
 */
export function nothingSelected(
  all: readonly Selectable[],
  filter: Filter | undefined,
  bare: readonly string[] = [],
): Diagnostic[] {
  const { only = [], models = [], tags = [] } = filter ?? {};
  const each = [
    ...only.map((glob) => ({
      words: bare.includes(glob) ? `the argument ${glob}` : `--only ${glob}`,
      filter: { only: [glob] },
    })),
    ...models.map((alias) => ({ words: `--model ${alias}`, filter: { models: [alias] } })),
    ...tags.map((tag) => ({ words: `--tag ${tag}`, filter: { tags: [tag] } })),
  ];
  const failing = each.filter((one) => !selects(all, one.filter));
  if (failing.length > 0)
    return failing.map((one) =>
      problem(`${one.words} selects no render`, hintFor(all, one.filter)),
    );
  if (each.length === 0 || selects(all, filter)) return [];
  return [
    problem(
      `${each.map(({ words }) => words).join(' ')} selects no render`,
      'Each of them selects some renders, but no render matches all of them.',
    ),
  ];
}

function selects(all: readonly Selectable[], filter: Filter | undefined): boolean {
  const scopes = new Map<string, ReturnType<typeof inScope>>();
  return all.some((one) => {
    const scope = scopes.get(one.manifest) ?? inScope(filter, one.manifest);
    scopes.set(one.manifest, scope);
    return scope(one);
  });
}

const problem = (message: string, hint: string): Diagnostic => ({
  code: 'nothing-selected',
  severity: 'error',
  message,
  hint,
  renders: [],
});

function hintFor(
  all: readonly Selectable[],
  { only: [glob] = [], models: [alias] = [], tags: [tag] = [] }: Filter,
): string {
  if (all.length === 0) return 'The manifest has no renders to select from.';
  if (alias !== undefined)
    return suggestion(alias, 'aliases', unique(all.map(({ id }) => partsOf(id).alias)));
  if (tag !== undefined) return suggestion(tag, 'tags', unique(all.flatMap(({ tags }) => tags)));
  return hintForGlob(all, glob ?? '');
}

/** Which part of the glob is wrong: the manifest, the scene, or what follows the scene. */
function hintForGlob(all: readonly Selectable[], glob: string): string {
  const colon = glob.indexOf(':');
  const prefix = glob.slice(0, colon + 1);
  const ofManifest = all.filter(
    ({ manifest, id, tags }) =>
      colon === -1 || inScope({ only: [`${prefix}**`] }, manifest)({ id, tags }),
  );
  if (ofManifest.length === 0)
    return suggestion(
      glob.slice(0, colon),
      'manifests',
      unique(all.map(({ manifest }) => manifestName(manifest))),
      (name) => `${name}${glob.slice(colon)}`,
    );
  const [scene = '', ...rest] = glob.slice(colon + 1).split('/');
  const ofScene = ofManifest.filter(({ manifest, id, tags }) =>
    inScope({ only: [scene] }, manifest)({ id, tags }),
  );
  if (ofScene.length === 0)
    return suggestion(
      scene,
      'scenes',
      unique(ofManifest.map(({ id }) => partsOf(id).scene)),
      (name) => prefix + [name, ...rest].join('/'),
    );
  return suggestion(
    glob.slice(colon + 1),
    'renders',
    unique(ofScene.map(({ id }) => id)),
    (id) => prefix + id,
  );
}

const MOST_NAMES = 12;

function suggestion(
  word: string,
  what: string,
  names: readonly string[],
  inPlace: (name: string) => string = (name) => name,
): string {
  if (names.length === 0) return `There are no ${what}.`;
  const near = hasWildcard(word) ? undefined : nearest(word, names);
  const meant = near === undefined ? '' : `Did you mean ${inPlace(near)}? `;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${meant}Available ${what}: ${names.slice(0, MOST_NAMES).join(', ')}${more}.`;
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

function partsOf(id: RenderId): { readonly scene: string; readonly alias: string } {
  const { scene = id, alias = '' } = parseRenderId(id) ?? {};
  return { scene, alias };
}
