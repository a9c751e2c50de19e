/** A contact sheet: scenes as rows, models as columns, one picture each, as one PNG. */
import { drawPng } from '../slate/raster.ts';
import { lineSvg, loadTypesetter } from '../text/typesetter.ts';

export interface SheetCell {
  /** JPEG; absent without a clip, or without a program that can decode it. */
  readonly picture?: Uint8Array;
  /** Below the picture: `5 s · $0.34`. */
  readonly caption: string;
  /** In place of the picture, or over it: `failed`. */
  readonly state?: string;
  readonly isPicked: boolean;
}

interface SheetRow {
  readonly scene: string;
  readonly prompt: string;
  /** By column; a model that the scene is not rendered on has none. */
  readonly cells: readonly (SheetCell | undefined)[];
}

export interface Sheet {
  readonly title: string;
  /** `34 clips · $12.08 charged`. */
  readonly subtitle: string;
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
  /** Scenes that are left out. */
  readonly more: number;
  /** Models that are left out. Default 0. */
  readonly moreColumns?: number;
}

/** Pixels. */
const WIDTH = 1600;
const MARGIN = 32;
const SCENE = 210;
const HEAD = 104;
const GAP = 12;
const CAPTION = 24;
const FOOT = 40;
const TALLEST = 6000;
const INK = '#1b1b1d';
const QUIET = '#62626a';
const FRAME = '#e9e8e5';
const GOOD = '#1f7443';

const cellWidth = (columns: number): number =>
  Math.min(300, Math.floor((WIDTH - 2 * MARGIN - SCENE) / Math.max(1, columns)) - GAP);
const rowHeight = (columns: number): number =>
  Math.max(96, Math.round((cellWidth(columns) * 9) / 16) + CAPTION + GAP);

/** How many models a sheet holds: pictures of more would be narrower than 32 pixels. */
export const MOST_COLUMNS = 30;
/** How many scenes a sheet with so many models holds. */
export const rowsOnSheet = (columns: number): number =>
  Math.floor((TALLEST - HEAD - FOOT) / rowHeight(columns));

/** `and 3 more scenes, 1 more model`; empty for a sheet that has all. */
export function leftOutWords({ more, moreColumns = 0 }: Sheet): string {
  const words = (count: number, one: string): readonly string[] =>
    count === 0 ? [] : [`${count} more ${one}${count === 1 ? '' : 's'}`];
  const all = [...words(more, 'scene'), ...words(moreColumns, 'model')];
  return all.length === 0 ? '' : `and ${all.join(', ')}`;
}

/** Some 200 ms for 50 pictures. */
export async function drawSheet(sheet: Sheet): Promise<Uint8Array> {
  const typesetter = await loadTypesetter();
  const text = (content: string, { x, y, size, fill = INK, width, lines = 1 }: TextPlace): string =>
    typesetter(content)
      .lines(content, { width: width / size, most: lines })
      .lines.map((line, index) =>
        lineSvg(line, { x, y: y + index * size * 1.35, size, fill, room: width }),
      )
      .join('');
  const columns = sheet.columns.length;
  const [wide, tall] = [cellWidth(columns), rowHeight(columns)];
  const height = HEAD + sheet.rows.length * tall + FOOT;
  const left = (column: number): number => MARGIN + SCENE + column * (wide + GAP);
  const leftOut = leftOutWords(sheet);
  const parts = [
    text(sheet.title, { x: MARGIN, y: 48, size: 26, width: 900 }),
    text(sheet.subtitle, { x: MARGIN, y: 74, size: 15, fill: QUIET, width: 1400 }),
    ...sheet.columns.map((alias, column) =>
      text(alias, { x: left(column), y: HEAD - 8, size: 14, fill: QUIET, width: wide }),
    ),
    ...sheet.rows.flatMap((row, index) => {
      const y = HEAD + index * tall;
      return [
        text(row.scene, { x: MARGIN, y: y + 18, size: 15, width: SCENE - 20 }),
        text(row.prompt, {
          x: MARGIN,
          y: y + 44,
          size: 11,
          fill: QUIET,
          width: SCENE - 20,
          lines: Math.max(1, Math.floor((tall - 56) / 15)),
        }),
        ...row.cells.map((cell, column) =>
          cell === undefined ? '' : cellSvg(cell, { x: left(column), y, wide, tall }, text),
        ),
      ];
    }),
    leftOut === ''
      ? ''
      : text(leftOut, {
          x: MARGIN,
          y: height - 16,
          size: 14,
          fill: QUIET,
          width: 600,
        }),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}"><rect width="100%" height="100%" fill="#ffffff"/>${parts.join('')}</svg>`;
  return drawPng(svg);
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill?: string;
  readonly width: number;
  readonly lines?: number;
}

function cellSvg(
  { picture, caption, state, isPicked }: SheetCell,
  {
    x,
    y,
    wide,
    tall,
  }: { readonly x: number; readonly y: number; readonly wide: number; readonly tall: number },
  text: (content: string, place: TextPlace) => string,
): string {
  const height = tall - CAPTION - GAP;
  const border = isPicked ? ` stroke="${GOOD}" stroke-width="3"` : '';
  const frame = `<rect x="${x}" y="${y}" width="${wide}" height="${height}" rx="6" fill="${FRAME}"${border}/>`;
  const image =
    picture === undefined
      ? ''
      : `<image x="${x}" y="${y}" width="${wide}" height="${height}" href="data:image/jpeg;base64,${Buffer.from(picture).toString('base64')}"/>`;
  const word =
    picture === undefined && state !== undefined
      ? text(state, { x: x + 10, y: y + height / 2 + 5, size: 13, fill: QUIET, width: wide - 20 })
      : '';
  const below = [
    ...(isPicked ? ['picked'] : []),
    ...(picture !== undefined && state !== undefined ? [state] : []),
    caption,
  ]
    .filter((one) => one !== '')
    .join(' · ');
  return `${frame}${image}${word}${text(below, { x, y: y + height + 16, size: 12, fill: isPicked ? GOOD : QUIET, width: wide })}`;
}
