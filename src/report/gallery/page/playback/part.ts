/** The part of a clip that a pick uses: seconds of the clip, absent where it is its end. */
export interface Part {
  readonly in?: number | undefined;
  readonly out?: number | undefined;
}

const hundredths = (at: number): number => Math.round(at * 100) / 100;

/** As it is picked and compared: to the hundredth of a second. */
export const roundedPart = ({ in: from, out }: Part): { in?: number; out?: number } => ({
  ...(from === undefined ? {} : { in: hundredths(from) }),
  ...(out === undefined ? {} : { out: hundredths(out) }),
});

export const isWhole = ({ in: from, out }: Part): boolean =>
  from === undefined && out === undefined;

export function isSamePart(a: Part, b: Part): boolean {
  const [one, other] = [roundedPart(a), roundedPart(b)];
  return one.in === other.in && one.out === other.out;
}

/** `0.5 s to 4 s`, `from 0.5 s`, `to 4 s`; empty for the whole clip. */
export function partWords(part: Part): string {
  const { in: from, out } = roundedPart(part);
  if (from === undefined) return out === undefined ? '' : `to ${out} s`;
  return out === undefined ? `from ${from} s` : `${from} s to ${out} s`;
}
