/**
 * `npm test` runs a sample of what is large, always the same one; `npm run test:long` the whole.
 * `sized(40, 300)` is 40 in the first and 300 in the second.
 */
export const sized = (sample: number, whole: number): number =>
  process.env['RUSHES_TEST_SIZES'] === 'whole' ? whole : sample;
