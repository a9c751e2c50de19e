import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  commandData,
  commandProperty,
  html,
  markdownCode,
  markdownText,
  safeJson,
  sealed,
  terminalLine,
  terminalLines,
  urlPath,
} from '../../../src/report/text/escape.ts';
import { COMMAND_LINE, CONTROLS, hostileText, REPEATABLE } from '../hostile.ts';

const always = (property: (text: string) => void): void =>
  fc.assert(
    fc.property(hostileText, (text) => {
      property(text);
    }),
    REPEATABLE,
  );

test('on a terminal no control character survives, and one line stays one line', () => {
  always((text) => {
    expect(terminalLine(text)).not.toMatch(CONTROLS);
    expect(terminalLine(text)).not.toContain('\n');
    expect(terminalLines(text)).not.toMatch(CONTROLS);
  });
  expect(terminalLine('red \u001B[31m, flip \u202E, tab\tend')).toBe(
    'red ␛[31m, flip <U+202E>, tab end',
  );
  expect(terminalLine('가족 👩‍👩‍👧 ❤️')).toBe('가족 👩‍👩‍👧 ❤️');
});

test("a sealed block has no line that GitHub's runner obeys", () => {
  always((text) => expect(sealed(terminalLines(text))).not.toMatch(COMMAND_LINE));
  expect(sealed('a\n  ::error::x\nb ::fine')).toBe('a\n  \\::error::x\nb ::fine');
});

test('in Markdown no text opens a tag, a cell, a code span, a link, a mention or a comment', () => {
  always((text) => {
    const shown = markdownText(text);
    expect(shown).not.toMatch(/[<>|`[\]*_~\\]/);
    expect(shown).not.toMatch(/@[\w]/);
    expect(shown).not.toMatch(/:\/\//);
    expect(shown).not.toMatch(/\bwww\./i);
    expect(shown).not.toMatch(/(?<!&)#\d/);
    expect(shown).not.toContain('\n');
    expect(markdownCode(text).slice(6, -7)).toBe(shown);
  });
  expect(markdownText('5 | <b> @me #1')).toBe('5 &#124; &lt;b&gt; @&#8203;me #&#8203;1');
});

test('in HTML no text ends its element or its attribute', () => {
  always((text) => expect(html(text)).not.toMatch(/[<>"'`]|&(?!(?:amp|lt|gt|quot|#39|#96);)/));
  expect(html('a\nb & "c"')).toBe('a\nb &amp; &quot;c&quot;');
});

test('in a workflow command a text stays data, and the runner reads it back', () => {
  always((text) => {
    expect(commandData(text)).not.toMatch(/[\r\n]|##\[/);
    expect(commandProperty(text)).not.toMatch(/[\r\n:,]/);
  });
  const decoded = commandData('100%\nx')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
  expect(decoded).toBe('100%\nx');
  expect(commandProperty('a:b,c%')).toBe('a%3Ab%2Cc%25');
});

test('JSON is safe to print and reads back the same', () => {
  always((text) => {
    const printed = safeJson({ text });
    expect(JSON.parse(printed)).toEqual({ text });
    expect(printed).not.toMatch(CONTROLS);
    expect(printed).not.toMatch(COMMAND_LINE);
  });
});

test('a path in a link cannot end the link', () => {
  always((text) => expect(urlPath(text)).toMatch(/^[\w.~%/-]*$/));
  expect(urlPath('../out/tide pools/crab#1 (a).mp4')).toBe(
    '../out/tide%20pools/crab%231%20%28a%29.mp4',
  );
});
