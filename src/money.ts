/**
 * Money is counted in whole millionths of a US dollar, so that thousands of reservations add up to
 * the cent. An unknown price is `undefined`, never 0.
 */
declare const brand: unique symbol;
/** Whole micro-dollars: 1_000_000 is one US dollar. */
export type MicroUsd = number & { readonly [brand]: 'MicroUsd' };

export const NO_MONEY = 0 as MicroUsd;
/** EvoLink, public docs: 68 credits are one US dollar (10 credits = 1 CNY, 6.8 CNY = 1 USD). */
export const EVOLINK_CREDITS_PER_USD = 68;
/** APIMart, public docs: 10 credits are one US dollar. */
export const APIMART_CREDITS_PER_USD = 10;

/** Rounded half up to the micro-dollar. */
export const fromUsd = (usd: number): MicroUsd => Math.round(usd * 1e6) as MicroUsd;
export const toUsd = (amount: MicroUsd): number => amount / 1e6;
export const fromEvolinkCredits = (credits: number): MicroUsd =>
  fromUsd(credits / EVOLINK_CREDITS_PER_USD);
export function addMoney(...amounts: readonly MicroUsd[]): MicroUsd {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum as MicroUsd;
}

export const subtractMoney = (from: MicroUsd, amount: MicroUsd): MicroUsd =>
  (from - amount) as MicroUsd;
/** Rounded half up to the micro-dollar. */
export const multiplyMoney = (amount: MicroUsd, factor: number): MicroUsd =>
  Math.round(amount * factor) as MicroUsd;
/** For each of so many; rounded half up to the micro-dollar. */
export const averageMoney = (amount: MicroUsd, count: number): MicroUsd =>
  Math.round(amount / count) as MicroUsd;
/**
 * One part, `part / whole` of it, rounded down to the micro-dollar: the parts never add up to more
 * than the amount.
 */
export const partOfMoney = (amount: MicroUsd, part: number, whole: number): MicroUsd =>
  Math.floor((amount * part) / whole) as MicroUsd;

/** Below this, four digits are shown: a price per second can be read. */
const SMALL = fromUsd(0.1);

/** `$12.34`; below ten cents `$0.0672`. */
export function formatUsd(amount: MicroUsd): string {
  const usd = toUsd(amount);
  const digits = amount !== 0 && Math.abs(amount) < SMALL ? 4 : 2;
  return `${usd < 0 ? '-' : ''}$${Math.abs(usd).toFixed(digits)}`;
}

/** What is shown of an upper limit: never less than the amount. */
export const shownAtMost = (amount: MicroUsd): MicroUsd => shownAs(amount, Math.ceil);
/** What is shown of what is left: never more than the amount. */
export const shownAtLeast = (amount: MicroUsd): MicroUsd => shownAs(amount, Math.floor);

function shownAs(amount: MicroUsd, round: (value: number) => number): MicroUsd {
  const step = fromUsd(Math.abs(amount) < SMALL ? 0.0001 : 0.01);
  return (round(amount / step) * step) as MicroUsd;
}

/**
 * Money as all outputs show it, in the same words. `charged`, `reserved` and `unclear` exclude each
 * other: their sum is what counts against a cap.
 */
export interface MoneyTotals {
  /** Reported by the gateway. */
  readonly charged: MicroUsd;
  /** Set aside for tasks whose cost the gateway has not reported yet. */
  readonly reserved: MicroUsd;
  /**
   * Set aside for what may or may not be charged: a submit whose answer was lost, a lost task, a
   * failure without a reported cost.
   */
  readonly unclear: MicroUsd;
  /** Set aside for failed tasks and not charged, or given back. In none of the other amounts. */
  readonly refunded: MicroUsd;
  /** Promised back for failed tasks; part of `charged` or `unclear` until it is given back. */
  readonly refundPromised: MicroUsd;
  /** Tasks with an unknown price: counted, never added. */
  readonly unpriced: number;
}

export const NO_TOTALS: MoneyTotals = {
  charged: NO_MONEY,
  reserved: NO_MONEY,
  unclear: NO_MONEY,
  refunded: NO_MONEY,
  refundPromised: NO_MONEY,
  unpriced: 0,
};

/** `factor` -1 takes the second away from the first. */
export const addTotals = (a: MoneyTotals, b: MoneyTotals, factor: 1 | -1 = 1): MoneyTotals => ({
  charged: (a.charged + factor * b.charged) as MicroUsd,
  reserved: (a.reserved + factor * b.reserved) as MicroUsd,
  unclear: (a.unclear + factor * b.unclear) as MicroUsd,
  refunded: (a.refunded + factor * b.refunded) as MicroUsd,
  refundPromised: (a.refundPromised + factor * b.refundPromised) as MicroUsd,
  unpriced: a.unpriced + factor * b.unpriced,
});

/** The amount that counts against a cap. */
export const againstCap = ({ charged, reserved, unclear }: MoneyTotals): MicroUsd =>
  addMoney(charged, reserved, unclear);
