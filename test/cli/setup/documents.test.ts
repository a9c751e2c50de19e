/**
 * Everything that programs read: each document and each event against its schema, and the committed
 * files against their source.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { REPOSITORY, smallClips, type World, world } from '../cli-project.ts';

async function schema(name: string): Promise<ValidateFunction> {
  const text = await readFile(path.join(REPOSITORY, 'schemas', `${name}.schema.json`), 'utf8');
  return new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(
    JSON.parse(text) as object,
  );
}
async function valid(name: string, text: string): Promise<void> {
  const validate = await schema(name);
  const document: unknown = JSON.parse(text);
  validate(document);
  expect(validate.errors).toBeNull();
}

/**
 * A project with something of everything: done, failed, ambiguous, changed, new, an unknown price,
 * a warning.
 */
async function mixed(): Promise<World> {
  const w = await world({
    script: {
      rules: [
        { when: { step: 'task', prompt: 'scene 1' }, do: { fault: 'fate', end: 'failed' } },
        { when: { step: 'submit', prompt: 'scene 2' }, do: { fault: 'reset', accepted: true } },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', film(scenes(5, 'kling')));
  await w.rushes([
    'render',
    'film.yaml',
    '--only',
    's1/*',
    '--only',
    's2/*',
    '--only',
    's3/*',
    '--only',
    's4/*',
  ]);
  const models = { kling: 'apimart/kling-v3', pro: 'apimart/sora-2-pro' };
  await w.write(
    'film.yaml',
    film(
      `${scenes(5, 'kling').replace('scene 3', 'scene three')}\n  - { id: s6, prompt: six, duration: 4, models: [pro] }`,
      '',
      models,
    ),
  );
  return w;
}

test('plan --json and status --json are what their schemas say', async () => {
  await using w = await mixed();
  const plan = await w.rushes(['plan', '--json', 'film.yaml']);
  await valid('plan', plan.out);
  const { renders } = JSON.parse(plan.out) as {
    renders: { id: string; action: string; reason: string; cost?: { usd: number | null } }[];
  };
  expect(renders.map(({ id, action, reason }) => `${id} ${action} ${reason}`)).toEqual([
    's1/kling hold failed',
    's2/kling hold ambiguous',
    's3/kling submit changed',
    's4/kling keep current',
    's5/kling submit new',
    's6/pro submit new',
  ]);
  expect(renders.at(-1)?.cost?.usd).toBeNull();
  const status = await w.rushes(['status', '--json', 'film.yaml']);
  await valid('status', status.out);
  await valid('lock', await w.read('film.lock.json'));
});

test('validate --json: places, hints and the renders that are affected', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film('  - { id: sun, promt: The sun }\n  - { id: sea, prompt: y, duration: 99 }'),
  );
  const { out, exit } = await w.rushes(['validate', '--json', 'film.yaml']);
  expect(exit).toBe(65);
  await valid('validate', out);
  const { ok, diagnostics } = JSON.parse(out) as {
    ok: boolean;
    diagnostics: { code: string; line: number; column: number; hint?: string }[];
  };
  expect(ok).toBe(false);
  expect(diagnostics[0]).toMatchObject({ code: 'unknown-key', line: 7, column: 16 });
  await w.write('film.yaml', film(scenes(2)));
  const good = await w.rushes(['validate', '--json', 'film.yaml']);
  await valid('validate', good.out);
  expect(good.exit).toBe(0);
});

test('render --json and collect --json: one event a line, ending in run.finished with the exit code', async () => {
  await using w = await world({
    script: {
      rules: [
        { when: { step: 'task', prompt: 'scene 1' }, do: { fault: 'fate', end: 'failed' } },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', film(scenes(3, 'kling')));
  const validate = await schema('events');
  for (const argv of [['render'], ['render'], ['collect']]) {
    const { out, exit } = await w.rushes([...argv, '--json', 'film.yaml']);
    const events = out
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            event: string;
            exit?: number;
            pending?: number;
            notSubmitted?: number;
            at: string;
          },
      );
    expect(events.filter((event) => !validate(event))).toEqual([]);
    expect(events[0]?.event).toBe('run.started');
    expect(events.filter(({ event }) => event === 'run.finished')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      event: 'run.finished',
      exit,
      pending: 0,
      notSubmitted: 0,
    });
  }
});

test('a run with nothing to do ends in run.finished all the same', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  const { out } = await w.rushes(['render', '--json', 'film.yaml']);
  expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    event: 'run.finished',
    exit: 0,
  });
});

test('a run that never began ends in run.finished too, with what stood in its way', async () => {
  await using w = await world();
  const validate = await schema('events');
  const end = async (
    argv: readonly string[],
    env: Readonly<Record<string, string | undefined>> = {},
  ) => {
    const { out, exit } = await w.rushes([...argv, '--json', 'film.yaml'], { env });
    const events = out
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            event: string;
            exit: number;
            reasons: string[];
            notSubmitted: number;
          },
      );
    expect(events.filter((event) => !validate(event))).toEqual([]);
    const last = events.at(-1);
    expect(last).toMatchObject({ event: 'run.finished', exit });
    return { exit, reasons: last?.reasons.join('; '), notSubmitted: last?.notSubmitted };
  };
  await w.write('film.yaml', film('  - { id: sun, promt: The sun }'));
  expect(await end(['render'])).toEqual({
    exit: 65,
    reasons: expect.stringContaining('promt'),
    notSubmitted: 0,
  });
  await w.write('film.yaml', film(scenes(3, 'kling')));
  expect(await end(['render', '--budget', '0.5'])).toEqual({
    exit: 4,
    reasons: expect.stringContaining('$0.5'),
    notSubmitted: 3,
  });
  expect(await end(['render'], { APIMART_API_KEY: undefined })).toEqual({
    exit: 77,
    reasons: expect.stringContaining('APIMART_API_KEY'),
    notSubmitted: 3,
  });
  expect((await end(['render', '--frozen'])).exit).toBe(3);
  await w.write('film.lock.json', 'no lock');
  expect((await end(['render'])).exit).toBe(65);
  expect((await end(['collect'])).exit).toBe(65);
  expect(w.gateway.books().accepted).toEqual([]);
});

test('schemas/ and the reference pages of docs/ are what the program writes: npm run schemas', async () => {
  await using w = await world();
  expect((await w.rushes(['schema', '--write', 'schemas', '--docs', 'docs'])).exit).toBe(0);
  const committed = (await readdir(path.join(REPOSITORY, 'schemas'))).sort();
  expect((await readdir(path.join(w.folder, 'schemas'))).sort()).toEqual(committed);
  const pages = (await readdir(path.join(w.folder, 'docs'))).sort();
  expect(pages).toEqual(['commands.md', 'diagnostics.md', 'manifest.md', 'models.md']);
  const files = [
    ...committed.map((name) => `schemas/${name}`),
    ...pages.map((page) => `docs/${page}`),
  ];
  const stale: string[] = [];
  for (const file of files)
    if ((await w.read(file)) !== (await readFile(path.join(REPOSITORY, file), 'utf8')))
      stale.push(file);
  expect(stale).toEqual([]);
});
