/**
 * The up-to-date check: a `plan` or `render` that had nothing to do, and would find everything as
 * it was, says the same again without doing it again. Loads nothing but Node's own modules.
 */
import {
  type Asked,
  currentFileOf,
  keyOf,
  readCurrent,
  type SavedOutcome,
} from './current-file.ts';
import { isUnchanged } from './saved-looks.ts';

/** What the command would say again; `undefined`: it has to be run. */
export function savedOutcome(
  asked: Asked & { readonly clock: { now(): number } },
): SavedOutcome | undefined {
  try {
    const file = currentFileOf(asked);
    const current = file === undefined ? undefined : readCurrent(file);
    if (current === undefined) return undefined;
    const key = keyOf(asked);
    const outcome = current.outcomes.find((one) => one.key === key);
    const now = asked.clock.now();
    if (
      outcome === undefined ||
      now < current.savedAtMs ||
      now >= (outcome.until ?? Number.POSITIVE_INFINITY) ||
      !isUnchanged(current.looks, current.savedAtMs)
    )
      return undefined;
    return outcome;
  } catch {
    // Whatever cannot be looked at now is for the whole command to report.
    return undefined;
  }
}
