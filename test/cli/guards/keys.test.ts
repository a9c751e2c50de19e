/** Gateways that cannot be asked: what is said about it, and what the exit code is about. */
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { smallClips, type World, world } from '../cli-project.ts';

const NO_KEYS = { APIMART_API_KEY: undefined, EVOLINK_API_KEY: undefined };

/** One accepted task that nobody has waited for. */
async function pending(w: World): Promise<void> {
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['render', '--detach', 'film.yaml'])).exit).toBe(6);
}

test.each([
  ['APIMART_BASE_URL', 'http://gateway.example/', 'must begin with https://'],
  ['APIMART_API_KEY', 'two words', 'contains a space'],
])(
  'collect with a %s that cannot be used says so, and not that a key is missing',
  async (variable, value, said) => {
    await using w = await world();
    await pending(w);
    for (const evolink of ['key-of-evolink', undefined]) {
      const ran = await w.rushes(['collect', 'film.yaml'], {
        env: { [variable]: value, EVOLINK_API_KEY: evolink },
      });
      expect(ran.exit).toBe(77);
      expect(ran.err).toContain(`${variable} ${said}`);
      expect(ran.err).toContain(`correct ${variable}`);
      expect(ran.err).not.toMatch(/is not set|\bset \w+_API_KEY|two words/);
    }
    expect((await w.rushes(['collect', 'film.yaml'])).exit).toBe(0);
  },
);

test('collect without a key names its variable, and fetches what the other gateway has made', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  expect((await w.rushes(['render', '--detach', 'film.yaml'])).exit).toBe(6);
  const ran = await w.rushes(['collect', 'film.yaml'], { env: { APIMART_API_KEY: undefined } });
  expect(ran.exit).toBe(77);
  expect(ran.err).toContain('tasks of apimart are pending, and APIMART_API_KEY is not set');
  expect(ran.err).toContain('done s1/o3');
  expect((await w.rushes(['collect', 'film.yaml'], { env: NO_KEYS })).exit).toBe(77);
});

test('a lost task needs a person more than a key: 5 without a key, too', async () => {
  await using w = await world({ script: { rules: [smallClips()] } });
  await pending(w);
  const lock = (await w.read('film.lock.json')).replace(
    '"status": "submitted"',
    '"status": "lost"',
  );
  expect(lock).toContain('"lost"');
  await w.write('film.lock.json', lock);
  for (const command of ['collect', 'render']) {
    const { ran, events } = await w.requests(w.rushes([command, 'film.yaml'], { env: NO_KEYS }));
    expect(ran.exit).toBe(5);
    expect(ran.err).toContain('rushes recover');
    expect(ran.err).not.toContain('API_KEY');
    // That the task ends meanwhile is not a request.
    expect(events).toEqual([]);
  }
  // With the key it is asked, and found.
  expect((await w.rushes(['collect', 'film.yaml'])).exit).toBe(0);
});
