/** Texts that try to break out of where they are shown. */
import * as fc from 'fast-check';

const PIECES = [
  '\u001B[2J',
  '\u001B]0;title\u0007',
  '\u009B31m',
  '\r',
  '\n',
  '\r\n',
  '\u2028',
  '\u202E',
  '\u2066',
  '\u0000',
  '\u007F',
  '\uD800',
  '\u{E0041}',
  '::error file=a,line=1::x',
  '::add-mask::x',
  '##[add-mask]x',
  '##[',
  '::',
  '%0A',
  '%',
  '|',
  '| --- |',
  '`',
  '```\n',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</details>',
  '<!--',
  '-->',
  '"',
  "'",
  '&lt;',
  '@octocat',
  '#12',
  'GH-12',
  'https://evil.example/',
  'www.evil.example',
  '[a](javascript:x)',
  '![a](https://x.example/p.png)',
  '**b**',
  '__i__',
  '~~s~~',
  '$x$',
  '\\',
  '- item',
  '# title',
  'EOF',
  'END',
  'a, b: c',
  '게 🦀',
  '👩‍👩‍👧',
  'plain words',
  ' ',
  '\t',
];

export const hostileText = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...PIECES), { maxLength: 8 })
      .map((pieces) => pieces.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

/** fast-check's settings for this room: the same texts every time. */
export const REPEATABLE = { seed: 20_261_120, numRuns: 400 } as const;

export const CONTROLS =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u200E\u200F\u2028\u2029]|\p{Surrogate}/u;
/** A line that GitHub's runner would obey. */
export const COMMAND_LINE = /^\s*::|##\[/m;

/** What the action, its pages and the terminal must not obey. */
export const HOSTILE_WORDS: readonly string[] = [
  '::set-output name=cost::0',
  'a\n::error::pwned',
  '\r::add-mask::a',
  '::stop-commands::x',
  '##[error]pwned',
  '</details><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '@everyone and @octocat, see #1 and GH-1',
  '```\n# title\n```',
  '| a | b |\n| - | - |',
  '[click](javascript:alert(1)) ![x](https://evil.example/p.png)',
  '\u001B[2J\u001B]0;owned\u0007',
  '\u009B31m\u202Eevil\u2066',
  'cost=0\nEOF\nexit=0',
  '<!-- rushes:plan -->',
];
/** Repeatable chance, on top of the list. */
const DRAWN = fc
  .sample(hostileText, { seed: 20_261_120, numRuns: 45 })
  .filter((text) => text.trim() !== '' && !/\p{Surrogate}/u.test(text));

/** As prompts: what is empty, or no text, is refused in a manifest. */
export const HOSTILE_PROMPTS: readonly string[] = [...HOSTILE_WORDS, ...DRAWN];
