/**
 * A command line from beginning to end: first the up-to-date check, for which nothing is loaded,
 * then the command.
 */
import { defined } from '../defined.ts';
import type { Io, Output } from './shared/io.ts';

/**
 * Resolves with the exit code; rejects only on a bug. `program`: the version and build of this
 * program, which no other has.
 */
export async function runCommandLine(
  argv: readonly string[],
  io: Io,
  program: string,
): Promise<number> {
  if (argv[0] !== 'plan' && argv[0] !== 'render')
    return (await import('./program.ts')).runProgram(argv, io);
  const asked = { ...surroundings(io), argv, program };
  const { savedOutcome } = await import('../workflow/up-to-date/repeat.ts');
  const saved = savedOutcome(asked);
  if (saved !== undefined) {
    for (const [stream, text] of saved.output) io[stream].write(text);
    return saved.exit;
  }
  const [{ runProgram }, { watchCommand }] = await Promise.all([
    import('./program.ts'),
    import('../workflow/up-to-date/remember.ts'),
  ]);
  const watched = watchCommand(asked);
  const exit = await runProgram(argv, {
    ...io,
    stdout: heard(io.stdout, (text) => watched.printed('stdout', text)),
    stderr: heard(io.stderr, (text) => watched.printed('stderr', text)),
    files: watched.files,
    nothingToDoUntil: (untilMs) => watched.nothingToDoUntil(untilMs),
  });
  watched.save(exit);
  return exit;
}

const surroundings = ({ env, cwd, clock, stdout, stderr }: Io) => ({
  env,
  cwd,
  clock,
  stdout,
  stderr,
});

/** The size of a terminal may change while a command runs. */
const heard = (output: Output, hear: (text: string) => void): Output => ({
  write: (text) => {
    hear(text);
    output.write(text);
  },
  isTTY: output.isTTY,
  get columns() {
    return output.columns;
  },
  get rows() {
    return output.rows ?? 24;
  },
  ...defined({ stream: output.stream }),
});
