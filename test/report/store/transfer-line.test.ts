import { expect, test } from 'vitest';
import { transferLine } from '../../../src/report/store/transfer-line.ts';

const terminal = { width: 110, color: false, screen: true } as const;
const progress = { clips: 500, totalClips: 2000, bytes: 500e6, totalBytes: 2000e6 };

test('clips, bytes, rate and time left, in one line that fits', () => {
  expect(transferLine('pushing', progress, 10_000, terminal)).toBe(
    '█████░░░░░░░░░░░░░░░  25%  500 of 2,000 clips  500.0 MB of 2.0 GB  50.0 MB/s  30 s left',
  );
  expect(transferLine('pushing', progress, 10_000, { ...terminal, screen: false })).toMatch(
    /^pushing {2}25% {2}500 of 2,000 clips/,
  );
  expect(transferLine('pushing', progress, 10_000, { ...terminal, width: 40 })).toBe(
    '25%  500 of 2,000 clips  30 s left',
  );
  // In a log nothing is cut, however narrow it is said to be.
  expect(
    transferLine('pushing', progress, 10_000, { ...terminal, width: 40, screen: false }),
  ).toMatch(/^pushing {2}25% .* 30 s left$/);
});

test('no rate from the first moments, no more than all after a cut', () => {
  expect(transferLine('pulling', progress, 500, terminal)).not.toContain('left');
  const again = { clips: 1999, totalClips: 2000, bytes: 2100e6, totalBytes: 2000e6 };
  expect(transferLine('pulling', again, 10_000, terminal)).toMatch(
    /100% {2}1,999 of 2,000 clips {2}2.0 GB of 2.0 GB {2}200.0 MB\/s$/,
  );
});
