/**
 * The contact sheet of a gallery: one picture of all scenes and models, for print and for links.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  drawSheet,
  MOST_COLUMNS,
  rowsOnSheet,
  type SheetCell,
} from '../../clip/sheet/contact-sheet.ts';
import { drawPosters } from '../../ports/ffmpeg/posters.ts';
import { systemFiles } from '../../ports/files/files.ts';
import { type Item, reviewOf, type Row } from '../../report/gallery/page/model/review.ts';
import {
  costWords,
  lengthWords,
  STATE_WORDS,
  totalsOf,
  totalsWords,
} from '../../report/gallery/page/model/words.ts';
import type { PageData } from '../../report/gallery/page-data.ts';
import type { Surroundings } from '../open/surroundings.ts';

/** To one process of ffmpeg. */
const AT_ONCE = 12;

/** `file`: absolute. Without ffmpeg the sheet has words in place of pictures. */
export async function writeSheet(
  at: Pick<Surroundings, 'cwd'>,
  data: PageData,
  file: string,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: string }> {
  const review = reviewOf(data);
  const used = review.columns.flatMap((column, index) =>
    review.rows.some((row) => row.cells.has(index)) ? [{ alias: column.alias, index }] : [],
  );
  const columns = used.slice(0, MOST_COLUMNS);
  const rows = review.rows.slice(0, rowsOnSheet(columns.length));
  const shown = rows.map((row) => columns.map(({ index }) => itemOfCell(row, index)));
  const pictures = await picturesOf(at, shown.flat());
  const png = await drawSheet({
    title: data.title,
    subtitle: totalsWords(totalsOf(data.renders), data),
    columns: columns.map(({ alias }) => alias),
    rows: rows.map((row, index) => ({
      scene: row.project === undefined ? row.scene.id : `${row.project}: ${row.scene.id}`,
      prompt: row.prompt,
      cells: (shown[index] ?? []).map((item) => item && cellOf(item, pictures.get(item))),
    })),
    more: review.rows.length - rows.length,
    moreColumns: used.length - columns.length,
  });
  const saved = await systemFiles.writeAtomic(file, png);
  return saved.ok
    ? { ok: true }
    : { ok: false, problem: `the sheet could not be written: ${saved.problem.message}` };
}

/** The pick of the lock; else the first take with a clip; else the first. */
function itemOfCell(row: Row, column: number): Item | undefined {
  const takes = row.cells.get(column) ?? [];
  return (
    takes.find(({ render }) => render.decided?.pick !== undefined) ??
    takes.find(({ render }) => render.clip?.src !== undefined) ??
    takes[0]
  );
}

function cellOf({ render }: Item, picture: Uint8Array | undefined): SheetCell {
  const { clip, cost, state } = render;
  return {
    ...(picture === undefined ? {} : { picture }),
    caption: [
      ...(clip === undefined ? [] : [lengthWords(clip.seconds)]),
      ...(cost === undefined ? [] : [costWords(cost)]),
    ].join(' · '),
    ...(state === 'ready' && picture !== undefined
      ? {}
      : { state: state === 'ready' ? 'no picture' : STATE_WORDS[state] }),
    isPicked: render.decided?.pick !== undefined,
  };
}

async function picturesOf(
  at: Pick<Surroundings, 'cwd'>,
  items: readonly (Item | undefined)[],
): Promise<ReadonlyMap<Item, Uint8Array>> {
  const wanted = items.flatMap((item, index) => {
    const clip = item?.render.clip;
    return item === undefined || clip?.src === undefined ? [] : [{ item, clip, index }];
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-sheet-'));
  try {
    const jobs = wanted.map(({ clip, index }) => ({
      clip: path.resolve(at.cwd, clip.path),
      poster: path.join(folder, `${index}.jpg`),
      atSeconds: Math.min(0.5, clip.seconds / 3),
    }));
    for (let from = 0; from < jobs.length; from += AT_ONCE)
      if (!(await drawPosters(jobs.slice(from, from + AT_ONCE)))) break;
    const pictures = new Map<Item, Uint8Array>();
    for (const { item, index } of wanted) {
      const read = await readFile(path.join(folder, `${index}.jpg`)).catch(() => undefined);
      if (read !== undefined) pictures.set(item, read);
    }
    return pictures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
