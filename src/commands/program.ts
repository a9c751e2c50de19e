/**
 * Parses a command line and runs its command. The commands with their options are in
 * `command-groups/`. Nothing but commander is loaded: each command loads what it needs when it
 * runs, so that `rushes --help` is fast.
 */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { exitCodesTerminal } from '../report/text/exit-codes.ts';
import { sealed, terminalLines } from '../report/text/escape.ts';
import { fitScreen } from '../report/text/screen-lines.ts';
import { withoutKnownSecrets } from '../secrets/find-secrets.ts';
import { addPlanAndRender } from './command-groups/plan-and-render.ts';
import { addResults } from './command-groups/results.ts';
import { addDecisions } from './command-groups/decisions.ts';
import { addClips } from './command-groups/clips.ts';
import { addSetup } from './command-groups/setup.ts';
import { addLocksAndStores } from './command-groups/locks-and-stores.ts';
import { addAction } from './command-groups/action.ts';
import { checkValues, type Done } from './command-groups/shared-options.ts';
import { EXIT, type Io, type Output, UsageError } from './shared/io.ts';

/** Runs one command line. Resolves with the exit code; rejects only on a bug. */
export async function runProgram(argv: readonly string[], given: Io): Promise<number> {
  const io = guarded(given);
  let exit: number = EXIT.done;
  const done = (code: number): void => void (exit = code);
  const program = buildProgram(io, done);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof UsageError) {
      const hint = error.hint === undefined ? '' : `  ${error.hint}\n`;
      io.stderr.write(plainWords(`rushes: ${error.message}\n${hint}`));
      return EXIT.usage;
    }
    throw error;
  }
}

/** A usage error repeats what was typed, and a workflow may have typed what a stranger wrote. */
const plainWords = (text: string): string => sealed(terminalLines(text));

/**
 * The last check of all output: no key of this environment, no C1 control (a terminal
 * obeys some), no command of the runner's older form.
 */
function guarded(io: Io): Io {
  const withoutKeys = withoutKnownSecrets(io.env);
  const over = (output: Output): Output => {
    const clean = (text: string): string => withoutControls(withoutKeys(text));
    return {
      ...output,
      write: (text) => output.write(fitted(output, clean(text))),
      writeData: (text) => output.write(clean(text)),
      // A terminal changes its size.
      get columns() {
        return output.columns;
      },
      get rows() {
        return output.rows;
      },
    };
  };
  return { ...io, stdout: over(io.stdout), stderr: over(io.stderr) };
}

const fitted = ({ isTTY, columns }: Output, text: string): string =>
  isTTY ? fitScreen(text, columns) : text;

const withoutControls = (text: string): string =>
  text
    .replace(/[\u0080-\u009F]/g, (unit) => `<U+00${unit.charCodeAt(0).toString(16).toUpperCase()}>`)
    .replaceAll('##[', '##\\[');

/** Every command with its options; `done` gets the exit code of the one that runs. */
export function buildProgram(io: Io, done: Done): Command {
  const program = new Command('rushes')
    .description(
      'Renders AI video from YAML manifests in git: a plan with a price, clips that are never paid for twice, a lock file.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      // Commander breaks no line below 40 columns of text: `COLUMNS=40 rushes --help | less`.
      writeOut: (text) => io.stdout.write(fitScreen(text, io.stdout.columns)),
      writeErr: (text) => io.stderr.write(plainWords(text)),
      getOutHelpWidth: () => Math.min(100, io.stdout.columns),
      getErrHelpWidth: () => Math.min(100, io.stderr.columns),
    })
    .showHelpAfterError('(rushes --help lists the commands and their options)')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      'after',
      () =>
        `\nTo start:\n  rushes init\nTo see the price:\n  rushes plan\nTo try it at no cost:\n  rushes render --draft\n\nExit codes:\n${exitCodesTerminal(io.stdout.columns)}`,
    );

  program.hook('preAction', (_, command) => checkValues(command));
  addPlanAndRender(program, io, done);
  addResults(program, io, done);
  addDecisions(program, io, done);
  addClips(program, io, done);
  addSetup(program, io, done);
  addLocksAndStores(program, io, done);
  addAction(program, io, done);
  return program;
}
