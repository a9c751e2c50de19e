/** Every screen at every width: nothing wider than the terminal, nothing cut in a pipe. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fitScreen } from '../../../src/report/text/screen-lines.ts';
import { cells } from '../../../src/report/text/terminal.ts';
import { sized } from '../../sizes.ts';
import { REPOSITORY, smallClips, type World, world } from '../cli-project.ts';

const LONG = 'a-scene-with-a-name-that-is-longer-than-a-narrow-terminal-is-wide';
/** Each letter takes two cells. */
const WIDE = '해변의-새벽';
const WORDS =
  '와이드샷새벽의해변에잔잔한파도가밀려온다그리고다시물러간다새벽의해변에잔잔한파도가밀려온다';
const PICTURE = `refs/그림-${LONG}.png`;
const FILM = `rushes: 1
project: film
vars: { light: { default: soft light, description: "${WORDS}" } }
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
cast: { 등대지기: { description: "${WORDS}" } }
defaults: { aspect_ratio: "16:9", duration: 5, resolution: 720p }
budget: { usd: 25 }
scenes:
  - { id: crab, prompt: "A crab walks over wet sand while the tide comes in, \${{ vars.light }}", takes: 2 }
  - { id: ${LONG}, prompt: 와이드 샷 새벽의 해변 잔잔한 파도가 밀려온다 그리고 다시 물러간다 }
  - { id: ${WIDE}, prompt: "${WORDS} @등대지기", tags: [${WIDE}] }
  - { id: still, prompt: Still, first_frame: "${PICTURE}", aspect_ratio: null, models: [kling] }
  - { id: after, prompt: After, first_frame: { scene: crab, frame: last }, aspect_ratio: null, models: [kling] }
  - { id: held, prompt: Held, skip: "${WORDS}" }
`;
const BROKEN = `${FILM}  - { id: ${WIDE}, prompt: "", durations: 5, ratio: "${WORDS}", models: [${LONG}] }
`;

interface Step {
  readonly argv: readonly string[];
  /** What a person has changed before it. */
  readonly first?: (w: World) => Promise<unknown>;
}
const film = (...argv: string[]): Step => ({ argv: [...argv, 'film.yaml'] });
const alone = (...argv: string[]): Step => ({ argv });
const edited = (w: World): Promise<void> =>
  w.write('film.yaml', FILM.replace('A crab walks', '게가 걷는다').replace('id: held', 'id: kept'));

/** Every command that prints something for people. */
const STEPS: readonly Step[] = [
  alone('init'),
  alone('init', '--github'),
  alone('init', '--git'),
  film('validate'),
  film('validate', '--list-vars'),
  alone('validate', 'broken.yaml'),
  alone('plan', 'broken.yaml'),
  film('plan'),
  film('plan', '--budget', '0.1'),
  film('plan', '--only', 'crabs'),
  film('render', '--frozen'),
  film('upload', '--check'),
  film('upload'),
  film('explain', 'crab/kling'),
  film('explain', WIDE),
  film('explain', LONG),
  film('render', '--yes', '--budget', '3'),
  film('render', '--yes'),
  film('collect'),
  film('status'),
  film('status', '--cost'),
  film('status', '--state', 'failed'),
  film('verify'),
  film('verify', '--store'),
  film('recover'),
  film('recover', 'crab/kling', '--adopt', 'task_01EXAMPLE00000000000000000'),
  film('recover', '--only', '**', '--never-happened'),
  film('import', `${WIDE}/kling`, 'task_01EXAMPLE00000000000000000'),
  film('store', 'push'),
  film('store', 'verify', '--deep'),
  { ...film('status'), first: (w) => rm(path.join(w.folder, 'out'), { recursive: true }) },
  film('plan'),
  film('verify', '--complete'),
  film('render', '--yes', '--restore'),
  film('store', 'pull'),
  film('render', '--yes', '--retry-failed'),
  film('redo', '--only', '**'),
  film('redo', '--undo', '--only', '**'),
  film('pick', `${LONG}/o3`, '--note', WORDS),
  film('reject', `${WIDE}/o3`),
  film('unpick', `${WIDE}/o3`),
  film('pin', `${WIDE}/o3`, `${LONG}/o3`),
  film('unpin', `${LONG}/o3`),
  film('frame', `${LONG}/o3`, 'last'),
  { ...film('plan'), first: edited },
  film('plan', '--base', 'HEAD'),
  film('explain', 'crab/kling'),
  film('accept', '--all-changed'),
  film('prune'),
  film('prune', '--earlier', '--yes'),
  film('prune', '--clips'),
  film('gallery'),
  film('render', '--draft', '--yes', '--only', LONG),
  film('status', '--draft'),
  film('record', 'list'),
  alone('lock', 'merge', 'film.lock.json'),
  alone('models'),
  alone('models', '--offers', 'duration:15,audio'),
  alone('models', '--takes', 'cast'),
  alone('models', 'apimart/kling-v3'),
  alone('models', 'new', 'evolink/wan-2'),
  alone('models', 'check', 'apimart/kling-v3'),
  alone('explain', 'R9'),
  alone('explain', 'over-budget'),
  alone('explain', 'takes'),
  alone('doctor'),
  alone('schema', '--write', 'schemas'),
  alone('rendr', 'film.yaml'),
  alone('render', '--budgte', '3'),
  alone('gateway', '--port', '99999'),
  alone('--help'),
  ...['render', 'plan', 'recover', 'pick', 'lock', 'store'].map((name) => alone(name, '--help')),
];

const WIDTHS = sized(2, 4) === 2 ? [40, 120] : [40, 80, 120, 200];

test.each(WIDTHS)('no line of a screen is wider than %i columns', async (columns) => {
  await using w = await world({
    script: {
      rules: [
        { when: { step: 'task', nth: 3 }, do: { fault: 'fate', end: 'failed' } },
        { when: { step: 'submit', nth: 2 }, do: { fault: 'reset', accepted: true } },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', FILM);
  await w.write('broken.yaml', BROKEN);
  await w.write(PICTURE, await readFile(path.join(REPOSITORY, 'test/fixtures/pictures/crab.png')));
  const git = (...argv: string[]): Buffer =>
    execFileSync('git', ['-C', w.folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...argv]);
  git('init', '-q');
  git('add', 'film.yaml', PICTURE);
  git('commit', '-q', '-m', 'film');
  await mkdir(path.join(w.folder, 'nas'));
  const env = { NO_COLOR: '1', CI: '1', RUSHES_STORE: `file://${path.join(w.folder, 'nas')}` };
  const wide: string[] = [];
  for (const { argv, first } of STEPS) {
    await first?.(w);
    const ran = await w.rushes(argv, { columns, env });
    for (const line of `${ran.out}\n${ran.err}`.split('\n')) {
      // A program reads accepted lines back. One word, such as an id or a path, is never cut.
      const isWhole = line.startsWith('\u2063accepted ') || isOneWord(line);
      if (cells(line) > columns && !isWhole) wide.push(`${argv.join(' ')}: ${line}`);
    }
  }
  expect(wide).toEqual([]);
});

/** An id, a path or an address: not a sentence of a script that has no blanks. */
const isOneWord = (line: string): boolean =>
  /^\S+(?: \\)?$/.test(line.trim()) && /[\w\-./:]{20}/.test(line);

test('in a pipe nothing is cut, and COLUMNS says how wide words may be', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM.replaceAll(/^.*(?:first_frame|skip:|등대지기).*\n/gm, ''));
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
