import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnostic, type Place, Source } from '../../../src/diagnostic.ts';
import { diagnosticsGithub } from '../../../src/report/diagnostics/diagnostics-github.ts';
import {
  validateDocument,
  validateSchema,
} from '../../../src/report/diagnostics/diagnostics-json.ts';
import { diagnosticsTerminal } from '../../../src/report/diagnostics/diagnostics-terminal.ts';
import { cells } from '../../../src/report/text/terminal.ts';
import { COMMAND_LINE, CONTROLS, hostileText, REPEATABLE } from '../hostile.ts';
import { id } from '../samples.ts';

const text = `rushes: 1
defaults: { duration: 7 }
scenes:
  - id: crab
    prompt: "게가 카메라를 본다 🦀" , durration: 5
\tprompt: tabs before
`;
const source = new Source('manifests/film.yaml', text);
const at = (word: string): Place => ({
  source,
  start: text.indexOf(word),
  end: text.indexOf(word) + word.length,
});
const wrongDefault: Diagnostic = {
  code: 'unknown-key',
  severity: 'error',
  message: 'duration 7 is not offered by kling-v2-6: allowed are 5 and 10',
  place: at('7'),
  hint: 'write 5 or 10, or allow the nearest with "fit: nearest"',
  also: [{ message: 'scene crab takes this default', place: at('crab') }],
  renders: Array.from({ length: 14 }, (_, index) => id(`scene-${index}/kling`)),
};
const wrongKey: Diagnostic = {
  code: 'unknown-key',
  severity: 'warning',
  message: 'no key "durration"',
  place: at('durration'),
  renders: [],
};
const terminal = { width: 80, color: false };

test('a diagnostic shows its place, the line, why it matters there, a hint and what it breaks', () => {
  expect(diagnosticsTerminal([wrongDefault], terminal))
    .toBe(`manifests/film.yaml:2:23 error unknown-key
  duration 7 is not offered by kling-v2-6: allowed are 5 and 10
  1 │ rushes: 1
  2 │ defaults: { duration: 7 }
    │                       ^
  manifests/film.yaml:4:9 scene crab takes this default
    4 │   - id: crab
      │         ^^^^
  hint: write 5 or 10, or allow the nearest with "fit: nearest"
  breaks 14 renders: scene-0/kling, scene-1/kling, scene-2/kling,
    scene-3/kling, scene-4/kling, scene-5/kling … and 8 more

1 error in 1 file. More about a code: rushes explain unknown-key
`);
});

test('the caret stands under the word after CJK, emoji and tabs', () => {
  for (const place of [at('durration'), at('tabs')]) {
    const lines = diagnosticsTerminal([{ ...wrongKey, place }], terminal).split('\n');
    const caret = lines.findIndex((line) => line.includes('^'));
    const word = text.slice(place.start, place.end);
    const above = lines[caret - 1] ?? '';
    expect(cells(above.slice(0, above.indexOf(word)))).toBe(
      cells((lines[caret] ?? '').split('^')[0] ?? ''),
    );
  }
});

test('a finding without a file is one line, and the last line has the counts', () => {
  const missing: Diagnostic = {
    code: 'unknown-key',
    severity: 'error',
    message: 'APIMART_API_KEY is not set',
    renders: [],
  };
  const shown = diagnosticsTerminal([missing, wrongKey], terminal);
  expect(shown).toContain('error unknown-key: APIMART_API_KEY is not set\n');
  expect(shown).toMatch(
    /\n1 error, 1 warning in 1 file\. More about a code: rushes explain unknown-key\n$/,
  );
  expect(diagnosticsTerminal([], terminal)).toBe('');
});

test('a line of a megabyte is cut to the width with the wrong part in sight', () => {
  const long = new Source(
    'a.yaml',
    `prompt: ${'long words '.repeat(100_000)}WRONG ${'and more '.repeat(1000)}`,
  );
  const start = long.text.indexOf('WRONG');
  const lines = diagnosticsTerminal(
    [{ ...wrongKey, place: { source: long, start, end: start + 5 } }],
    terminal,
  ).split('\n');
  const frame = lines.find((line) => line.includes('WRONG')) ?? '';
  expect(cells(frame)).toBeLessThanOrEqual(80);
  expect(frame).toMatch(/^ {2}1 │ ….*WRONG.*…$/);
});

test('no text of a manifest reaches the terminal as a control, whatever its place', () => {
  fc.assert(
    fc.property(
      hostileText,
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 20, max: 130 }),
      (hostile, from, length, width) => {
        const manifest = new Source('a.yaml', hostile);
        const start = from % (hostile.length + 1);
        const place = {
          source: manifest,
          start,
          end: Math.min(hostile.length, start + (length % 20)),
        };
        const shown = diagnosticsTerminal(
          [
            {
              ...wrongKey,
              message: hostile,
              hint: hostile,
              place,
              also: [{ message: hostile, place }],
            },
          ],
          {
            width,
            color: false,
          },
        );
        expect(shown).not.toMatch(CONTROLS);
        expect(shown).not.toMatch(COMMAND_LINE);
      },
    ),
    REPEATABLE,
  );
});

test('the JSON document has the documented form', () => {
  const document = validateDocument([wrongDefault, wrongKey]);
  expect(validateSchema.parse(document)).toEqual(document);
  expect(document.ok).toBe(false);
  expect(document.diagnostics[0]).toMatchObject({
    file: 'manifests/film.yaml',
    line: 2,
    column: 23,
    endLine: 2,
    endColumn: 24,
    also: [{ line: 4, column: 9 }],
  });
  expect(validateDocument([wrongKey]).ok).toBe(true);
});

test('annotations: the ten that matter most, errors first, then a count', () => {
  const many = [
    ...Array.from({ length: 12 }, () => wrongKey),
    { ...wrongDefault, renders: [] },
    wrongDefault,
  ];
  const lines = diagnosticsGithub(many, { folder: 'films' }).trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe(
    '::error file=films/manifests/film.yaml,line=2,endLine=2,col=23,endColumn=24,title=unknown-key::duration 7 is not offered by kling-v2-6: allowed are 5 and 10%0Ahint: write 5 or 10, or allow the nearest with "fit: nearest"%0Abreaks 14 renders: scene-0/kling, scene-1/kling, scene-2/kling, scene-3/kling, scene-4/kling, scene-5/kling … and 8 more',
  );
  expect(lines[1]).toMatch(/^::error /);
  expect(lines[2]).toMatch(/^::warning /);
  expect(lines[10]).toBe('… and 4 more problems: the log has them all');
});

test('an annotation is one command, whatever the message', () => {
  fc.assert(
    fc.property(hostileText, (hostile) => {
      const printed = diagnosticsGithub([
        {
          ...wrongKey,
          message: hostile,
          hint: hostile,
          place: { source: new Source(hostile || 'a', 'x'), start: 0, end: 1 },
        },
      ]);
      expect(printed.match(/\n/g)).toHaveLength(1);
      expect(printed).toMatch(/^::warning file=[^:]*::/);
    }),
    REPEATABLE,
  );
});
