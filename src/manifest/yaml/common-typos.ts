/**
 * Common typos that make a text invalid YAML, seen from the line where the library gave up: it says
 * which token it did not want, and its reader wants to know what to type.
 */
import type { Source } from '../../diagnostic.ts';
import type { Problem } from '../values/problems.ts';

type Slip = (source: Source, line: number) => Problem | undefined;

/** The first typo in a line, or in the lines above it. */
export function slipAt(source: Source, line: number): Problem | undefined {
  for (const slip of SLIPS) {
    const found = slip(source, line);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Lines that are looked at, upward. */
const REACH = 200;
/** A key with what is before it: blanks and the dashes of lists. */
const KEY = /^( *)((?:- +)*)([\w-]+):(?=\s|$)/;

function problem(
  source: Source,
  line: number,
  from: number,
  to: number,
  message: string,
  hint: string,
): Problem {
  const start = source.offset(line) + from;
  return {
    code: 'yaml-syntax',
    message,
    place: { source, start, end: Math.max(source.offset(line) + to, start + 1) },
    hint,
  };
}

const fullWidthColon: Slip = (source, line) => {
  const text = source.line(line);
  const at = /^\s*(?:- +)*[\w-]+：/.exec(text)?.[0].length;
  return at === undefined
    ? undefined
    : problem(
        source,
        line,
        at - 1,
        at,
        'this is a full-width colon, which YAML treats as a letter',
        'Write : and a space.',
      );
};

const slashes: Slip = (source, line) => {
  const text = source.line(line);
  const at = text.search(/\S/);
  return text.startsWith('//', at)
    ? problem(
        source,
        line,
        at,
        text.trimEnd().length,
        'a comment does not begin with //',
        'Begin it with #.',
      )
    : undefined;
};

/** `prompt: > A crab`. */
const textBesideBlock: Slip = (source, line) => {
  const text = source.line(line);
  const head = /^ *(?:- +)*[\w-]+: +([|>])[-+]? +(?=[^#\s])/.exec(text);
  if (head === null) return undefined;
  return problem(
    source,
    line,
    head[0].length,
    text.trimEnd().length,
    `the text of a ${head[1] ?? ''} block is on the same line as its | or >`,
    `Begin it in the next line, indented; or put it in quotes and leave the ${head[1] ?? ''} out.`,
  );
};

/** Lines of a `|` or `>` block that are indented no further than its key. */
const blockNotIndented: Slip = (source, line) => {
  const text = source.line(line);
  const indent = text.search(/\S/);
  for (let above = line - 1; above > Math.max(0, line - REACH); above--) {
    const other = source.line(above);
    const head = /^( *(?:- +)*)[\w-]+: +[|>][-+\d]*\s*(?:#.*)?$/.exec(other);
    const column = head?.[1]?.length;
    if (column !== undefined && indent <= column) {
      return problem(
        source,
        line,
        indent,
        text.trimEnd().length,
        'this looks like the text of the block above, and is indented no further than its key',
        `Give every line of the text ${column + 2} spaces.`,
      );
    }
    if (column !== undefined || KEY.test(other)) return undefined;
  }
  return undefined;
};

/** `"A crab says "hello""` and `'It's a crab'`. */
const quoteInside: Slip = (source, line) => {
  const text = source.line(line);
  const head = /^ *(?:- +)*(?:[\w-]+: +)?(["'])/.exec(text);
  const quote = head?.[1];
  if (head === null || quote === undefined) return undefined;
  let at = head[0].length;
  for (; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote && quote === "'" && text[at + 1] === quote) at += 1;
    else if (text[at] === quote) break;
  }
  const rest = text.slice(at + 1);
  if (at >= text.length || /^\s*(?:#.*|,.*|[}\]].*|:.*)?$/.test(rest)) return undefined;
  return problem(
    source,
    line,
    at,
    text.trimEnd().length,
    `the text ends at this ${quote}, and something follows it`,
    quote === '"'
      ? String.raw`Write \" for a quote inside the text.`
      : "Write '' for an apostrophe inside the text, or put the text in double quotes.",
  );
};

/** `prompt: *wide* beach` and `prompt: [wide] the beach`. */
const signAtBeginning: Slip = (source, line) => {
  const text = source.line(line);
  const head = /^ *(?:- +)*[\w-]+: +(?=([*&[{]))/.exec(text);
  const sign = head?.[1];
  if (head === null || sign === undefined) return undefined;
  const from = head[0].length;
  const close = { '[': ']', '{': '}' }[sign];
  const ends =
    close === undefined
      ? /^\S+/.exec(text.slice(from))?.[0].length
      : text.slice(from).lastIndexOf(close) + 1;
  if (ends === undefined || ends === 0 || /^\s*(?:#.*)?$/.test(text.slice(from + ends)))
    return undefined;
  return problem(
    source,
    line,
    from,
    text.trimEnd().length,
    `a text cannot begin with ${JSON.stringify(sign)} unless it is quoted`,
    'Put the whole text in quotes.',
  );
};

/** A `{` or `[` that its own line leaves open, where the next line begins something new. */
const openBracket: Slip = (source, line) => {
  const above = filledAbove(source, line);
  if (above === undefined || !/^ *(?:- +|[\w-]+:(?:\s|$))/.test(source.line(line)))
    return undefined;
  const open: number[] = [];
  const text = source.line(above);
  for (const { 0: sign, index } of text
    // A quote that nothing closes is passed over as one piece: to look behind each of the escaped
    // quotes in it again takes minutes for a line of a megabyte.
    .replaceAll(/"(?:\\.|[^"\\])*("?)|'[^']*'/g, (quoted, closing?: string) =>
      closing === '' ? quoted : '_'.repeat(quoted.length),
    )
    .matchAll(/[{}[\]]/g)) {
    if (sign === '{' || sign === '[') open.push(index);
    else open.pop();
  }
  const at = open.at(-1);
  if (at === undefined) return undefined;
  return problem(
    source,
    above,
    at,
    text.trimEnd().length,
    `this ${text[at] ?? ''} is not closed in its line`,
    `Write ${text[at] === '{' ? '}' : ']'} at the end of the line.`,
  );
};

/** A key or an entry in a column where nothing above it stands. */
const oddIndent: Slip = (source, line) => oddAt(source, line) ?? oddAt(source, line + 1);

function oddAt(source: Source, line: number): Problem | undefined {
  const text = source.line(line);
  const key = KEY.exec(text);
  if (key === null) return undefined;
  const [, indent = '', dashes = '', name = ''] = key;
  const column = indent.length;
  const levels = levelsAbove(source, line);
  const [deepest] = levels;
  if (deepest === undefined) return undefined;
  const same = levels.find((level) => level.column === column);
  const at = [column, text.trimEnd().length] as const;
  if (same !== undefined) {
    // The dash of the entry above stands where this key does.
    if (!same.isDash || dashes !== '' || column === 0) return undefined;
    return problem(
      source,
      line,
      ...at,
      'an entry of the list above begins here without its dash',
      `Write - ${name}: …, or give the line ${column + 2} spaces if it belongs to the entry above.`,
    );
  }
  if (column > deepest.column && !deepest.hasValue) return undefined;
  const fitting = levels.filter(({ isDash }) => isDash === (dashes !== ''));
  const near = (fitting.length > 0 ? fitting : levels).reduce((best, level) =>
    Math.abs(level.column - column) < Math.abs(best.column - column) ? level : best,
  );
  return problem(
    source,
    line,
    ...at,
    `the line is indented by ${column} ${column === 1 ? 'space' : 'spaces'}, which fits no line above it`,
    `Give it ${near.column} ${near.column === 1 ? 'space' : 'spaces'}, as line ${near.line} has before its ${near.isDash ? 'dash' : 'key'}.`,
  );
}

interface Level {
  readonly column: number;
  readonly line: number;
  /** Of a list entry, not of a key. */
  readonly isDash: boolean;
  /** Whether a value stands beside the key, so that nothing can stand below it. */
  readonly hasValue: boolean;
}

/** The columns in which a line could continue the text, the deepest first. */
function levelsAbove(source: Source, line: number): readonly Level[] {
  const levels: Level[] = [];
  let limit = Number.POSITIVE_INFINITY;
  for (let above = line - 1; above > Math.max(0, line - REACH) && limit > 0; above--) {
    const text = source.line(above);
    const key = KEY.exec(text);
    if (key === null) continue;
    const [whole, indent = '', dashes = ''] = key;
    const hasValue = !/^\s*(?:#.*|[&!]\S+)?$/.test(text.slice(whole.length));
    const columns: Level[] = [
      { column: indent.length + dashes.length, line: above, isDash: false, hasValue },
    ];
    for (const { index } of [...dashes.matchAll(/-/g)].reverse())
      columns.push({ column: indent.length + index, line: above, isDash: true, hasValue: false });
    for (const level of columns) if (level.column < limit) levels.push(level);
    limit = Math.min(limit, indent.length);
  }
  return levels;
}

function filledAbove(source: Source, line: number): number | undefined {
  for (let above = line - 1; above > Math.max(0, line - REACH); above--)
    if (!/^\s*(?:#.*)?$/.test(source.line(above))) return above;
  return undefined;
}

const SLIPS: readonly Slip[] = [
  fullWidthColon,
  slashes,
  textBesideBlock,
  blockNotIndented,
  quoteInside,
  signAtBeginning,
  openBracket,
  oddIndent,
];
