import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportJsonSchema } from '../../../src/report/schemas/json-schemas.ts';
import { sha256Of } from '../../store/clip-files.ts';
import { type S3Server, s3Server } from '../../store/s3-server.ts';
import { Ajv } from 'ajv';
import { verify as verifyClips } from '../../../src/index.ts';
import { flat, type World, world } from '../cli-project.ts';

const MANIFEST = `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
defaults: { aspect_ratio: "16:9", duration: 5 }
scenes:
  - { id: crab, prompt: "A crab", takes: 2, tags: [shore] }
  - { id: sun, prompt: "A sun" }
`;
/** Two scenes, three renders. */
const CLIPS = 3;

let server: S3Server;
beforeAll(async () => {
  server = await s3Server();
});
afterAll(() => server.close());

interface Studio extends AsyncDisposable {
  readonly w: World;
  /** Of a machine that has the store. */
  readonly env: Readonly<Record<string, string>>;
}

/** A project with a store of its own in the bucket, or in a folder. */
async function studio(kind: 'bucket' | 'folder', name: string): Promise<Studio> {
  server.fault = () => undefined;
  const w = await world();
  await w.write('film.yaml', MANIFEST);
  await mkdir(path.join(w.folder, 'nas'));
  const env =
    kind === 'folder'
      ? { RUSHES_STORE: `file://${path.join(w.folder, 'nas')}` }
      : { ...server.env, RUSHES_STORE: `${server.env['RUSHES_STORE']}/${name}` };
  return { w, env, [Symbol.asyncDispose]: () => w[Symbol.asyncDispose]() };
}

const clipsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true }).catch(() => []))
    .filter((name) => name.endsWith('.mp4'))
    .sort();

describe.each(['bucket', 'folder'] as const)('a store in a %s', (kind) => {
  test('machine A renders, machine B has git and the store: nothing is left to do', async () => {
    await using a = await studio(kind, 'two-machines');
    const rendered = await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    expect(rendered).toMatchObject({ exit: 0 });
    expect(rendered.err).not.toContain('not in the store');
    const pushed = await a.w.rushes(['store', 'push', 'film.yaml'], { env: a.env });
    expect(pushed.out).toBe(`Nothing to push: 3 clips are in ${a.env['RUSHES_STORE']}.\n`);

    // What git carries: the manifest and the lock.
    await mkdir(path.join(a.w.folder, 'b'));
    for (const file of ['film.yaml', 'film.lock.json', 'package.json'])
      await copyFile(path.join(a.w.folder, file), path.join(a.w.folder, 'b', file));
    const on = { cwd: 'b', env: { ...a.env, APIMART_API_KEY: undefined } };
    const pulled = await a.w.rushes(['store', 'pull', 'film.yaml'], on);
    expect(pulled.out).toMatch(/^Pulled 3 clips \([\d.]+ \w+\) from /);
    expect(pulled.exit).toBe(0);
    expect((await a.w.rushes(['verify', '--complete', 'film.yaml'], on)).out).toContain(
      '3 clips are here and intact.',
    );
    const { ran, events } = await a.w.requests(
      a.w.rushes(['plan', '--detailed-exitcode', 'film.yaml'], on),
    );
    expect(ran).toMatchObject({ exit: 0 });
    expect(ran.out).toContain('Nothing to do: 3 clips are current.');
    expect(events).toEqual([]);
    const page = await a.w.rushes(['gallery', 'film.yaml'], on);
    expect(page.out).toContain('3 renders, 3 with a clip here');
    const again = await a.w.rushes(['store', 'pull', 'film.yaml'], on);
    expect(again.out).toBe('Nothing pulled: 3 clips are here.\n');
  });

  test('gallery and --restore pull what is not here; links and keys are not needed', async () => {
    await using a = await studio(kind, 'restore');
    await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    const out = path.join(a.w.folder, 'out');
    const before = await clipsIn(out);
    await rm(out, { recursive: true });
    const page = await a.w.rushes(['gallery', 'film.yaml'], { env: a.env });
    expect(page.err).toContain('3 clips pulled from the store');
    expect(page.out).toContain('3 renders, 3 with a clip here');
    await rm(out, { recursive: true });
    const { ran, events } = await a.w.requests(
      a.w.rushes(['render', '--restore', 'film.yaml'], { env: a.env }),
    );
    expect(ran).toMatchObject({ exit: 0 });
    expect(events).toEqual([]);
    expect(await clipsIn(out)).toEqual(before);
  });

  test('plan says what the store has, and agrees with the render that follows', async () => {
    await using a = await studio(kind, 'plan');
    await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    const out = path.join(a.w.folder, 'out');
    await rm(out, { recursive: true });
    const run = (...argv: string[]) => a.w.rushes([...argv, 'film.yaml'], { env: a.env });
    const words = 'all of them in the store and not on this machine';
    const plan = await run('plan', '--detailed-exitcode');
    expect(plan).toMatchObject({ exit: 0 });
    expect(flat(plan.out)).toContain(words);
    expect(flat(plan.out)).not.toContain('elsewhere');
    expect(flat((await run('render')).out)).toContain(words);
    // Neither the links nor the gateway are needed for what the store has.
    expect((await run('plan', '--restore', '--detailed-exitcode')).exit).toBe(0);
    expect(flat((await run('render', '--restore')).out)).toContain('3 clips are current.');
    await writeFile(path.join(out, 'film/sun/kling.mp4'), 'somebody wrote over it');
    const damaged = await run('plan', '--detailed-exitcode');
    expect(damaged.exit).toBe(0);
    expect(flat(damaged.out)).toContain('1 of them in the store and not on this machine');
    expect((await run('render')).err).toContain('1 clip pulled from the store');
    expect((await run('verify', '--complete')).exit).toBe(0);
  });

  test('a damaged clip comes back from the store, and the damaged file is kept', async () => {
    await using a = await studio(kind, 'damaged');
    await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    const clip = path.join(a.w.folder, 'out/film/sun/kling.mp4');
    const whole = await readFile(clip);
    await writeFile(clip, 'somebody wrote over it');
    const { ran, events } = await a.w.requests(a.w.rushes(['render', 'film.yaml'], { env: a.env }));
    expect(ran).toMatchObject({ exit: 0 });
    expect(events).toEqual([]);
    expect(sha256Of(await readFile(clip))).toBe(sha256Of(whole));
    const aside = (await clipsIn(path.dirname(clip))).filter((name) => name !== 'kling.mp4');
    expect(aside).toHaveLength(1);
  });

  test('a damaged clip is not pushed, and named', async () => {
    await using a = await studio(kind, 'unpushed');
    await a.w.rushes(['render', 'film.yaml']);
    await writeFile(path.join(a.w.folder, 'out/film/sun/kling.mp4'), 'somebody wrote over it');
    const pushed = await a.w.rushes(['store', 'push', 'film.yaml'], { env: a.env });
    expect(pushed.out).toContain('1 file here differs from the lock and was not pushed\n');
  });

  test('filters, --json by its schema, and what no machine has', async () => {
    await using a = await studio(kind, 'filters');
    await a.w.rushes(['render', 'film.yaml']);
    const one = await a.w.rushes(['store', 'push', '--tag', 'shore', '--json', 'film.yaml'], {
      env: a.env,
    });
    const document = JSON.parse(one.out) as {
      readonly clips: readonly { readonly id: string }[];
      readonly totals: Readonly<Record<string, number>>;
    };
    expect(new Ajv().validate(reportJsonSchema('store'), document)).toBe(true);
    expect(document.clips.map(({ id }) => id)).toEqual(['crab/kling', 'crab/kling/2']);
    expect(document.totals).toMatchObject({ pushed: 2, stored: 0 });
    expect(one.err).toContain('Pushed 2 clips');

    const sun = path.join(a.w.folder, 'out/film/sun');
    const status = (...more: string[]) =>
      a.w.rushes(['status', ...more, 'film.yaml'], { env: a.env });
    expect((await status()).out).toContain('3 clips, 2 here and in the store, 1 only here.');
    await rm(path.join(a.w.folder, 'out/film/crab'), { recursive: true });
    const split = JSON.parse((await status('--json')).out) as object;
    expect(split).toMatchObject({
      totals: { ready: 1, stored: 2, elsewhere: 0 },
      store: { both: 0, onlyHere: 1, onlyStored: 2, nowhere: 0 },
    });
    expect(
      new Ajv({ formats: { date: /^\d{4}-\d\d-\d\d$/ } }).validate(
        reportJsonSchema('status'),
        split,
      ),
    ).toBe(true);
    expect((await status()).out).toContain('only in the store, next: rushes store pull film.yaml');
    const verify = () => a.w.rushes(['verify', '--store', 'film.yaml'], { env: a.env });
    expect(await verify()).toMatchObject({
      exit: 0,
      out: '1 of 3 clips are here and intact, 2 in the store.\n',
    });
    const library = { cwd: a.w.folder, store: true };
    const asked = await verifyClips(['film.yaml'], { ...library, env: { ...a.w.env, ...a.env } });
    expect(asked.exit).toBe(0);
    expect(asked.clips.map(({ state }) => state).sort()).toEqual(['stored', 'stored', 'whole']);
    await expect(verifyClips(['film.yaml'], { ...library, env: a.w.env })).rejects.toMatchObject({
      name: 'RefusedError',
      exit: 64,
    });
    const kept = await readFile(path.join(sun, 'kling.mp4'));
    await rm(sun, { recursive: true });
    const gone = await verify();
    expect(gone.exit).toBe(7);
    expect(gone.out).toContain('1 neither on this machine nor in the store\n  film:sun/kling');
    expect((await status()).out).toContain('2 only in the store, 1 nowhere');
    await mkdir(sun);
    await writeFile(path.join(sun, 'kling.mp4'), kept);
    await a.w.rushes(['store', 'pull', '--tag', 'shore', 'film.yaml'], { env: a.env });

    const lacking = await a.w.rushes(['store', 'verify', 'film.yaml'], { env: a.env });
    expect(lacking.exit).toBe(7);
    expect(lacking.out).toContain('1 clip is not in the store\n  film:sun/kling');
    expect(lacking.out).toContain('On the machine that has the clip: rushes store push film.yaml');
    await rm(path.join(a.w.folder, 'out'), { recursive: true });
    const nowhere = await a.w.rushes(['store', 'push', 'film.yaml'], { env: a.env });
    expect(nowhere.exit).toBe(7);
    expect(nowhere.out).toContain('1 clip is neither on this machine nor in the store');
    const half = await a.w.rushes(['store', 'pull', 'film.yaml'], { env: a.env });
    expect(half.exit).toBe(7);
    expect(half.out).toContain('Pulled 2 clips');
    const rest = await a.w.rushes(['store', 'pull', '--only', 'crab', 'film.yaml'], {
      env: a.env,
    });
    expect(rest).toMatchObject({ exit: 0, out: 'Nothing pulled: 2 clips are here.\n' });
  });
});

test('an object of another size is replaced by the push that is named; one with another content of the same size must be deleted first', async () => {
  await using a = await studio('folder', 'wrong-objects');
  await a.w.rushes(['render', 'film.yaml'], { env: a.env });
  const nas = path.join(a.w.folder, 'nas/clips');
  const [one = '', two = ''] = (await clipsIn(nas)).map((name) => path.join(nas, name));
  const at = (...argv: string[]) => a.w.rushes([...argv, 'film.yaml'], { env: a.env });
  await writeFile(one, 'cut short');
  const bySize = await at('store', 'verify');
  expect(bySize.exit).toBe(1);
  expect(bySize.out).toContain('  On the machine that has the clip: rushes store push film.yaml\n');
  expect(bySize.out).not.toContain('Delete');
  expect((await at('store', 'push')).out).toContain('Pushed 1 clip');
  expect(await at('store', 'verify', '--deep')).toMatchObject({ exit: 0 });

  const bytes = await readFile(two);
  await writeFile(two, bytes.fill(0, bytes.length - 10));
  const byContent = await at('store', 'verify', '--deep');
  expect(byContent.exit).toBe(1);
  expect(byContent.out).toContain(
    `  Delete the object with another content (docs/store.md says how): a push would take it for the clip.\n    ${two}\n`,
  );
  const document = JSON.parse((await at('store', 'verify', '--deep', '--json')).out) as {
    readonly clips: readonly { readonly state: string }[];
  };
  expect(new Ajv().validate(reportJsonSchema('store'), document)).toBe(true);
  expect(document.clips.filter(({ state }) => state === 'wrong')).toMatchObject([
    { sameSize: true, object: two },
  ]);
  expect((await at('store', 'push')).out).toContain('Nothing to push');
  await rm(path.join(a.w.folder, 'out'), { recursive: true });
  expect((await at('gallery')).err).toContain(
    '1 object is not the clip: rushes store verify --deep film.yaml\n',
  );
  await at('render', '--restore');
  await rm(two);
  await at('store', 'push');
  expect(await at('store', 'verify', '--deep')).toMatchObject({ exit: 0 });
});

test('a frame of a clip whose object is another file: not submitted, with the check that finds it', async () => {
  await using a = await studio('folder', 'wrong-frame');
  const film = (prompt: string): string => `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
scenes:
  - { id: hall, prompt: A hall }
  - { id: garden, prompt: ${prompt}, first_frame: { scene: hall, frame: last } }
`;
  await a.w.write('film.yaml', film('A garden'));
  const at = (...argv: string[]) => a.w.rushes([...argv, 'film.yaml'], { env: a.env });
  expect(await at('render')).toMatchObject({ exit: 0 });
  const hall = sha256Of(await readFile(path.join(a.w.folder, 'out/film/hall/kling.mp4')));
  const object = path.join(a.w.folder, 'nas/clips', `${hall}.mp4`);
  const bytes = await readFile(object);
  await writeFile(object, bytes.fill(0, bytes.length - 10));
  // As on another machine: neither the clip nor the frame that was taken from it.
  for (const folder of ['out', '.rushes/frames'])
    await rm(path.join(a.w.folder, folder), { recursive: true });
  await a.w.write('film.yaml', film('A bright garden'));
  const { ran, events } = await a.w.requests(at('render'));
  expect(ran.exit).toBe(6);
  expect(flat(ran.err)).toContain(
    `the object in ${a.env['RUSHES_STORE']} is not the clip (rushes store verify --deep film.yaml)`,
  );
  expect(events).toEqual([]);
  expect(await at('store', 'verify', '--deep')).toMatchObject({ exit: 1 });
}, 60_000);

describe('a run with a store', () => {
  test('that is down loses nothing: the summary says what is left, and a push brings it', async () => {
    await using a = await studio('bucket', 'down');
    server.fault = ({ method }) =>
      method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined;
    const ran = await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    expect(ran.exit).toBe(0);
    expect(flat(ran.err)).toContain('3 clips not in the store');
    expect(flat(ran.err)).toContain('rushes store push');
    expect(await clipsIn(path.join(a.w.folder, 'out'))).toHaveLength(CLIPS);
    server.fault = () => undefined;
    const pushed = await a.w.rushes(['store', 'push', 'film.yaml'], { env: a.env });
    expect(pushed.out).toContain('Pushed 3 clips');
    expect(
      (await a.w.rushes(['store', 'verify', '--deep', 'film.yaml'], { env: a.env })).exit,
    ).toBe(0);
  });

  test('answers of the store are never cached', async () => {
    await using a = await studio('folder', 'anew');
    await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    await rm(path.join(a.w.folder, 'out'), { recursive: true });
    const plan = () => a.w.rushes(['plan', 'film.yaml'], { env: a.env });
    expect((await plan()).out).toContain('all of them in the store');
    await rm(path.join(a.w.folder, 'nas/clips'), { recursive: true });
    expect((await plan()).out).toContain('none of them on this machine');
    await rm(path.join(a.w.folder, 'nas'), { recursive: true });
    expect((await a.w.rushes(['gallery', 'film.yaml'], { env: a.env })).err).toMatch(
      /warning: file:.* does not exist\n {2}\S.*RUSHES_STORE/,
    );
    const unasked = await plan();
    expect(unasked).toMatchObject({ exit: 0 });
    expect(unasked.err).toContain('warning: the store was not asked: file://');
    expect(unasked.err).toContain('correct RUSHES_STORE');
  });

  test('with a wrong setup continues, and says which variable to set', async () => {
    await using a = await studio('bucket', 'wrong');
    const env = { ...a.env, AWS_SECRET_ACCESS_KEY: '' };
    const ran = await a.w.rushes(['render', 'film.yaml'], { env });
    expect(ran.exit).toBe(0);
    expect(flat(ran.err)).toContain('AWS_SECRET_ACCESS_KEY is not set');
  });

  test('events: what is left stands before the end, which stays the last', async () => {
    await using a = await studio('bucket', 'events');
    server.fault = ({ method }) =>
      method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined;
    const ran = await a.w.rushes(['render', '--json', 'film.yaml'], { env: a.env });
    const events = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string; readonly message?: string });
    expect(events.at(-1)).toMatchObject({ event: 'run.finished', exit: 0 });
    expect(events.at(-2)).toMatchObject({ event: 'run.notice' });
    expect(events.at(-2)?.message).toMatch(/^3 clips not in the store/);
  });

  test('a draft pushes nothing', async () => {
    await using a = await studio('folder', 'draft');
    await a.w.rushes(['render', '--draft', 'film.yaml'], { env: a.env });
    expect(await readdir(path.join(a.w.folder, 'nas'))).toEqual([]);
  });

  test('no key of the store is ever said', async () => {
    await using a = await studio('bucket', 'secrets');
    const secret = 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY';
    const env = {
      ...a.env,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEBYaDKsecretsession',
    };
    const said = [];
    for (const argv of [['render'], ['store', 'push'], ['store', 'pull'], ['store', 'verify']])
      said.push(await a.w.rushes([...argv, 'film.yaml'], { env }));
    expect(said[1]?.exit).toBe(77);
    const text = said.map(({ out, err }) => out + err).join('');
    expect(text).not.toContain(secret);
    expect(text).not.toContain('FwoGZXIvYXdz');
    expect(text).not.toContain('AWS4-HMAC');
  });
});

describe('other commands with a store', () => {
  test('doctor: whether it answers, and what to set where it does not', async () => {
    await using a = await studio('bucket', 'doctor');
    const doctor = (more: Readonly<Record<string, string | undefined>>) =>
      a.w.rushes(['doctor'], { env: { ...a.env, ...more } });
    expect((await doctor({})).out).toContain(`ok    the store ${a.env['RUSHES_STORE']} answers`);
    expect((await doctor({ RUSHES_STORE: undefined })).out).not.toContain('the store');
    const wrong = await doctor({ AWS_SECRET_ACCESS_KEY: 'wrong' });
    expect(wrong.out).toContain('todo  the store: s3://');
    expect(wrong.out).toContain('Set AWS_SECRET_ACCESS_KEY to the secret');
  });

  test.each([
    [{ RUSHES_STORE: undefined }, 64, 'no store is set'],
    [{ AWS_ACCESS_KEY_ID: '' }, 77, 'Set AWS_ACCESS_KEY_ID'],
    [{ RUSHES_STORE: 's3://no-such-bucket' }, 77, 'Correct the bucket in RUSHES_STORE'],
  ])('verify --store, %o: exit %i; status says so and goes on', async (wrong, exit, words) => {
    await using a = await studio('bucket', 'problems');
    await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    await rm(path.join(a.w.folder, 'out'), { recursive: true });
    const env = { ...a.env, ...wrong };
    const verified = await a.w.rushes(['verify', '--store', 'film.yaml'], { env });
    expect(verified.exit).toBe(exit);
    expect(flat(verified.err)).toContain(words);
    const status = await a.w.rushes(['status', 'film.yaml'], { env });
    expect(status.exit).toBe(0);
    expect(status.out).toContain('3 elsewhere');
    expect(status.out.includes('Store: ')).toBe(exit === 77);
  });
});

describe('errors of the store commands', () => {
  test.each([
    [{ RUSHES_STORE: undefined }, 64, 'no store is set'],
    [{ RUSHES_STORE: 'gs://bucket' }, 69, 'unknown scheme gs:'],
    [{ AWS_ACCESS_KEY_ID: '' }, 77, 'Set AWS_ACCESS_KEY_ID'],
    [{ AWS_SECRET_ACCESS_KEY: 'wrong-secret' }, 77, 'Set AWS_SECRET_ACCESS_KEY to the secret'],
    [{ RUSHES_STORE: 's3://no-such-bucket' }, 77, 'Correct the bucket in RUSHES_STORE'],
    [{ RUSHES_STORE: 'file:///no/such/folder' }, 69, 'does not exist'],
  ])('%o: exit %i', async (wrong, exit, words) => {
    await using a = await studio('bucket', 'errors');
    await a.w.rushes(['render', 'film.yaml']);
    const ran = await a.w.rushes(['store', 'push', 'film.yaml'], { env: { ...a.env, ...wrong } });
    expect(ran.exit).toBe(exit);
    expect(flat(ran.err + ran.out)).toContain(words);
  });

  test('a lock that names a file outside of the project moves nothing out of it or into it', async () => {
    await using a = await studio('folder', 'escape');
    await a.w.rushes(['render', 'film.yaml'], { env: a.env });
    await mkdir(path.join(a.w.folder, 'b'));
    execFileSync('git', ['init', '-q'], { cwd: path.join(a.w.folder, 'b') });
    for (const file of ['film.yaml', 'film.lock.json'])
      await cp(path.join(a.w.folder, file), path.join(a.w.folder, 'b', file));
    const lock = path.join(a.w.folder, 'b/film.lock.json');
    const text = await readFile(lock, 'utf8');
    await writeFile(lock, text.replaceAll('"out/film/sun', '"../outside'));
    const ran = await a.w.rushes(['store', 'pull', 'film.yaml'], { cwd: 'b', env: a.env });
    expect(ran.out).toContain('Pulled 2 clips');
    expect(await readdir(a.w.folder)).not.toContain('outside');
  });
});
