/** Exact fractions: prices are computed as the gateway computes them, never with binary floats. */

export interface Fraction {
  readonly top: bigint;
  /** Above 0. */
  readonly bottom: bigint;
}

const ZERO: Fraction = { top: 0n, bottom: 1n };

/** Of a decimal such as `5.4` or `-12`; `undefined` for any other text. */
export function fraction(text: string): Fraction | undefined {
  const [, sign, whole = '', part = ''] = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  const top = BigInt(whole + part);
  return { top: sign === '-' ? -top : top, bottom: 10n ** BigInt(part.length) };
}

export const add = (a: Fraction, b: Fraction): Fraction => ({
  top: a.top * b.bottom + b.top * a.bottom,
  bottom: a.bottom * b.bottom,
});
export const negative = ({ top, bottom }: Fraction): Fraction => ({ top: -top, bottom });
export const multiply = (a: Fraction, b: Fraction): Fraction => ({
  top: a.top * b.top,
  bottom: a.bottom * b.bottom,
});
/** `undefined` for a division by zero. */
export function divide(a: Fraction, b: Fraction): Fraction | undefined {
  if (b.top === 0n) return undefined;
  const sign = b.top < 0n ? -1n : 1n;
  return { top: a.top * b.bottom * sign, bottom: a.bottom * b.top * sign };
}
/** Below 0, 0 or above 0. */
export const compare = (a: Fraction, b: Fraction): number => {
  const difference = a.top * b.bottom - b.top * a.bottom;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export function floor({ top, bottom }: Fraction): Fraction {
  const whole = top / bottom;
  return { top: top < 0n && whole * bottom !== top ? whole - 1n : whole, bottom: 1n };
}
export const ceil = (value: Fraction): Fraction => negative(floor(negative(value)));
export const halfUp = (value: Fraction): Fraction => floor(add(value, { top: 1n, bottom: 2n }));

export const largest = (values: readonly Fraction[]): Fraction =>
  values.reduce((most, one) => (compare(one, most) > 0 ? one : most), values[0] ?? ZERO);
export const smallest = (values: readonly Fraction[]): Fraction =>
  negative(largest(values.map(negative)));

export const toNumber = ({ top, bottom }: Fraction): number => Number(top) / Number(bottom);
