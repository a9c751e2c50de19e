/**
 * The caps of one run: the flag and the environment. The manifest's own `budget` can only be lower.
 */
import { capOverAll } from '../../plan/admission.ts';
import { fromUsd, type MicroUsd } from '../../money.ts';
import { type Io, UsageError } from '../shared/io.ts';

export interface CapFlags {
  readonly flagUsd?: MicroUsd;
  readonly environmentUsd?: MicroUsd;
  /** The smaller of both. */
  readonly capUsd?: MicroUsd;
}

export function capFlags(io: Io, { budget }: { readonly budget?: number }): CapFlags {
  const flags = {
    ...(budget === undefined ? {} : { flagUsd: fromUsd(budget) }),
    ...environmentCap(io),
  };
  const capUsd = capOverAll(flags);
  return { ...flags, ...(capUsd === undefined ? {} : { capUsd }) };
}

function environmentCap(io: Io): { readonly environmentUsd?: MicroUsd } {
  const text = io.env['RUSHES_BUDGET_USD']?.trim() ?? '';
  if (text === '') return {};
  const usd = Number(text);
  // A cap that cannot be read must not mean "no cap".
  if (!Number.isFinite(usd) || usd < 0)
    throw new UsageError(
      `RUSHES_BUDGET_USD is ${JSON.stringify(text)}, which is not an amount of US dollars`,
      'Write it like 25 or 12.50.',
    );
  return { environmentUsd: fromUsd(usd) };
}

/** `RUSHES_POLL_MIN_MS`: lowers the floor between two asks. */
export function pollMinMs(io: Io): number | undefined {
  const text = io.env['RUSHES_POLL_MIN_MS']?.trim() ?? '';
  if (text === '') return undefined;
  const milliseconds = Number(text);
  if (!Number.isFinite(milliseconds) || milliseconds < 0)
    throw new UsageError(
      `RUSHES_POLL_MIN_MS is ${JSON.stringify(text)}, which is not a number of milliseconds`,
    );
  // Zero would ask without a pause.
  return Math.max(1, milliseconds);
}
