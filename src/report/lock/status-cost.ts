/** `rushes status --cost`: the money of all runs, by model, and for each clip that is kept. */
import { moneyReport, type MoneyRow } from '../../lock/money-report.ts';
import type { Lock } from '../../lock/file/format.ts';
import { againstCap, averageMoney, type MicroUsd, toUsd } from '../../money.ts';
import { sealed } from '../text/escape.ts';
import { type Figure, figuresTable, NOTHING, telling } from '../text/figures-table.ts';
import { count, plural, usd } from '../text/format.ts';
import { moneyParts } from '../text/money/money-words.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';

interface NamedMoney extends MoneyRow {
  readonly name: string;
}

const ALL = 'all';

/**
 * All the money of a row divided by the number of kept clips; at least this much if some
 * prices are unknown.
 */
function perClip({ money, clips }: MoneyRow): string {
  if (clips === 0) return NOTHING;
  const amount = againstCap(money);
  if (amount === 0 && money.unpriced > 0) return 'unknown';
  return `${money.unpriced > 0 ? '≥ ' : ''}${usd(averageMoney(amount, clips))}`;
}

interface MoneyFigure extends Figure<NamedMoney> {
  /** The explanation of the head, below the table. */
  readonly meaning?: string;
}

const figuresWith = (amount: (value: MicroUsd) => string): readonly MoneyFigure[] => {
  const money = (value: MicroUsd): string => (value === 0 ? NOTHING : amount(value));
  const some = (value: number): string => (value === 0 ? NOTHING : count(value));
  return [
    { head: 'tasks', of: (row) => count(row.tasks) },
    {
      head: 'estimated',
      of: (row) => money(row.estimated),
      meaning: 'estimated: what was estimated for the tasks that are charged or refunded',
    },
    {
      head: 'charged',
      of: (row) => money(row.money.charged),
      meaning: 'charged: as the gateway reported',
    },
    {
      head: 'reserved',
      of: (row) => money(row.money.reserved),
      meaning: 'reserved: set aside, nothing reported yet',
    },
    {
      head: 'unclear',
      of: (row) => money(row.money.unclear),
      meaning:
        'unclear: may or may not be charged (answer lost, task lost, or failed without a reported cost)',
    },
    {
      head: 'refunded',
      of: (row) => money(row.money.refunded),
      meaning: 'refunded: set aside for failed tasks and not charged, or given back',
    },
    {
      head: 'promised',
      of: (row) => money(row.money.refundPromised),
      meaning:
        'promised: the gateway has promised to give it back and has not yet; part of charged or unclear',
    },
    {
      head: 'unpriced',
      of: (row) => some(row.money.unpriced),
      meaning: 'unpriced: tasks with an unknown price, in none of the amounts',
    },
    { head: 'clips', of: (row) => count(row.clips) },
    { head: 'per clip', of: perClip },
  ];
};

/** @param terminal.draft a draft's figures are what the real run would have cost. */
export function statusCostTerminal(
  locks: readonly Lock[],
  terminal: Terminal & { readonly draft?: boolean },
): string {
  const report = moneyReport(locks);
  if (report.total.tasks === 0) return 'Nothing was submitted: the lock has no tasks.\n';
  const c = paint(terminal);
  const models = report.models.map(({ model, row }): NamedMoney => ({ ...row, name: model }));
  const total: NamedMoney = { ...report.total, name: ALL };
  const exact = exactly(models, total);
  const figures = telling(figuresWith(exact), [total]) as readonly MoneyFigure[];
  const parts = moneyParts(total.money, exact);
  const closing = `${terminal.draft === true ? 'A draft is free; for real this is' : 'All runs:'} ${parts.length === 0 ? 'nothing charged' : parts.join(', ')}, for ${plural(total.clips, 'kept clip')}.`;
  const lines = [
    ...figuresTable(models.length > 1 ? [...models, total] : models, figures, {
      width: terminal.screen === true ? terminal.width : Infinity,
      head: 'model',
      paint: c,
      tone: (name, line) => (name === ALL ? c.bold(line) : line),
    }),
    '',
    c.bold(wrap(closing, terminal.width)),
    ...figures.flatMap(({ meaning }) =>
      meaning === undefined ? [] : [c.dim(wrap(meaning, terminal.width, '  '))],
    ),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

/**
 * Prices have fractions of a cent. The figures of a column have as many digits as they need, up to
 * four; more only where they would not add up to the last row otherwise.
 */
function exactly(rows: readonly MoneyRow[], total: MoneyRow): (amount: MicroUsd) => string {
  const figuresOf = ({ money, estimated }: MoneyRow): readonly MicroUsd[] => [
    estimated,
    money.charged,
    money.reserved,
    money.unclear,
    money.refunded,
    money.refundPromised,
  ];
  const columns = figuresOf(total).map((sum, index) => ({
    sum,
    amounts: rows.map((row) => figuresOf(row)[index] ?? 0),
  }));
  const isExact = (digits: number): boolean =>
    columns.every(({ amounts }) => amounts.every((amount) => amount % 10 ** (6 - digits) === 0));
  const addUp = (digits: number): boolean => {
    const shown = (amount: number): number => Math.round(amount / 10 ** (6 - digits));
    return columns.every(
      ({ sum, amounts }) =>
        shown(sum) === amounts.reduce<number>((all, amount) => all + shown(amount), 0),
    );
  };
  const digits = [2, 3].find(isExact) ?? [4, 5].find(addUp) ?? 6;
  return (amount) =>
    `$${toUsd(amount).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
