/** Chance that can be repeated: mulberry32, a public-domain generator of 32-bit numbers. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** So many characters of the alphabet. */
  text(length: number, alphabet: string): string;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    text: (length, alphabet) =>
      Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join(''),
  };
}

/** The alphabet of ULIDs: no I, L, O, U. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const LOWER_ALNUM = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The first ten characters of a ULID: its time. */
export function ulidTime(epochMs: number): string {
  let rest = Math.max(0, Math.floor(epochMs));
  let text = '';
  for (let index = 0; index < 10; index++) {
    text = CROCKFORD[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
