/** The results of a run for each model: one table for terminals and for the summary on GitHub. */
import type { ModelResult } from '../../run/events.ts';
import { amountInRows } from '../text/money/adding-up.ts';
import { type Figure, type NamedRow, NOTHING } from '../text/figures-table.ts';
import { count, stopwatch } from '../text/format.ts';

export interface ModelRow extends ModelResult, NamedRow {}

export const modelRows = (models: readonly ModelResult[]): readonly ModelRow[] =>
  models.map((model) => ({ ...model, name: model.model }));

const some = (value: number): string => (value === 0 ? NOTHING : count(value));

/** The rows add up to what the run has charged. */
function chargedIn(rows: readonly ModelRow[]): (row: ModelRow) => string {
  const amount = amountInRows([rows.map(({ charged }) => charged)]);
  return ({ charged }) => (charged === 0 ? NOTHING : amount(charged));
}

/** Without money for a draft: it is free. */
export const modelFigures = (
  rows: readonly ModelRow[],
  draft: boolean,
): readonly Figure<ModelRow>[] => [
  { head: 'made', of: ({ completed }) => some(completed) },
  { head: 'kept', of: ({ kept }) => some(kept) },
  { head: 'failed', of: ({ failed }) => some(failed) },
  {
    head: 'median time',
    of: ({ medianSeconds }) =>
      medianSeconds === undefined ? NOTHING : stopwatch(Math.round(medianSeconds) * 1_000),
  },
  ...(draft
    ? []
    : [
        {
          head: 'charged',
          of: chargedIn(rows),
        },
      ]),
  { head: 'not as asked', of: ({ mismatched }) => some(mismatched) },
];
