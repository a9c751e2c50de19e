/** `rushes explain <code>` and the page of the docs that lists all codes. */
import { EXPLAIN, type DiagnosticCode } from '../../diagnostic-codes/diagnostic-codes.ts';
import type { Explanation } from '../../diagnostic-codes/explanation.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';

export const isDiagnosticCode = (text: string): text is DiagnosticCode =>
  Object.hasOwn(EXPLAIN, text);

/** The page of one code. Examples keep their lines; paragraphs are wrapped. */
export function explainCode(code: DiagnosticCode, terminal: Terminal): string {
  const c = paint(terminal);
  const { title, page }: Explanation = EXPLAIN[code];
  const width = Math.min(terminal.width, 96);
  const paragraphs = page.split(/\n{2,}/).map((paragraph) =>
    paragraph
      .split('\n')
      .map((line) => (line.startsWith('    ') ? c.cyan(line) : wrap(line, width)))
      .join('\n'),
  );
  return `${c.bold(code)}: ${wrap(title, width)}\n\n${paragraphs.join('\n\n')}\n`;
}

/** A Markdown page of all codes in alphabetical order, each with a heading to link to. */
export function codesMarkdown(): string {
  const codes = (Object.keys(EXPLAIN) as DiagnosticCode[]).sort();
  const sections = codes.flatMap((code) => {
    const { title, page }: Explanation = EXPLAIN[code];
    return [
      `## ${code}`,
      '',
      `**${prose(title)}**`,
      '',
      ...page.split('\n').map((line) => (line.startsWith('    ') ? line : prose(line))),
      '',
    ];
  });
  return [
    '# Diagnostic codes',
    '',
    'Generated from `src/diagnostic-codes/`. `rushes explain <code>` prints the same page. Codes are stable: scripts may match on them.',
    '',
    codes.map((code) => `[${code}](#${code})`).join(' · '),
    '',
    ...sections,
  ].join('\n');
}

/**
 * Our own words, written as plain text: only what Markdown would swallow is escaped, and code
 * between backticks stays code.
 */
const prose = (line: string): string =>
  line
    .split(/(`[^`]*`)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[\\*_[\]<>#|~]/g, (character) => `\\${character}`),
    )
    .join('');
