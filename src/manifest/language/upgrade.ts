/**
 * The version of the manifest format. A newer one than this program knows is refused, an older one
 * is brought up to date here, step by step, so that the rest of the folder knows only the newest.
 */
import { type Located, type LocatedMap } from '../../scene.ts';
import { describe, mapOf, scalar } from '../values/located.ts';
import type { Report } from '../values/problems.ts';

export const FORMAT_VERSION = 1;

export interface Format {
  /** The newest version. */
  readonly version: number;
  /** From the version that is the key to the next one; places stay those of the file. */
  readonly steps: ReadonlyMap<number, (manifest: LocatedMap) => LocatedMap>;
}

/** Version 1 is the first: no step exists yet. */
const FORMAT: Format = { version: FORMAT_VERSION, steps: new Map() };

/**
 * The manifest in the newest format, or `undefined` after saying why its version cannot be read.
 */
export function upgrade(
  manifest: LocatedMap,
  report: Report,
  format: Format = FORMAT,
): LocatedMap | undefined {
  const entry = manifest.entries.get('rushes');
  if (entry === undefined) {
    const { source, start } = manifest.place;
    report({
      code: 'absent-key',
      message: 'the format version "rushes" is missing',
      place: { source, start, end: Math.min(start + 1, source.text.length) },
      hint: `Write it as the first line: rushes: ${format.version}`,
    });
    return manifest;
  }
  const version = versionOf(entry.value);
  if (version === undefined) {
    report({
      code: 'wrong-type',
      message: `rushes is ${describe(entry.value)}; expected the number of the format version`,
      place: entry.value.place,
      hint: `Write rushes: ${format.version}`,
    });
    return manifest;
  }
  if (version > format.version) {
    report({
      code: 'newer-format',
      message: `the manifest is written in format version ${version}; this rushes knows versions up to ${format.version}`,
      place: entry.value.place,
      hint: 'Upgrade rushes, here and in the workflow that runs it: npm install rushes@latest',
    });
    return undefined;
  }
  if (version === format.version) return manifest;
  let current = manifest;
  for (let at = version; at < format.version; at++)
    current = format.steps.get(at)?.(current) ?? current;
  const { key, value } = entry;
  return mapOf(
    new Map(current.entries).set('rushes', { key, value: scalar(format.version, value.place) }),
    current.place,
  );
}

const versionOf = (value: Located): number | undefined =>
  value.kind === 'scalar' &&
  typeof value.value === 'number' &&
  Number.isInteger(value.value) &&
  value.value >= 1
    ? value.value
    : undefined;
