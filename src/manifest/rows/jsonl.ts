/** JSON Lines to rows: one JSON object a line, every value with its place. */
import type { Place, Source } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { describe, type Entries, mapOf, scalar } from '../values/located.ts';
import type { Report } from '../values/problems.ts';
import { MAX_ROWS } from '../values/text.ts';

const MAX_DEPTH = 64;
const TOKEN = /[ \t\r]*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y;

/**
 * The rows of a file; `undefined` after saying what is wrong with it. Empty lines are passed over.
 */
export function parseJsonl(source: Source, report: Report): readonly LocatedMap[] | undefined {
  const rows: LocatedMap[] = [];
  let sound = true;
  for (let start = 0; start < source.text.length && rows.length <= MAX_ROWS;) {
    const lineBreak = source.text.indexOf('\n', start);
    const end = lineBreak === -1 ? source.text.length : lineBreak;
    const row = parseLine({ source, start, end }, report);
    if (row === 'broken') sound = false;
    else if (row !== undefined) rows.push(row);
    start = end + 1;
  }
  return sound ? rows : undefined;
}

function parseLine(line: Place, report: Report): LocatedMap | 'broken' | undefined {
  const text = line.source.text.slice(line.start, line.end);
  if (text.trim() === '') return undefined;
  // The engine's parser judges; the walk below only finds out where things stand.
  const problem = jsonProblem(text);
  if (problem !== undefined) {
    const at = line.start + Math.min(problem.at, Math.max(text.trimEnd().length - 1, 0));
    report({
      code: 'row-file',
      message: `the line is not JSON: ${problem.message}`,
      place: { source: line.source, start: at, end: at + 1 },
      hint: 'Every line of a .jsonl file is one JSON object: {"id": "a", "prompt": "…"}',
    });
    return 'broken';
  }
  const walk = new Walk(line.source, line.start, report);
  const located = walk.value(0);
  if (walk.failed) return 'broken';
  if (located.kind === 'map') return located;
  const hint =
    located.kind === 'list'
      ? 'Write one object a line, without brackets around them and commas between them.'
      : 'Every line of a .jsonl file is one JSON object: {"id": "a", "prompt": "…"}';
  report({
    code: 'row-file',
    message: `the row is ${describe(located)}; expected a JSON object`,
    place: located.place,
    hint,
  });
  return 'broken';
}

function jsonProblem(text: string): { readonly message: string; readonly at: number } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = /at position (\d+)/.exec(message)?.[1];
    if (at === undefined) return { message: 'it ends too early', at: text.length };
    const character = text[Number(at)];
    return {
      message:
        character === undefined
          ? 'it ends too early'
          : `${JSON.stringify(character)} does not belong here`,
      at: Number(at),
    };
  }
}

/** Over a line that is known to be JSON. */
class Walk {
  readonly #source: Source;
  readonly #report: Report;
  #at: number;
  failed = false;

  constructor(source: Source, start: number, report: Report) {
    this.#source = source;
    this.#at = start;
    this.#report = report;
  }

  value(depth: number): Located {
    const { token, place } = this.#next();
    if (token === '{' || token === '[') {
      if (depth >= MAX_DEPTH) return this.#tooDeep(place);
      return token === '{' ? this.#map(place.start, depth) : this.#list(place.start, depth);
    }
    const value = JSON.parse(token) as string | number | boolean | null;
    if (
      typeof value === 'number' &&
      !(Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
    ) {
      this.failed = true;
      this.#report({
        code: 'wrong-value',
        message: `${token.slice(0, 40)} is a number that cannot be kept exactly`,
        place,
        hint: 'Put it in quotes if it is an id.',
      });
    }
    return scalar(value, place);
  }

  #map(start: number, depth: number): LocatedMap {
    const entries: Entries = new Map();
    if (!this.#skip('}')) {
      do {
        const { token, place } = this.#next();
        const key = JSON.parse(token) as string;
        this.#next();
        const value = this.value(depth + 1);
        const twin = entries.get(key);
        if (this.failed) break;
        if (twin === undefined) entries.set(key, { key: place, value });
        else {
          this.failed = true;
          const also = [{ message: 'first here', place: twin.key }];
          this.#report({
            code: 'duplicate-key',
            message: `duplicate key ${key}`,
            place,
            also,
            hint: 'Keep one of the two.',
          });
        }
      } while (this.#next().token === ',');
    }
    return mapOf(entries, { source: this.#source, start, end: this.#at });
  }

  #list(start: number, depth: number): Located {
    const items: Located[] = [];
    if (!this.#skip(']')) {
      do {
        items.push(this.value(depth + 1));
      } while (!this.failed && this.#next().token === ',');
    }
    return { kind: 'list', items, place: { source: this.#source, start, end: this.#at } };
  }

  #tooDeep(place: Place): Located {
    if (!this.failed)
      this.#report({
        code: 'too-large',
        message: `the row is nested more than ${MAX_DEPTH} levels deep`,
        place,
      });
    this.failed = true;
    return scalar(null, place);
  }

  #next(): { readonly token: string; readonly place: Place } {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#source.text)?.[1] ?? 'null';
    this.#at = Math.max(TOKEN.lastIndex, this.#at + 1);
    return {
      token,
      place: { source: this.#source, start: this.#at - token.length, end: this.#at },
    };
  }

  #skip(token: string): boolean {
    const before = this.#at;
    if (this.#next().token === token) return true;
    this.#at = before;
    return false;
  }
}
