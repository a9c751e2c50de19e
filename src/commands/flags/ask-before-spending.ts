/** A person at a terminal sees the price, and says yes, before a run spends. */
import type { Spending } from '../../plan/estimate/spending.ts';
import { spendingQuestion } from '../../report/plan/spending-lines.ts';
import type { Io } from '../shared/io.ts';

export interface AskFlags {
  readonly yes?: boolean | undefined;
  /** A saved plan was looked at when it was made. */
  readonly plan?: string | undefined;
  /** Who states a cap has agreed to it. */
  readonly budget?: number | undefined;
}

/** False: not to be carried out. Asks only where there is a person to answer. */
export async function mayBeSpent(io: Io, spending: Spending, flags: AskFlags): Promise<boolean> {
  const { yes, plan, budget } = flags;
  const { stdin } = io;
  const isAgreed = yes === true || plan !== undefined || budget !== undefined;
  if (spending.submits === 0 || isAgreed || (io.env['CI'] ?? '') !== '') return true;
  if (stdin?.isTTY !== true || !io.stderr.isTTY) return true;
  const answer = await stdin.ask(spendingQuestion(spending, { width: io.stderr.columns }));
  if (/^y(?:es)?$/i.test(answer?.trim() ?? '')) return true;
  io.stderr.write('Nothing was sent.\n');
  return false;
}
