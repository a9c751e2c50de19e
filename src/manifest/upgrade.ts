/**
 * The version of the manifest format. A newer one than this program knows is refused, an older one is brought up to date
 * here, step by step, so that the rest of the room knows only the newest.
 */
import { type Located, type LocatedMap } from '../scene.ts';
import { describe } from './located.ts';
import type { Report } from './problems.ts';

export const FORMAT_VERSION = 1;

/** From the version that is the key to the next one. Version 1 is the first, so there is no step yet. */
const STEPS: ReadonlyMap<number, (manifest: LocatedMap) => LocatedMap> = new Map();

/** The manifest in the newest format, or `undefined` after saying why its version cannot be read. */
export function upgrade(manifest: LocatedMap, report: Report): LocatedMap | undefined {
  const entry = manifest.entries.get('rushes');
  if (entry === undefined) {
    const { source, start } = manifest.place;
    report({
      code: 'absent-key',
      message: 'the format version "rushes" is missing',
      place: { source, start, end: Math.min(start + 1, source.text.length) },
      hint: `Write it as the first line: rushes: ${FORMAT_VERSION}`,
    });
    return manifest;
  }
  const version = versionOf(entry.value);
  if (version === undefined) {
    report({
      code: 'wrong-type',
      message: `rushes is ${describe(entry.value)}; the number of the format version is wanted`,
      place: entry.value.place,
      hint: `Write rushes: ${FORMAT_VERSION}`,
    });
    return manifest;
  }
  if (version > FORMAT_VERSION) {
    report({
      code: 'newer-format',
      message: `the manifest is written in format version ${version}; this rushes knows versions up to ${FORMAT_VERSION}`,
      place: entry.value.place,
      hint: 'Upgrade rushes, here and in the workflow that runs it: npm install rushes@latest',
    });
    return undefined;
  }
  let current = manifest;
  for (let at = version; at < FORMAT_VERSION; at++) current = STEPS.get(at)?.(current) ?? current;
  return current;
}

const versionOf = (value: Located): number | undefined =>
  value.kind === 'scalar' && typeof value.value === 'number' && Number.isInteger(value.value) && value.value >= 1 ? value.value : undefined;
