import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readClip } from '../../src/clip/read.ts';
import { drawPng, rasterize } from '../../src/clip/slate/raster.ts';
import { readable } from '../../src/clip/slate/readable.ts';
import { drawSlate, type SlateSpec } from '../../src/clip/slate/slate.ts';
import { accentOf, barAreas, drawStill } from '../../src/clip/slate/layout.ts';
import { png, sample } from '../pictures/sample-pictures.ts';
import { installed } from './installed.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rushes-slate-'))));
afterAll(() => rm(folder, { recursive: true }));

const SPEC: SlateSpec = {
  lines: {
    scene: 'crab/kling',
    model: 'apimart/kling-v3',
    prompt: 'A crab looks up',
    details: ['256x144', '3 s'],
  },
  width: 256,
  height: 144,
  seconds: 3,
  audio: true,
};

test.each([
  [256, 144, 3, true],
  [144, 256, 1, false],
  [150, 150, 15, true],
  [333, 187, 2, false],
] as const)(
  '%i x %i, %i s, sound %s: a complete clip, exactly so long',
  async (width, height, seconds, audio) => {
    const path = join(folder, 'slate.mp4');
    await writeFile(path, await drawSlate({ ...SPEC, width, height, seconds, audio }));
    const even = (side: number): number => Math.round(side / 2) * 2;
    expect(await readClip(path)).toMatchObject({
      kind: 'clip',
      width: even(width),
      height: even(height),
      seconds,
      audio,
      fps: 1,
    });
  },
);

test('same spec, same bytes; another second, other bytes; a size that cannot be is refused', async () => {
  const one = await drawSlate(SPEC);
  // Two years later, and two at a time: the files must not hold when they were made.
  vi.useFakeTimers({ now: Date.now() + 63_072_000_000, toFake: ['Date'] });
  const [two, other] = await Promise.all([drawSlate(SPEC), drawSlate({ ...SPEC, seconds: 4 })]);
  vi.useRealTimers();
  expect(Buffer.compare(one, two)).toBe(0);
  expect(other.length).toBeGreaterThan(one.length);
  await expect(drawSlate({ ...SPEC, width: 8 })).rejects.toThrow(
    'a slate of 8x144 and 3 s cannot be drawn',
  );
  await expect(drawSlate({ ...SPEC, seconds: Number.NaN })).rejects.toThrow('cannot be drawn');
});

test('drawing takes over nothing of the process', async () => {
  const count = (): number =>
    process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const before = count();
  await drawSlate(SPEC);
  expect(count()).toBe(before);
});

test.runIf(installed('ffprobe'))('ffprobe agrees, and every picture can be decoded', async () => {
  const path = join(folder, 'probe.mp4');
  await writeFile(path, await drawSlate({ ...SPEC, seconds: 4 }));
  const { stdout } = await promisify(execFile)('ffprobe', [
    '-v',
    'error',
    '-count_frames',
    '-of',
    'json',
    '-show_entries',
    'stream=codec_name,width,height,nb_read_frames,duration:format=duration',
    path,
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    streams: [
      { codec_name: 'h264', width: 256, height: 144, nb_read_frames: '4', duration: '4.000000' },
      { codec_name: 'aac', nb_read_frames: '187' },
    ],
    format: { duration: '4.000000' },
  });
});

test('a prompt of 100,000 characters costs no more than a long one', async () => {
  const startedAt = process.cpuUsage();
  await drawStill({ ...SPEC.lines, prompt: 'A crab. '.repeat(12_500) }, SPEC);
  expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000);
});

test('a slate of 5 s in 720p takes at most 0.3 s of CPU, once the drawing parts are loaded', async () => {
  const spent: number[] = [];
  for (let time = 0; time < 4; time++) {
    const before = process.cpuUsage();
    await drawSlate({ ...SPEC, width: 1280, height: 720, seconds: 5 });
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1e6);
  }
  // The least of a few: other work on the machine makes every measure larger, none smaller.
  expect(Math.min(...spent)).toBeLessThan(0.3);
});

test('the models of the first pages have different colours', () => {
  const names = ['kling-v3', 'kling-v2-6', 'sora-2', 'sora-2-pro']
    .map((native) => `apimart/${native}`)
    .concat('evolink/kling-o3-text-to-video');
  expect(new Set(names.map(accentOf)).size).toBe(names.length);
});

test.each(['crab.png', 'crab.jpg'])(
  '%s lies behind the words, not behind the counter',
  async (name) => {
    const size = { width: 640, height: 360 };
    const mime = name.endsWith('png') ? 'image/png' : 'image/jpeg';
    const background = { bytes: sample(name), mime };
    const [plain, filled] = await Promise.all([
      drawStill(SPEC.lines, size).then(rasterize),
      drawStill(SPEC.lines, size, background).then(rasterize),
    ]);
    const pixel = (pixels: Uint8Array, x: number, y: number): number[] => [
      ...pixels.subarray((y * size.width + x) * 4, (y * size.width + x) * 4 + 3),
    ];
    // The crab is red, the foot as dark as ever.
    const [red = 0, green = 0, blue = 0] = pixel(filled, 320, 220);
    expect(red).toBeGreaterThan(2 * Math.max(green, blue));
    expect(pixel(filled, 320, 330)).toEqual(pixel(plain, 320, 330));
  },
);

test.runIf(installed('ffmpeg'))('a WebP is drawn by way of ffmpeg, as its PNG is', async () => {
  const size = { width: 640, height: 360 };
  const webp = { bytes: sample('crab.webp'), mime: 'image/webp' };
  const { picture } = await readable(webp);
  expect(picture?.mime).toBe('image/png');
  const pixels = await rasterize(await drawStill(SPEC.lines, size, picture));
  const [red = 0, green = 0, blue = 0] = pixels.subarray((220 * 640 + 320) * 4);
  expect(red).toBeGreaterThan(2 * Math.max(green, blue));
  const broken = { bytes: Buffer.from('RIFF no picture'), mime: 'image/webp' };
  expect((await readable(broken)).picture).toBeUndefined();
  // It is left out, and the clip is drawn all the same.
  expect(await drawSlate({ ...SPEC, ...size, seconds: 1, background: broken })).toBeDefined();
});

test('a small file with 81 million pixels is left out, and the slate says so', async () => {
  const bomb = { bytes: png(9_000, 9_000), mime: 'image/png' };
  expect(await readable(bomb)).toEqual({ leftOut: 'picture too large to show' });
  const said = { ...SPEC.lines, details: [...SPEC.lines.details, 'picture too large to show'] };
  expect(await drawSlate({ ...SPEC, background: bomb, opening: bomb })).toEqual(
    await drawSlate({ ...SPEC, lines: said }),
  );
});

test('a CMYK picture, which the renderer does not know, is left out, and the slate says so', async () => {
  const cmyk = { bytes: sample('cmyk.jpg'), mime: 'image/jpeg' };
  const said = { ...SPEC.lines, details: [...SPEC.lines.details, 'CMYK picture: not shown'] };
  expect(await drawSlate({ ...SPEC, background: cmyk, opening: cmyk })).toEqual(
    await drawSlate({ ...SPEC, lines: said }),
  );
});

test('words of a picture that was shown before are not read through the words of the slate', async () => {
  const size = { width: 640, height: 360 };
  const prompt = 'A crab looks up at the camera and waves. '.repeat(3);
  const bytes = await drawPng(await drawStill({ ...SPEC.lines, prompt }, size));
  const background = { bytes, mime: 'image/png' };
  const nothing = { scene: '', model: '', prompt: '', details: [] };
  const [plain, sharp, soft] = await Promise.all([
    drawStill(nothing, size).then(rasterize),
    drawStill(nothing, size, background).then(rasterize),
    drawStill(nothing, size, background, { isSoft: true }).then(rasterize),
  ]);
  const edges = (pixels: Uint8Array): number => {
    let sum = 0;
    // Below the words of the slate itself, above its foot.
    for (let y = 140; y < 270; y++)
      for (let x = 1; x < size.width; x++) {
        const at = (y * size.width + x) * 4;
        sum += Math.abs((pixels[at] ?? 0) - (pixels[at - 4] ?? 0));
      }
    return sum;
  };
  expect(edges(plain)).toBe(0);
  expect(edges(soft)).toBeLessThan(edges(sharp) / 4);
});

test.each([
  [100, 350],
  [120, 1200],
] as const)('%i x %i: the bar at the foot covers none of its words', (width, height) => {
  const { whole } = barAreas(1, 5, { width, height });
  // The lowest line stands 7 hundredths of the shorter side above the foot, with 0.6 below it.
  expect(whole.height).toBeLessThanOrEqual(width * 0.064);
});
