/** CSV (RFC 4180) to rows of cells, each with its place. The first line names the columns. */
import { CsvError, parse } from 'csv-parse/sync';
import { defined } from '../../defined.ts';
import type { Place, Source } from '../../diagnostic.ts';
import type { LocatedMap } from '../../scene.ts';
import { type Cell, type Entries, type Lost, lost, mapOf, wholeOf } from '../values/located.ts';
import type { Report } from '../values/problems.ts';
import { MAX_ROWS } from '../values/text.ts';

interface Field {
  readonly text: string;
  /** Byte offset behind it. */
  readonly endByte: number;
}

/**
 * The rows of a file; `undefined` after saying what is wrong with it. Of a row with more or fewer
 * cells than columns nothing is known: any cell may be in the wrong column.
 */
export function parseCsv(
  source: Source,
  report: Report,
): readonly (LocatedMap | Lost)[] | undefined {
  const records = parseRecords(source, report);
  if (records === undefined) return undefined;
  const place = placer(source);
  const [header, ...rest] = records.map((fields) =>
    fields.map(({ text, endByte }) => cell(text, place(endByte, text))),
  );
  if (header === undefined) {
    report({
      code: 'row-file',
      message: 'the file has no line that names the columns',
      place: wholeOf(source),
      hint: 'The first line names the columns: id,prompt',
    });
    return undefined;
  }
  if (!checkHeader(header, report)) return undefined;
  return rest.map((cells) => {
    const entries: Entries = new Map();
    const first = cells[0] ?? header[0];
    const whole = { source, start: first?.place.start ?? 0, end: cells.at(-1)?.place.end ?? 0 };
    if (cells.length !== header.length) {
      const hint =
        cells.length > header.length
          ? 'A cell that contains a comma must be in quotes: "rain, then sun".'
          : 'Add the commas of the cells that are empty.';
      report({
        code: 'row-file',
        message: `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} and the first line names ${header.length} ${header.length === 1 ? 'column' : 'columns'}`,
        place: whole,
        hint,
      });
      return lost(whole);
    }
    for (const [index, column] of header.entries()) {
      const value = cells[index];
      if (value !== undefined) entries.set(column.value, { key: column.place, value });
    }
    return mapOf(entries, whole);
  });
}

const cell = (value: string, place: Place): Cell => ({ kind: 'scalar', value, place, cell: true });

function parseRecords(source: Source, report: Report): Field[][] | undefined {
  try {
    // Every cell arrives as { text, endByte }: `cast` is the only place where csv-parse tells where
    // a cell ends.
    return parse(source.text, {
      relax_column_count: true,
      skip_empty_lines: true,
      to: MAX_ROWS + 2,
      record_delimiter: ['\r\n', '\n', '\r'],
      cast: (text, { bytes }) => ({ text, endByte: bytes }),
    }) as unknown as Field[][];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const open = error.code === 'CSV_QUOTE_NOT_CLOSED' ? openQuote(source.text) : undefined;
    const line =
      open === undefined
        ? typeof error['lines'] === 'number'
          ? error['lines']
          : 1
        : source.position(open).line;
    const start = lineStart(source, line);
    const end = start + source.line(line).length;
    const [message, hint] = MESSAGES[error.code] ?? [error.message, undefined];
    report({
      code: 'row-file',
      message: `the file is not CSV: ${message}`,
      place: { source, start: open ?? start, end },
      ...defined({ hint }),
    });
    return undefined;
  }
}

/**
 * Offset of the quote that opens a cell and is never closed: nothing closes it, so the reader only
 * knows that the file is over.
 */
function openQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') continue;
    if (open === undefined) {
      if (at === 0 || /[,\r\n]/.test(text[at - 1] ?? '')) open = at;
    } else if (text[at + 1] === '"') at += 1;
    else open = undefined;
  }
  return open;
}

const MESSAGES: Partial<Record<string, readonly [message: string, hint: string]>> = {
  CSV_QUOTE_NOT_CLOSED: [
    'a quote opens a cell and is never closed',
    'Close the cell with a quote; a quote inside a cell is written twice: "He said ""hi""".',
  ],
  CSV_INVALID_CLOSING_QUOTE: [
    'text follows the quote that closes a cell',
    'A quote inside a cell is written twice: "He said ""hi""".',
  ],
  INVALID_OPENING_QUOTE: [
    'there is a quote in the middle of a cell',
    'Put the whole cell in quotes and write quotes inside it twice: "He said ""hi""".',
  ],
};

function lineStart(source: Source, line: number): number {
  let [low, high] = [0, source.text.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (source.position(middle).line < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From byte offsets, which only grow, to the range of a cell in the text, quotes included. */
function placer(source: Source): (endByte: number, text: string) => Place {
  const { text } = source;
  let byte = 0;
  let at = 0;
  let behindLast = 0;
  return (endByte, value) => {
    while (byte < endByte && at < text.length) {
      const point = text.codePointAt(at) ?? 0;
      byte += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      at += point < 0x10000 ? 1 : 2;
    }
    let start = behindLast;
    // Behind the comma or the line breaks that end the cell before.
    if (start > 0 && text[start] === ',') start += 1;
    else while (start < at && (text[start] === '\n' || text[start] === '\r')) start += 1;
    behindLast = at;
    return { source, start: value === '' && text[start] !== '"' ? at : start, end: at };
  };
}

function checkHeader(header: readonly Cell[], report: Report): boolean {
  const [only] = header;
  if (header.length === 1 && only !== undefined && /[;\t]/.test(only.value)) {
    const separator = only.value.includes(';') ? 'semicolons' : 'tabs';
    report({
      code: 'row-file',
      message: `the cells are separated with ${separator}; CSV separates them with commas`,
      place: only.place,
      hint: 'Export the table as "CSV (comma separated)".',
    });
    return false;
  }
  const seen = new Map<string, Cell>();
  let sound = true;
  for (const column of header) {
    const twin = seen.get(column.value);
    if (column.value.trim() === '') {
      report({
        code: 'row-file',
        message: 'a column has no name',
        place: column.place,
        hint: 'Give it a name, or delete the column.',
      });
      sound = false;
    } else if (twin !== undefined) {
      const also = [{ message: 'first here', place: twin.place }];
      report({
        code: 'duplicate-key',
        message: `two columns are named ${JSON.stringify(column.value)}`,
        place: column.place,
        also,
        hint: 'Rename one of them.',
      });
      sound = false;
    }
    seen.set(column.value, column);
  }
  return sound;
}
