/**
 * How a slate looks: SVG of all that stands still, and of the counter that does not. Sizes are in
 * hundredths of the shorter side.
 */
import { type Line, lineSvg, loadTypesetter, type Typesetter } from '../text/typesetter.ts';

export interface SlateLines {
  /** Which scene (and take): the largest words. */
  readonly scene: string;
  /** `apimart/kling-v3`: decides the colour. */
  readonly model: string;
  readonly prompt: string;
  /** Short facts, shown in one line: `1280x720`, `sound on`. */
  readonly details: readonly string[];
}
/** A picture that fills the slate behind the words. */
export interface SlateBackground {
  readonly bytes: Uint8Array;
  /** `image/png`, `image/jpeg` or `image/webp`. */
  readonly mime: string;
}
export interface SlateSize {
  readonly width: number;
  readonly height: number;
}
/** In pixels, even numbers: the picture has half as many chroma samples each way. */
export interface Area extends SlateSize {
  readonly x: number;
  readonly y: number;
}

const BACKGROUND = '#14171d';
const WHITE = '#f4f2ec';
const GREY = '#8d95a3';
const FAINT = '#2a303a';
/** In place of grey, on a picture. */
const PALE = '#c9ced8';
/** Told apart at a glance, and read on the dark background. */
const ACCENTS = [
  '#ffb454',
  '#5ad1a2',
  '#6cb6ff',
  '#f07fb0',
  '#c49bff',
  '#e6d95f',
  '#ff8b6b',
  '#66d9e8',
] as const;

const MARGIN = 7;
/** Smaller and smaller until the prompt fits; then it is cut. */
const PROMPT_SIZES = [7.4, 6.6, 5.8, 5, 4.3, 3.7, 3.2, 2.8] as const;
const PROMPT_TOP = 41;
const LINE_HEIGHT = 1.42;
const FOOT = 27;
/** Half the height of the bar at the foot, at most: the words above it begin at 6.4. */
const MOST_BAR = 2.8;
/** Of a picture that is behind words: words in it can no longer be read, its places can. */
const BLUR = 1.6;

/**
 * One model, one colour, on every machine: three bits of FNV-1a over its name, such that the first
 * five models differ.
 */
export function accentOf(model: string): string {
  let hash = 0x811c9dc5;
  for (const character of model)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return ACCENTS[(hash >>> 26) % ACCENTS.length] ?? ACCENTS[0];
}

/** SVG of everything but the counter and the bar at the foot. */
export async function drawStill(
  lines: SlateLines,
  size: SlateSize,
  background?: SlateBackground,
  { isSoft = false }: { readonly isSoft?: boolean } = {},
): Promise<string> {
  const unit = Math.min(size.width, size.height) / 100;
  const width = size.width / unit;
  const height = size.height / unit;
  const room = width - 2 * MARGIN;
  const type = (await loadTypesetter())([lines.scene, lines.prompt, ...lines.details].join(' '));
  const accent = accentOf(lines.model);
  const sizeIn = (most: number, { shaped }: Line): number =>
    Math.min(most, room / Math.max(1, shaped.width));

  const scene = lines.scene.replaceAll(/\s+/g, ' ').trim();
  const sceneSize = Math.max(4.6, sizeIn(10, type.line(scene, 'bold')));
  const [sceneLine] = type.lines(scene, { width: room / sceneSize, most: 1 }, 'bold').lines;
  const details = type.line(lines.details.join('   '), 'mono');
  const model = type.line(lines.model, 'mono');

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${BACKGROUND}"/>`,
    ...(background === undefined ? [] : behindWords(background, { width, height, isSoft })),
    clapper(width, accent),
    lineSvg(model, { x: MARGIN, y: 16.5, size: sizeIn(3.9, model), fill: accent }),
    ...(sceneLine === undefined
      ? []
      : [lineSvg(sceneLine, { x: MARGIN, y: 28, size: sceneSize, fill: WHITE, room })]),
    lineSvg(details, {
      x: MARGIN,
      y: 33.8,
      size: sizeIn(3.3, details),
      fill: background === undefined ? GREY : PALE,
    }),
    `<rect x="${MARGIN}" y="36.6" width="${room}" height="0.35" fill="${FAINT}"/>`,
    ...promptLines(type, lines.prompt, room, height),
    lineSvg(type.line('rushes draft', 'mono'), {
      x: MARGIN,
      y: height - 11.2,
      size: 3.3,
      fill: GREY,
    }),
    lineSvg(type.line('nothing was spent', 'mono'), {
      x: MARGIN,
      y: height - 7,
      size: 2.4,
      fill: GREY,
    }),
    '</svg>',
  ].join('');
}

/** The picture, dimmed under the words; the foot stays dark, where the counter is drawn. */
function behindWords(
  { bytes, mime }: SlateBackground,
  { width, height, isSoft }: SlateSize & { readonly isSoft: boolean },
): readonly string[] {
  const data = Buffer.from(bytes).toString('base64');
  const foot = 23.5;
  const soft = isSoft ? ' filter="url(#soft)"' : '';
  return [
    ...(isSoft ? [`<filter id="soft"><feGaussianBlur stdDeviation="${BLUR}"/></filter>`] : []),
    `<image${soft} href="data:${mime};base64,${data}" width="${width}" height="${height - foot}" preserveAspectRatio="xMidYMid slice"/>`,
    `<rect width="${width}" height="${height - foot}" fill="${BACKGROUND}" fill-opacity="0.55"/>`,
    ...(isSoft
      ? [`<rect y="${height - foot}" width="${width}" height="${foot}" fill="${BACKGROUND}"/>`]
      : []),
  ];
}

/** The picture alone, over all of the clip's size. */
export function drawPicture(
  { bytes, mime }: SlateBackground,
  { width, height }: SlateSize,
): string {
  const data = Buffer.from(bytes).toString('base64');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${BACKGROUND}"/><image href="data:${mime};base64,${data}" width="${width}" height="${height}" preserveAspectRatio="xMidYMid slice"/></svg>`;
}

function promptLines(
  type: Typesetter,
  prompt: string,
  room: number,
  height: number,
): readonly string[] {
  const words = prompt.trim();
  const space = height - FOOT - PROMPT_TOP;
  for (const size of PROMPT_SIZES) {
    const most = Math.max(1, Math.floor(space / (size * LINE_HEIGHT)));
    const { lines, complete } = type.lines(words, { width: room / size, most });
    if (!complete && size !== PROMPT_SIZES.at(-1)) continue;
    return lines.map((line, index) =>
      lineSvg(line, {
        x: MARGIN,
        y: PROMPT_TOP + size * (0.95 + index * LINE_HEIGHT),
        size,
        fill: WHITE,
        room,
      }),
    );
  }
  return [];
}

/** The stripes of a clapperboard along the top. */
function clapper(width: number, accent: string): string {
  const stripe = 9;
  const stripes: string[] = [`<rect width="${width}" height="6.4" fill="${FAINT}"/>`];
  for (let x = -stripe; x < width + stripe; x += 2 * stripe) {
    stripes.push(
      `<path d="M${x} 6.4 L${x + 5} 0 H${x + 5 + stripe} L${x + stripe} 6.4 Z" fill="${accent}"/>`,
    );
  }
  return stripes.join('');
}

/** Where the counter is drawn: the right half of the foot. */
export function counterArea({ width, height }: SlateSize): Area {
  const unit = Math.min(width, height) / 100;
  const even = (value: number): number => Math.max(2, Math.floor(value / 2) * 2);
  const wide = even(Math.min(46 * unit, width / 2));
  const high = even(18 * unit);
  return {
    x: even(width - MARGIN * unit - wide),
    y: even(height - 23 * unit),
    width: wide,
    height: high,
  };
}

/**
 * The seconds that have begun, large, and how many there are. Drawn on the background, to be laid
 * over the still picture.
 */
export async function drawCounter(
  second: number,
  seconds: number,
  size: SlateSize,
): Promise<string> {
  const area = counterArea(size);
  const unit = Math.min(size.width, size.height) / 100;
  const width = area.width / unit;
  const type = (await loadTypesetter())('');
  const [large, rest] = [type.line(String(second), 'mono'), type.line(` / ${seconds} s`, 'mono')];
  const [largeSize, restSize] = [20, 5.4];
  const restAt = width - rest.shaped.width * restSize;
  const y = 15.6;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${area.width}" height="${area.height}" viewBox="0 0 ${width} ${area.height / unit}">`,
    `<rect width="${width}" height="100" fill="${BACKGROUND}"/>`,
    lineSvg(large, {
      x: restAt - large.shaped.width * largeSize,
      y,
      size: largeSize,
      fill: WHITE,
    }),
    lineSvg(rest, { x: restAt, y, size: restSize, fill: GREY }),
    '</svg>',
  ].join('');
}

/**
 * The bar at the very foot that fills up with the seconds: the part of it that is filled, and the
 * whole.
 */
export function barAreas(
  second: number,
  seconds: number,
  { width, height }: SlateSize,
): { readonly filled: Area; readonly whole: Area } {
  // Below the words of the foot, in a slate however narrow.
  const high = Math.max(
    2,
    Math.round(Math.min(height, MOST_BAR * Math.min(width, height)) / 100) * 2,
  );
  const y = height - high;
  return {
    whole: { x: 0, y, width, height: high },
    filled: { x: 0, y, width: Math.floor((width * second) / seconds / 2) * 2, height: high },
  };
}
