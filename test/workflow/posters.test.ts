/** The small pictures of the review page, made by a real ffmpeg from real clips. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameRateOf } from '../../src/clip/frame-rate.ts';
import { drawSlate } from '../../src/clip/slate/slate.ts';
import { drawPosters } from '../../src/ports/ffmpeg/posters.ts';
import { inspectPicture } from '../../src/pictures/inspect.ts';
import { makePosters } from '../../src/workflow/gallery/posters.ts';
import { slatePicture } from '../../src/workflow/gallery/slate-picture.ts';
import { png } from '../pictures/sample-pictures.ts';
import { installed } from '../clip/installed.ts';

let folder = '';
const digest = (digit: string): string => digit.repeat(64);
const clipAt = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rushes-posters-'));
  const lines = { scene: 'crab', model: 'apimart/kling-v3', prompt: 'A crab', details: [] };
  const slate = await drawSlate({ lines, width: 1280, height: 720, seconds: 2, audio: false });
  await writeFile(clipAt('a b#1.mp4'), slate);
  await writeFile(clipAt('-i.mp4'), slate);
  await writeFile(clipAt('broken.mp4'), 'no clip at all');
});
afterAll(() => rm(folder, { recursive: true }));

const wanted = () =>
  ['a b#1.mp4', 'broken.mp4', '-i.mp4'].map((name, index) => ({
    sha256: digest(String(index + 1)),
    file: clipAt(name),
    clipsFolder: folder,
    seconds: 2,
  }));

describe.runIf(installed('ffmpeg'))('with ffmpeg', () => {
  test('each clip that can be decoded has a small WebP; a broken one keeps none from it', async () => {
    const posters = await makePosters(wanted());
    expect([...posters.keys()]).toEqual([digest('1'), digest('3')]);
    const bytes = await readFile(posters.get(digest('1')) ?? '');
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
    expect(bytes.length).toBeLessThan(40_000);
    expect(await readdir(path.join(folder, 'posters'))).toHaveLength(2);
  });

  test('a clip whose pixels are not square has a poster as wide as it is shown', async () => {
    const [clip, poster] = [clipAt('anamorphic.mp4'), clipAt('anamorphic.webp')];
    const source = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=320x240:d=1'];
    execFileSync('ffmpeg', [...source, '-vf', 'setsar=4/3', '-pix_fmt', 'yuv420p', clip]);
    expect(await drawPosters([{ clip, poster, atSeconds: 0.3 }])).toBe(true);
    const facts = { width: 480, height: 270 };
    expect(inspectPicture(await readFile(poster), poster)).toMatchObject({ facts });
  });

  test('a clip whose one picture stands from its beginning has that picture', async () => {
    const lines = { scene: 'crab', model: 'apimart/kling-v3', prompt: 'A crab', details: [] };
    const still = clipAt('still.mp4');
    await writeFile(
      still,
      await drawSlate({ lines, width: 1280, height: 720, seconds: 1, audio: false }),
    );
    const [webp, jpeg] = [clipAt('still.webp'), clipAt('still.jpg')];
    const beside = { clip: clipAt('a b#1.mp4'), poster: clipAt('beside.webp'), atSeconds: 0.5 };
    const jobs = [webp, jpeg].map((poster) => ({ clip: still, poster, atSeconds: 0.5 }));
    expect(await drawPosters([beside, ...jobs])).toBe(true);
    const facts = { width: 480, height: 270 };
    for (const poster of [beside.poster, webp, jpeg])
      expect(inspectPicture(await readFile(poster), poster)).toMatchObject({ facts });
  });

  test('a poster is made once for a digest', async () => {
    const [first] = (await makePosters(wanted())).values();
    const before = await stat(first ?? '');
    const said: string[] = [];
    await makePosters(wanted(), (message) => said.push(message));
    const after = await stat(first ?? '');
    expect(after.mtimeMs).toBe(before.mtimeMs);
    expect(said).toEqual([]);
  });
});

describe.runIf(installed('ffmpeg'))('with ffmpeg', () => {
  test('a picture has a small copy too, whatever its type', async () => {
    await writeFile(clipAt('sky.png'), png(1280, 720));
    const still = { sha256: digest('7'), file: clipAt('sky.png'), picture: 'png' } as const;
    const posters = await makePosters([{ ...still, clipsFolder: folder }]);
    const bytes = await readFile(posters.get(still.sha256) ?? '');
    expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
  });
});

test('without ffmpeg a draft draws what its clip shows, once; other clips have no poster', async () => {
  const none = path.join(folder, 'no-such-program');
  const [drawn, other] = ['8', '9'].map(digest);
  let times = 0;
  const file = clipAt('a b#1.mp4');
  const draw = (): Promise<Uint8Array> => {
    times += 1;
    const clip = { width: 1920, height: 1080, seconds: 5, audio: true };
    return slatePicture('crab/kling', { model: 'apimart/kling-v3' }, clip);
  };
  const both = [
    { sha256: drawn ?? '', file, clipsFolder: folder, draw },
    { sha256: other ?? '', file, clipsFolder: folder },
  ];
  const posters = await makePosters(both, undefined, none);
  expect([...posters.keys()]).toEqual([drawn]);
  expect(
    inspectPicture(await readFile(posters.get(drawn ?? '') ?? ''), 'poster.png'),
  ).toMatchObject({
    facts: { type: 'png', width: 480, height: 270 },
  });
  await makePosters(both, undefined, none);
  expect(times).toBe(1);
});

test('without ffmpeg there is no poster, and no error', async () => {
  const poster = path.join(folder, 'none.webp');
  const job = { clip: clipAt('a b#1.mp4'), poster, atSeconds: 0.5 };
  expect(await drawPosters([job], path.join(folder, 'no-such-program'))).toBe(false);
  expect(await readdir(folder)).not.toContain('none.webp');
});

test('the rate of a clip is read from its index; what is no clip has none', async () => {
  expect(await frameRateOf(clipAt('a b#1.mp4'))).toBe(1);
  expect(await frameRateOf(clipAt('broken.mp4'))).toBeUndefined();
  expect(await frameRateOf(clipAt('absent.mp4'))).toBeUndefined();
});
