/** JSON Lines to rows: one JSON object a line, every value with its place. */
import { cutName, type Place, type Source } from '../../diagnostic.ts';
import { type JsonVisitor, type TextRange, walkJson } from '../../algorithms/json-walk.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { describe, type Entries, type Lost, lost, mapOf, scalar } from '../values/located.ts';
import type { Problem, Report } from '../values/problems.ts';
import { MAX_ROWS } from '../values/text.ts';

const MAX_DEPTH = 64;
const ROW = 'Every line of a .jsonl file is one JSON object: {"id": "a", "prompt": "…"}';

/**
 * The rows of a file. Nothing is known of a row that is wrong, which is reported. Empty lines are
 * passed over.
 */
export function parseJsonl(source: Source, report: Report): readonly (LocatedMap | Lost)[] {
  const rows: (LocatedMap | Lost)[] = [];
  for (let start = 0; start < source.text.length && rows.length <= MAX_ROWS;) {
    const lineBreak = source.text.indexOf('\n', start);
    const end = lineBreak === -1 ? source.text.length : lineBreak;
    const row = parseLine({ source, start, end }, report);
    if (row !== undefined) rows.push(row);
    start = end + 1;
  }
  return rows;
}

function parseLine(line: Place, report: Report): LocatedMap | Lost | undefined {
  const text = line.source.text.slice(line.start, line.end);
  if (text.trim() === '') return undefined;
  const builder = new Builder(line, text);
  const errorAt = walkJson(text, builder);
  if (errorAt !== undefined) {
    const character = text[errorAt];
    const at = line.start + Math.min(errorAt, text.trimEnd().length - 1);
    report({
      code: 'row-file',
      message: `the line is not JSON: ${
        character === undefined
          ? 'it ends too early'
          : `${JSON.stringify(character)} does not belong here`
      }`,
      place: { source: line.source, start: at, end: at + 1 },
      hint: ROW,
    });
    return lost(line);
  }
  const { row, problem } = builder;
  if (problem !== undefined) {
    report(problem);
    return lost(line);
  }
  if (row?.kind === 'map') return row;
  if (row !== undefined)
    report({
      code: 'row-file',
      message: `the row is ${describe(row)}; expected a JSON object`,
      place: row.place,
      hint:
        row.kind === 'list'
          ? 'Write one object per line, without brackets around them and commas between them.'
          : ROW,
    });
  return lost(line);
}

/** An object or a list that is still open. */
type Open =
  | { readonly kind: 'map'; readonly entries: Entries; key: Place }
  | { readonly kind: 'list'; readonly items: Located[] };

/** Makes the row of what the walk over its line reports, and remembers the first thing wrong. */
class Builder implements JsonVisitor {
  readonly #line: Place;
  readonly #text: string;
  readonly #open: Open[] = [];
  row: Located | undefined;
  problem: Problem | undefined;

  constructor(line: Place, text: string) {
    this.#line = line;
    this.#text = text;
  }

  open(path: readonly PropertyKey[], start: number): void {
    const place = this.#place([start, start + 1]);
    if (path.length >= MAX_DEPTH)
      this.problem ??= {
        code: 'too-large',
        message: `the row is nested more than ${MAX_DEPTH} levels deep`,
        place,
      };
    this.#open.push(
      this.#text[start] === '{'
        ? { kind: 'map', entries: new Map(), key: place }
        : { kind: 'list', items: [] },
    );
  }

  key(_: readonly PropertyKey[], range: TextRange): void {
    const map = this.#open.at(-1);
    if (map?.kind === 'map') map.key = this.#place(range);
  }

  value(path: readonly PropertyKey[], range: TextRange): void {
    const value = this.#located(range);
    const parent = this.#open.at(-1);
    if (parent === undefined) this.row = value;
    else if (parent.kind === 'list') parent.items.push(value);
    else this.#enter(parent.entries, String(path.at(-1)), { key: parent.key, value });
  }

  #located(range: TextRange): Located {
    const place = this.#place(range);
    const first = this.#text[range[0]];
    if (first === '{' || first === '[') {
      const ended = this.#open.pop();
      return ended?.kind === 'list'
        ? { kind: 'list', items: ended.items, place }
        : mapOf(ended?.entries ?? new Map(), place);
    }
    const token = this.#text.slice(...range);
    const value = JSON.parse(token) as string | number | boolean | null;
    if (
      typeof value === 'number' &&
      !(Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
    )
      this.problem ??= {
        code: 'wrong-value',
        message: `${token.slice(0, 40)} is a number that cannot be kept exactly`,
        place,
        hint: 'Put it in quotes if it is an id.',
      };
    return scalar(value, place);
  }

  #enter(entries: Entries, key: string, entry: { key: Place; value: Located }): void {
    const twin = entries.get(key);
    if (twin === undefined) entries.set(key, entry);
    else
      this.problem ??= {
        code: 'duplicate-key',
        message: `duplicate key ${cutName(key)}`,
        place: entry.key,
        also: [{ message: 'first here', place: twin.key }],
        hint: 'Keep one of the two.',
      };
  }

  #place([start, end]: TextRange): Place {
    return {
      source: this.#line.source,
      start: this.#line.start + start,
      end: this.#line.start + end,
    };
  }
}
