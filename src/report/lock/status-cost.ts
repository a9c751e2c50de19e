/**
 * `rushes status --cost`: what was estimated, what was reported, per model and per clip that is
 * kept.
 */
import type { ModelName } from '../../ids.ts';
import { neverHappened, stateOf } from '../../lock/attempt.ts';
import { type Lock, type LockCost, type Result } from '../../lock/file/format.ts';
import { addMoney, fromUsd, type MicroUsd, NO_MONEY, toUsd, averageMoney } from '../../money.ts';
import { sealed } from '../text/escape.ts';
import { cells, columns, paint, type Terminal } from '../text/terminal.ts';
import { count, plural, usd } from '../text/format.ts';

/**
 * Money of one model, or of all. Every accepted task counts, those in `earlier` too: they were
 * paid.
 */
export interface CostRow {
  readonly name: string;
  readonly tasks: number;
  /** Clips that are current: what all the money bought. */
  readonly kept: number;
  /** Reservations of tasks whose cost is reported, for comparison with {@link reported}. */
  readonly estimatedOfReported: MicroUsd;
  readonly reported: MicroUsd;
  /** Reservations that stand, because nothing is reported yet. */
  readonly estimated: MicroUsd;
  /** Failed without a reported cost: the reservation stands until somebody knows. */
  readonly unconfirmed: MicroUsd;
  /** Tasks with an unknown price. */
  readonly unknown: number;
}

const ALL = 'all';

const noCost = (name: string): CostRow => ({
  name,
  tasks: 0,
  kept: 0,
  estimatedOfReported: NO_MONEY,
  reported: NO_MONEY,
  estimated: NO_MONEY,
  unconfirmed: NO_MONEY,
  unknown: 0,
});

/** A row per model in the order of their names, and the sum. */
export function costRows(locks: readonly Lock[]): {
  readonly models: readonly CostRow[];
  readonly total: CostRow;
} {
  const models = new Map<ModelName, CostRow>();
  let total = noCost(ALL);
  for (const { renders } of locks) {
    for (const entry of renders.values()) {
      for (const [result, current] of [
        [entry, true] as const,
        ...(entry.earlier ?? []).map((result) => [result, false] as const),
      ]) {
        models.set(
          result.model,
          withResult(models.get(result.model) ?? noCost(result.model), result, current),
        );
        total = withResult(total, result, current);
      }
    }
  }
  return { models: [...models.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), total };
}

function withResult(row: CostRow, result: Result, current: boolean): CostRow {
  const { cost, clip } = result;
  // What the gateway surely never accepted was never paid and has neither a task nor a cost.
  if (neverHappened(result) || (stateOf(result) === 'refused' && cost === undefined)) return row;
  const kept = row.kept + (current && clip !== undefined ? 1 : 0);
  return { ...row, tasks: row.tasks + 1, kept, ...withCost(row, cost) };
}

function withCost(row: CostRow, cost: LockCost | undefined): Partial<CostRow> {
  if (cost === undefined || cost.usd === null) return { unknown: row.unknown + 1 };
  const amount = fromUsd(cost.usd);
  switch (cost.source) {
    case 'reported':
      return {
        reported: addMoney(row.reported, amount),
        estimatedOfReported: addMoney(
          row.estimatedOfReported,
          cost.estimatedUsd === undefined ? NO_MONEY : fromUsd(cost.estimatedUsd),
        ),
      };
    case 'estimated':
      return { estimated: addMoney(row.estimated, amount) };
    case 'unconfirmed':
      return { unconfirmed: addMoney(row.unconfirmed, amount) };
  }
}

/** Spent, as far as anybody knows: reported, else reserved. */
export const spentOf = ({ reported, estimated, unconfirmed }: CostRow): MicroUsd =>
  addMoney(reported, estimated, unconfirmed);

/**
 * What all the money of a row comes to for each clip that is kept; at least so much where some
 * prices are unknown.
 */
function perClip(row: CostRow): string {
  if (row.kept === 0) return '-';
  const spent = spentOf(row);
  if (spent === 0 && row.unknown > 0) return 'unknown';
  return `${row.unknown > 0 ? '≥ ' : ''}${usd(averageMoney(spent, row.kept))}`;
}

/** One figure of the table; a column in which nobody has anything to say is left out. */
interface Figure {
  readonly head: string;
  readonly of: (row: CostRow) => string;
  /** What the head means, below the table. */
  readonly meaning?: string;
}

const NOTHING = '-';

const figuresWith = (amount: (value: MicroUsd) => string): readonly Figure[] => {
  const money = (value: MicroUsd): string => (value === 0 ? NOTHING : amount(value));
  return [
    { head: 'tasks', of: (row) => count(row.tasks) },
    {
      head: 'planned',
      of: (row) => money(row.estimatedOfReported),
      meaning: 'planned: the estimate of what is reported',
    },
    { head: 'reported', of: (row) => money(row.reported) },
    {
      head: 'open',
      of: (row) => money(row.estimated),
      meaning: 'open: reserved, nothing reported yet',
    },
    {
      head: 'unconfirmed',
      of: (row) => money(row.unconfirmed),
      meaning: 'unconfirmed: failed without a reported cost',
    },
    {
      head: 'unpriced',
      of: (row) => (row.unknown === 0 ? NOTHING : count(row.unknown)),
      meaning: 'unpriced: tasks with an unknown price',
    },
    { head: 'clips', of: (row) => count(row.kept) },
    { head: 'per clip', of: perClip },
  ];
};

/** @param terminal.draft a draft's figures are what the real run would have cost. */
export function statusCostTerminal(
  locks: readonly Lock[],
  terminal: Terminal & { readonly draft?: boolean },
): string {
  const { models, total } = costRows(locks);
  if (total.tasks === 0) return 'Nothing is spent: the lock has no tasks.\n';
  const c = paint(terminal);
  const exact = exactly(
    [...models, total].flatMap((row) => [
      row.estimatedOfReported,
      row.reported,
      row.estimated,
      row.unconfirmed,
    ]),
  );
  const figures = figuresWith(exact).filter(({ of }) => of(total) !== NOTHING);
  const unpriced =
    total.unknown === 0 ? '' : `, and ${plural(total.unknown, 'task')} of unknown price`;
  const lines = [
    ...table(models.length > 1 ? [...models, total] : models, figures, terminal),
    '',
    c.bold(
      `${terminal.draft === true ? 'A draft is free; for real this is' : 'Spent'} ${exact(spentOf(total))}${unpriced}, for ${plural(total.kept, 'kept clip')}.`,
    ),
    ...figures.flatMap(({ meaning }) => (meaning === undefined ? [] : [c.dim(meaning)])),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

/**
 * A line per row; where that is wider than the terminal, each name has a line of its own above its
 * figures.
 */
function table(rows: readonly CostRow[], figures: readonly Figure[], terminal: Terminal): string[] {
  const c = paint(terminal);
  const values = [
    figures.map(({ head }) => head),
    ...rows.map((row) => figures.map(({ of }) => of(row))),
  ];
  const layout = figures.map(() => ({ align: 'right' }) as const);
  const names = ['model', ...rows.map(({ name }) => name)];
  const toned = (text: string, index: number): string =>
    index === 0 ? c.dim(text) : rows[index - 1]?.name === ALL ? c.bold(text) : text;
  const beside = columns(
    values.map((line, index) => [names[index] ?? '', ...line]),
    [{}, ...layout],
  );
  if (beside.every((line) => cells(line) <= terminal.width)) return beside.map(toned);
  return columns(values, layout).flatMap((line, index) => [
    ...(index === 0 ? [] : [toned(names[index] ?? '', index)]),
    toned(`  ${line}`, index),
  ]);
}

/**
 * Prices have fractions of a cent. With as many digits as they need, up to four, the figures of a
 * column add up for whoever does the sum.
 */
function exactly(amounts: readonly MicroUsd[]): (amount: MicroUsd) => string {
  const digits =
    [2, 3].find((digits) => amounts.every((amount) => amount % 10 ** (6 - digits) === 0)) ?? 4;
  return (amount) =>
    `$${toUsd(amount).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
