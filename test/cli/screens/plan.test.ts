/**
 * `rushes plan` as the spend contract: what would be done, why, for how much; and that `render`
 * does exactly that.
 */
import { execFile } from 'node:child_process';
import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { renderedElsewhere } from '../rendered-project.ts';
import { png } from '../../pictures/sample-pictures.ts';
import { flat, type World, world } from '../cli-project.ts';

const git = (w: World, ...args: string[]) => promisify(execFile)('git', ['-C', w.folder, ...args]);
async function repository(w: World): Promise<void> {
  await git(w, 'init', '-q', '-b', 'main');
  await git(w, 'config', 'user.email', 'a@example.com');
  await git(w, 'config', 'user.name', 'a');
  await w.write('.gitignore', 'out/\n.rushes/\n');
}
async function commit(w: World, message: string): Promise<void> {
  await git(w, 'add', '-A');
  await git(w, 'commit', '-q', '-m', message);
}

test('an edited prompt among 200 scenes: just those renders, the words that changed, the money; reverted: nothing to do', async () => {
  await using w = await world();
  const before = film(scenes(200));
  await w.write('film.yaml', before);
  expect(await renderedElsewhere(w, 'film')).toBe(400);
  await w.write('film.yaml', before.replace('prompt: scene 77 }', 'prompt: scene 77 at night }'));
  const edited = await w.requests(w.rushes(['plan', 'film.yaml']));
  expect(edited.ran.out).toContain('submit 2: changed · 10 s · $0.34 exact + $0.40 estimated');
  expect(edited.ran.out).toContain('s77/kling, s77/o3');
  expect(flat(edited.ran.out)).toContain('prompt "scene 77" -> "scene 77 at night" film.yaml:83');
  expect(edited.ran.out).toContain(
    'Plan: 2 to submit, 398 kept · 10 s of video · $0.34 exact + $0.40 estimated',
  );
  expect(edited.ran.out.split('\n').length).toBeLessThanOrEqual(10);
  await w.write('film.yaml', before);
  const reverted = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(reverted.ran).toEqual({
    exit: 0,
    out: 'Nothing to do: 400 clips are current, none of them on this machine.\n',
    err: '',
  });
  expect([...edited.events, ...reverted.events]).toEqual([]);
});

test('a revert of a rendered edit costs nothing: the earlier clip is current again', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  const first = await w.read('out/film/s1/kling.mp4');
  await w.write('film.yaml', film(scenes(1, 'kling')).replace('scene 1', 'scene one'));
  await w.rushes(['render', 'film.yaml']);
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const plan = await w.rushes(['plan', 'film.yaml']);
  expect(plan.out).toContain('1 restored');
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(0);
  expect(events).toEqual([]);
  expect(await w.read('out/film/s1/kling.mp4')).toBe(first);
});

test('takes are append-only: one more renders one more, one less deletes nothing', async () => {
  await using w = await world();
  const takes = (n: number) =>
    w.write('film.yaml', film(`  - { id: sun, prompt: The sun, models: [kling], takes: ${n} }`));
  await takes(2);
  await w.rushes(['render', 'film.yaml']);
  await takes(3);
  expect((await w.rushes(['plan', 'film.yaml'])).out).toMatch(/submit 1: new[^]*sun\/kling\/3/);
  await w.rushes(['render', 'film.yaml']);
  await takes(1);
  const less = await w.rushes(['plan', 'film.yaml']);
  expect(less.out).toContain('2 orphans in the lock');
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(3);
  await w.read('out/film/sun/kling.take-3.mp4');
  expect(await w.read('film.lock.json')).toContain('"sun/kling/3"');
});

test('--json is what its schema says, --detailed-exitcode and filters say what is in scope', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film(scenes(3).replace('prompt: scene 2', 'prompt: scene 2, tags: [act-2]')),
  );
  const only = async (...argv: string[]) => {
    const ran = await w.rushes(['plan', '--json', '--detailed-exitcode', 'film.yaml', ...argv]);
    const plan = JSON.parse(ran.out) as { renders: { id: string }[] };
    return [ran.exit, plan.renders.map(({ id }) => id)] as const;
  };
  expect(await only('--only', 's1/*')).toEqual([2, ['s1/kling', 's1/o3']]);
  expect(await only('--only', 'film:s1/o3')).toEqual([2, ['s1/o3']]);
  expect(await only('--model', 'o3')).toEqual([2, ['s1/o3', 's2/o3', 's3/o3']]);
  expect(await only('--tag', 'act-2', '--model', 'kling')).toEqual([2, ['s2/kling']]);
  await w.rushes(['render', 'film.yaml', '--tag', 'act-2']);
  expect(w.gateway.books().accepted).toHaveLength(2);
  expect((await only('--tag', 'act-2'))[0]).toBe(0);
});

test('a filter that fits nothing is said, not taken for "nothing to do"', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  const ran = await w.rushes(['plan', 'film.yaml', '--only', 'nobody/*']);
  expect(`${ran.out}${ran.err}`).toContain('nobody/*');
});

test('--print-request is the very body that is sent', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film('  - { id: sun, prompt: The sun, models: [kling], audio: true, negative_prompt: people }'),
  );
  const printed = await w.rushes(['plan', '--print-request', 'sun/kling', 'film.yaml']);
  await w.rushes(['render', 'film.yaml']);
  expect(JSON.parse(printed.out)).toEqual(w.gateway.books().accepted[0]?.body);
});

test('render --plan does exactly what was saved, or names the digest that moved and sends nothing', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  expect((await w.rushes(['plan', '--out', 'plan.json', 'film.yaml'])).exit).toBe(0);
  await w.write(
    'film.yaml',
    `${film(scenes(2, 'kling'))}  - { id: s3, prompt: more, models: [kling] }\n`,
  );
  const moved = await w.requests(w.rushes(['render', '--plan', 'plan.json', 'film.yaml']));
  expect(moved.ran.exit).toBe(65);
  expect(moved.ran.err).toContain('plan-moved');
  expect(flat(moved.ran.err)).toMatch(/manifest film\.yaml|film\.yaml has changed/);
  expect(moved.events).toEqual([]);
  await w.write('film.yaml', film(scenes(2, 'kling')));
  const file = JSON.parse(await w.read('plan.json')) as {
    renders: { request: { prompt: string } }[];
  };
  for (const { request } of file.renders) request.prompt = 'a body from the file is never sent';
  await w.write('forged.json', JSON.stringify(file));
  await w.rushes(['render', '--plan', 'forged.json', 'film.yaml']);
  expect(w.gateway.books().accepted.map(({ body }) => body['prompt'])).not.toContain(
    'a body from the file is never sent',
  );
  expect((await w.rushes(['render', '--plan', 'plan.json', 'film.yaml'])).exit).toBeLessThanOrEqual(
    65,
  );
  await w.rushes(['render', 'film.yaml']);
  const spent = await w.rushes(['render', '--plan', 'plan.json', 'film.yaml']);
  expect(spent.exit).toBe(65);
  expect(flat(spent.err)).toContain('lock of film.yaml has changed');
});

test('--base: pictures and cast of the base are read too; a changed picture is one change', async () => {
  await using w = await world();
  await repository(w);
  const picture = (red: number) => png(640, 360, red);
  await w.write('refs/boat.png', picture(1));
  await w.write('refs/quay.png', picture(2));
  await w.write(
    'film.yaml',
    film(
      [
        '  - { id: walk, prompt: "@keeper walks", models: [kling] }',
        '  - { id: arrival, prompt: The boat arrives, first_frame: refs/boat.png, models: [kling] }',
        '  - { id: quay, prompt: The quay, first_frame: refs/quay.png, models: [kling] }',
      ].join('\n'),
      'cast: { keeper: { description: a keeper, images: [refs/boat.png] } }\n',
    ),
  );
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await commit(w, 'rendered');
  const base = ['plan', '--base', 'HEAD', 'film.yaml'];
  expect((await w.rushes(base)).out).toBe('');
  await w.write('refs/quay.png', picture(3));
  const { out } = await w.rushes(base);
  expect(out).toContain('1 changed');
  expect(out).not.toContain('new');
  expect(out).not.toContain('arrival');
  expect(await w.read('refs/boat.png')).toBe(Buffer.from(picture(1)).toString('utf8'));
});

test('--base: a pinned render that the branch changes is said to cost nothing, and is no change to pay for', async () => {
  await using w = await world();
  await repository(w);
  await w.write('film.yaml', film(scenes(2, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['pin', 's1/kling', 'film.yaml'])).exit).toBe(0);
  await commit(w, 'rendered');
  await w.write('film.yaml', film(scenes(2, 'kling')).replaceAll('scene', 'place'));
  await w.write('film.yaml', (await w.read('film.yaml')).replace('places:', 'scenes:'));
  for (const more of [['--markdown'], []]) {
    const { out } = await w.rushes(['plan', '--base', 'HEAD', 'film.yaml', ...more], {
      columns: 120,
    });
    expect(flat(out)).toContain('1 changed, 1 changed but pinned at no cost');
    expect(out).toContain('s2/kling');
    expect(out).not.toContain('s1/kling');
  }
});

test('--base: a file with any ending is read if a manifest of the base names it, through globs and links too', async () => {
  await using w = await world();
  await repository(w);
  await w.write('texts/crab.prompt', 'A crab');
  await w.write('texts/more/rain', 'Rain');
  await symlink('texts', path.join(w.folder, 'prompts'));
  await symlink('more/rain', path.join(w.folder, 'texts/weather.prompt'));
  await w.write(
    'scenes/sea.part',
    'scenes: [{ id: sea, prompt: { file: ../prompts/weather.prompt }, models: [kling] }]',
  );
  await w.write('clips/huge.bin', 'not read');
  await w.write(
    'film.yaml',
    film(
      '  - { id: crab, prompt: { file: texts/crab.prompt }, models: [kling] }',
      'include: ["scenes/*.part"]',
    ),
  );
  await commit(w, 'base');
  const base = ['plan', '--base', 'HEAD', 'film.yaml'];
  expect(await w.rushes(base)).toEqual({ exit: 0, out: '', err: '' });
  await w.write('texts/crab.prompt', 'Two crabs');
  const { out } = await w.rushes(base);
  expect(out).toContain('1 changed');
  expect(out).not.toContain('sea');
});

test('--base: money first, per model and per scene, in a real repository; silent when nothing changes', async () => {
  await using w = await world();
  await repository(w);
  await w.write('film.yaml', film(scenes(3)));
  await w.rushes(['render', 'film.yaml']);
  await commit(w, 'rendered');
  expect(await w.rushes(['plan', '--base', 'HEAD', 'film.yaml'])).toEqual({
    exit: 0,
    out: '',
    err: '',
  });
  await w.write(
    'film.yaml',
    `${film(scenes(3)).replace('scene 2', 'scene two')}  - { id: s4, prompt: new one, models: [kling] }\n`,
  );
  const { ran, events } = await w.requests(w.rushes(['plan', '--base', 'HEAD', 'film.yaml']));
  expect(ran.exit).toBe(0);
  expect(ran.out.replaceAll('&#36;', '$').split('\n')[0]).toMatch(/\$0\.67 .*\$0\.40/);
  for (const part of ['apimart/kling-v3', 's2', 's4', 'scene two']) expect(ran.out).toContain(part);
  expect(ran.out).not.toContain('s3/');
  expect(events).toEqual([]);
  const unknown = await w.rushes(['plan', '--base', 'nowhere', 'film.yaml']);
  expect(unknown).toMatchObject({ exit: 64, out: '' });
  expect(unknown.err).toContain('fetch-depth: 0');
});

test('--markdown is empty when nothing changes', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  expect((await w.rushes(['plan', '--markdown', 'film.yaml'])).out).toMatch(
    /^### .*&#36;0\.34 exact/,
  );
  await w.rushes(['render', 'film.yaml']);
  expect((await w.rushes(['plan', '--markdown', 'film.yaml'])).out).toBe('');
});

test('2,000 renders read as about thirty lines of at most 80 columns', async () => {
  await using w = await world();
  const models = {
    kling: 'apimart/kling-v3',
    kling26: 'apimart/kling-v2-6',
    sora: 'apimart/sora-2',
    pro: 'apimart/sora-2-pro',
    o3: 'evolink/kling-o3-text-to-video',
  };
  await w.write('film.yaml', film(scenes(400), 'defaults: { duration: 5, fit: nearest }', models));
  const { out, exit } = await w.rushes(['plan', 'film.yaml']);
  expect(exit).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(32);
  expect(lines.at(-1)).toContain('Plan: 2,000 to submit');
  for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(90);
});

test('renamed scene, new order, new alias, another file: nothing is sent, and the clips are renamed', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  const clips = await Promise.all([1, 2].map((n) => w.read(`out/film/s${n}/kling.mp4`)));
  await w.write(
    'film.yaml',
    film(
      '  - { id: two, prompt: scene 2, models: [k] }\n  - { id: one, prompt: scene 1, models: [k] }',
      '',
      { k: 'apimart/kling-v3' },
    ),
  );
  const plan = await w.rushes(['plan', '--detailed-exitcode', 'film.yaml']);
  expect(plan.exit).toBe(2);
  expect(plan.out).toContain('s1/kling -> one/k');
  const first = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(first.ran.exit).toBe(0);
  expect(await w.read('out/film/one/k.mp4')).toBe(clips[0]);
  expect(await w.read('out/film/two/k.mp4')).toBe(clips[1]);
  await expect(w.read('out/film/s1/kling.mp4')).rejects.toThrow('ENOENT');
  // To another file of the same folder: two projects in one command.
  await w.write(
    'film.yaml',
    film('  - { id: two, prompt: scene 2, models: [k] }', '', { k: 'apimart/kling-v3' }),
  );
  await w.write(
    'other.yaml',
    film('  - { id: one, prompt: scene 1, models: [k] }', '', { k: 'apimart/kling-v3' }),
  );
  const second = await w.requests(w.rushes(['render', 'film.yaml', 'other.yaml']));
  expect(second.ran.exit).toBe(0);
  expect(await w.read('out/other/one/k.mp4')).toBe(clips[0]);
  expect([...first.events, ...second.events]).toEqual([]);
  expect((await w.rushes(['plan', 'film.yaml', 'other.yaml'])).out).toContain('Nothing to do');
});

test('moved: says which render is which where the words changed too', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  await w.write(
    'film.yaml',
    film(
      '  - { id: dawn, prompt: scene 1, models: [kling] }',
      'moved: [{ from: s1/kling, to: dawn/kling }]',
    ),
  );
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(0);
  expect(events).toEqual([]);
  await w.read('out/film/dawn/kling.mp4');
});

test('a clip that is deleted here is elsewhere: a note, nothing is paid; --restore fetches it while the link lives', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  const clip = await w.read('out/film/s1/kling.mp4');
  await rm(`${w.folder}/out`, { recursive: true });
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(0);
  expect(ran.out).toContain('on this machine');
  expect(events).toEqual([]);
  expect((await w.rushes(['verify', '--complete', 'film.yaml'])).exit).toBe(7);
  expect((await w.rushes(['render', '--restore', 'film.yaml'])).exit).toBe(0);
  expect(await w.read('out/film/s1/kling.mp4')).toBe(clip);
  expect(w.gateway.books().accepted).toHaveLength(1);
});
