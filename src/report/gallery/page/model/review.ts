/** The page's data as the matrix needs it: scenes as rows, models as columns, takes in cells. */
import type { PageData, PageRender, PageScene } from '../../page-data.ts';

/** A render with what is derived from it once. */
export interface Item {
  /** Unique on the page and stable over time: `crab/kling/2`, or `film:crab/kling/2`. */
  readonly key: string;
  readonly render: PageRender;
  readonly scene: PageScene;
  readonly manifest: string;
  /** Name of the manifest. */
  readonly projectName: string;
  /** Index into `columns`. */
  readonly column: number;
  /** As sent for the clip that is shown; as the manifest has it where nothing was sent. */
  readonly prompt: string;
  /** The prompt of the manifest now, where the clip was made from another one. */
  readonly promptNow?: string;
  /** A ratio such as `16:9`; absent without a clip. */
  readonly ratio?: string;
}

interface Column {
  readonly alias: string;
  /** More than one where manifests give one alias to different models. */
  readonly models: readonly string[];
}

export interface Row {
  readonly index: number;
  readonly scene: PageScene;
  /** Name of the manifest, where the page shows several. */
  readonly project?: string;
  readonly prompt: string;
  /** By column, takes ascending. */
  readonly cells: ReadonlyMap<number, readonly Item[]>;
  readonly items: readonly Item[];
  readonly shape: Shape;
}

/** The shape of most clips of a row. */
export type Shape = 'wide' | 'square' | 'tall';

export interface Review {
  readonly data: PageData;
  readonly items: readonly Item[];
  readonly byKey: ReadonlyMap<string, Item>;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
}

export function reviewOf(data: PageData): Review {
  const several = data.projects.length > 1;
  const columnIndex = new Map(
    [...new Set(data.projects.flatMap(({ aliases }) => aliases))].map((alias, at) => [alias, at]),
  );
  const models: Set<string>[] = [];
  const cells = data.scenes.map(() => new Map<number, Item[]>());
  const items: Item[] = [];
  for (const render of data.renders) {
    const scene = data.scenes[render.scene];
    if (scene === undefined) continue;
    const column = columnIndex.get(render.alias) ?? columnIndex.size;
    columnIndex.set(render.alias, column);
    (models[column] ??= new Set()).add(render.model);
    const item = madeItem(data, render, scene, column, several);
    items.push(item);
    const inRow = cells[render.scene];
    const inCell = inRow?.get(column);
    if (inCell === undefined) inRow?.set(column, [item]);
    else inCell.push(item);
  }
  const rows = data.scenes.map((scene, index): Row => {
    const inRow = cells[index] ?? new Map<number, Item[]>();
    for (const takes of inRow.values()) takes.sort((a, b) => a.render.take - b.render.take);
    const name = data.projects[scene.project]?.name;
    const inOrder = [...inRow.values()].flat();
    return {
      index,
      scene,
      ...(several && name !== undefined ? { project: name } : {}),
      prompt: textAt(data, scene.prompt) ?? '',
      cells: inRow,
      items: inOrder,
      shape: shapeOf(inOrder),
    };
  });
  return {
    data,
    items,
    byKey: new Map(items.map((item) => [item.key, item])),
    rows: rows.filter((row) => row.items.length > 0),
    columns: [...columnIndex.keys()].map((alias, index) => ({
      alias,
      models: [...(models[index] ?? [])],
    })),
  };
}

function shapeOf(items: readonly Item[]): Shape {
  let [wide, square, tall] = [0, 0, 0];
  for (const { render } of items) {
    if (render.clip === undefined) continue;
    const ratio = render.clip.width / render.clip.height;
    if (ratio > 1.15) wide += 1;
    else if (ratio < 0.87) tall += 1;
    else square += 1;
  }
  return tall > wide && tall >= square ? 'tall' : square > wide ? 'square' : 'wide';
}

function madeItem(
  data: PageData,
  render: PageRender,
  scene: PageScene,
  column: number,
  several: boolean,
): Item {
  const project = data.projects[scene.project];
  const now = textAt(data, scene.prompt);
  const prompt = textAt(data, render.prompt) ?? now ?? '';
  const ratio = render.clip === undefined ? undefined : ratioOf(render.clip);
  return {
    key: several ? `${project?.name}:${render.id}` : render.id,
    render,
    scene,
    manifest: project?.manifest ?? '',
    projectName: project?.name ?? '',
    column,
    prompt,
    ...(render.state === 'changed' && now !== undefined && now !== prompt
      ? { promptNow: now }
      : {}),
    ...(ratio === undefined ? {} : { ratio }),
  };
}

const textAt = (data: PageData, index: number | undefined): string | undefined =>
  index === undefined ? undefined : data.texts[index];

const NAMED: readonly (readonly [name: string, ratio: number])[] = [
  ['16:9', 16 / 9],
  ['9:16', 9 / 16],
  ['1:1', 1],
  ['4:3', 4 / 3],
  ['3:4', 3 / 4],
  ['21:9', 21 / 9],
];

const earlierItems = new Map<string, Item>();

/**
 * The item of a key. `crab/kling~1` is the newest earlier result of `crab/kling`: an item of its
 * own, which is in no cell. `crab/kling~base` is what the other commit has.
 */
export function itemOf(review: Review, key: string): Item | undefined {
  const [, name = '', number = ''] = /^(.*)~(\d+|base)$/s.exec(key) ?? [];
  const current = review.byKey.get(name);
  const result =
    number === 'base' ? current?.render.base : current?.render.earlier?.[Number(number) - 1];
  if (current === undefined || result === undefined) return review.byKey.get(key);
  const known = earlierItems.get(key);
  if (known !== undefined) return known;
  const { scene, id, alias, take, model } = current.render;
  const { promptNow: _now, ...same } = current;
  const item: Item = {
    ...same,
    key,
    prompt: textAt(review.data, result.prompt) ?? '',
    render: { scene, id, alias, take, model, marks: [], state: 'earlier', ...result },
  };
  earlierItems.set(key, item);
  return item;
}

/** The nearest ratio with a name, as clips are a few pixels off. */
function ratioOf({ width, height }: { readonly width: number; readonly height: number }): string {
  const actual = width / height;
  const off = (ratio: number): number => Math.abs(Math.log(actual / ratio));
  return NAMED.reduce((best, one) => (off(one[1]) < off(best[1]) ? one : best))[0];
}
