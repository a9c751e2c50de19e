/**
 * Limits that a picture must meet before it is uploaded: those of the gateway's file service here,
 * those of a model in its card.
 */
import type { GatewayName } from '../ids.ts';
import type { Picture, PictureType } from './picture.ts';
import { typeName } from './picture.ts';

/** Limits of one model on pictures. Absent: the page states no such limit. */
export interface PictureLimits {
  readonly types?: readonly PictureType[];
  readonly mostBytes?: number;
  /** Pixels of each side. */
  readonly leastSide?: number;
  readonly mostSide?: number;
  /** Width divided by height. */
  readonly ratio?: readonly [least: number, most: number];
  /** False: pictures with transparency are refused. */
  readonly alpha?: false;
}

/** The measure of a limit. */
export type Measured = Pick<Picture, 'type' | 'width' | 'height' | 'bytes' | 'alpha'>;

/**
 * Largest file in bytes that the file service of a gateway takes (docs/providers/uploads.md,
 * section 1). Of EvoLink what its official client sends at most.
 */
export const MOST_UPLOAD_BYTES: Readonly<Record<GatewayName, number>> = {
  apimart: 20_971_520,
  evolink: 99_614_720,
};
/** 1 MB is 1,000,000 bytes: of two readings the smaller one. */
export const megabytes = (count: number): number => count * 1_000_000;

/** A larger file is not even read. */
export const MOST_PICTURE_BYTES = Math.max(...Object.values(MOST_UPLOAD_BYTES));

/** Continues a sentence that begins with the picture: the first limit that it does not meet. */
export function breachOf(
  { type, width, height, bytes, alpha }: Measured,
  { types, mostBytes, leastSide, mostSide, ratio, alpha: mayHaveAlpha }: PictureLimits,
): string | undefined {
  if (types?.includes(type) === false)
    return `is a ${typeName(type)}; the model takes ${types.map(typeName).join(', ')}`;
  if (mostBytes !== undefined && bytes > mostBytes)
    return `has ${inMegabytes(bytes)}; the model takes at most ${inMegabytes(mostBytes)}`;
  const size = `${width} x ${height} pixels`;
  if (leastSide !== undefined && Math.min(width, height) < leastSide)
    return `has ${size}; each side must have at least ${leastSide}`;
  if (mostSide !== undefined && Math.max(width, height) > mostSide)
    return `has ${size}; each side may have at most ${mostSide}`;
  if (ratio !== undefined && (width / height < ratio[0] || width / height > ratio[1]))
    return `has ${size}, a ratio of ${round(width / height)}; the model takes ${ratio[0]} to ${ratio[1]}`;
  if (mayHaveAlpha === false && alpha)
    return 'has transparency; the model takes opaque pictures only';
  return undefined;
}

/** `JPEG or PNG, at most 10 MB, sides of 300 pixels and more, ratio 0.4 to 2.5`: for people. */
export function limitWords({
  types,
  mostBytes,
  leastSide,
  mostSide,
  ratio,
  alpha,
}: PictureLimits): string {
  const sides =
    mostSide === undefined
      ? `sides of ${leastSide ?? 1} pixels and more`
      : `sides of ${leastSide ?? 1} to ${mostSide} pixels`;
  return [
    ...(types === undefined ? [] : [types.map(typeName).join(' or ')]),
    ...(mostBytes === undefined ? [] : [`at most ${inMegabytes(mostBytes)}`]),
    ...(leastSide === undefined && mostSide === undefined ? [] : [sides]),
    ...(ratio === undefined ? [] : [`ratio ${ratio[0]} to ${ratio[1]}`]),
    ...(alpha === false ? ['without transparency'] : []),
  ].join(', ');
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** `20.9 MB`, of small files `0.3 KB`. */
const inMegabytes = (bytes: number): string =>
  bytes >= 100_000
    ? `${Math.round(bytes / 100_000) / 10} MB`
    : `${Math.max(0.1, Math.round(bytes / 100) / 10)} KB`;
