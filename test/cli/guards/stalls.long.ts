/**
 * No turn of the event loop takes long while 200 tasks are in flight: heartbeats, signals and the
 * answers of others do not wait. In CPU time of the main thread, so that a busy machine changes
 * little. Linux.
 */
import { expect, test } from 'vitest';
import { world } from '../cli-project.ts';
import { film, prompts } from './machine-limits.ts';

const MOST_MS = 100;

/** Says the longest turn from the first accepted task to the end of the run. */
const MEASURE = `import { readFileSync } from 'node:fs';
const statistics = '/proc/self/task/' + process.pid + '/schedstat';
const cpuMs = () => Number(readFileSync(statistics, 'utf8').split(' ')[0]) / 1e6;
let longest = 0;
let last;
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...more) => {
  if (text.includes('"render.accepted"')) last ??= cpuMs();
  if (text.includes('"run.finished"')) {
    last = undefined;
    console.error('longest turn', longest);
  }
  return write(text, ...more);
};
setInterval(() => {
  if (last === undefined) return;
  const now = cpuMs();
  longest = Math.max(longest, now - last);
  last = now;
}, 1).unref();`;

test.runIf(process.platform === 'linux')('200 in flight: no turn over 100 ms', async () => {
  await using here = await world({ taskSeconds: 1 });
  await here.write('film.yaml', film(400, 200));
  const ran = await here.cli(['render', '--json', 'film.yaml'], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(MEASURE)}` },
  });
  expect(ran).toMatchObject({ exit: 0 });
  expect(new Set(prompts(here)).size).toBe(400);
  expect(Number(/longest turn ([\d.]+)/.exec(ran.err)?.[1])).toBeLessThan(MOST_MS);
});
