/** What the YAML library says, in words for people who have never heard of an implicit key. */
import type { YAMLError } from 'yaml';
import { defined } from '../../defined.ts';
import type { Place, Source } from '../../diagnostic.ts';
import type { Problem } from '../values/problems.ts';
import { slipAt } from './common-typos.ts';

export function yamlProblem(source: Source, { code, pos, message }: YAMLError): Problem {
  const { text } = source;
  const start = Math.min(pos[0], text.length);
  const lineEnd = /[\r\n]|$/.exec(text.slice(start, start + 10_000))?.index ?? 0;
  const end = Math.max(Math.min(pos[1], start + lineEnd), Math.min(start + 1, text.length));
  const place = { source, start, end };
  const restOfLine = {
    source,
    start,
    end: Math.max(start + text.slice(start, start + lineEnd).trimEnd().length, place.end),
  };
  const { line } = source.position(start);
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);

  if (
    code === 'TAB_AS_INDENT' ||
    (/^[ \t]*$/.test(before) && (before.includes('\t') || text[start] === '\t'))
  ) {
    const tab = text.indexOf('\t', start - before.length);
    return {
      code: 'yaml-tab',
      message: 'the line is indented with a tab; YAML allows only spaces there',
      place: { source, start: tab, end: tab + 1 },
      hint: 'Replace the tab with as many spaces as the neighbouring lines have.',
    };
  }
  if (code === 'RESOURCE_EXHAUSTION')
    return { code: 'too-large', message: 'the file is nested too deeply', place };
  if (code === 'TAG_RESOLVE_FAILED') {
    return {
      code: 'yaml-syntax',
      message: `the YAML tag ${shortTag(text.slice(start, end))} is not supported`,
      place,
      hint: 'If it is a text, put it in quotes; if not, delete the tag.',
    };
  }
  const template = unquotedTemplate(source, line, start);
  if (template !== undefined) {
    return {
      code: 'yaml-syntax',
      message: 'a template inside { } or [ ] must be in quotes, because YAML uses these signs too',
      place: template,
      hint: `Write "${text.slice(template.start, template.end)}", quotes included.`,
    };
  }
  const slip =
    SLIPPERY.has(code) && source.line(line).length < MAX_LINE ? slipAt(source, line) : undefined;
  if (slip !== undefined) return slip;
  const colon = /^\s*(?:-\s+)*(?:[\w-]+):\s+\S[^"']*?:\s/.test(source.line(line));
  const curly = /:\s+[\u2018\u201c\u201e\u00ab]/.test(source.line(line));
  if (
    code === 'BLOCK_AS_IMPLICIT_KEY' ||
    (colon && (code === 'MULTILINE_IMPLICIT_KEY' || code === 'UNEXPECTED_TOKEN'))
  ) {
    return {
      code: 'yaml-syntax',
      message: 'a second ": " in this line makes YAML see a key inside a value',
      place: restOfLine,
      hint: curly
        ? 'Put the whole text in straight quotes ("); YAML treats curly quotes as letters.'
        : 'Put the whole text in quotes, as in prompt: "Wide: the beach".',
    };
  }
  if (code === 'BAD_SCALAR_START') {
    return {
      code: 'yaml-syntax',
      message: `a text cannot begin with ${JSON.stringify(text[start] ?? '')} unless it is quoted`,
      place: restOfLine,
      hint: 'Put the whole text in quotes.',
    };
  }
  const quote = code === 'MISSING_CHAR' ? /^Missing closing (["'])/.exec(message)?.[1] : undefined;
  if (quote !== undefined) {
    // Nothing closes it, so it is the last one of the file.
    const open = Math.max(text.lastIndexOf(quote), 0);
    const end =
      open +
      source
        .line(source.position(open).line)
        .slice(source.position(open).column - 1)
        .trimEnd().length;
    const hint = `Write ${quote} at the end of the text.`;
    return {
      code: 'yaml-syntax',
      message: 'not valid YAML: this quote is never closed',
      place: { source, start: open, end },
      hint,
    };
  }
  const [words, hint] = WORDS[code] ?? [
    message.replace(/ at line \d+.*$/s, '').replace(/^./, (first) => first.toLowerCase()),
    undefined,
  ];
  return {
    code: 'yaml-syntax',
    message: `not valid YAML: ${words}`,
    place,
    ...defined({ hint }),
  };
}

/** The last template of a line before what YAML could not read. */
function unquotedTemplate(source: Source, line: number, start: number): Place | undefined {
  const lineStart = start - source.position(start).column + 1;
  const templates = [...source.line(line).matchAll(/(?<!["'])\$\{\{[^{}]*\}\}/g)];
  const found = templates.findLast(({ index }) => lineStart + index <= start + 1);
  if (found === undefined) return undefined;
  const at = lineStart + found.index;
  return { source, start: at, end: at + found[0].length };
}

/** The library's messages for common typos; they do not name the real cause. */
const SLIPPERY: ReadonlySet<YAMLError['code']> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);
/** A longer line is not written by hand. */
const MAX_LINE = 5_000;

const shortTag = (tag: string): string => (tag.length > 40 ? `${tag.slice(0, 39)}…` : tag);

const WORDS: Partial<Record<YAMLError['code'], readonly [message: string, hint?: string]>> = {
  BAD_ALIAS: [
    'the name after "*" or "&" is not a name',
    'A text that begins with * or & must be in quotes.',
  ],
  BAD_DQ_ESCAPE: [
    'a backslash in a "text" begins an escape that does not exist',
    "Write \\\\ for a backslash, or use single quotes: 'text'.",
  ],
  BAD_INDENT: [
    'the line is indented by too few or too many spaces',
    'Give it as many spaces as the neighbouring lines have.',
  ],
  BLOCK_IN_FLOW: [
    'inside { } or [ ] a comma is missing between two values, or a text that contains ": " is not in quotes',
    'Write { id: crab, prompt: "Wide: the beach" }.',
  ],
  MISSING_CHAR: ['a closing quote, bracket, or the ":" after a key is missing'],
  MULTILINE_IMPLICIT_KEY: [
    'this line has no ":" that makes it a key',
    'Write key: value, or indent the line to continue the text above it.',
  ],
  MULTIPLE_ANCHORS: ['a value can have one anchor (&name) only'],
  MULTIPLE_TAGS: ['a value can have one tag (!name) only'],
  UNEXPECTED_TOKEN: [
    'unexpected text',
    'Look for a missing quote or comma, or an odd indentation, just before.',
  ],
};
