/** Places inside the text of a lock, for messages only. Linear, and total over any text. */
import { type TextRange, walkJson } from '../../algorithms/json-walk.ts';

/** The target: the value at a path, or with `key` the key that leads to it. */
export interface Wanted {
  readonly path: readonly PropertyKey[];
  readonly key?: true;
}

/** Their ranges, in one pass; of the nearest ancestor where a path does not exist. */
export function placesOf(text: string, wanted: readonly Wanted[]): TextRange[] {
  const nearest = wanted.map(() => ({ depth: -1, range: [0, text.length] as TextRange }));
  const offer = (index: number, depth: number, range: TextRange): void => {
    if (depth > (nearest[index]?.depth ?? 0)) nearest[index] = { depth, range };
  };
  const leadsTo = (at: readonly PropertyKey[], path: readonly PropertyKey[]): boolean =>
    at.length <= path.length && at.every((step, index) => step === path[index]);
  walkJson(text, {
    key: (at, range) => {
      for (const [index, { path, key }] of wanted.entries()) {
        if (key === true && at.length === path.length && leadsTo(at, path))
          offer(index, at.length + 0.5, range);
      }
    },
    value: (at, range) => {
      for (const [index, { path }] of wanted.entries()) {
        // An object that is only the nearest thing is shown by its first character.
        if (leadsTo(at, path))
          offer(
            index,
            at.length,
            at.length === path.length ? firstLine(text, range) : [range[0], range[0] + 1],
          );
      }
    },
  });
  return nearest.map(({ range }) => range);
}

/**
 * The first duplicate key of an object, at its second place: JSON.parse silently takes the last.
 */
export function firstDuplicate(
  text: string,
): { readonly key: string; readonly range: TextRange } | undefined {
  let found: { key: string; range: TextRange } | undefined;
  const seen: Set<PropertyKey>[] = [];
  walkJson(text, {
    key: (path, range) => {
      const depth = path.length;
      const key = path[depth - 1] as string;
      const keys = (seen[depth] ??= new Set());
      if (keys.has(key)) found ??= { key, range };
      keys.add(key);
      // The object below this key, if it is one, starts with no keys.
      seen.length = depth + 1;
    },
    value: (path) => {
      seen.length = Math.min(seen.length, path.length + 1);
    },
  });
  return found;
}

/** Where the text stops being JSON. Its end if it is only cut short. */
export const syntaxErrorOffset = (text: string): number => walkJson(text, {}) ?? text.length;

const firstLine = (text: string, [start, end]: TextRange): TextRange => {
  const lineEnd = text.slice(start, end).search(/\r?\n/);
  return [start, lineEnd === -1 ? end : start + lineEnd];
};
