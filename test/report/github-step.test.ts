import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  commentMarker,
  logGroup,
  pathList,
  settledComment,
  stepOutputs,
  stickyComment,
} from '../../src/report/github-step.ts';
import { hostileText, REPEATABLE } from './hostile.ts';

/** As the runner reads the file of step outputs. */
function readOutputs(file: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = file.split('\n');
  for (let at = 0; at < lines.length - 1; at++) {
    const [, name = '', delimiter] = /^([^<]+)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    const end = lines.indexOf(delimiter ?? '', at + 1);
    if (end < 0) throw new Error(`no end for ${lines[at]}`);
    outputs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}

test('the runner reads every output back, and a value cannot set another one', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (a, b) => {
      const value = (text: string): string => text.replace(/\r\n?/g, '\n');
      expect(
        readOutputs(
          stepOutputs({ cost: a, 'plan-file': `${b}\nEND\nevil<<END\nx\nEND`, failed: 3 }, 'END'),
        ),
      ).toEqual({
        cost: value(a),
        'plan-file': value(`${b}\nEND\nevil<<END\nx\nEND`),
        failed: '3',
      });
    }),
    REPEATABLE,
  );
  expect(stepOutputs({ submitted: 2, changed: true }, 'rushes')).toBe(
    'submitted<<rushes\n2\nrushes\nchanged<<rushes\ntrue\nrushes\n',
  );
});

test('the comment is found again by its first line, whatever the key', () => {
  fc.assert(
    fc.property(hostileText, (key) => {
      expect(commentMarker(key)).toMatch(/^<!-- rushes:[\w.-]* -->$/);
      expect(commentMarker(key).match(/--/g)).toHaveLength(2);
    }),
    REPEATABLE,
  );
  expect(stickyComment('page\n', 'plan')).toBe('<!-- rushes:plan -->\npage\n');
  expect(settledComment('plan')).toMatch(/^<!-- rushes:plan -->\n.*no longer changes any clip/);
});

test('a comment is never beyond the limit of GitHub', () => {
  const body = stickyComment('긴 줄\n'.repeat(30_000), 'plan');
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(/the job summary has the rest\n$/);
});

test('a log group is one command', () => {
  expect(logGroup('plan\n::error::x')).toBe('::group::plan%0A::error::x\n');
});

test('a list of paths fits into an environment variable: many are named by their folders', () => {
  const clips = (count: number, longer = ''): string[] =>
    Array.from({ length: count }, (_, index) => `out/film/scene-${index}${longer}/kling.mp4`);
  expect(pathList([])).toBe('');
  expect(pathList(clips(3))).toBe(clips(3).join('\n'));
  expect(pathList(clips(4000)).split('\n')[3999]).toBe('out/film/scene-3999');
  expect(pathList(clips(4000, '-with-a-long-name'.repeat(3)))).toBe('out/film');
  expect(pathList(clips(4000, '-with-a-long-name'.repeat(3)).map((one) => `films/${one}`))).toBe(
    'films/out/film',
  );
  // Nothing above them: it ends.
  const flat = Array.from({ length: 2 }, (_, index) => `${'x'.repeat(60_000)}${index}`);
  expect(pathList(flat)).toBe(flat.join('\n'));
});
