/** `rushes status --cost --csv`: the money of all runs for accounting; the rows add up. */
import type { RenderId } from '../../ids.ts';
import type { Lock } from '../../lock/file/format.ts';
import { type MoneyRow, NO_ROW, paidResults, withPaid } from '../../lock/money-report.ts';
import { toUsd } from '../../money.ts';
import { sealed, terminalLine } from '../text/escape.ts';

export interface CsvPart {
  /** As shown to people. */
  readonly manifest: string;
  readonly lock: Lock;
  /** Of the render's scene; empty if the manifest is not at hand. */
  readonly tagsOf: (id: RenderId) => readonly string[];
}

const HEAD = [
  'manifest',
  'month',
  'model',
  'tags',
  'tasks',
  'clips',
  'estimated_usd',
  'charged_usd',
  'reserved_usd',
  'unclear_usd',
  'refunded_usd',
  'refund_promised_usd',
  'unpriced',
];

/**
 * RFC 4180. A row for each manifest, month of submission (UTC), model and set of tags, in that
 * order. Tags that a scene has together stand in one cell: a row for each would count its money
 * more than once.
 */
export function statusCsv(parts: readonly CsvPart[]): string {
  const rows = new Map<string, { readonly names: readonly string[]; row: MoneyRow }>();
  const counted = new Set<string>();
  for (const { manifest, lock, tagsOf } of parts) {
    for (const paid of paidResults(lock, counted)) {
      const { model, submittedAt } = paid.result;
      const tags = [...tagsOf(paid.id)].sort().join(' ');
      const names = [manifest, submittedAt?.slice(0, 7) ?? '', model, tags];
      const key = names.join('\n');
      const known = rows.get(key) ?? { names, row: NO_ROW };
      known.row = withPaid(known.row, paid);
      rows.set(key, known);
    }
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { names, row }]) => [...names, ...figures(row)]);
  return sealed([HEAD, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join(''));
}

const figures = ({ tasks, clips, estimated, money }: MoneyRow): readonly string[] =>
  [
    tasks,
    clips,
    toUsd(estimated),
    toUsd(money.charged),
    toUsd(money.reserved),
    toUsd(money.unclear),
    toUsd(money.refunded),
    toUsd(money.refundPromised),
    money.unpriced,
  ].map(String);

/**
 * A spreadsheet takes text that begins like a formula for one, some also after blanks or in wide
 * letters. A table is also printed: no text of a manifest speaks to the terminal.
 */
function cell(text: string): string {
  const shown = terminalLine(text);
  const plain = /^\s*[=+@＝＋＠－-]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
