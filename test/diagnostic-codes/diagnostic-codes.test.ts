import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EXPLAIN } from '../../src/diagnostic-codes/diagnostic-codes.ts';

const FOLDER = fileURLToPath(new URL('../../src/diagnostic-codes/', import.meta.url));
const groups = readdirSync(FOLDER).filter(
  (file) => !['diagnostic-codes.ts', 'explanation.ts'].includes(file),
);

test('every code stands in one group, in alphabetical order, and every group is in the table', async () => {
  const codes: string[] = [];
  for (const file of groups) {
    const [group] = Object.values(
      (await import(`../../src/diagnostic-codes/${file}`)) as Record<string, object>,
    );
    const own = Object.keys(group ?? {});
    expect({ file, codes: own }).toEqual({ file, codes: [...own].sort() });
    codes.push(...own);
  }
  expect(codes.sort()).toEqual(Object.keys(EXPLAIN).sort());
});
