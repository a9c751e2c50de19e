/**
 * Prompts and server messages are untrusted text. One function for each place that such a text is
 * shown in; what comes out can never leave that place: no cursor movement, no table cell closed, no
 * tag opened, no workflow command.
 */

/**
 * Unprintable or lying characters: C0, DEL, C1, soft hyphen, bidi marks, embeddings and isolates,
 * zero-width space, line and paragraph separators, invisible operators, byte order mark, tag
 * characters, lone surrogates. The zero-width joiner and variation selectors stay: emoji and
 * several scripts are written with them.
 */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|\p{Surrogate}/gu;

/** C0 has Unicode pictures, one cell wide (`␛`, `␍`); the others are named, as in `<U+202E>`. */
function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/**
 * For one line of a terminal or log: line breaks and tabs become spaces, every other control a
 * visible picture.
 */
export const terminalLine = (text: string): string =>
  text.replace(/\r\n|[\t\n\r\u2028\u2029]/g, ' ').replace(UNSAFE, picture);

/** For a whole text of several lines whose line breaks are wanted, such as a page. */
export const terminalLines = (text: string): string =>
  text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(terminalLine)
    .join('\n');

/**
 * The last step of every terminal output: GitHub's runner reads the same bytes and obeys lines that
 * begin with `::` (after blanks) and, in its older form, `##[` anywhere. A visible backslash makes
 * both plain text.
 */
export const sealed = (block: string): string =>
  // eslint-disable-next-line no-control-regex
  block.replaceAll('##[', '##\\[').replace(/^((?:[^\S\n]|\u001B\[[\d;]*m)*)::/gm, '$1\\::');

/**
 * Invisible in a rendered page, and enough to keep GitHub from making a link or a mention of what
 * follows.
 */
const BREAK = '&#8203;';

const MARKDOWN_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '|': '&#124;',
  '\\': '&#92;',
  '`': '&#96;',
  '*': '&#42;',
  _: '&#95;',
  '[': '&#91;',
  ']': '&#93;',
  '(': '&#40;',
  ')': '&#41;',
  '~': '&#126;',
  $: '&#36;',
  '!': '&#33;',
  '@': `@${BREAK}`,
  '#': `#${BREAK}`,
};

/**
 * For running text and table cells of GitHub Markdown: one line, no markup, no HTML, no math, no
 * mention, no issue reference, no automatic link.
 */
export const markdownText = (text: string): string =>
  terminalLine(text)
    .replace(/[&<>"|\\`*_[\]()~$!@#]/g, (character) => MARKDOWN_ENTITIES[character] ?? character)
    .replaceAll('://', `:${BREAK}//`)
    .replace(/\b(www)\./gi, `$1${BREAK}.`)
    .replace(/\b(GH)-(?=\d)/gi, `$1${BREAK}-`);

/** Inline code. A tag, because a span of backticks cannot hold every text in a table. */
export const markdownCode = (text: string): string => `<code>${markdownText(text)}</code>`;

/** A path of a link, relative or below a base: nothing in it ends the path or the link. */
export const urlPath = (path: string): string =>
  path
    .split('/')
    .map((part) =>
      encodeURIComponent(wellFormed(part)).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');

/** `encodeURIComponent` throws on a lone surrogate. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** For a text node of a page that a script makes: no lying character. Line breaks stay. */
export const plainText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(UNSAFE, (character) =>
      character === '\n' || character === '\t' ? character : picture(character),
    );

/** For text and for quoted attribute values of HTML. Line breaks stay. */
export const html = (text: string): string =>
  plainText(text).replace(/[&<>"'`]/g, (character) => HTML_ENTITIES[character] ?? character);

/**
 * The part of a GitHub workflow command after the second `::`. The runner decodes it, so line
 * breaks survive.
 */
export const commandData = (text: string): string =>
  text
    .replace(UNSAFE, (character) =>
      character === '\n' || character === '\r' ? character : picture(character),
    )
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll('##[', '##\\[');

/** A property value of a workflow command, such as `file` or `title`. */
export const commandProperty = (text: string): string =>
  commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/**
 * JSON that is as safe on a terminal and in a log as the rest: what is unsafe is written as
 * `\uXXXX`, which reads back the same.
 */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return text
    .replace(UNSAFE, (character) => (character === '\n' ? character : units(character)))
    .replaceAll('##[', '#\\u0023[');
}

const units = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
