/**
 * How a slate looks: SVG of all that stands still, and of the counter that does not. Sizes are in
 * hundredths of the shorter side.
 */
import { fontsFor, openFont, type SlateFont } from './fonts.ts';
import { drawable, escapeXml, type Line, measure, spans, toLine, wrap } from './text.ts';

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

export interface Drawing {
  readonly svg: string;
  readonly fonts: readonly SlateFont[];
}

/** Everything but the counter and the bar at the foot. */
export function drawStill(
  lines: SlateLines,
  size: SlateSize,
  background?: SlateBackground,
  { isSoft = false }: { readonly isSoft?: boolean } = {},
): Drawing {
  const unit = Math.min(size.width, size.height) / 100;
  const width = size.width / unit;
  const height = size.height / unit;
  const room = width - 2 * MARGIN;
  const fonts = fontsFor([lines.scene, lines.prompt, ...lines.details].join(' '));
  const bold = [openFont('bold'), ...fonts];
  const mono = [openFont('mono'), ...fonts];
  const accent = accentOf(lines.model);

  const scene = drawable(lines.scene, bold).replaceAll('\n', ' ').trim();
  const sceneSize = Math.max(4.6, Math.min(10, room / Math.max(1, measure(scene, bold))));
  const details = drawable(lines.details.join('   '), mono);
  const detailSize = Math.min(3.3, room / Math.max(1, measure(details, mono)));
  const model = drawable(lines.model, mono);
  const modelSize = Math.min(3.9, room / Math.max(1, measure(model, mono)));

  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${BACKGROUND}"/>`,
    ...(background === undefined ? [] : behindWords(background, { width, height, isSoft })),
    clapper(width, accent),
    text({ line: toLine(model, mono), x: MARGIN, y: 16.5, size: modelSize, fill: accent }),
    text({
      line: wrap(scene, room / sceneSize, 1, bold).lines[0] ?? toLine('', bold),
      x: MARGIN,
      y: 28,
      size: sceneSize,
      fill: WHITE,
      weight: 600,
    }),
    text({
      line: toLine(details, mono),
      x: MARGIN,
      y: 33.8,
      size: detailSize,
      fill: background === undefined ? GREY : PALE,
    }),
    `<rect x="${MARGIN}" y="36.6" width="${room}" height="0.35" fill="${FAINT}"/>`,
    ...promptLines(lines.prompt, room, height, fonts),
    text({
      line: toLine('rushes draft', mono),
      x: MARGIN,
      y: height - 11.2,
      size: 3.3,
      fill: GREY,
    }),
    text({
      line: toLine('nothing was spent', mono),
      x: MARGIN,
      y: height - 7,
      size: 2.4,
      fill: GREY,
    }),
    '</svg>',
  ].join('');
  return { svg, fonts: [...fonts, openFont('bold'), openFont('mono')] };
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
): Drawing {
  const data = Buffer.from(bytes).toString('base64');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${BACKGROUND}"/><image href="data:${mime};base64,${data}" width="${width}" height="${height}" preserveAspectRatio="xMidYMid slice"/></svg>`;
  return { svg, fonts: [] };
}

function promptLines(
  prompt: string,
  room: number,
  height: number,
  fonts: readonly SlateFont[],
): string[] {
  const words = drawable(prompt, fonts).trim();
  const space = height - FOOT - PROMPT_TOP;
  for (const size of PROMPT_SIZES) {
    const most = Math.max(1, Math.floor(space / (size * LINE_HEIGHT)));
    const { lines, complete } = wrap(words, room / size, most, fonts);
    if (!complete && size !== PROMPT_SIZES.at(-1)) continue;
    return lines.map((line, index) =>
      text({
        line,
        x: MARGIN,
        y: PROMPT_TOP + size * (0.95 + index * LINE_HEIGHT),
        size,
        fill: WHITE,
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
export function drawCounter(second: number, seconds: number, size: SlateSize): Drawing {
  const area = counterArea(size);
  const unit = Math.min(size.width, size.height) / 100;
  const width = area.width / unit;
  const mono = openFont('mono');
  const rest = ` / ${seconds} s`;
  const restSize = 5.4;
  const baseline = 15.6;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${area.width}" height="${area.height}" viewBox="0 0 ${width} ${area.height / unit}">`,
    `<rect width="${width}" height="100" fill="${BACKGROUND}"/>`,
    `<g text-anchor="end" font-family="${mono.family}" font-weight="500">`,
    `<text x="${width - measure(rest, [mono]) * restSize}" y="${baseline}" font-size="20" fill="${WHITE}">${second}</text>`,
    `<text x="${width}" y="${baseline}" font-size="${restSize}" fill="${GREY}" xml:space="preserve">${escapeXml(rest)}</text>`,
    '</g></svg>',
  ].join('');
  return { svg, fonts: [mono] };
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
  const high = Math.max(2, Math.round(height / 100) * 2);
  const y = height - high;
  return {
    whole: { x: 0, y, width, height: high },
    filled: { x: 0, y, width: Math.floor((width * second) / seconds / 2) * 2, height: high },
  };
}

interface Text {
  readonly line: Line;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
}

const text = ({ line, x, y, size, fill, weight = 400 }: Text): string =>
  `<text y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" xml:space="preserve">${spans(line, x, size)}</text>`;
