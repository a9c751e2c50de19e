/**
 * The YAML that nearly every manifest is made of, read straight into located values: block maps and
 * lists, texts and numbers on one line, block texts, flow collections on one line. The library
 * makes a document with comments, anchors and tokens of every word, which for thousands of scenes
 * costs more than all the rest of a plan.
 *
 * It has no opinion of its own. What it gives is exactly what `yaml-located.ts` makes of the
 * library's answer (a test holds the two together, on the public test suite and on mutated
 * manifests); whatever else a text holds, an anchor, a tag, a tab, a text over several lines,
 * anything wrong, it leaves to the library, which alone says what a text means and what is wrong
 * with it.
 */
import { CST } from 'yaml';
import type { Place, Source } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { type Entries, mapOf, scalar } from '../values/located.ts';

/** Well within the bounds of `yaml-located.ts`, which has the words for what is beyond them. */
const MAX_DEPTH = 30;
const MAX_PARTS = 150_000;

/**
 * The value of a text without anything out of the ordinary; `undefined` where only the library can
 * tell.
 */
export function readPlainYaml(source: Source): Located | undefined {
  return new PlainReader(source).document();
}

/** A name that no schema of YAML takes for anything but a text, and the end of its `key:`. */
const KEY = /(?!(?:null|Null|NULL):)[\p{L}_][\p{L}\p{N}_.-]{0,200}(?=:(?: |\r?\n|$))/uy;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
/** Whatever one of the number forms of YAML's core schema could match. */
const NUMERIC = /^(?:0[ox][\da-f]+|[-+]?\d[\d.]*(?:e[-+]?\d*)?)$/i;
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

class PlainReader {
  readonly #source: Source;
  readonly #text: string;
  /**
   * The line being read: its first character that is no space, and its end without the line break.
   */
  #start = 0;
  #end = 0;
  /** Column of `#start`, from 0; -1 after the last line. */
  #column = 0;
  /** Start of the line after it. */
  #next = 0;
  /** Where the last value on this line ended. */
  #after = 0;
  #parts = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  document(): Located | undefined {
    this.#toNextLine();
    if (this.#column !== 0) return undefined;
    const root = this.#block(0);
    return this.#isAtEnd() ? root : undefined;
  }

  #isAtEnd(): boolean {
    return this.#column === -1;
  }

  /** To the next line that holds more than a comment. */
  #toNextLine(): void {
    const text = this.#text;
    for (let line = this.#next; line < text.length; line = this.#next) {
      const feed = text.indexOf('\n', line);
      const end = feed === -1 ? text.length : feed;
      this.#next = end + 1;
      this.#end =
        end > line && text.charCodeAt(end - 1) === CARRIAGE_RETURN && feed !== -1 ? end - 1 : end;
      this.#start = this.#pastSpaces(line);
      if (this.#start === this.#end || text.charCodeAt(this.#start) === HASH) continue;
      this.#column = this.#start - line;
      return;
    }
    this.#column = -1;
  }

  #block(depth: number): Located | undefined {
    if (depth > MAX_DEPTH) return undefined;
    return this.#isItem() ? this.#list(depth) : this.#map(depth);
  }

  /** The map whose first key is where the line starts; ends at the first line that is not of it. */
  #map(depth: number): LocatedMap | undefined {
    const column = this.#column;
    const start = this.#start;
    const entries: Entries = new Map();
    let end = start;
    do {
      if (this.#column !== column) return undefined;
      const key = this.#keyAt(this.#start);
      if (key === undefined) return undefined;
      const name = this.#text.slice(key.start, key.end);
      const value = this.#valueAt(key.end + 1, { column, depth, inMap: true });
      if (value === undefined || entries.has(name)) return undefined;
      entries.set(name, { key, value });
      end = isNothing(value) ? key.end + 1 : value.place.end;
    } while (this.#column >= column && !(this.#column === column && this.#isItem()));
    return mapOf(entries, this.#place(start, end));
  }

  #list(depth: number): Located | undefined {
    const column = this.#column;
    const start = this.#start;
    const items: Located[] = [];
    let end = start;
    do {
      if (this.#column !== column) return undefined;
      const dash = this.#start;
      const at = this.#pastSpaces(dash + 1);
      let item: Located | undefined;
      if (at < this.#end && this.#keyAt(at) !== undefined) {
        this.#column += at - dash;
        this.#start = at;
        item = this.#map(depth + 1);
      } else item = this.#valueAt(dash + 1, { column, depth, inMap: false });
      if (item === undefined) return undefined;
      items.push(item);
      end = isNothing(item) ? dash + 1 : item.place.end;
    } while (this.#column > column || (this.#column === column && this.#isItem()));
    return { kind: 'list', items, place: this.#place(start, end) };
  }

  /**
   * The value after a key or a dash that stands in a collection at this column; the reader is then
   * at the line after it.
   */
  #valueAt(
    at: number,
    {
      column,
      depth,
      inMap,
    }: { readonly column: number; readonly depth: number; readonly inMap: boolean },
  ) {
    if (++this.#parts > MAX_PARTS) return undefined;
    const start = this.#pastSpaces(at);
    if (start < this.#end && this.#text.charCodeAt(start) !== HASH) {
      const value = this.#isBlockText(start)
        ? this.#blockText(start, column)
        : this.#lineValue(start, depth);
      // A deeper line would go on with this value.
      return this.#column > column ? undefined : value;
    }
    if (start < this.#end && start === at) return undefined;
    this.#toNextLine();
    if (this.#column > column || (inMap && this.#column === column && this.#isItem()))
      return this.#block(depth + 1);
    return scalar(null, this.#place(start, start));
  }

  #lineValue(start: number, depth: number): Located | undefined {
    const value = this.#inline(start, depth, false);
    const rest = this.#pastSpaces(this.#after);
    const isWhole =
      rest === this.#end || (rest > this.#after && this.#text.charCodeAt(rest) === HASH);
    if (value === undefined || !isWhole) return undefined;
    this.#toNextLine();
    return value;
  }

  /** A value that ends on the line on which it starts. */
  #inline(start: number, depth: number, inFlow: boolean): Located | undefined {
    switch (this.#text.charCodeAt(start)) {
      case DOUBLE_QUOTE:
        return this.#doubleQuoted(start);
      case SINGLE_QUOTE:
        return this.#singleQuoted(start);
      case OPEN_BRACKET:
        return this.#flowList(start, depth + 1);
      case OPEN_BRACE:
        return this.#flowMap(start, depth + 1);
      default:
        return this.#plain(start, inFlow);
    }
  }

  #plain(start: number, inFlow: boolean): Located | undefined {
    const text = this.#text;
    let end = start;
    for (let at = start; at < this.#end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === SPACE) continue;
      if (unit < SPACE) return undefined;
      if (unit === HASH && text.charCodeAt(at - 1) === SPACE) break;
      if (unit === COLON && (at + 1 === this.#end || text.charCodeAt(at + 1) === SPACE))
        return undefined;
      if (inFlow) {
        if (unit === COMMA || unit === CLOSE_BRACKET || unit === CLOSE_BRACE) break;
        if (
          unit === OPEN_BRACKET ||
          unit === OPEN_BRACE ||
          (unit === COLON && ',[]{}'.includes(text.charAt(at + 1)))
        )
          return undefined;
      }
      end = at + 1;
    }
    const first = text.charCodeAt(start);
    const word = text.slice(start, end);
    this.#after = end;
    const value =
      isDigit(first) || first === MINUS
        ? numberOrText(word)
        : isWordStart(first)
          ? constantOrText(word)
          : undefined;
    return value === undefined ? undefined : scalar(value, this.#place(start, end));
  }

  #doubleQuoted(start: number): Located | undefined {
    const text = this.#text;
    let hasEscapes = false;
    for (let at = start + 1; at < this.#end; at++) {
      const unit = text.charCodeAt(at);
      if (unit < SPACE) return undefined;
      if (unit === BACKSLASH) {
        // These mean the same in JSON.
        if (!'"\\/bfnrt'.includes(text.charAt(at + 1))) return undefined;
        hasEscapes = true;
        at++;
      } else if (unit === DOUBLE_QUOTE) {
        this.#after = at + 1;
        const value = hasEscapes
          ? (JSON.parse(text.slice(start, at + 1)) as string)
          : text.slice(start + 1, at);
        return scalar(value, this.#place(start, at + 1));
      }
    }
    return undefined;
  }

  #singleQuoted(start: number): Located | undefined {
    const text = this.#text;
    let hasEscapes = false;
    for (let at = start + 1; at < this.#end; at++) {
      const unit = text.charCodeAt(at);
      if (unit < SPACE) return undefined;
      if (unit !== SINGLE_QUOTE) continue;
      if (text.charCodeAt(at + 1) === SINGLE_QUOTE) {
        hasEscapes = true;
        at++;
      } else {
        this.#after = at + 1;
        const value = text.slice(start + 1, at);
        return scalar(hasEscapes ? value.replaceAll("''", "'") : value, this.#place(start, at + 1));
      }
    }
    return undefined;
  }

  #flowList(start: number, depth: number): Located | undefined {
    const items: Located[] = [];
    let at = this.#pastSpaces(start + 1);
    if (this.#text.charCodeAt(at) !== CLOSE_BRACKET) {
      for (;;) {
        const item = this.#flowValue(at, depth);
        if (item === undefined) return undefined;
        items.push(item);
        at = this.#pastSpaces(this.#after);
        if (this.#text.charCodeAt(at) !== COMMA) break;
        at = this.#pastSpaces(at + 1);
      }
    }
    if (at >= this.#end || this.#text.charCodeAt(at) !== CLOSE_BRACKET) return undefined;
    this.#after = at + 1;
    return { kind: 'list', items, place: this.#place(start, at + 1) };
  }

  #flowMap(start: number, depth: number): Located | undefined {
    const entries: Entries = new Map();
    let at = this.#pastSpaces(start + 1);
    if (this.#text.charCodeAt(at) !== CLOSE_BRACE) {
      for (;;) {
        const key = this.#keyAt(at);
        const value =
          key === undefined ? undefined : this.#flowValue(this.#pastSpaces(key.end + 1), depth);
        if (key === undefined || value === undefined) return undefined;
        const name = this.#text.slice(key.start, key.end);
        if (entries.has(name)) return undefined;
        entries.set(name, { key, value });
        at = this.#pastSpaces(this.#after);
        if (this.#text.charCodeAt(at) !== COMMA) break;
        at = this.#pastSpaces(at + 1);
      }
    }
    if (at >= this.#end || this.#text.charCodeAt(at) !== CLOSE_BRACE) return undefined;
    this.#after = at + 1;
    return mapOf(entries, this.#place(start, at + 1));
  }

  #flowValue(at: number, depth: number): Located | undefined {
    return ++this.#parts > MAX_PARTS || depth > MAX_DEPTH || at >= this.#end
      ? undefined
      : this.#inline(at, depth, true);
  }

  /** A text after `|` or `>`; the library makes out what its lines come to. */
  #blockText(start: number, column: number): Located | undefined {
    const text = this.#text;
    const header = text.slice(start, this.#end);
    const first = this.#next;
    let end = -1;
    let isOpen = true;
    while (isOpen && this.#next < text.length) {
      const line = this.#next;
      const feed = text.indexOf('\n', line);
      const content = this.#pastSpacesUntil(line, feed === -1 ? text.length : feed);
      const isBlank =
        content === feed || content === text.length || text.startsWith('\r\n', content);
      if (isBlank || content - line > column) this.#next = feed === -1 ? text.length : feed + 1;
      else isOpen = false;
      if (!isBlank && isOpen) end = this.#next;
      // A blank line with spaces may count as a line of the text, by how many they are.
      else if (isBlank && content > line) return undefined;
    }
    if (end === -1 || !/^[|>]-?$/.test(header)) return undefined;
    let isWrong = false;
    const resolved = CST.resolveAsScalar(
      {
        type: 'block-scalar',
        offset: start,
        indent: column,
        props: [{ type: 'block-scalar-header', offset: start, indent: column, source: header }],
        source: text.slice(first, end),
      },
      true,
      () => (isWrong = true),
    );
    if (isWrong || resolved === null) return undefined;
    while (isSpace(text.charCodeAt(end - 1))) end -= 1;
    this.#toNextLine();
    return scalar(resolved.value, this.#place(start, end));
  }

  #isBlockText(at: number): boolean {
    const unit = this.#text.charCodeAt(at);
    return unit === BAR || unit === GREATER;
  }

  #isItem(): boolean {
    if (this.#text.charCodeAt(this.#start) !== MINUS) return false;
    return this.#start + 1 === this.#end || this.#text.charCodeAt(this.#start + 1) === SPACE;
  }

  #keyAt(at: number): Place | undefined {
    KEY.lastIndex = at;
    return KEY.test(this.#text) ? this.#place(at, KEY.lastIndex) : undefined;
  }

  #pastSpaces(at: number): number {
    return this.#pastSpacesUntil(at, this.#end);
  }

  #pastSpacesUntil(at: number, end: number): number {
    let to = at;
    while (to < end && this.#text.charCodeAt(to) === SPACE) to++;
    return to;
  }

  #place(start: number, end: number): Place {
    return { source: this.#source, start, end };
  }
}

/** No text at all stands for this `null`. */
const isNothing = ({ place }: Located): boolean => place.start === place.end;

function numberOrText(word: string): number | string | undefined {
  if (NUMBER.test(word)) return Number(word);
  return NUMERIC.test(word) || !isDigit(word.charCodeAt(0)) ? undefined : word;
}

function constantOrText(word: string): string | boolean | null {
  const constant = word.length > 5 ? undefined : CONSTANTS.get(word);
  return constant === undefined ? word : constant;
}

const SPACE = 32;
const CARRIAGE_RETURN = 13;
const HASH = 35;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const COMMA = 44;
const MINUS = 45;
const COLON = 58;
const GREATER = 62;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const BAR = 124;
const CLOSE_BRACE = 125;

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isSpace = (unit: number): boolean => unit === SPACE || (unit >= 9 && unit <= 13);
/** Letters, `_`, `$`, `(`, `/`, and everything beyond ASCII: no indicator of YAML is among them. */
const isWordStart = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) ||
  (unit >= 65 && unit <= 90) ||
  unit === 95 ||
  unit === 36 ||
  unit === 40 ||
  unit === 47 ||
  unit > 127;
