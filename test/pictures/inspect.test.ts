import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectPicture } from '../../src/pictures/inspect.ts';
import { LFS_POINTER, png, sample } from './sample-pictures.ts';

const codes = (bytes: Uint8Array, name: string): readonly string[] =>
  inspectPicture(bytes, name).problems.map(({ code, severity }) =>
    severity === 'error' ? code : `${severity} ${code}`,
  );

describe('a picture that can be sent', () => {
  test.each([
    ['crab.png', 'png'],
    ['crab.jpg', 'jpeg'],
    ['crab.webp', 'webp'],
  ])('%s', (name, type) => {
    expect(inspectPicture(sample(name), name)).toEqual({
      facts: { type, width: 640, height: 360, alpha: false },
      problems: [],
    });
  });

  test.each([
    ['turned.jpg', 'warning picture-rotated'],
    ['cmyk.jpg', 'warning picture-cmyk'],
  ])('%s is sent with a warning', (name, code) => {
    expect(codes(sample(name), name)).toEqual([code]);
    expect(inspectPicture(sample(name), name).facts).toBeDefined();
  });

  test('a JPEG with fill bytes before its marks, which encoders may write', () => {
    const crab = sample('crab.jpg');
    const frameAt = crab.indexOf(Buffer.from([0xff, 0xc0]));
    const fill = Buffer.from([0xff, 0xff]);
    const parts = [crab.subarray(0, 2), fill, crab.subarray(2, frameAt), fill];
    const filled = Buffer.concat([...parts, crab.subarray(frameAt)]);
    expect(inspectPicture(filled, 'a.jpg')).toEqual(inspectPicture(crab, 'a.jpg'));
  });

  test('bytes behind the end do no harm', () => {
    for (const name of ['crab.png', 'crab.jpg', 'crab.webp'])
      expect(codes(Buffer.concat([sample(name), Buffer.from('tail')]), name)).toEqual([]);
  });
});

describe('a file that cannot be sent', () => {
  test.each<[string, Uint8Array, string, string]>([
    ['nothing in it', Buffer.alloc(0), 'a.png', 'picture-empty'],
    ['a Git LFS pointer', Buffer.from(LFS_POINTER), 'a.png', 'picture-lfs-pointer'],
    ['an animated PNG', sample('moving.png'), 'a.png', 'picture-animated'],
    ['an animated WebP', sample('moving.webp'), 'a.webp', 'picture-animated'],
    ['a GIF', sample('crab.gif'), 'a.gif', 'picture-format'],
    ['a GIF that is called .png', sample('crab.gif'), 'a.png', 'picture-format'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.svg', 'picture-format'],
    ['a web page', Buffer.from('<!DOCTYPE html><html></html>'), 'a.jpg', 'picture-format'],
    ['a text', Buffer.from('APIMART_API_KEY=sk-1'), 'a.png', 'picture-format'],
    ['a JPEG that is called .png', sample('crab.jpg'), 'a.png', 'picture-extension'],
    ['a name without an ending', sample('crab.jpg'), 'crab', 'picture-extension'],
    ['no pixels', png(0, 4), 'a.png', 'picture-truncated'],
  ])('%s', (_what, bytes, name, code) => {
    expect(codes(bytes, name)).toEqual([code]);
  });

  test.each(['crab.png', 'crab.jpg', 'crab.webp'])('%s, cut anywhere, is never whole', (name) => {
    const whole = sample(name);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length - 1 }), (length) => {
        const [code] = codes(whole.subarray(0, length), name);
        expect(code).toMatch(/^picture-(?:truncated|format)$/);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('whatever the bytes are, it does not throw', () => {
    const starts = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'RIFF\x10\0\0\0WEBPVP8X', ''];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
        expect(Array.isArray(inspectPicture(bytes, 'a.png').problems)).toBe(true);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
