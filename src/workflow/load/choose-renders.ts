/**
 * Which renders a person's decision is about: by id, glob, alias or tag, over locks or manifests.
 */
import { type RenderId, parseRenderId, splitQualified, manifestName } from '../../ids.ts';
import type { Lock } from '../../lock/file/format.ts';
import type { Filter } from '../../plan/options.ts';
import type { Resolved } from '../../plan/plan.ts';
import { inScope } from '../../plan/select/filters.ts';
import { nothingSelected, type Selectable } from '../../plan/select/nothing-selected.ts';
import { type SelectionOptions, selectionProblems } from './check-selection.ts';
import { entriesWithTags, type LockFileOfManifest } from './manifests-of-locks.ts';
import type { Surroundings } from '../open/surroundings.ts';

export interface ChosenRender {
  readonly manifest: string;
  readonly id: RenderId;
  /**
   * Its id was written out: a decision that makes no sense for it is an error. If it comes from a
   * pattern or a tag, it is left unchanged.
   */
  readonly named: boolean;
}

/** Why the selection is refused: the exit code is 64. */
interface ChoiceProblem {
  readonly message: string;
  readonly hint?: string;
}

export type Choice =
  | { readonly kind: 'chosen'; readonly renders: readonly ChosenRender[] }
  | { readonly kind: 'refused'; readonly problems: readonly [ChoiceProblem, ...ChoiceProblem[]] };

/** Among the entries of the locks. */
export async function chooseEntries(
  at: Pick<Surroundings, 'cwd' | 'env'>,
  files: readonly LockFileOfManifest[],
  lockOf: (manifest: string) => Lock,
  filter: Filter,
  options: SelectionOptions = {},
): Promise<Choice> {
  const problems = await selectionProblems(at, files, lockOf, filter, options);
  return chooseAmong(
    files.flatMap((file) => entriesWithTags(lockOf(file.manifest), file)),
    filter,
    problems,
  );
}

/** Among the renders that the manifests ask for now. */
export function chooseRenders(
  resolved: readonly Resolved[],
  filter: Filter,
  { bare }: Pick<SelectionOptions, 'bare'> = {},
): Choice {
  const all = resolved.flatMap(({ project: { manifest }, renders }) =>
    renders.map(({ id, tags }): Selectable => ({ manifest, id, tags })),
  );
  return chooseAmong(all, filter, nothingSelected(all, filter, bare));
}

function chooseAmong(
  all: readonly Selectable[],
  filter: Filter,
  problems: readonly ChoiceProblem[],
): Choice {
  const named = (filter.only ?? []).filter((text) => isId(text));
  const unclear = [
    ...problems,
    ...(problems.length > 0 ? [] : named.flatMap((text) => nameProblems(all, text))),
  ];
  const [first, ...others] = unclear;
  if (first !== undefined) return { kind: 'refused', problems: [first, ...others] };
  const renders = all
    .filter((one) => inScope(filter, one.manifest)(one))
    .map(({ manifest, id, tags }) => ({
      manifest,
      id,
      named: named.some((text) => inScope({ only: [text] }, manifest)({ id, tags })),
    }));
  return renders.length > 0
    ? { kind: 'chosen', renders }
    : {
        kind: 'refused',
        problems: [{ message: 'nothing of the selection is in the lock: it was never rendered' }],
      };
}

const isId = (text: string): boolean => parseRenderId(splitQualified(text).id) !== undefined;

/** An id that is written out means one render, and one that has a result. */
function nameProblems(all: readonly Selectable[], text: string): readonly ChoiceProblem[] {
  const found = all.filter((one) => inScope({ only: [text] }, one.manifest)(one));
  if (found.length === 0) return [{ message: `${text} is not in the lock: it was never rendered` }];
  if (found.length === 1) return [];
  const names = found.map(({ manifest, id }) => `${manifestName(manifest)}:${id}`);
  return [
    {
      message: `${JSON.stringify(text)} is in several manifests`,
      hint: `Say which: ${names.join(' or ')}`,
    },
  ];
}

/** Two renders of one scene among those that are to be picked: a scene has one pick. */
export function twoOfOneScene(
  chosen: readonly ChosenRender[],
): readonly [RenderId, RenderId] | undefined {
  const first = new Map<string, RenderId>();
  for (const { manifest, id } of chosen) {
    const key = `${manifest}\n${id.slice(0, id.indexOf('/'))}`;
    const other = first.get(key);
    if (other !== undefined) return [other, id];
    first.set(key, id);
  }
  return undefined;
}
