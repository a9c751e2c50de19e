/** The contact sheet: a PNG of bounded size, whatever its texts are. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  drawSheet,
  leftOutWords,
  MOST_COLUMNS,
  rowsOnSheet,
  type Sheet,
} from '../../src/clip/sheet/contact-sheet.ts';
import { hostileText } from '../report/hostile.ts';

const sheet = (text: string, more: Partial<Sheet> = {}): Sheet => ({
  title: text,
  subtitle: text,
  columns: [text, 'o3'],
  rows: [
    {
      scene: text,
      prompt: text,
      cells: [{ caption: text, state: text, isPicked: true }, undefined],
    },
  ],
  more: 3,
  ...more,
});

const sizeOf = (png: Uint8Array): readonly [string, number, number] => {
  const bytes = Buffer.from(png);
  return [bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};

test('any text can be on it', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      expect(sizeOf(await drawSheet(sheet(text)))[0]).toBe('PNG');
    }),
    { seed: 5, numRuns: 10 },
  );
});

test.each([1, 2, 6, 12, 30])(
  '%i models: as wide as any, and no taller than a browser shows',
  async (count) => {
    const columns = Array.from({ length: count }, (_, index) => `model-${index}`);
    const rows = Array.from({ length: rowsOnSheet(count) }, (_, index) => ({
      scene: `scene-${index}`,
      prompt: 'A crab',
      cells: [],
    }));
    const [kind, width, height] = sizeOf(await drawSheet(sheet('film', { columns, rows })));
    expect([kind, width]).toEqual(['PNG', 1600]);
    expect(height).toBeLessThanOrEqual(6000);
  },
);

test('models beyond the last that has room are left out and counted', () => {
  expect(rowsOnSheet(MOST_COLUMNS)).toBeGreaterThan(0);
  expect(leftOutWords(sheet('film', { more: 1, moreColumns: 80 }))).toBe(
    'and 1 more scene, 80 more models',
  );
  expect(leftOutWords(sheet('film', { more: 0 }))).toBe('');
});
