/**
 * A draft of scenes that continue each other, looked at: each begins with the picture that the one
 * before ended with.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { png, sample } from '../../pictures/sample-pictures.ts';
import { flat, REPOSITORY, smallClips, world } from '../cli-project.ts';

const run = promisify(execFile);
/** The grey values of a picture file, at 64 x 36. */
async function greys(file: string): Promise<Uint8Array> {
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', file, '-vf', 'scale=64:36', '-pix_fmt', 'gray', '-f', 'rawvideo', '-'],
    { encoding: 'buffer' },
  );
  return stdout;
}
const difference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;

test('the last frame of a draft clip and the first of the next are the same picture', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
defaults: { duration: 3 }
scenes:
  - { id: hall, prompt: "A dark hall with a long carpet" }
  - { id: garden, prompt: "A garden", first_frame: { scene: hall, frame: last } }
`,
  );
  const rendered = await w.rushes(['render', '--draft', 'film.yaml']);
  expect(rendered).toMatchObject({ exit: 0 });
  expect(rendered.err).toContain('uploaded last frame of hall/kling to apimart');
  const frame = async (id: string, which: string): Promise<Uint8Array> => {
    const name = `${id}-${which}.png`;
    const taken = await w.rushes([
      'frame',
      `${id}/kling`,
      which,
      '--draft',
      '-o',
      name,
      'film.yaml',
    ]);
    expect(taken).toEqual({ exit: 0, out: `${name}\n`, err: '' });
    return greys(path.join(w.folder, name));
  };
  const [end, beginning, later] = [
    await frame('hall', 'last'),
    await frame('garden', 'first'),
    await frame('garden', '1.5'),
  ];
  expect(difference(end, beginning)).toBeLessThan(3);
  expect(difference(end, later)).toBeGreaterThan(6);
}, 120_000);

test('the command that shows what a decision means shows the clips that continue from the scene, too', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
defaults: { duration: 3 }
scenes:
  - { id: hall, prompt: "A dark hall", takes: 2 }
  - { id: garden, prompt: "A garden", first_frame: { scene: hall, frame: last } }
  - { id: sea, prompt: "The sea" }
`,
  );
  expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
  const meant = async (...argv: string[]): Promise<string> => {
    const { out } = await w.rushes([...argv, 'film.yaml']);
    const [, command = ''] = /^ {2}rushes (plan.*) shows what it means$/m.exec(out) ?? [];
    return (await w.rushes(command.split(' '))).out;
  };
  const due = async (...argv: string[]): Promise<string | undefined> =>
    /^ {2}(\d+ renders? .* due .*)$/m.exec((await w.rushes([...argv, 'film.yaml'])).out)?.[1];
  expect(await due('pick', 'hall/kling/2')).toMatch(
    /^1 render is due because of it, for \$0\.\d+ exact: garden\/kling$/,
  );
  // Nothing more is due by taking it again, or by taking it back.
  expect(await due('pick', 'hall/kling/2')).toBeUndefined();
  expect(await due('unpick', 'hall/kling/2')).toBeUndefined();
  expect(await due('redo', 'hall/kling')).toMatch(
    /^2 renders are due because of it, for \$0\.\d+ exact: hall\/kling, garden\/kling$/,
  );
  expect(await due('redo', '--undo', 'hall/kling')).toBeUndefined();
  const picked = await meant('pick', 'hall/kling/2');
  expect(picked).toContain('garden/kling');
  expect(picked).toContain('Plan: 1 to submit');
  expect(await meant('unpick', 'hall/kling/2')).toContain('4 clips are current');
  const again = await meant('redo', 'hall/kling');
  expect(again).toContain('garden/kling  after hall/kling');
  expect(again).toContain('Plan: 1 to submit, 1 waits for a frame');
  // Nothing continues from this one: it alone is shown.
  expect(await meant('pick', 'sea/kling')).toContain('1 clip is current');

  const unknown = await w.rushes(['pick', 'hall/kling/9', 'film.yaml']);
  expect(unknown.err).toContain('Available renders: hall/kling, hall/kling/2.\n');
}, 60_000);

test('rushes frame says what it cannot do', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: hall, prompt: A hall }]\n',
  );
  await w.write('refs/a.png', png(320, 180));
  await w.rushes(['render', 'film.yaml']);
  const frame = (...argv: string[]) => w.rushes(['frame', ...argv, 'film.yaml']);
  expect((await frame('hall/kling', 'last')).out).toBe('hall-kling-last.png\n');
  expect(
    (await readFile(path.join(w.folder, 'hall-kling-last.png'))).subarray(1, 4).toString(),
  ).toBe('PNG');
  for (const [argv, says] of [
    [['hall/kling', 'middle'], '"middle" is not a frame'],
    [['hall', 'last'], '"hall" is not a render id'],
    [['hall/kling', '99'], 'has 1 seconds'],
    [['hall/kling', 'last', '-o', 'a.jpg'], 'Use a name that ends in .png'],
  ] as const) {
    const ran = await frame(...argv);
    expect(ran.exit).toBe(64);
    expect(ran.err).toContain(says);
  }
});

const CHAIN = `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
scenes:
  - { id: hall, prompt: "A dark hall" }
  - { id: garden, prompt: "A garden", first_frame: { scene: hall, frame: last } }
`;

test.each([
  ['cut short', (frame: Buffer) => frame.subarray(0, frame.length - 20)],
  ['of another type', () => sample('crab.jpg')],
  ['no picture', () => Buffer.from('not a picture')],
])(
  'a kept frame that is %s is taken again, not sent',
  async (_what, damage) => {
    await using w = await world({ script: { rules: [smallClips()] } });
    await w.write('film.yaml', CHAIN);
    await w.rushes(['render', '--only', 'hall', 'film.yaml']);
    await w.rushes(['frame', 'hall/kling', 'last', '-o', 'good.png', 'film.yaml']);
    const good = await readFile(path.join(w.folder, 'good.png'));
    const frames = path.join(w.folder, '.rushes/frames');
    const [kept = ''] = await readdir(frames);
    await writeFile(path.join(frames, kept), damage(good));
    expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
    expect(await readFile(path.join(frames, kept))).toEqual(good);
    const sent = w.gateway.books().events.filter(({ kind }) => kind === 'upload');
    expect(sent).toHaveLength(1);
  },
  60_000,
);

test('a clip that was replaced by a file of its size is noticed, and fetched again at no cost', async () => {
  await using w = await world();
  await w.write('film.yaml', CHAIN);
  await w.rushes(['render', '--only', 'hall', 'film.yaml']);
  const clip = path.join(w.folder, 'out/film/hall/kling.mp4');
  const whole = await readFile(clip);
  await writeFile(clip, Buffer.alloc(whole.length));
  const first = await w.rushes(['render', 'film.yaml']);
  expect(first.exit).toBe(6);
  expect(flat(first.err)).toContain(
    'the file of its clip has been changed garden/kling next: rushes render film.yaml',
  );
  expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
  expect(await readFile(clip)).toEqual(whole);
  expect(w.gateway.books().accepted).toHaveLength(2);
}, 60_000);

test('a scene that waits for a clip which is not as asked is held for it', async () => {
  await using w = await world();
  await w.write('film.yaml', CHAIN.replace('scenes:', 'on_mismatch: fail\nscenes:'));
  const { exit, err } = await w.rushes(['render', 'film.yaml']);
  expect(exit).toBe(1);
  expect(flat(err)).toContain(
    'garden/kling: it needs a frame of hall/kling, whose clip is not what was asked for next: rushes plan film.yaml --only film:garden/kling',
  );
}, 60_000);

test('the example: one command shows its price, all of its pictures are in the repository', async () => {
  await using w = await world();
  const { out, exit } = await w.rushes([
    'plan',
    '--json',
    path.join(REPOSITORY, 'manifests/continuity.yaml'),
  ]);
  expect(exit).toBe(0);
  const { renders } = JSON.parse(out) as { renders: { id: string; action: string }[] };
  expect(renders.map(({ id, action }) => `${id} ${action}`)).toEqual([
    'hall/kling submit',
    'kitchen/kling wait',
    'garden/kling wait',
  ]);
});
