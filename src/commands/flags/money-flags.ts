/**
 * The caps of one run: the flag and the environment. The manifest's own `budget` can only be lower.
 */
import { type Caps, capsOf, pollMinMsOf, type Setting } from '../../workflow/open/settings.ts';
import { type Io, UsageError } from '../shared/io.ts';

export const capFlags = (io: Io, { budget }: { readonly budget?: number }): Caps =>
  valueOf(capsOf(io.env, budget)) ?? {};

/** `RUSHES_POLL_MIN_MS`: lowers the shortest pause between two asks. */
export const pollMinMs = (io: Io): number | undefined => valueOf(pollMinMsOf(io.env));

function valueOf<Value>(setting: Setting<Value>): Value | undefined {
  if (setting.ok) return setting.value;
  throw new UsageError(setting.problem, setting.hint);
}
