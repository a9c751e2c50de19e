/** Parts of right bodies. */
import * as fc from 'fast-check';

export const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
export const words = fc.constantFrom(
  'a crab',
  '@image1 dances',
  '<<<image_1>>> runs',
  '갯벌의 게',
  '🦀 by the sea',
);
export const link = fc.constantFrom(
  'https://example.com/a.jpg',
  'https://example.com/b.png',
  'https://cdn.example.net/d',
);
export const links = (minLength: number, maxLength: number) =>
  fc.array(link, { minLength, maxLength });
export const video = fc.constant('https://example.com/v.mp4');
export const flag = fc.boolean();
export const ratio = fc.constantFrom('16:9', '9:16', '1:1');
export const wide = fc.constantFrom('16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive');
export const role = (...names: readonly string[]) =>
  fc.record({ url: link, role: fc.constantFrom(...names) });
