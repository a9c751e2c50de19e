/** Pictures by path: where they may lie, what is said of them and at which place. */
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifest } from '../../src/manifest/read.ts';
import { plain } from '../../src/scene.ts';
import { LFS_POINTER, sample } from '../pictures/sample-pictures.ts';
import { briefs, HEAD, load, onDisk, sceneOf } from './project-on-disk.ts';

const CRAB = sample('crab.png');
const SHA = '9afa08f15fa3ccb97a2b04a32a216fd028b4e66b9f11c7da6fe5a28ddfa7c033';
const scene = (words: string): string =>
  `${HEAD}scenes:\n  - { id: a, prompt: A crab, ${words} }\n`;
const wordsIn = async (files: Parameters<typeof load>[0]) =>
  plain(sceneOf(await load(files), 'a').layer.words);

describe('a path becomes the placeholder of the picture', () => {
  test.each([
    ['first_frame: refs/crab.png', { first_frame: 'file:refs/crab.png' }],
    ['last_frame: ./refs/../refs/crab.png', { last_frame: 'file:refs/crab.png' }],
    [
      'elements: [{ name: crab, description: A crab, images: [refs/crab.png] }]',
      { elements: [{ name: 'crab', description: 'A crab', images: ['file:refs/crab.png'] }] },
    ],
    [
      'references: [refs/crab.png, "https://example.com/b.png"]',
      { references: ['file:refs/crab.png', 'https://example.com/b.png'] },
    ],
    [
      'references: { images: [refs/crab.png], videos: ["https://example.com/b.mp4"] }',
      { references: { images: ['file:refs/crab.png'], videos: ['https://example.com/b.mp4'] } },
    ],
    ['first_frame: "${{ vars.who }}/crab.png"', { first_frame: 'file:refs/crab.png' }],
  ])('%s', async (words, becomes) => {
    const text = scene(words).replace('models:', 'vars: { who: refs }\nmodels:');
    const said = await wordsIn({ 'film.yaml': text, 'refs/crab.png': CRAB });
    const bare = JSON.parse(JSON.stringify(said).replaceAll(`#sha256:${SHA}`, '')) as unknown;
    expect(bare).toEqual({ prompt: 'A crab', ...becomes });
  });

  test('relative to the file that names it, from the root of the project', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}include: [scenes/*.yaml]\n`,
      'scenes/one.yaml': 'scenes: [{ id: a, prompt: A crab, first_frame: ../refs/crab.png }]\n',
      'refs/crab.png': CRAB,
    });
    expect(briefs(loaded)).toEqual([]);
    expect([...(loaded.project?.pictures ?? [])]).toMatchObject([
      [`file:refs/crab.png#sha256:${SHA}`, { width: 640, height: 360, type: 'png', sha256: SHA }],
    ]);
    expect(loaded.project?.digests.get('refs/crab.png')).toBe(`sha256:${SHA}`);
  });

  test('git may ignore it, unlike a text', async () => {
    const folder = onDisk({
      'film.yaml': scene('first_frame: refs/crab.png'),
      '.gitignore': 'refs/\n',
      'refs/crab.png': CRAB,
    });
    expect(briefs(await loadManifest('film.yaml', { cwd: folder }))).toEqual([]);
  });
});

describe('each way to be wrong has its own words, at the path', () => {
  test.each<[string, Readonly<Record<string, string | Uint8Array>>, string]>([
    ['refs/none.png', {}, 'no-file'],
    ['refs', { 'refs/crab.png': CRAB }, 'picture-folder'],
    ['refs/a.png', { 'refs/a.png': '' }, 'picture-empty'],
    ['refs/a.png', { 'refs/a.png': LFS_POINTER }, 'picture-lfs-pointer'],
    ['refs/a.png', { 'refs/a.png': CRAB.subarray(0, 400) }, 'picture-truncated'],
    ['refs/a.jpg', { 'refs/a.jpg': CRAB }, 'picture-extension'],
    ['refs/a.png', { 'refs/a.png': sample('moving.png') }, 'picture-animated'],
    ['refs/a.gif', { 'refs/a.gif': sample('crab.gif') }, 'picture-format'],
    ['../a.png', {}, 'outside-project'],
    ['/etc/a.png', {}, 'outside-project'],
    ['refs/.a.png', { 'refs/.a.png': CRAB }, 'private-file'],
    ['file:///refs/a.png', {}, 'local-image'],
  ])('%s %#', async (name, files, code) => {
    const loaded = await load({ 'film.yaml': scene(`first_frame: ${name}`), ...files });
    expect(briefs(loaded)).toEqual([`film.yaml:4:43 ${code} ${name}`]);
    expect(loaded.diagnostics[0]?.renders).toEqual(['a/kling', 'a/sora']);
    expect(loaded.diagnostics[0]?.hint).toBeTruthy();
  });

  test('a warning does not keep it from being sent', async () => {
    const loaded = await load({
      'film.yaml': scene('first_frame: a.jpg'),
      'a.jpg': sample('turned.jpg'),
    });
    expect(briefs(loaded)).toEqual(['film.yaml:4:43 warning picture-rotated a.jpg']);
    expect(loaded.project?.pictures.size).toBe(1);
  });

  test('a link that leads out of the project', async () => {
    const outside = onDisk({ 'crab.png': CRAB });
    const folder = onDisk({ 'film.yaml': scene('first_frame: refs/crab.png') });
    mkdirSync(path.join(folder, 'refs'));
    symlinkSync(path.join(outside, 'crab.png'), path.join(folder, 'refs/crab.png'));
    const loaded = await loadManifest('film.yaml', { cwd: folder });
    expect(briefs(loaded)).toEqual(['film.yaml:4:43 outside-project refs/crab.png']);
    expect(loaded.diagnostics[0]?.message).toBe(
      '"refs/crab.png" leads outside the project, through a symbolic link',
    );
  });

  test('the name of a scene in place of a picture: the hint says how a frame of its clip is written', async () => {
    const loaded = await load({
      'film.yaml': [
        'rushes: 1',
        'models: { kling: { use: apimart/kling-v3 } }',
        'scenes:',
        '  - { id: hall, prompt: a hall }',
        '  - { id: "1", prompt: one }',
        '  - { id: a, prompt: p, first_frame: hall }',
        '  - { id: b, prompt: p, last_frame: hall }',
        '  - { id: c, prompt: p, first_frame: hall/kling }',
        '  - { id: d, prompt: p, first_frame: "1" }',
        '  - { id: e, prompt: p, first_frame: hall/sora }',
        '  - { id: f, prompt: p, first_frame: hall.png }',
        '',
      ].join('\n'),
    });
    const paths = 'Paths are relative to the file that contains them.';
    expect(loaded.diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ['no-file', 'hall is a scene: write first_frame: { scene: hall, frame: last }'],
      ['no-file', 'hall is a scene: write last_frame: { scene: hall, frame: first }'],
      ['no-file', 'hall is a scene: write first_frame: { scene: hall, model: kling, frame: last }'],
      ['no-file', '1 is a scene: write first_frame: { scene: "1", frame: last }'],
      ['no-file', paths],
      ['no-file', paths],
    ]);
  });

  test('a link to a file that does not exist is called one: the folder lists it', async () => {
    const folder = onDisk({ 'film.yaml': scene('first_frame: refs/crab.png') });
    mkdirSync(path.join(folder, 'refs'));
    symlinkSync('gone.png', path.join(folder, 'refs/crab.png'));
    const loaded = await loadManifest('film.yaml', { cwd: folder });
    expect(briefs(loaded)).toEqual(['film.yaml:4:43 no-file refs/crab.png']);
    expect(loaded.diagnostics[0]?.message).toBe(
      '"refs/crab.png" is a symbolic link to a file that does not exist',
    );
  });

  test('every picture of a list is judged', async () => {
    const loaded = await load({
      'film.yaml': scene('references: [none.png, crab.png, other.png]'),
      'crab.png': CRAB,
    });
    expect(briefs(loaded)).toEqual([
      'film.yaml:4:43 no-file none.png',
      'film.yaml:4:63 no-file other.png',
    ]);
  });

  test('a picture of defaults and of an alias, with the renders that it breaks', async () => {
    const loaded = await load(
      `rushes: 1\nmodels:\n  kling: { use: apimart/kling-v3, last_frame: b.png }\n  sora: { use: apimart/sora-2 }\ndefaults: { first_frame: a.png }\nscenes:\n  - { id: a, prompt: A crab }\n  - { id: b, prompt: A crab, first_frame: "https://example.com/b.png" }\n`,
    );
    expect(loaded.diagnostics.map(({ message, renders }) => [message, renders])).toEqual([
      ['there is no file "b.png"', ['a/kling', 'b/kling']],
      ['there is no file "a.png"', ['a/kling', 'a/sora']],
    ]);
  });
});

test('a misspelt name is told the file beside it', async () => {
  const loaded = await load({
    'film.yaml': scene('first_frame: refs/crap.png'),
    'refs/crab.png': CRAB,
    'refs/sky.png': CRAB,
  });
  expect(loaded.diagnostics).toMatchObject([
    { code: 'no-file', hint: 'Did you mean refs/crab.png?' },
  ]);
});

test('a glob names no pictures: the hint says so, and not the first file that is a little like it', async () => {
  const loaded = await load({
    'film.yaml': scene('references: [refs/*.png]'),
    'refs/a.png': CRAB,
  });
  expect(loaded.diagnostics).toMatchObject([
    {
      code: 'no-file',
      hint: 'A path names one picture: * and ? stand for themselves. List each picture.',
    },
  ]);
});

test('a video is not sent from the repository', async () => {
  const loaded = await load(scene('references: { videos: [clips/a.mp4] }'));
  expect(briefs(loaded)).toEqual(['film.yaml:4:53 local-image clips/a.mp4']);
});
