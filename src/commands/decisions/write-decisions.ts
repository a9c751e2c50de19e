/**
 * Writes decisions into the locks, and prints what came of it. Shared by all commands that decide.
 */
import { plural, qualified } from '../../report/text/format.ts';
import {
  type DecisionsWritten,
  type RenderChoice,
  type UndecidedRender,
  writeDecisions,
} from '../../workflow/decide/decide.ts';
import type { ManifestFile } from '../../workflow/open/ledger-problems.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { printLedgerProblems } from '../shared/ledgers.ts';
import { printDiagnostics } from '../shared/print.ts';
import type { Selection } from './selection.ts';

export interface DecidedBy {
  /** `redo`, `pin --undo`, `recover`. */
  readonly what: string;
  /** For the command that shows what it means. */
  readonly selection: Pick<Selection, 'repeated' | 'unfiltered'>;
  readonly draft?: boolean | undefined;
  /** A line about what it costs, where clips of other scenes go on from these. */
  readonly costs?: () => Promise<string | undefined>;
}

export async function decideOrPrint(
  io: Io,
  files: readonly ManifestFile[],
  { what, selection, draft, costs }: DecidedBy,
  choices: readonly RenderChoice[],
): Promise<number> {
  const written = await writeDecisions(io, files, { command: `rushes ${what}`, draft }, choices);
  printDiagnostics(io, written.notices);
  switch (written.kind) {
    case 'refused':
      printLedgerProblems(io, written.problems);
      return written.exit;
    case 'no-sense':
      for (const { problem } of written.left) io.stderr.write(`rushes: ${problem}\n`);
      if (choices.length > 1) io.stderr.write('rushes: nothing was changed\n');
      return EXIT.usage;
    case 'unwritten':
      for (const { message } of written.unwritten)
        io.stderr.write(`rushes: the decision could not be written: ${message}\n`);
      return EXIT.invalid;
    case 'written': {
      printWritten(io, what, written);
      const due = written.othersGoOn ? await costs?.() : undefined;
      if (due !== undefined) io.stdout.write(`  ${due}\n`);
      // Another scene may have to be made again, and the filter of this one would hide its price.
      const words = written.othersGoOn ? selection.unfiltered : selection.repeated;
      io.stdout.write(
        `  rushes plan${words}${draft === true ? ' --draft' : ''} shows what it means\n`,
      );
      return EXIT.done;
    }
  }
}

function printWritten(
  io: Io,
  what: string,
  { decided, left }: Extract<DecisionsWritten, { kind: 'written' }>,
): void {
  const several = new Set([...decided, ...left].map(({ manifest }) => manifest)).size > 1;
  const name = ({ manifest, id }: Pick<UndecidedRender, 'manifest' | 'id'>): string =>
    several ? qualified(manifest, id) : id;
  const [only] = decided;
  if (decided.length === 1 && only !== undefined)
    io.stdout.write(`${what} ${name(only)}: written to the lock\n`);
  else {
    io.stdout.write(`${what}: ${plural(decided.length, 'render')} written to the lock\n`);
    for (const one of decided) io.stdout.write(`    ${name(one)}\n`);
  }
  for (const { note } of decided) if (note !== undefined) io.stdout.write(`  ${note}\n`);
  if (left.length === 0) return;
  io.stdout.write(`  ${plural(left.length, 'render')} left as before:\n`);
  for (const { problem } of left) io.stdout.write(`    ${problem}\n`);
}
