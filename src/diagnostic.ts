/**
 * A problem, as data. Only `report/` turns it into prose, colour or annotations. A code cannot
 * exist without the page that `rushes explain <code>` prints: see `diagnostic-codes/`.
 */
import type { DiagnosticCode } from './diagnostic-codes/diagnostic-codes.ts';
import type { RenderId } from './ids.ts';

/** A text that places point into. Lines are found only when asked for. */
export class Source {
  /** As the user would type it: relative to the working folder, `/` as separator. */
  readonly path: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** 1-based line and column; columns count UTF-16 units, as editors do. */
  position(offset: number): { readonly line: number; readonly column: number } {
    this.#lineStarts ??= lineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** Where a 1-based line begins; the end of the text for lines that are not there. */
  offset(line: number): number {
    this.#lineStarts ??= lineStarts(this.text);
    return this.#lineStarts[line - 1] ?? this.text.length;
  }

  /** The text of a 1-based line without its line break. */
  line(line: number): string {
    return this.text.slice(this.offset(line), this.offset(line + 1)).replace(/\r?\n$|\r$/, '');
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      starts.push(at + 1);
    return starts;
  }
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

/** A half-open range of UTF-16 offsets in a source. */
export interface Place {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** 1-based; columns in UTF-16 units; the end is exclusive. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function spanOf(place: Place): Span {
  const from = place.source.position(place.start);
  const to = place.source.position(Math.max(place.end, place.start));
  return {
    file: place.source.path,
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
  };
}

/** An error stops everything before money; a warning and a note stop nothing. */
export type Severity = 'error' | 'warning' | 'note';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence with the field and the value seen; no position, no colour. */
  readonly message: string;
  /**
   * The smallest wrong thing: the key if it is unknown, the value if it is bad. Absent for what is
   * in no file (a missing key).
   */
  readonly place?: Place;
  /** The next thing to try. */
  readonly hint?: string;
  /** Places that made this matter, such as the scene that a default reached. */
  readonly also?: readonly { readonly message: string; readonly place: Place }[];
  /** Renders that cannot be made because of this; empty when it is about the whole file. */
  readonly renders: readonly RenderId[];
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/**
 * By file in the order given by `files` (others after, by name), then by offset, errors before
 * warnings on a tie.
 */
export function inSourceOrder(
  diagnostics: readonly Diagnostic[],
  files: readonly string[] = [],
): Diagnostic[] {
  const rank: Record<Severity, number> = { error: 0, warning: 1, note: 2 };
  const fileRank = new Map(files.map((file, index) => [file, index]));
  const order = (path: string | undefined): number =>
    path === undefined ? -1 : (fileRank.get(path) ?? files.length);
  return [...diagnostics].sort((a, b) => {
    const [left, right] = [a.place?.source.path, b.place?.source.path];
    return (
      order(left) - order(right) ||
      compare(left ?? '', right ?? '') ||
      (a.place?.start ?? 0) - (b.place?.start ?? 0) ||
      rank[a.severity] - rank[b.severity] ||
      compare(a.code, b.code)
    );
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A name as a sentence has it: the first 59 letters of a longer one, which may have a million. */
export function cutName(name: string): string {
  const points = Array.from(name.slice(0, 200));
  return points.length > 60 ? `${points.slice(0, 59).join('')}…` : name;
}
