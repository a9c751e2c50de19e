/**
 * A picture of the repository as a request knows it: where it lies, what it is, and its digest. The
 * bytes themselves are read again for the upload, and only sent if they still have this digest.
 */

export type PictureType = 'jpeg' | 'png' | 'webp';

/** Facts from the bytes of the file. */
export interface PictureFacts {
  /** By content, never by the name of the file. */
  readonly type: PictureType;
  /** Pixels as they are stored, before any rotation that a tag asks for. */
  readonly width: number;
  readonly height: number;
  /** Has an alpha channel or a transparent colour. */
  readonly alpha: boolean;
}

export interface Picture extends PictureFacts {
  /** From the project's root, `/` as separator. */
  readonly path: string;
  /** Absolute, links resolved. */
  readonly file: string;
  /** 64 hex digits, over the raw bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Endings of file names, the usual one first. */
const ENDINGS: Readonly<Record<PictureType, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png'],
  webp: ['webp'],
};

export const usualEnding = (type: PictureType): string => ENDINGS[type][0] ?? type;
export const isEndingOf = (ending: string, type: PictureType): boolean =>
  ENDINGS[type].includes(ending.toLowerCase());
export const mimeOf = (type: PictureType): string => `image/${type}`;

/** `JPEG`, `PNG`, `WebP`: for people. */
export const typeName = (type: PictureType): string =>
  type === 'webp' ? 'WebP' : type.toUpperCase();
