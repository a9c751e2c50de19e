/** `--notify-command` and `RUSHES_NOTIFY`: the end of a run reaches a command of the machine. */
import { expect, test } from 'vitest';
import { world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

// What it gets on standard input, and what it can see of the environment.
const SCRIPT = `let text = '';
process.stdin.on('data', (more) => (text += more)).on('end', () => {
  require('node:fs').writeFileSync('told.json', JSON.stringify({ summary: JSON.parse(text), env: process.env }));
});
`;

interface Told {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

test('the command gets the summary, and no key', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  await w.write('tell.cjs', SCRIPT);
  const tell = `"${process.execPath}" tell.cjs`;
  const ran = await w.rushes(['render', '--json', '--notify-command', tell, 'film.yaml']);
  expect(ran).toMatchObject({ exit: 0 });
  const { summary, env } = JSON.parse(await w.read('told.json')) as Told;
  expect(summary).toMatchObject({
    event: 'run.finished',
    exit: 0,
    totals: { completed: 2, submitted: 2 },
  });
  expect(JSON.stringify(env)).not.toContain('key-of-');
  expect(ran.out.trim().split('\n').at(-1)).toContain('"run.finished"');

  await w.write('film.yaml', film(scenes(3, 'kling')));
  const failing = await w.rushes(['render', 'film.yaml'], { env: { RUSHES_NOTIFY: 'exit 3' } });
  expect(failing.exit).toBe(0);
  expect(failing.err).toContain('warning: the notify command ended with exit code 3');
});

test('a signal after the end of a run changes neither the last line of --json nor the exit code', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const ran = await w.rushes(['render', '--json', 'film.yaml'], {
    watch: (said, signal) => {
      if (said.includes('"run.finished"')) signal('SIGINT');
    },
  });
  expect(ran.exit).toBe(0);
  expect(ran.out.trim().split('\n').at(-1)).toContain('"run.finished"');
  expect(ran.err).toContain('SIGINT: the run is over, its results are being saved');
});
