/**
 * YAML text to located values. Total: any text gives a value or problems, in time and memory
 * proportional to its length.
 */
import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import type { Source } from '../../diagnostic.ts';
import type { Located } from '../../scene.ts';
import { wholeOf } from '../values/located.ts';
import type { Report } from '../values/problems.ts';
import { locate } from './located-document.ts';
import { yamlProblem } from './syntax-problem.ts';

/**
 * Tokens of one file: some ten times what 2,000 scenes need, and what can be composed in well under
 * a second.
 */
const MAX_LEXEMES = 300_000;
/**
 * Open tokens, several a level. The composer recurses: near the end of the stack V8 cannot even
 * compile an expression, and aborts the process.
 */
const MAX_OPEN = 300;
const MAX_SYNTAX_ERRORS = 20;

/** The one document of a file; `undefined` after saying what is wrong with it. */
export function parseYaml(source: Source, report: Report): Located | undefined {
  if (source.text.trim() === '') {
    report({
      code: 'empty-file',
      message: 'the file is empty',
      place: wholeOf(source),
      hint: 'Start with: rushes: 1',
    });
    return undefined;
  }
  const cr = source.text.includes('\n') ? -1 : source.text.indexOf('\r');
  if (cr !== -1) {
    const place = { source, start: cr, end: cr + 1 };
    report({
      code: 'not-text',
      message: 'the lines end with CR only, which is not a line end in YAML',
      place,
      hint: 'Save it with LF or CRLF line endings.',
    });
    return undefined;
  }
  const documents = compose(source, report);
  if (documents === undefined) return undefined;
  const [first, second] = documents;
  if (first === undefined) {
    report({
      code: 'empty-file',
      message: 'the file contains only comments',
      place: wholeOf(source),
      hint: 'Start with: rushes: 1',
    });
    return undefined;
  }
  if (!reportSyntax(source, documents, report)) return undefined;
  if (second !== undefined) {
    const start = Math.max(source.text.lastIndexOf('\n---', second.range[0]) + 1, 0);
    report({
      code: 'multi-document',
      message: 'the file contains more than one YAML document',
      place: { source, start, end: start + 3 },
      hint: 'Put each document into its own file, or delete the line "---".',
    });
    return undefined;
  }
  return locate(source, first, report);
}

function compose(source: Source, report: Report): Document.Parsed[] | undefined {
  const parser = new Parser();
  const tokens = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    if (++lexemes > MAX_LEXEMES) {
      report({
        code: 'too-large',
        message: `the file has more than ${MAX_LEXEMES.toLocaleString('en')} keys, values and signs`,
        place: { source, start: 0, end: 0 },
        hint: 'Split it with include:, or put the scenes into a row file.',
      });
      return undefined;
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_OPEN) {
      const hint = 'A manifest is a few levels deep.';
      const at = parser.offset;
      report({
        code: 'too-large',
        message: 'the file is nested too deeply',
        place: { source, start: at, end: at },
        hint,
      });
      return undefined;
    }
  }
  tokens.push(...parser.end());
  // uniqueKeys compares every key with every other one; `locate` finds twins in linear time.
  const composer = new Composer({
    version: '1.2',
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
  });
  // A hostile file makes an error object for every character, and most of their cost is a stack
  // that are never read.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return [...composer.compose(tokens, false, source.text.length)] as Document.Parsed[];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * False if the text is not YAML. One message a line; for the same message on consecutive lines only
 * the first, because the others are consequences of it.
 */
function reportSyntax(
  source: Source,
  documents: readonly Document.Parsed[],
  report: Report,
): boolean {
  const errors: YAMLError[] = documents.flatMap((document) => [
    ...document.errors,
    ...document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED'),
  ]);
  let lastLine = -1;
  let lastMessage = '';
  let reported = 0;
  for (const error of errors) {
    const { line } = source.position(error.pos[0]);
    if (line === lastLine || reported === MAX_SYNTAX_ERRORS) continue;
    const problem = yamlProblem(source, error);
    const isEcho = line === lastLine + 1 && problem.message === lastMessage;
    [lastLine, lastMessage] = [line, problem.message];
    if (isEcho) continue;
    reported += 1;
    report(problem);
  }
  for (const { directives } of documents) {
    if (
      reported > 0 ||
      directives === undefined ||
      directives.yaml.explicit !== true ||
      directives.yaml.version === '1.2'
    )
      continue;
    const start = Math.max(source.text.indexOf('%YAML'), 0);
    const message = `the file asks for YAML ${directives.yaml.version}; rushes reads YAML 1.2`;
    report({
      code: 'yaml-syntax',
      message,
      place: { source, start, end: start + 9 },
      hint: 'Delete the line.',
    });
    reported += 1;
  }
  return reported === 0;
}
