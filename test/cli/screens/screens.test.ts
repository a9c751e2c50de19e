/** Every screen at every width: nothing wider than the terminal, nothing cut in a pipe. */
import { expect, test } from 'vitest';
import { fitScreen } from '../../../src/report/text/screen-lines.ts';
import { cells } from '../../../src/report/text/terminal.ts';
import { world } from '../cli-project.ts';

const LONG = 'a-scene-with-a-name-that-is-longer-than-a-narrow-terminal-is-wide';
const FILM = `rushes: 1
project: film
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
defaults: { aspect_ratio: "16:9", duration: 5, resolution: 720p }
budget: { usd: 25 }
scenes:
  - { id: crab, prompt: A crab walks over wet sand while the tide comes in, takes: 2 }
  - { id: ${LONG}, prompt: 와이드 샷 새벽의 해변 잔잔한 파도가 밀려온다 그리고 다시 물러간다 }
`;

const COMMANDS: readonly (readonly string[])[] = [
  ['validate', 'film.yaml'],
  ['plan', 'film.yaml'],
  ['explain', 'crab/kling', 'film.yaml'],
  ['render', 'film.yaml', '--yes'],
  ['status', 'film.yaml'],
  ['status', 'film.yaml', '--cost'],
  ['verify', 'film.yaml'],
  ['recover', 'film.yaml'],
  ['prune', 'film.yaml'],
  ['render', 'film.yaml', '--yes', '--retry-failed'],
  ['gallery', 'film.yaml'],
  ['plan', 'film.yaml'],
  ['models'],
  ['models', 'apimart/kling-v3'],
  ['explain', 'R9'],
  ['explain', 'over-budget'],
  ['explain', 'takes'],
  ['doctor'],
  ['--help'],
  ['render', '--help'],
];

test.each([40, 80, 120, 200])('no line of a screen is wider than %i columns', async (columns) => {
  await using w = await world({
    script: {
      rules: [
        { when: { step: 'task', nth: 3 }, do: { fault: 'fate', end: 'failed' } },
        { when: { step: 'submit', nth: 2 }, do: { fault: 'reset', accepted: true } },
        {
          when: { step: 'task' },
          do: { fault: 'fate', clip: { width: 64, height: 36, seconds: 1 } },
        },
      ],
    },
  });
  await w.write('film.yaml', FILM);
  const wide: string[] = [];
  for (const argv of COMMANDS) {
    const ran = await w.rushes(argv, { columns, env: { NO_COLOR: '1', CI: '1' } });
    for (const line of `${ran.out}\n${ran.err}`.split('\n')) {
      // A program reads accepted lines back. One word, such as an id, is never cut.
      const isWhole = line.startsWith('\u2063accepted ') || !line.trim().includes(' ');
      if (cells(line) > columns && !isWhole) wide.push(`${argv.join(' ')}: ${line}`);
    }
  }
  expect(wide).toEqual([]);
});

test('in a pipe nothing is cut, and COLUMNS says how wide words may be', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM);
  const plan = await w.rushes(['plan', 'film.yaml']);
  expect(plan.out).toMatch(new RegExp(`${LONG}/o3 +evolink/kling-o3-text-to-video`));
  await w.rushes(['render', 'film.yaml', '--yes']);
  const status = await w.rushes(['status', 'film.yaml']);
  expect(status.out).toMatch(
    new RegExp(`  ${LONG}/kling +ready +apimart/kling-v3  1 s, .*sound|silent`),
  );
  expect(`${plan.out}${status.out}`.replaceAll(/… and \d+ more/g, '')).not.toContain('…');
  for (const columns of [70, 95]) {
    const help = await w.cli(['render', '--help'], { env: { COLUMNS: String(columns) } });
    const described = help.out.split('\n').filter((line) => line.startsWith('      '));
    const widest = Math.max(...described.map(cells));
    expect(widest).toBeLessThanOrEqual(columns);
    expect(widest).toBeGreaterThan(columns - 15);
  }
});

test('a command that is broken can be copied as it is', () => {
  const command = 'rushes render film.yaml --resubmit-missing --only film:crab --only film:gull';
  for (const lead of [
    '  next: ',
    '  next   ',
    '  elsewhere, if no machine has it any more: ',
    '    ',
  ]) {
    for (const width of [30, 40, 60]) {
      const lines = fitScreen(`${lead}${command}`, width).split('\n');
      expect(lines.every((line) => cells(line) <= width)).toBe(true);
      expect(
        lines
          .join('\n')
          .replaceAll(/ \\\n +/g, ' ')
          .replaceAll(/\n +/g, ' '),
      ).toBe(`${lead}${command}`);
    }
  }
});

test('blanks, colours and words that are wider than a line survive', () => {
  expect(fitScreen('short', 40)).toBe('short');
  expect(fitScreen(`  ${LONG} here`, 40)).toBe(`  ${LONG}\n    here`);
  expect(fitScreen('\u001B[1mone two three\u001B[22m', 8)).toBe(
    '\u001B[1mone two\n  three\u001B[22m',
  );
});
