/** A table of names with figures that stays within the terminal, however narrow. */
import { cells, columns, type Paint, wrapParts } from './terminal.ts';

/** One figure of each row. */
export interface Figure<Row> {
  readonly head: string;
  readonly of: (row: Row) => string;
}

export interface NamedRow {
  readonly name: string;
}

/** In place of a figure that says nothing. */
export const NOTHING = '-';

export interface FiguresOptions {
  readonly width: number;
  /** Head of the column of names. */
  readonly head: string;
  readonly paint: Paint;
  /** Default: unchanged. */
  readonly tone?: (name: string, line: string) => string;
}

/**
 * One line per row. If that is too wide, each name is on a separate line above its figures. If
 * the figures are too wide, they follow each other with their heads. Names are never cut.
 */
export function figuresTable<Row extends NamedRow>(
  rows: readonly Row[],
  figures: readonly Figure<Row>[],
  { width, head, paint: c, tone = (_name, line) => line }: FiguresOptions,
): string[] {
  const values = [
    figures.map((figure) => figure.head),
    ...rows.map((row) => figures.map(({ of }) => of(row))),
  ];
  const names = [head, ...rows.map(({ name }) => name)];
  const toned = (line: string, index: number): string =>
    index === 0 ? c.dim(line) : tone(names[index] ?? '', line);
  const right = figures.map(() => ({ align: 'right' }) as const);
  const fits = (lines: readonly string[]): boolean => lines.every((line) => cells(line) <= width);
  const beside = columns(
    values.map((line, index) => [names[index] ?? '', ...line]),
    [{}, ...right],
  );
  if (fits(beside)) return beside.map(toned);
  const below = columns(values, right).map((line) => `  ${line}`);
  if (fits(below))
    return below.flatMap((line, index) => [
      ...(index === 0 ? [] : [toned(names[index] ?? '', index)]),
      toned(line, index),
    ]);
  return rows.flatMap((row, index) => {
    const said = figures.flatMap(({ head, of }) =>
      of(row) === NOTHING ? [] : [`${head} ${of(row)}`],
    );
    return [toned(row.name, index + 1), `  ${wrapParts(said, width, '  ')}`];
  });
}

/** Figures that say something of at least one row. */
export const telling = <Row>(
  figures: readonly Figure<Row>[],
  rows: readonly Row[],
): readonly Figure<Row>[] => figures.filter(({ of }) => rows.some((row) => of(row) !== NOTHING));
