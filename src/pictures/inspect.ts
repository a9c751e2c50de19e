/**
 * Whether the bytes of a file are a picture that can be sent. Each way to be wrong has a code of
 * its own, and says what to do about it.
 */
import type { DiagnosticCode } from '../diagnostic-codes/diagnostic-codes.ts';
import { lookAtJpeg } from './formats/jpeg.ts';
import type { Looked } from './formats/looked.ts';
import { lookAtPng } from './formats/png.ts';
import { sniff } from './formats/sniff.ts';
import { lookAtWebp } from './formats/webp.ts';
import {
  isEndingOf,
  type PictureFacts,
  type PictureType,
  typeName,
  usualEnding,
} from './picture.ts';

/** Continues a sentence that begins with the name of the file. */
interface PictureProblem {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string;
}

export interface Inspected {
  /** Absent if the file cannot be sent. */
  readonly facts?: PictureFacts;
  /** At most one error; warnings beside the facts. */
  readonly problems: readonly PictureProblem[];
}

const LOOKS: Readonly<Record<PictureType, (bytes: Uint8Array) => Looked>> = {
  jpeg: lookAtJpeg,
  png: lookAtPng,
  webp: lookAtWebp,
};

/** `name`: of the file, for its ending. Never throws. */
export function inspectPicture(bytes: Uint8Array, name: string): Inspected {
  if (bytes.length === 0)
    return refused('picture-empty', 'is empty', 'Save the picture again, or restore the file.');
  const found = sniff(bytes);
  switch (found.kind) {
    case 'lfs-pointer':
      return refused(
        'picture-lfs-pointer',
        'is a Git LFS pointer: the picture itself was not downloaded',
        'Run `git lfs pull`; in GitHub Actions set lfs: true on actions/checkout.',
      );
    case 'other-picture':
      return refused(
        'picture-format',
        `is ${found.name}; expected JPEG, PNG or WebP`,
        'Convert it, for example with `magick in.gif out.png`.',
      );
    case 'unknown':
      return refused(
        'picture-format',
        `${found.name === undefined ? 'is not a picture' : `is ${found.name}`}; expected JPEG, PNG or WebP`,
        'Name the file of a picture, or an https:// link.',
      );
    case 'picture':
      return inspectType(bytes, found.type, name);
  }
}

function inspectType(bytes: Uint8Array, type: PictureType, name: string): Inspected {
  const looked = look(bytes, type);
  if (looked.kind === 'cut-short' || looked.width < 1 || looked.height < 1)
    return refused(
      'picture-truncated',
      `is a damaged ${typeName(type)}: its end is missing`,
      'Copy or save the picture again, or restore the file.',
    );
  const ending = /\.([^./\\]+)$/.exec(name)?.[1];
  if (ending === undefined || !isEndingOf(ending, type))
    return refused(
      'picture-extension',
      `is a ${typeName(type)}, and its name ${ending === undefined ? 'has no extension' : `ends in .${ending}`}`,
      `Rename the file: .${usualEnding(type)}`,
    );
  if (looked.animated === true)
    return refused(
      'picture-animated',
      `is an animated ${typeName(type)}; models take still pictures`,
      'Save one of its frames as PNG.',
    );
  const { width, height, alpha, orientation, cmyk } = looked;
  const problems: PictureProblem[] = [];
  if (cmyk === true)
    problems.push({
      code: 'picture-cmyk',
      severity: 'warning',
      message: 'is a CMYK JPEG: services may refuse it or show other colours',
      hint: 'Save it in RGB.',
    });
  if (orientation !== undefined)
    problems.push({
      code: 'picture-rotated',
      severity: 'warning',
      message: `is shown ${ORIENTATIONS[orientation] ?? 'turned'} because of its EXIF orientation; services may ignore that`,
      hint: 'Save it upright, for example with `magick in.jpg -auto-orient out.jpg`.',
    });
  return { facts: { type, width, height, alpha }, problems };
}

const ORIENTATIONS: Readonly<Record<number, string>> = {
  2: 'mirrored',
  3: 'upside down',
  4: 'mirrored and upside down',
  5: 'mirrored and turned',
  6: 'turned to the right',
  7: 'mirrored and turned',
  8: 'turned to the left',
};

function look(bytes: Uint8Array, type: PictureType): Looked {
  try {
    return LOOKS[type](bytes);
  } catch {
    // A header that contradicts itself.
    return { kind: 'cut-short' };
  }
}

const refused = (code: DiagnosticCode, message: string, hint: string): Inspected => ({
  problems: [{ code, severity: 'error', message, hint }],
});
