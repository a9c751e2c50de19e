/**
 * Diagnostics as people read them: position, what is wrong, the line itself, why it matters there,
 * what to try.
 */
import { type Diagnostic, type Severity, spanOf } from '../../diagnostic.ts';
import { codeFrame } from './code-frame.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { cells, paint, type Terminal, wrap } from '../text/terminal.ts';
import { count, fold, plural } from '../text/format.ts';

const TONES = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<
  Severity,
  'red' | 'yellow' | 'cyan'
>;
const RENDERS_SHOWN = 6;
const ALSO_SHOWN = 4;
/** More than a person reads; the count and `--json` have them all. */
const SHOWN = 300;

/** In the given order, then one line that counts them all; `''` if there are none. */
export function diagnosticsTerminal(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
): string {
  if (diagnostics.length === 0) return '';
  const blocks = diagnostics
    .slice(0, SHOWN)
    .map((diagnostic) => diagnosticTerminal(diagnostic, terminal));
  if (diagnostics.length > SHOWN)
    blocks.push(
      `… and ${count(diagnostics.length - SHOWN)} more: rushes validate --json lists all of them\n`,
    );
  return sealed(`${blocks.join('\n')}\n${closing(diagnostics, terminal)}\n`);
}

function diagnosticTerminal(diagnostic: Diagnostic, terminal: Terminal): string {
  const c = paint(terminal);
  const tone = c[TONES[diagnostic.severity]];
  const { place } = diagnostic;
  const message = terminalLine(diagnostic.message);
  const label = `${diagnostic.severity} ${diagnostic.code}`;
  const where = place === undefined ? '' : terminalLine(position(place));
  const lines = [
    `${where === '' ? '' : `${c.bold(where)} `}${tone(c.bold(diagnostic.severity))} ${c.dim(diagnostic.code)}`,
    `  ${c.bold(wrap(message, terminal.width, '  '))}`,
  ];
  // Short enough for one line: then one line, as compilers do.
  if (cells(where) + label.length + cells(message) + 4 <= terminal.width)
    lines.splice(0, 2, `${lines[0] ?? ''}${c.dim(':')} ${c.bold(message)}`);

  if (place !== undefined)
    lines.push(
      ...codeFrame(place, {
        ...terminal,
        indent: '  ',
        context: true,
        tone: TONES[diagnostic.severity],
      }),
    );
  const also = diagnostic.also ?? [];
  for (const { message, place } of also.slice(0, ALSO_SHOWN)) {
    lines.push(
      `  ${c.bold(terminalLine(position(place)))} ${wrap(terminalLine(message), terminal.width, '    ')}`,
    );
    lines.push(...codeFrame(place, { ...terminal, indent: '    ', context: false, tone: 'cyan' }));
  }
  if (also.length > ALSO_SHOWN)
    lines.push(`  … and ${plural(also.length - ALSO_SHOWN, 'more place')}`);
  if (diagnostic.hint !== undefined)
    lines.push(
      `  ${c.green('hint:')} ${wrap(terminalLine(diagnostic.hint), terminal.width, '        ')}`,
    );
  if (diagnostic.renders.length > 0)
    lines.push(`  ${c.dim(wrap(affected(diagnostic), terminal.width, '    '))}`);
  return `${lines.join('\n')}\n`;
}

const position = (place: NonNullable<Diagnostic['place']>): string => {
  const { file, line, column } = spanOf(place);
  return `${file}:${line}:${column}`;
};

/** `breaks 14 renders: a/b, c/d … and 12 more`. */
function affected({ severity, renders }: Diagnostic): string {
  const verb = severity === 'error' ? 'breaks' : 'concerns';
  return renders.length === 1
    ? `${verb} ${terminalLine(renders[0] ?? '')}`
    : `${verb} ${plural(renders.length, 'render')}: ${terminalLine(fold(renders, RENDERS_SHOWN))}`;
}

/** `3 errors, 1 warning in 2 files. More about a code: rushes explain unknown-key`. */
function closing(diagnostics: readonly Diagnostic[], terminal: Terminal): string {
  const c = paint(terminal);
  const tally = { error: 0, warning: 0, note: 0 };
  for (const { severity } of diagnostics) tally[severity] += 1;
  const files = new Set(
    diagnostics.flatMap(({ place }) => (place === undefined ? [] : [place.source.path])),
  ).size;
  const parts = [
    tally.error > 0 ? c.red(plural(tally.error, 'error')) : '',
    tally.warning > 0 ? c.yellow(plural(tally.warning, 'warning')) : '',
    tally.note > 0 ? c.cyan(plural(tally.note, 'note')) : '',
  ].filter((part) => part !== '');
  const where = files === 0 ? '' : ` in ${files === 1 ? '1 file' : `${count(files)} files`}`;
  const code =
    diagnostics.find(({ severity }) => severity === 'error')?.code ?? diagnostics[0]?.code ?? '';
  return `${parts.join(', ')}${where}. ${c.dim(`More about a code: rushes explain ${code}`)}`;
}
