/** Diagnostics as GitHub annotations on the lines of a pull request. */
import { type Diagnostic, type Severity, spanOf } from '../../diagnostic.ts';
import { type Annotation, annotationLine, MOST_ANNOTATIONS } from '../text/annotations.ts';
import { fromRoot } from '../text/blob-link.ts';
import { fold, plural } from '../text/format.ts';

const KINDS = { error: 'error', warning: 'warning', note: 'notice' } as const satisfies Record<
  Severity,
  Annotation['kind']
>;
const RANK = { error: 0, warning: 1, note: 2 } as const satisfies Record<Severity, number>;

/**
 * Workflow commands, a line each, to be printed to stdout: the ten that matter most (errors first,
 * then what breaks most renders, then source order), and a line that counts the others.
 * @param folder the working folder as seen from the repository's root, `''` for the root itself:
 * annotations are placed by paths from there.
 */
export function diagnosticsGithub(
  diagnostics: readonly Diagnostic[],
  { folder = '' }: { readonly folder?: string } = {},
): string {
  const best = diagnostics
    .map((diagnostic, index) => ({ diagnostic, index }))
    .sort(
      (a, b) =>
        RANK[a.diagnostic.severity] - RANK[b.diagnostic.severity] ||
        b.diagnostic.renders.length - a.diagnostic.renders.length ||
        a.index - b.index,
    )
    .map(({ diagnostic }) => diagnostic);
  const lines = best.slice(0, MOST_ANNOTATIONS).map((diagnostic) => annotation(diagnostic, folder));
  const rest = best.slice(MOST_ANNOTATIONS);
  if (rest.length > 0) {
    const errors = rest.filter(({ severity }) => severity === 'error').length;
    lines.push(
      `… and ${plural(rest.length, 'more problem')}${errors > 0 ? `, ${plural(errors, 'error')} among them` : ''}: the log has them all`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(diagnostic: Diagnostic, folder: string): string {
  const { code, severity, message, place, hint, renders } = diagnostic;
  const title = ['title', code] as const;
  const properties: (readonly [string, string])[] = [];
  // A value of the command line, `--var name`, is in no file of the repository.
  if (place !== undefined && !place.source.path.startsWith('--var ')) {
    const { file, line, column, endLine, endColumn } = spanOf(place);
    properties.push(
      ['file', fromRoot(folder, file)],
      ['line', String(line)],
      ['endLine', String(endLine)],
    );
    // The runner refuses columns of a range over several lines.
    if (line === endLine)
      properties.push(['col', String(column)], ['endColumn', String(endColumn)]);
  }
  const affected =
    renders.length === 0
      ? ''
      : `${severity === 'error' ? 'breaks' : 'concerns'} ${plural(renders.length, 'render')}: ${fold(renders, 6)}`;
  const text = [message, hint === undefined ? '' : `hint: ${hint}`, affected]
    .filter((part) => part !== '')
    .join('\n');
  return annotationLine({ kind: KINDS[severity], properties: [...properties, title], text });
}
