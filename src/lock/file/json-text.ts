/**
 * Places inside a JSON text, for messages only: JSON.parse is fast and says neither where a value
 * stands nor that a key came twice. Everything here is linear, and total over any text.
 */
type Range = readonly [start: number, end: number];

/** What the walk reports: every object key and the range of every value, in text order. */
interface Visitor {
  key?(path: readonly PropertyKey[], range: Range): void;
  value?(path: readonly PropertyKey[], range: Range): void;
}

/** What to find: the value at a path, or with `key` the key that leads to it. */
export interface Wanted {
  readonly path: readonly PropertyKey[];
  readonly key?: true;
}

/** Their ranges, in one pass; of the nearest ancestor where a path does not exist. */
export function placesOf(text: string, wanted: readonly Wanted[]): Range[] {
  const nearest = wanted.map(() => ({ depth: -1, range: [0, text.length] as Range }));
  const offer = (index: number, depth: number, range: Range): void => {
    if (depth > (nearest[index]?.depth ?? 0)) nearest[index] = { depth, range };
  };
  const leadsTo = (at: readonly PropertyKey[], path: readonly PropertyKey[]): boolean =>
    at.length <= path.length && at.every((step, index) => step === path[index]);
  walk(text, {
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
 * The first key that stands twice in one object, at its second place: JSON.parse would take the
 * last in silence.
 */
export function firstDuplicate(
  text: string,
): { readonly key: string; readonly range: Range } | undefined {
  let found: { key: string; range: Range } | undefined;
  const seen: Set<PropertyKey>[] = [];
  walk(text, {
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
export const syntaxErrorOffset = (text: string): number => walk(text, {}) ?? text.length;

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * One pass with a stack of its own, so that depth is not a danger. Returns the offset of the first
 * error, `undefined` if there is none.
 */
function walk(text: string, visitor: Visitor): number | undefined {
  const path: PropertyKey[] = [];
  const open: { readonly kind: '{' | '['; readonly start: number }[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (): string | undefined => {
    match(SPACE);
    return text[at];
  };
  /** A loop and no pattern: a pattern would need a stack as long as the string. */
  const readString = (): string | undefined => {
    const start = at;
    if (text[at] !== '"') return undefined;
    for (at++; at < text.length;) {
      const unit = text.charCodeAt(at);
      if (unit === 0x22) return text.slice(start, ++at);
      if (unit < 0x20 || (unit === 0x5c && match(ESCAPE) === undefined)) return undefined;
      if (unit !== 0x5c) at++;
    }
    return undefined;
  };
  /** After `{` or a comma in an object: key and colon. */
  const readKey = (): boolean => {
    skip();
    const start = at;
    const raw = readString();
    if (raw === undefined) return false;
    path.push(JSON.parse(raw) as string);
    visitor.key?.(path, [start, at]);
    if (skip() !== ':') return false;
    at++;
    return true;
  };

  for (;;) {
    const next = skip();
    const start = at;
    let ended = true;
    if (next === '{' || next === '[') {
      at++;
      if (skip() === (next === '{' ? '}' : ']')) {
        at++;
        visitor.value?.(path, [start, at]);
      } else {
        open.push({ kind: next, start });
        if (next === '[') path.push(0);
        else if (!readKey()) return at;
        ended = false;
      }
    } else if ((next === '"' ? readString() : match(LITERAL)) === undefined) return at;
    else visitor.value?.(path, [start, at]);

    while (ended) {
      const container = open.at(-1);
      if (container === undefined) return skip() === undefined ? undefined : at;
      const after = skip();
      if (after === ',') {
        at++;
        const last = path.pop() as PropertyKey;
        if (container.kind === '[') path.push((last as number) + 1);
        else if (!readKey()) return at;
        ended = false;
      } else if (after === (container.kind === '{' ? '}' : ']')) {
        at++;
        path.pop();
        open.pop();
        visitor.value?.(path, [container.start, at]);
      } else return at;
    }
  }
}

const firstLine = (text: string, [start, end]: Range): Range => {
  const lineEnd = text.slice(start, end).search(/\r?\n/);
  return [start, lineEnd === -1 ? end : start + lineEnd];
};
