/**
 * From bytes to text: everything that can be wrong before a single character is understood. Pure.
 */
import { Source } from '../../diagnostic.ts';
import { type FindSecrets, masked } from '../../secrets/find-secrets.ts';
import { wholeOf } from './located.ts';
import type { Report } from './problems.ts';

/**
 * Bytes that a YAML manifest or an included file may have. Larger projects put their scenes in rows
 * or in several files.
 */
export const MAX_MANIFEST_BYTES = 2_000_000;
/** Bytes that a file of rows may have. */
export const MAX_ROWS_BYTES = 32_000_000;
/**
 * Rows that are read of one file: one more than a project can have scenes is enough to refuse it.
 */
export const MAX_ROWS = 50_000;
/** Bytes that a prompt in a file may have: far beyond what any model takes. */
export const MAX_PROMPT_BYTES = 200_000;

const MARKER = /^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$/m;

/**
 * The text of a file, or `undefined` after saying what is wrong. A UTF-8 byte order mark is
 * dropped. Secrets are reported and masked at once: nothing that comes after ever sees one, so that
 * no message, frame or plan can repeat it.
 */
export function decode(
  path: string,
  bytes: Uint8Array,
  secretsIn: FindSecrets,
  report: Report,
): Source | undefined {
  const fail = (message: string, hint: string): undefined => {
    const source = new Source(path, '');
    report({ code: 'not-text', message, place: wholeOf(source), hint });
  };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return fail('the file is UTF-16 text', 'Save it as UTF-8: rushes and git both read that.');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const { line, column } = firstBadByte(bytes);
    return fail(
      `the file is not UTF-8 text: the first byte that cannot be read is in line ${line}, column ${column}`,
      'Save it as UTF-8.',
    );
  }
  const secrets = secretsIn(text);
  text = masked(text, secrets);
  const source = new Source(path, text);
  for (const { start, end, what } of secrets)
    report({
      code: 'secret-value',
      message: `the file contains ${what}: it would be sent, and written into the lock`,
      place: { source, start, end },
      hint: 'Remove it. If the file was ever pushed, revoke the key.',
    });
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    report({
      code: 'not-text',
      message: 'the file contains a NUL character, which is not allowed in a text',
      place: { source, start: nul, end: nul + 1 },
      hint:
        text.indexOf('\0', nul + 1) === nul + 2
          ? 'It looks like UTF-16: save it as UTF-8.'
          : 'Delete the character, or save the file as UTF-8 text.',
    });
    return undefined;
  }
  return source;
}

/** Whether git left its merge markers; says so where it did. */
export function hasMergeMarkers(source: Source, report: Report): boolean {
  if (!source.text.includes('<<<<<<<') || !source.text.includes('>>>>>>>')) return false;
  const match = MARKER.exec(source.text);
  if (match === null) return false;
  report({
    code: 'merge-conflict',
    message: 'the file contains the markers of a git merge that was not finished',
    place: { source, start: match.index, end: match.index + match[0].trimEnd().length },
    hint: 'Choose between the two sides, delete the lines <<<<<<<, ======= and >>>>>>>, then run this again.',
  });
  return true;
}

function firstBadByte(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const at = lenient.indexOf('\uFFFD');
  return new Source('', lenient).position(Math.max(at, 0));
}

/**
 * Why programs that take lists of paths, such as the upload of an artifact in GitHub Actions, would
 * read the name of a folder as something else: a line break ends a path there, `*` is a pattern,
 * and `!` or `#` at the start leave a path out.
 */
export function listedPathProblem(name: string): string | undefined {
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) return 'holds a control character';
  const pattern = /[*?[\]{}<>"|]/.exec(name)?.[0];
  if (pattern !== undefined) return `holds ${pattern}`;
  if (/^[!#]/.test(name)) return `begins with ${name[0]}`;
  return name.trim() === name ? undefined : 'begins or ends with a space';
}
