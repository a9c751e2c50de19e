/** One sum in EvoLink's four units, as decimal texts that agree (checks sheet, section 4.4). */

export const UNITS_PER_CREDIT = 10_000;
/** Digits behind the point of a unit that are kept. */
const DIGITS = 6;
const UNITS_PER_USD = 680_000n;
const USD_DIGITS = 10;

export type FourUnits = Readonly<Record<'uc' | 'credits' | 'cny' | 'usd', string>>;

/** `units`: 10,000 are a credit, 100,000 a yuan, 680,000 a dollar. */
export function moneyOf(units: number): FourUnits {
  const exact = BigInt(Math.round(units * 10 ** DIGITS));
  const dollars =
    (exact * 10n ** BigInt(USD_DIGITS - DIGITS) * 2n + UNITS_PER_USD) / (UNITS_PER_USD * 2n);
  return {
    uc: decimal(exact, DIGITS),
    credits: decimal(exact, DIGITS + 4),
    cny: decimal(exact, DIGITS + 5),
    usd: decimal(dollars, USD_DIGITS),
  };
}

/** `5400` with 3 digits behind the point is `5.4`. */
function decimal(value: bigint, digits: number): string {
  const text = String(value).padStart(digits + 1, '0');
  const behind = text.slice(-digits).replace(/0+$/, '');
  return `${text.slice(0, -digits)}${behind === '' ? '' : `.${behind}`}`;
}
