/** The words of a decision: renders by id or glob, and manifests, in any order. */
import path from 'node:path';
import { isManifestFile } from '../../ids.ts';
import type { Filter } from '../../plan/options.ts';
import { shellWord } from '../../report/text/shell-word.ts';
import type { Choice, ChosenRender } from '../../workflow/load/choose-renders.ts';
import { filesOf } from '../../workflow/open/surroundings.ts';
import { type Io, UsageError } from '../shared/io.ts';
import { entriesOf } from '../shared/load-projects.ts';
import { filterOf, repeatedOf, type SharedOptions } from '../shared/options.ts';

export interface Selection {
  readonly manifests: readonly string[];
  /** The words that are not manifests count as `--only`. */
  readonly filter: Filter;
  /** These words. */
  readonly bare: readonly string[];
  /** Whether anything narrows it. */
  readonly isNarrow: boolean;
  /** ` manifests/film.yaml --only 'crab/*'`: the same selection for another command. */
  readonly repeated: string;
  /** The same without what narrows it. */
  readonly unfiltered: string;
}

/** A word is a manifest if it ends in `.yaml` or `.yml`, or is a folder with such files. */
export function selectionOf(io: Io, words: readonly string[], options: SharedOptions): Selection {
  const manifests = words.filter((word) => isManifest(io, word));
  const globs = words.filter((word) => !manifests.includes(word));
  const only = [...globs, ...(options.only ?? [])];
  const selected = { ...options, ...(only.length === 0 ? {} : { only }) };
  const { filters, flags } = repeatedOf(selected);
  const filter = filterOf(selected);
  const named = manifests.map((manifest) => ` ${shellWord(manifest)}`).join('');
  return {
    manifests,
    filter,
    bare: globs,
    isNarrow: Object.values(filter).some((values) => values.length > 0),
    repeated: `${named}${filters}${flags}`,
    unfiltered: `${named}${flags}`,
  };
}

function isManifest(io: Io, word: string): boolean {
  if (isManifestFile(word)) return true;
  const folder = path.resolve(io.cwd, word);
  const { sync } = filesOf(io);
  // One that cannot be read may have manifests: taken for a render, it would select none.
  return (
    sync.kindOf(folder) === 'folder' &&
    entriesOf(io, folder).some(({ name }) => isManifestFile(name))
  );
}

/** For decisions: nothing is decided about all renders by leaving words out. */
export function narrowSelection(
  io: Io,
  command: string,
  words: readonly string[],
  options: SharedOptions,
): Selection {
  const selection = selectionOf(io, words, options);
  if (!selection.isNarrow)
    throw new UsageError(
      `${command} needs the id of a render, a glob or --tag`,
      'rushes status lists the ids; one glob for all is "**".',
    );
  return selection;
}

/** The renders, or a usage error with everything that is wrong with the selection. */
export function chosenOrThrow(choice: Choice): readonly ChosenRender[] {
  if (choice.kind === 'chosen') return choice.renders;
  const [first, ...others] = choice.problems;
  throw new UsageError([first, ...others].map(({ message }) => message).join('; '), first.hint);
}
