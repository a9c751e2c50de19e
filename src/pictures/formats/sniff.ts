/** The format of a file by its first bytes. */
import type { PictureType } from '../picture.ts';

export type Sniffed =
  | { readonly kind: 'picture'; readonly type: PictureType }
  /** A picture of a format that none of our gateways accepts. */
  | { readonly kind: 'other-picture'; readonly name: string }
  | { readonly kind: 'lfs-pointer' }
  | { readonly kind: 'unknown'; readonly name?: string };

const LFS = 'version https://git-lfs.github.com/spec/';

/** Formats with a fixed beginning; `.` is any byte. */
const STARTS: readonly (readonly [start: string, found: Sniffed])[] = [
  ['\xff\xd8\xff', { kind: 'picture', type: 'jpeg' }],
  ['\x89PNG\r\n\x1a\n', { kind: 'picture', type: 'png' }],
  ['RIFF....WEBP', { kind: 'picture', type: 'webp' }],
  ['GIF87a', { kind: 'other-picture', name: 'a GIF' }],
  ['GIF89a', { kind: 'other-picture', name: 'a GIF' }],
  ['BM', { kind: 'other-picture', name: 'a BMP' }],
  ['II*\0', { kind: 'other-picture', name: 'a TIFF' }],
  ['MM\0*', { kind: 'other-picture', name: 'a TIFF' }],
  ['....ftypavif', { kind: 'other-picture', name: 'an AVIF picture' }],
  ['....ftypavis', { kind: 'other-picture', name: 'an AVIF picture' }],
  ['....ftyphei', { kind: 'other-picture', name: 'a HEIC picture' }],
  ['....ftyphev', { kind: 'other-picture', name: 'a HEIC picture' }],
  ['....ftypmif1', { kind: 'other-picture', name: 'a HEIF picture' }],
  ['8BPS', { kind: 'other-picture', name: 'a Photoshop file' }],
  ['\0\0\0\x0cJXL ', { kind: 'other-picture', name: 'a JPEG XL picture' }],
  ['\xff\x0a', { kind: 'other-picture', name: 'a JPEG XL picture' }],
  ['....ftyp', { kind: 'unknown', name: 'a video' }],
  ['\x1a\x45\xdf\xa3', { kind: 'unknown', name: 'a video' }],
  ['%PDF-', { kind: 'unknown', name: 'a PDF' }],
  ['PK\x03\x04', { kind: 'unknown', name: 'a zip archive' }],
];

export function sniff(bytes: Uint8Array): Sniffed {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString(
    'latin1',
  );
  if (head.startsWith(LFS)) return { kind: 'lfs-pointer' };
  const known = STARTS.find(([start]) =>
    [...start].every((character, index) => character === '.' || head[index] === character),
  );
  if (known !== undefined) return known[1];
  if (/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<svg[\s>]/is.test(head))
    return { kind: 'other-picture', name: 'an SVG drawing' };
  if (/^\s*<(?:!doctype|html|head|body)/i.test(head))
    return { kind: 'unknown', name: 'a web page' };
  return { kind: 'unknown' };
}

/** The type of a picture that gateways take, whole or not. */
export function sniffType(bytes: Uint8Array): PictureType | undefined {
  const found = sniff(bytes);
  return found.kind === 'picture' ? found.type : undefined;
}
