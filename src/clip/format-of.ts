/**
 * The format of a file that is not MP4, by its first bytes: gateways send error pages and other
 * formats under the name of a clip.
 */
import { defined } from '../defined.ts';
import type { ClipProblem } from './facts.ts';

interface OtherFormat extends Pick<ClipProblem, 'videoEnding'> {
  readonly name: string;
  readonly problem: Extract<ClipProblem['problem'], 'html' | 'other-format'>;
}

const SIGNATURES: readonly (readonly [name: string, offset: number, bytes: string])[] = [
  ['a WebM or Matroska video', 0, '\x1a\x45\xdf\xa3'],
  ['a PNG image', 0, '\x89PNG'],
  ['a JPEG image', 0, '\xff\xd8\xff'],
  ['a GIF image', 0, 'GIF8'],
  ['a WebP image', 8, 'WEBP'],
  ['an AVI video', 8, 'AVI '],
  ['a WAV sound', 8, 'WAVE'],
  ['an Ogg file', 0, 'OggS'],
  ['an MP3 sound', 0, 'ID3'],
  ['a Flash video', 0, 'FLV\x01'],
  ['a PDF document', 0, '%PDF'],
  ['a ZIP archive', 0, 'PK\x03\x04'],
  ['a gzip archive', 0, '\x1f\x8b'],
];
const VIDEO_ENDINGS: Readonly<Record<string, ClipProblem['videoEnding']>> = {
  'a WebM or Matroska video': '.webm',
  'an AVI video': '.avi',
  'a Flash video': '.flv',
};
/** Brands of still images that use MP4's own box format. */
const STILL_BRANDS = /^(?:avif|avis|heic|heix|mif1|msf1)$/;

/**
 * `undefined` for what may be an MP4, or is nothing known. `start`: the first bytes, 64 or more
 * where the file has them.
 */
export function nameOfFormat(start: Buffer): OtherFormat | undefined {
  const latin = start.toString('latin1');
  const known = SIGNATURES.find(([, offset, bytes]) => latin.startsWith(bytes, offset));
  if (known !== undefined)
    return {
      name: known[0],
      problem: 'other-format',
      ...defined({ videoEnding: VIDEO_ENDINGS[known[0]] }),
    };
  if (latin.startsWith('ftyp', 4) && STILL_BRANDS.test(latin.slice(8, 12)))
    return { name: 'a still image (HEIF)', problem: 'other-format' };
  const text = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^<(?:!doctype html|html|head|body|!--)/i.test(text))
    return { name: 'a web page (HTML)', problem: 'html' };
  if (text.startsWith('<?xml') || /^<(?:Error|svg)\b/.test(text))
    return { name: 'an XML document', problem: 'other-format' };
  if (/^[{[]\s*(?:["{}[\]\d]|$)/.test(text))
    return { name: 'a JSON text', problem: 'other-format' };
  if (text.startsWith('#EXTM3U')) return { name: 'a playlist (M3U8)', problem: 'other-format' };
  return undefined;
}
