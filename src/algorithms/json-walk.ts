/**
 * One walk over a JSON text that says where its values stand: JSON.parse is fast, and says neither
 * that nor that a key came twice. Linear, and total over any text.
 */

/** UTF-16 offsets, half open. */
export type TextRange = readonly [start: number, end: number];

/** Reports of the walk, in text order. The path is one array, which the walk keeps changing. */
export interface JsonVisitor {
  /** An object or a list begins. */
  open?(path: readonly PropertyKey[], start: number): void;
  key?(path: readonly PropertyKey[], range: TextRange): void;
  /** A value has ended: of a list or an object, after everything inside it. */
  value?(path: readonly PropertyKey[], range: TextRange): void;
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * One pass with an explicit stack, so deep nesting is not a danger. Returns the offset of the first
 * error, `undefined` if there is none.
 */
export function walkJson(text: string, visitor: JsonVisitor): number | undefined {
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
      visitor.open?.(path, start);
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
