import { expect, test } from 'vitest';
import { checkClip } from '../../src/clip/check.ts';
import type { ClipFacts } from '../../src/clip/read.ts';

const clip = (facts: Partial<ClipFacts>): ClipFacts => ({
  kind: 'clip',
  width: 1280,
  height: 720,
  seconds: 5,
  audio: false,
  bytes: 1,
  codec: 'avc1.42001f',
  ...facts,
});

test.each([
  [{ width: 1280, height: 720 }, '720p', '16:9'],
  [{ width: 1280, height: 704 }, '720p', '16:9'],
  [{ width: 716, height: 1284 }, '720p', '9:16'],
  [{ width: 720, height: 720 }, '720p', '1:1'],
  [{ width: 960, height: 960 }, '720p', '1:1'],
  [{ width: 1440, height: 1440 }, '1080p', '1:1'],
  [{ width: 1792, height: 1024 }, '1024p', '16:9'],
  [{ width: 1920, height: 1088 }, '1080p', '16:9'],
  [{ width: 3840, height: 2160 }, '4k', '16:9'],
] as const)('%o is %s %s', (size, resolution, ratio) => {
  expect(checkClip(clip(size), { seconds: 5, resolution, ratio })).toEqual([]);
});

test.each([
  [{ width: 1280, height: 720 }, { resolution: '1080p' }, 'asked for 1080p, the clip is 1280x720'],
  [{ width: 1920, height: 1080 }, { resolution: '720p' }, 'asked for 720p, the clip is 1920x1080'],
  [{ width: 720, height: 1280 }, { ratio: '16:9' }, 'asked for 16:9, the clip is 720x1280 (9:16)'],
  [
    { width: 1000, height: 720 },
    { ratio: '16:9' },
    'asked for 16:9, the clip is 1000x720 (landscape)',
  ],
  [{ seconds: 4.2 }, {}, 'asked for 5 s, the clip is 4.2 s long'],
  [{ seconds: 10.04 }, {}, 'asked for 5 s, the clip is 10.04 s long'],
  [{ audio: false }, { audio: true }, 'asked for sound, the clip is silent'],
  [{ audio: true }, { audio: false }, 'asked for no sound, the clip has a sound track'],
] as const)('%o for %o: %s', (facts, asked, sentence) => {
  expect(checkClip(clip(facts), { seconds: 5, ...asked })).toEqual([sentence]);
});

test('a few frames more or less are no difference, and what is not promised is not checked', () => {
  expect(checkClip(clip({ seconds: 5.04 }), { seconds: 5 })).toEqual([]);
  expect(checkClip(clip({ seconds: 4.5 }), { seconds: 5 })).toEqual([]);
  expect(checkClip(clip({ seconds: 20.9 }), { seconds: 20 })).toEqual([]);
  expect(checkClip(clip({ width: 600, height: 900, audio: true }), { seconds: 5 })).toEqual([]);
});

test('where the model chooses the length, every length in its range is right', () => {
  const asked = { seconds: 30, leastSeconds: 4 };
  expect(checkClip(clip({ seconds: 4 }), asked)).toEqual([]);
  expect(checkClip(clip({ seconds: 30.04 }), asked)).toEqual([]);
  expect(checkClip(clip({ seconds: 3 }), asked)).toEqual([
    'asked for 4 to 30 s, the clip is 3 s long',
  ]);
});
