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
