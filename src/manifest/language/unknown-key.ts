/** An unknown key: the key that it probably stands for, and what to write. */
import { GATEWAYS } from '../../ids.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Place } from '../../diagnostic.ts';
import { isNull, quoted } from '../values/located.ts';
import type { Problem } from '../values/problems.ts';
import { type Checked, label, mapAt, type Path } from './checked.ts';
import { SETTINGS } from './schema/settings.ts';
import { SYNONYMS } from './synonyms.ts';

export function nearKey(key: string, known: readonly string[]): string | undefined {
  const synonym = SYNONYMS[key.toLowerCase()];
  return (
    nearest(key, known) ?? (synonym !== undefined && known.includes(synonym) ? synonym : undefined)
  );
}

export function unknownKey(
  key: string,
  path: Path,
  checked: Required<Checked>,
  known: readonly string[],
  near: string | undefined,
): Problem {
  const map = mapAt(checked.value, path);
  const place = map?.entries.get(key)?.key ?? checked.value.place;
  const name = label(checked.label, path);
  const value = map?.entries.get(key)?.value;
  const hint = NO_BREAK.test(key)
    ? 'The line begins with no-break spaces, which are not spaces in YAML. Replace them with ordinary spaces.'
    : path.at(-1) === 'ids' && GATEWAYS.some((gateway) => gateway === key)
      ? `Models of ${key} take no ids. Give the element a description and images; ids are for ${known.join(', ')}.`
      : near !== undefined
        ? `Did you mean ${near}?`
        : isNull(value) && isInBraces(place)
          ? 'If it belongs to the text before it, put that text in quotes. Inside { }, a comma ends a value.'
          : known.includes('params')
            ? `If ${quoted(key)} is a field of the model's own API, put it under params. Otherwise: ${known.join(', ')}.`
            : path.length === 0 && SETTINGS.includes(key)
              ? `${key} belongs in a scene, or in defaults for all scenes.`
              : `Keys here: ${known.join(', ')}.`;
  return {
    code: 'unknown-key',
    message: `${quoted(key)} is not a key of ${name === '' ? 'a manifest' : name}${invisible(key)}`,
    place,
    hint,
  };
}

/** What is invisible in a key, in words. */
function invisible(key: string): string {
  const found = /[\u00a0\u2000-\u200f\u202f\u2060\u3000\ufeff]/.exec(key)?.[0];
  if (found === undefined) return '';
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `: it contains ${found === '\u00a0' ? 'a no-break space' : 'an invisible character'} (U+${code})`;
}

const NO_BREAK = /^[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/;

/** Whether a key stands between `{` and `}`, behind a comma of its line. */
function isInBraces({ source, start }: Place): boolean {
  const { line, column } = source.position(start);
  return /\{.*,\s*$/.test(source.line(line).slice(0, column - 1));
}
