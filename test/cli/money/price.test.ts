/** The price stands on the screen before anything is sent, and a person at a terminal is asked. */
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, REPOSITORY, world } from '../cli-project.ts';

const NO_CI = { CI: undefined };

test('render says what it submits, for how much, under which cap, before the first submit', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film(scenes(2, 'kling'), 'budget: { usd: 2 }\nretries: { service: 1 }'),
  );
  await w.write('b.yaml', film(scenes(1, 'o3')));
  const { err, exit } = await w.rushes(['render', 'film.yaml', 'b.yaml', '--budget', '3']);
  expect(exit).toBe(0);
  const price = flat(err.slice(0, err.indexOf('submitting')));
  expect(price).toContain('Plan: 3 to submit · ');
  expect(price).toMatch(/film\.yaml: 2 submits, \$[\d.]+/);
  expect(price).toMatch(/b\.yaml: 1 submit, \$[\d.]+/);
  expect(price).toMatch(/At most \$[\d.]+ if every retry is used\./);
  expect(price).toMatch(/Cap \$3\.00 \(--budget\): \$[\d.]+ left after this plan\./);
  expect(price).toMatch(/Cap \$2\.00 \(budget of film\.yaml\): \$[\d.]+ left after this plan\./);
});

test('plan shows cap and headroom; without any cap the line says so; a draft has neither', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect(flat((await w.rushes(['plan', 'film.yaml'])).out)).toContain(
    'No cap: --budget, RUSHES_BUDGET_USD or `budget:` sets one.',
  );
  const capped = await w.rushes(['plan', 'film.yaml'], { env: { RUSHES_BUDGET_USD: '5' } });
  expect(flat(capped.out)).toMatch(/Cap \$5\.00 \(RUSHES_BUDGET_USD\): \$4\.\d\d left after/);
  expect((await w.rushes(['plan', '--draft', 'film.yaml'])).out).not.toMatch(/\bcap\b/i);
});

test('on a terminal a run that would spend asks once; no answer but yes sends nothing', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  for (const answer of ['', 'n', 'yeah']) {
    const { ran, events } = await w.requests(
      w.rushes(['render', 'film.yaml'], { answer, env: NO_CI }),
    );
    expect(ran.exit).toBe(130);
    expect(ran.err).toMatch(/Submit 2 renders for about \$[\d.]+ \(no cap\)\? \[y\/N\] /);
    expect(ran.err).toContain('Nothing was sent.');
    expect(events).toEqual([]);
  }
  const agreed = await w.rushes(['render', 'film.yaml'], { answer: 'y', env: NO_CI });
  expect(agreed.exit).toBe(0);
  expect(agreed.err.match(/\[y\/N\]/g)).toHaveLength(1);
  // With nothing to pay for nobody is asked.
  const again = await w.rushes(['render', 'film.yaml'], { answer: 'n', env: NO_CI });
  expect(again).toMatchObject({ exit: 0, err: 'look at the clips: rushes gallery film.yaml\n' });
});

test('a cap of one manifest is not told as the cap of all', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling'), 'budget: { usd: 2 }'));
  await w.write('b.yaml', film(scenes(1, 'o3')));
  const asked = async (...argv: string[]): Promise<string> =>
    flat((await w.rushes(['render', ...argv], { answer: 'n', env: NO_CI })).err);
  const some = await asked('film.yaml', 'b.yaml');
  expect(some).toContain('No cap for b.yaml: --budget or RUSHES_BUDGET_USD caps all of them.');
  expect(some).toMatch(/Submit 3 renders for about \$[\d.]+ \(no cap for b\.yaml\)\?/);
  await w.write('b.yaml', film(scenes(1, 'o3'), 'budget: { usd: 3 }'));
  expect(await asked('film.yaml', 'b.yaml')).toMatch(/about \$[\d.]+ \(cap \$5\.00\)\?/);
  expect(await asked('film.yaml')).toMatch(/about \$[\d.]+ \(cap \$2\.00\)\?/);
});

test('the question fits a narrow terminal, and names no amount where no price is known', async () => {
  await using w = await world();
  const models = { old: 'apimart/kling-v2-6' };
  await w.write('film.yaml', film(scenes(2), '', models));
  const { err } = await w.rushes(['render', 'film.yaml'], {
    answer: 'n',
    columns: 40,
    env: NO_CI,
  });
  expect(err).toContain('Submit 2 renders, 2 of unknown\n  price (no cap)? [y/N] ');
  expect(flat(err)).toContain('The price of 2 renders is unknown. No cap:');
  expect(err).not.toContain('$0.00');
});

test.each([
  ['--yes', ['--yes'], {}],
  ['--budget', ['--budget', '9'], {}],
  ['--draft', ['--draft'], {}],
  ['CI', [], { CI: 'true' }],
] as const)('%s does not ask', async (_, flags, env) => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const ran = await w.rushes(['render', ...flags, 'film.yaml'], {
    answer: 'n',
    env: { ...NO_CI, ...env },
  });
  expect(ran.exit).toBe(0);
  expect(ran.err).not.toContain('[y/N]');
});

test('a saved plan does not ask: it was looked at when it was made', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.rushes(['plan', '--out', 'plan.json', 'film.yaml']);
  const ran = await w.rushes(['render', '--plan', 'plan.json', 'film.yaml'], {
    answer: 'n',
    env: NO_CI,
  });
  expect(ran.exit).toBe(0);
});

test('the worked example of docs/costs.md is what plan prints', async () => {
  await using w = await world();
  await cp(path.join(REPOSITORY, 'manifests'), path.join(w.folder, 'manifests'), {
    recursive: true,
    filter: (file) => !file.includes('.rushes'),
  });
  const page = await readFile(path.join(REPOSITORY, 'docs/costs.md'), 'utf8');
  const [, command = '', printed = ''] =
    /```sh\nrushes (plan --only [^\n]+)\n```\n\n```\n([^`]+`budget:`[^`]+)```/.exec(page) ?? [];
  expect((await w.rushes(command.split(' '))).out).toBe(printed);
});
