/**
 * Exit codes: what the state is at the end, for the renders in scope. Scripts rely on them. This is
 * the one table: `--help`, the docs, the action and the library read it.
 */

/** Most serious first: when several apply, the first one is the exit code. */
const TABLE = {
  usage: { code: 64, means: 'usage: the command line is wrong' },
  invalid: {
    code: 65,
    means:
      'invalid manifest, row file, plan or lock; or this machine refuses: disk full or read-only, too few open files',
  },
  interrupted: { code: 130, means: 'interrupted: run again to continue' },
  key: { code: 77, means: 'API key missing or refused' },
  unreachable: {
    code: 69,
    means: 'a gateway or another service is unreachable, or the balance is empty',
  },
  budget: { code: 4, means: 'refused or stopped by the budget' },
  frozen: { code: 3, means: '--frozen: the lock does not satisfy the manifest' },
  needsPerson: {
    code: 5,
    means: 'a person must decide: an ambiguous or lost task, two picks of a scene',
  },
  failed: { code: 1, means: 'at least one render failed, in this run or in an earlier one' },
  missing: { code: 7, means: 'clips are missing that only a new payment can bring back' },
  pending: {
    code: 6,
    means: 'tasks are still pending, or renders not yet submitted: run again or collect',
  },
  somethingToDo: {
    code: 2,
    means:
      'plan --detailed-exitcode: there is something to submit, wait for, attach, fetch or move; models check: a model has changed',
  },
  done: { code: 0, means: 'everything is up to date' },
} as const satisfies Record<string, { readonly code: number; readonly means: string }>;

type Name = keyof typeof TABLE;
export type ExitCode = (typeof TABLE)[Name]['code'];

/** The codes by name. */
export const EXIT = Object.fromEntries(
  Object.entries(TABLE).map(([name, { code }]) => [name, code]),
) as { readonly [Key in Name]: (typeof TABLE)[Key]['code'] };

/** In the order of their numbers, with what each means. */
export const EXIT_CODES: readonly { readonly code: ExitCode; readonly means: string }[] =
  Object.values(TABLE).sort((a, b) => a.code - b.code);

const PRECEDENCE: readonly ExitCode[] = Object.values(TABLE).map(({ code }) => code);

/** The exit code of a command to which all of these apply; 0 for none. */
export function worstExit(codes: Iterable<ExitCode>): ExitCode {
  const present = new Set(codes);
  return PRECEDENCE.find((code) => present.has(code)) ?? 0;
}
