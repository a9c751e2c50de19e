/** Arguments of ffmpeg that every use of it has. */

export const QUIET = ['-nostdin', '-v', 'error'] as const;

/** A file as input. It is a stranger's: one format, no other files, no network. */
const oneFile = (file: string, format: string, before: readonly string[] = []): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-f',
  format,
  '-threads',
  '1',
  ...before,
  '-i',
  file,
];

export const oneClip = (clip: string, before: readonly string[] = []): string[] =>
  oneFile(clip, 'mov', before);

const FORMATS = { jpeg: 'jpeg_pipe', png: 'png_pipe', webp: 'webp_pipe' } as const;
export type PictureFormat = keyof typeof FORMATS;

export const onePicture = (picture: string, format: PictureFormat): string[] =>
  oneFile(picture, FORMATS[format]);
