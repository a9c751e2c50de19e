/** Rows of money under a total: what is read adds up. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMoney, fromUsd, type MicroUsd } from '../../../../src/money.ts';
import type { Action } from '../../../../src/plan/plan.ts';
import { planMarkdown } from '../../../../src/report/plan/plan-markdown.ts';
import { planTerminal } from '../../../../src/report/plan/plan-terminal.ts';
import { modelFigures, modelRows } from '../../../../src/report/run/model-figures.ts';
import { amountInRows } from '../../../../src/report/text/money/adding-up.ts';
import { usd } from '../../../../src/report/text/format.ts';
import { estimated, planned, planOf } from '../../samples.ts';

const read = (text: string): number => Number(text.replace(/[$,]/g, ''));
const fresh: Action = { kind: 'submit', reason: 'new' };
/** 18.2 credits of EvoLink. */
const price = estimated(0.267647);

test('rows keep two digits while these add up, and have as many as it takes otherwise', () => {
  const shown = (...dollars: number[]): readonly string[] => {
    const rows = dollars.map(fromUsd);
    return rows.map(amountInRows([rows]));
  };
  expect(shown(0.25, 1200.5)).toEqual(['$0.25', '$1,200.50']);
  expect(shown(0.267647, 0.267647, 0.267647, 0.267647, 0.267647)).toEqual(
    Array.from({ length: 5 }, () => '$0.268'),
  );
  expect(shown(0.0672)).toEqual(['$0.0672']);
  expect(shown(0, 3.4)).toEqual(['$0.00', '$3.40']);
});

test('any rows, read and added up, round to the total as it is read', () => {
  const amount = fc.integer({ min: 0, max: 40_000_000 }).map((micro) => micro as MicroUsd);
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 60 }), (rows) => {
      const total = usd(addMoney(...rows));
      const sum = rows.map(amountInRows([rows])).reduce((all, text) => all + read(text), 0);
      const lastDigit = 10 ** -(total.length - total.indexOf('.') - 1);
      expect(Math.abs(sum - read(total))).toBeLessThanOrEqual(lastDigit / 2 + 1e-9);
    }),
  );
});

test('the renders of a plan, its scenes in a pull request, and the models of a run add up', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const plan = planOf(names.map((name) => planned(`${name}/o3`, fresh, { price })));
  const text = planTerminal(plan, { width: 100, color: false });
  expect(text).toContain('$1.34 estimated');
  expect(text).toContain('≈ $0.268');
  const page = planMarkdown(plan) ?? '';
  expect(page).toContain('This costs &#36;1.34 estimated');
  expect(page.match(/\| &#36;0\.268 estimated \|/g)).toHaveLength(5);
  const models = names.map((model) => ({
    model,
    completed: 1,
    kept: 0,
    failed: 0,
    mismatched: 0,
    charged: fromUsd(0.267647),
  }));
  const rows = modelRows(models);
  const charged = modelFigures(rows, false).find(({ head }) => head === 'charged');
  expect(rows.map((row) => charged?.of(row))).toEqual(names.map(() => '$0.268'));
});
