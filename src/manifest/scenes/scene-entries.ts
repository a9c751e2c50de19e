/** The scenes of a manifest and of everything that it includes, as written, in order. */
import type { Place } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { check } from '../language/check.ts';
import { includedSchema } from '../language/schema/manifest.ts';
import { describe, get, getTexts, mapOf, without } from '../values/located.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { Problems } from '../values/problems.ts';
import type { Reader, ReadFile } from '../values/reader.ts';
import type { Scope } from './parse-template.ts';
import type { Filler } from './template.ts';
import { hasMergeMarkers } from '../values/text.ts';
import { upgrade } from '../language/upgrade.ts';

export interface SceneEntry {
  readonly entry: LocatedMap;
  /** Absolute folder that the paths in it start from. */
  readonly folder: string;
}

export interface EntriesContext {
  readonly reader: Reader;
  readonly filler: Filler;
  readonly problems: Problems;
  readonly scope: Scope;
}

const MAX_INCLUDED = 2_000;
const GLOB = /[*?[\]{}!]/;

export interface Listed {
  readonly entries: readonly SceneEntry[];
  /**
   * Whether every list and every file could be read: if not, there may be more scenes than these.
   */
  readonly isComplete: boolean;
}

/**
 * Reads `scenes` and `include` of the manifest and, file by file, of what it includes; every file
 * once.
 */
export function sceneEntries(file: ReadFile, root: LocatedMap, context: EntriesContext): Listed {
  const errors = context.problems.errors;
  const entries: SceneEntry[] = [];
  const seen = new Set<string>();
  const report = context.problems.add.bind(context.problems);

  const visit = (at: ReadFile, map: LocatedMap, above: readonly ReadFile[]): void => {
    seen.add(at.path);
    entries.push(...listed(map, at.folder, context));
    const chain = [...above, at];
    for (const { text, place } of getTexts(
      context.filler.map(
        without(map, (key) => key !== 'include'),
        context.scope,
        report,
      ),
      'include',
    )) {
      const names = GLOB.test(text) ? context.reader.glob(text, at.folder, place, report) : [text];
      for (const name of names ?? [])
        include(name, place, names !== undefined && GLOB.test(text), chain);
    }
  };

  const include = (
    name: string,
    place: Place,
    byGlob: boolean,
    chain: readonly ReadFile[],
  ): void => {
    const from = chain.at(-1);
    if (from === undefined) return;
    const read = context.reader.read(name, from.folder, 'manifest', place, report);
    if (read === undefined) return;
    if (chain.some(({ path }) => path === read.path)) {
      // A glob that also matches the file it stands in means the others.
      if (byGlob) return;
      const names = [...chain.slice(chain.findIndex(({ path }) => path === read.path)), read].map(
        ({ source }) => source.path,
      );
      report({
        code: 'include-circle',
        message: `files include each other in a circle: ${names.join(' → ')}`,
        place,
        hint: 'Delete one of the includes.',
      });
      return;
    }
    if (seen.has(read.path)) return;
    if (seen.size > MAX_INCLUDED) {
      report({ code: 'too-large', message: `more than ${MAX_INCLUDED} files are included`, place });
      return;
    }
    const map = includedMap(read, context);
    if (map === undefined) seen.add(read.path);
    else visit(read, map, chain);
  };

  visit(file, root, []);
  return { entries, isComplete: context.problems.errors === errors };
}

function includedMap({ source }: ReadFile, { problems }: EntriesContext): LocatedMap | undefined {
  const report = problems.add.bind(problems);
  if (hasMergeMarkers(source, report)) return undefined;
  const located = parseYaml(source, report);
  if (located === undefined) return undefined;
  if (located.kind !== 'map') {
    const hint =
      located.kind === 'list'
        ? 'Put "scenes:" above the list.'
        : 'An included file begins with "scenes:".';
    report({
      code: 'wrong-type',
      message: `the included file is ${describe(located)}; expected a map with scenes`,
      place: located.place,
      hint,
    });
    return undefined;
  }
  const map = located.entries.has('rushes') ? upgrade(located, report) : located;
  if (map === undefined) return undefined;
  check(
    {
      schema: includedSchema,
      value: withoutScenes(without(map, isExtension)),
      label: 'an included file',
    },
    (problem) => report(problem),
  );
  return map;
}

/** Keys that are ignored: a place for anchors. */
export const isExtension = (key: string): boolean => key.startsWith('x-');

/** A list of scenes is checked scene by scene. */
export function withoutScenes(map: LocatedMap): LocatedMap {
  const scenes = map.entries.get('scenes');
  if (scenes?.value.kind !== 'list') return map;
  return mapOf(
    new Map(map.entries).set('scenes', { key: scenes.key, value: { ...scenes.value, items: [] } }),
    map.place,
  );
}

function listed(map: LocatedMap, folder: string, { problems }: EntriesContext): SceneEntry[] {
  const scenes = get(map, 'scenes');
  if (scenes?.kind !== 'list') return [];
  return scenes.items.flatMap((item: Located) => {
    if (item.kind === 'map') return [{ entry: item, folder }];
    problems.add({
      code: 'wrong-type',
      message: `a scene is ${describe(item)}; expected a map`,
      place: item.place,
      hint:
        item.kind === 'scalar' && /^[\w-]+:\S/.test(String(item.value))
          ? 'A space is missing after the colon: - id: crab'
          : 'Write - id: crab, and its prompt: in the next line.',
    });
    return [];
  });
}
