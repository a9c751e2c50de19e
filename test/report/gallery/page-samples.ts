/** Pages of the gallery made by hand: their data, and the files that they stand in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawSlate } from '../../../src/clip/slate/slate.ts';
import type { PageClip, PageData, PageRender } from '../../../src/report/gallery/page-data.ts';
import { pageDocument } from '../../../src/report/gallery/page-document.ts';
import { readPageAssets } from '../../../src/workflow/gallery/page-assets.ts';

export interface RenderSample extends Partial<Omit<PageRender, 'scene' | 'id' | 'prompt'>> {
  /** As the clip was made from; default: the one of the scene. */
  readonly prompt?: string;
  readonly tags?: readonly string[];
}

export const pageClip = (digit: string, more: Partial<PageClip> = {}): PageClip => ({
  sha256: digit.padStart(64, '0'),
  bytes: 1_840_233,
  width: 1280,
  height: 720,
  seconds: 5,
  audio: true,
  fps: 24,
  src: 'out/clip.mp4',
  path: 'out/film/clip.mp4',
  ...more,
});

/** By id, in the order given; scenes, columns and projects follow from the ids. */
export function pageData(
  renders: Readonly<Record<string, RenderSample>>,
  { title = 'film', draft = false }: { readonly title?: string; readonly draft?: boolean } = {},
): PageData {
  const texts: string[] = [];
  const textIndex = (text: string): number => {
    if (!texts.includes(text)) texts.push(text);
    return texts.indexOf(text);
  };
  const scenes: PageData['scenes'][number][] = [];
  const aliases = new Set<string>();
  const list = Object.entries(renders).map(([id, sample]): PageRender => {
    const [name = '', alias = '', take = '1'] = id.split('/');
    const { prompt, tags = [], ...rest } = sample;
    aliases.add(alias);
    let scene = scenes.findIndex((one) => one.id === name);
    if (scene < 0)
      scene =
        scenes.push({ project: 0, id: name, tags, prompt: textIndex(`The prompt of ${name}`) }) - 1;
    return {
      scene,
      id,
      alias,
      take: Number(take),
      model: `apimart/${alias}`,
      state: rest.clip === undefined ? 'waiting' : 'ready',
      marks: [],
      ...(rest.clip === undefined && prompt === undefined
        ? {}
        : { prompt: textIndex(prompt ?? `The prompt of ${name}`) }),
      ...rest,
    };
  });
  return {
    title,
    draft,
    writtenAt: '2026-11-29T12:00:00Z',
    projects: [{ manifest: 'manifests/film.yaml', name: 'film', aliases: [...aliases] }],
    scenes,
    renders: list,
    texts,
  };
}

export interface PageFolder extends Disposable {
  readonly folder: string;
  /** Absolute. */
  readonly file: string;
}

/** Needs `npm run build`. */
export async function pageFolder(data: PageData): Promise<PageFolder> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-gallery-'));
  const file = path.join(folder, 'gallery.html');
  writeFileSync(file, pageDocument(data, await readPageAssets()));
  return { folder, file, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** A clip that plays, beside the page. */
export async function writeClip(
  { folder }: Pick<PageFolder, 'folder'>,
  {
    file = 'out/clip.mp4',
    seconds = 5,
  }: { readonly file?: string; readonly seconds?: number } = {},
): Promise<void> {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const lines = { scene: 'crab', model: 'apimart/kling-v3', prompt: 'A crab', details: [] };
  writeFileSync(target, await drawSlate({ lines, width: 640, height: 360, seconds, audio: true }));
}
