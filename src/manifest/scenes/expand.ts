/** Scenes as written to scenes as filmed: `rows` and `matrix` make many of one. */
import type { Place } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { parseCsv } from '../rows/csv.ts';
import { type Draft, type FilmContext, filmScene } from './build-scene.ts';
import { parseJsonl } from '../rows/jsonl.ts';
import { reportCurlyQuotes } from '../yaml/curly-quotes.ts';
import { reportHashes, textsOf } from '../yaml/hash-comments.ts';
import { describe, isCell, isLost, isNull, type Lost, lost } from '../values/located.ts';
import { axesOutsideId, combinations, reportUnusedAxes } from './matrix.ts';
import type { Report } from '../values/problems.ts';
import type { ReadFile } from '../values/reader.ts';
import type { SceneEntry } from './scene-entries.ts';
import type { Scope } from './parse-template.ts';
import { MAX_ROWS } from '../values/text.ts';

/** Scenes of one project: beyond this a mistake is likelier than a plan. */
const MAX_SCENES = MAX_ROWS;

/** One for each project: it reads every file of rows once and counts what it makes. */
export class Expander {
  readonly #context: Omit<FilmContext, 'folder'>;
  readonly #scope: Scope;
  readonly #rows = new Map<string, readonly (LocatedMap | Lost)[] | undefined>();
  #made = 0;

  constructor(context: Omit<FilmContext, 'folder'>, scope: Scope) {
    this.#context = context;
    this.#scope = scope;
  }

  /** The scenes that an entry makes, in the order of its rows and its matrix. */
  expand({ entry, folder }: SceneEntry): readonly Draft[] {
    const report = this.#context.problems.add.bind(this.#context.problems);
    const texts = textsOf(entry);
    reportHashes(texts, report);
    reportCurlyQuotes(texts, report);
    const rows = this.#rowsOf(entry, folder, report);
    const matrix = this.#matrixOf(entry, report);
    if (this.#made + rows.length * matrix.length > MAX_SCENES) {
      if (this.#made <= MAX_SCENES) {
        const message = `the project has more than ${MAX_SCENES.toLocaleString('en')} scenes`;
        report({
          code: 'too-large',
          message,
          place: entry.entries.get('id')?.key ?? entry.place,
          hint: 'Split it into several manifests.',
        });
      }
      this.#made = MAX_SCENES + 1;
      return [];
    }
    this.#made += rows.length * matrix.length;
    const { reader, filler, problems, aliases } = this.#context;
    const context: FilmContext = { reader, filler, problems, aliases, folder };
    const drafts: Draft[] = [];
    const outside = axesOutsideId(entry);
    for (const row of rows) {
      const hasCells =
        row !== 'none' &&
        row.kind === 'map' &&
        [...row.entries.values()].some(({ value }) => isCell(value));
      for (const combination of matrix) {
        const draft = filmScene(entry, this.#scopeOf(row, combination), hasCells, context);
        drafts.push(outside.length === 0 ? draft : { ...draft, axesOutsideId: outside });
      }
    }
    return drafts;
  }

  #scopeOf(row: LocatedMap | Lost | 'none', combination: LocatedMap | Lost | 'none'): Scope {
    if (row === 'none' && combination === 'none') return this.#scope;
    const scope = new Map(this.#scope);
    if (combination !== 'none') scope.set('matrix', combination);
    if (row !== 'none') scope.set('row', row);
    return scope;
  }

  /**
   * Of a matrix that cannot be read, one combination with nothing known of it: the rest of the
   * scene is still checked.
   */
  #matrixOf(entry: LocatedMap, report: Report): readonly (LocatedMap | Lost | 'none')[] {
    const written = entry.entries.get('matrix')?.value;
    if (written === undefined || isNull(written)) return ['none'];
    const errors = this.#context.problems.errors;
    const matrix = this.#context.filler.fill(written, this.#scope, report);
    const unknown = [lost(written.place)];
    if (this.#context.problems.errors > errors || isLost(matrix)) return unknown;
    if (matrix.kind === 'map') {
      const made = combinations(matrix, MAX_SCENES, report);
      if (made !== undefined) reportUnusedAxes(entry, matrix, report);
      return made ?? unknown;
    }
    report({
      code: 'wrong-type',
      message: `matrix is ${describe(matrix)}; expected a map of lists`,
      place: matrix.place,
      hint: 'Write matrix: { sky: [rain, sun] }',
    });
    return unknown;
  }

  /** Of rows that cannot be read, one with nothing known of it. */
  #rowsOf(
    entry: LocatedMap,
    folder: string,
    report: Report,
  ): readonly (LocatedMap | Lost | 'none')[] {
    const written = entry.entries.get('rows')?.value;
    if (written === undefined || isNull(written)) return ['none'];
    const rows = this.#context.filler.fill(written, this.#scope, report);
    const unknown = [lost(written.place)];
    if (isLost(rows)) return unknown;
    const name = textOf(rows);
    if (name === undefined || !/\.(?:csv|jsonl|ndjson)$/i.test(name)) {
      const code = name === undefined ? 'wrong-type' : 'wrong-value';
      report({
        code,
        message: `rows is ${describe(rows)}; expected the path of a .csv or .jsonl file`,
        place: rows.place,
        hint: 'Write rows: prompts.csv',
      });
      return unknown;
    }
    return this.#rowsIn(name, folder, rows.place, report) ?? unknown;
  }

  #rowsIn(
    name: string,
    folder: string,
    place: Place,
    report: Report,
  ): readonly (LocatedMap | Lost)[] | undefined {
    const file = this.#context.reader.read(name, folder, 'rows', place, report);
    if (file === undefined) return undefined;
    if (!this.#rows.has(file.path)) this.#rows.set(file.path, parseRows(file, place, report));
    return this.#rows.get(file.path);
  }
}

function parseRows(
  { source }: ReadFile,
  place: Place,
  report: Report,
): readonly (LocatedMap | Lost)[] | undefined {
  const rows = /\.csv$/i.test(source.path) ? parseCsv(source, report) : parseJsonl(source, report);
  if (rows?.length === 0)
    report({
      code: 'no-effect',
      severity: 'warning',
      message: `${source.path} has no rows`,
      place,
    });
  return rows;
}

const textOf = (located: Located): string | undefined =>
  located.kind === 'scalar' && typeof located.value === 'string' ? located.value : undefined;
