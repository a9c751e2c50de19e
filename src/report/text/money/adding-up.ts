/**
 * Money in the rows of a table whose total stands elsewhere: each row rounded to the cent would not
 * add up to it, as prices have fractions of a cent.
 */
import { formatUsd, type MicroUsd } from '../../../money.ts';
import type { Money } from '../../../plan/plan.ts';
import { count, money } from '../format.ts';

/** Micro-dollars have no more. */
const MOST_DIGITS = 6;

/** In millionths, from the text: what a reader adds up. */
const shown = (text: string): number => Math.round(Number(text.replace(/[$,]/g, '')) * 1e6);

/** As {@link formatUsd}, with at least so many digits. */
const withDigits = (amount: MicroUsd, digits: number): string => {
  const short = formatUsd(amount);
  const long = `$${(amount / 1e6).toFixed(digits)}`;
  return long.length > short.length && amount > 0 ? long : short;
};

/** Whether the rows, as they are shown with so many digits, round to the total as it is shown. */
function addUp(rows: readonly MicroUsd[], digits: number): boolean {
  const total = formatUsd(rows.reduce((sum, row) => sum + row, 0) as MicroUsd);
  const lastDigit = 10 ** (6 - (total.length - total.indexOf('.') - 1));
  const sum = rows.reduce((all, row) => all + shown(withDigits(row, digits)), 0);
  return Math.abs(sum - shown(total)) <= lastDigit / 2;
}

/**
 * Shows the amounts of rows with the fewest digits, two at least, with which each column adds up to
 * its total as `usd` shows it.
 */
export function amountInRows(
  columns: readonly (readonly MicroUsd[])[],
): (amount: MicroUsd) => string {
  let digits = 2;
  while (digits < MOST_DIGITS && !columns.every((rows) => addUp(rows, digits))) digits += 1;
  return (amount) =>
    withDigits(amount, digits).replace(/\d+(?=\.)/, (whole) => count(Number(whole)));
}

/** As {@link amountInRows}; what is exact and what is estimated have a total each. */
export const amountOfCosts = (rows: readonly Money[]): ((amount: MicroUsd) => string) =>
  amountInRows([rows.map(({ exact }) => exact), rows.map(({ estimated }) => estimated)]);

/** As {@link money}, for the rows of a table. */
export function moneyInRows(rows: readonly Money[]): (cost: Money) => string {
  const amount = amountOfCosts(rows);
  return (cost) => money(cost, amount);
}
