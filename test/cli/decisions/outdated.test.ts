import { expect, test } from 'vitest';
import { smallClips, world } from '../cli-project.ts';

const manifest = (revision: number): string =>
  `rushes: 1\nmodels: { o3: { use: evolink/kling-o3-text-to-video, duration: 3 } }\nlimits: { deadline: 1s }\nscenes: [{ id: a, revision: ${revision}, prompt: x }]\n`;

test('an outdated task that is still at work is followed, although every render is current', async () => {
  await using it = await world({
    script: {
      rules: [
        { when: { step: 'task', nth: 1 }, do: { fault: 'fate', end: 'stuck' } },
        smallClips(),
      ],
    },
  });
  await it.write('film.yaml', manifest(1));
  expect((await it.rushes(['render', '--detach', 'film.yaml'])).exit).toBe(6);
  await it.write('film.yaml', manifest(2));
  expect((await it.rushes(['render', 'film.yaml'])).exit).toBe(6);
  const { ran, events } = await it.requests(it.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(6);
  expect(events.filter(({ kind }) => kind === 'submit')).toEqual([]);
  expect(events.some(({ kind }) => kind === 'ask' || kind === 'batch')).toBe(true);
});
