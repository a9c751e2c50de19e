/** Exit codes: what the state is at the end, for the renders in scope. Scripts rely on them. */

/** Most serious first: when several apply, the first one is the exit code. */
const PRECEDENCE = [64, 65, 130, 77, 69, 4, 3, 5, 1, 7, 6, 2, 0] as const;

/**
 * 0 done · 1 a render failed · 2 there is something to do (`plan --detailed-exitcode`) · 3
 * `--frozen` and out of date · 4 budget · 5 ambiguous or lost · 6 pending or not submitted · 7 only
 * a new payment brings it back · 64 usage · 65 invalid input · 69 gateway unreachable or balance
 * empty · 77 key missing or refused · 130 interrupted.
 */
export type ExitCode = (typeof PRECEDENCE)[number];

/** The exit code of a command to which all of these apply; 0 for none. */
export function worstExit(codes: Iterable<ExitCode>): ExitCode {
  const present = new Set(codes);
  return PRECEDENCE.find((code) => present.has(code)) ?? 0;
}
