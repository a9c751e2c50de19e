/**
 * Markdown pages with a hard size limit: GitHub drops a summary over 1 MiB and a comment over
 * 65,536 characters as a whole.
 */

/** Made one after the other, and no further than there is room. */
export interface RowList extends Iterable<string> {
  readonly length: number;
}

/** A row for each item. One that is not shown is not made: the words of a change take time. */
export const rowOfEach = <Item>(items: readonly Item[], make: (item: Item) => string): RowList => ({
  length: items.length,
  *[Symbol.iterator]() {
    for (const item of items) yield make(item);
  },
});

/** A table or list of which as many rows are shown as there is room for. */
export interface Rows {
  /** Lines above, such as a heading and a table's head. */
  readonly head: readonly string[];
  readonly rows: RowList;
  /** The line that stands for `hidden` rows; begins a new paragraph. */
  readonly more: (hidden: number) => string;
  /** Lines below, such as `</details>`. */
  readonly tail?: readonly string[];
}

/** Whole bytes are counted, which is never less than characters. */
const size = (text: string): number => Buffer.byteLength(text, 'utf8');

/**
 * At most `limitBytes` bytes of UTF-8 whatever the rows: fixed parts are always there, rows from
 * the first section to the last while there is room, and every cut is shown. A section without room
 * for one row is left out but for its `more` line.
 */
export function boundedPage(parts: readonly (string | Rows)[], limitBytes: number): string {
  const fixed = parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? size(part) + 1 : frame(part)),
    0,
  );
  let left = limitBytes - fixed;
  const lines = parts.flatMap((part) => {
    if (typeof part === 'string') return [part];
    if (part.rows.length === 0) return [];
    const shown: string[] = [];
    for (const row of part.rows) {
      if (size(row) + 1 > left) break;
      left -= size(row) + 1;
      shown.push(row);
    }
    const hidden = part.rows.length - shown.length;
    return [
      ...part.head,
      ...shown,
      ...(hidden > 0 ? ['', part.more(hidden)] : []),
      ...(part.tail ?? []),
    ];
  });
  return `${lines.join('\n')}\n`;
}

const frame = ({ head, rows, more, tail = [] }: Rows): number =>
  [...head, '', more(rows.length), ...tail].reduce((sum, line) => sum + size(line) + 1, 0);

/** A row of a Markdown table; the cells are Markdown already. */
export const tableRow = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A Markdown table. Cells are Markdown already; `|` in a cell is escaped here. */
export const markdownTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => [
  tableRow(...head),
  tableRow(...head.map(() => '---')),
  ...rows.map((cells) => tableRow(...cells.map((cell) => cell.replaceAll('|', String.raw`\|`)))),
];
