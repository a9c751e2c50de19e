/** SVG to pixels through resvg (WebAssembly). Text in it is drawn as outlines, by `../text`. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Resvg as ResvgClass } from '@resvg/resvg-wasm';

let loading: Promise<typeof ResvgClass> | undefined;

/** Some 40 ms once; only a draft or a gallery needs it. */
function loadResvg(): Promise<typeof ResvgClass> {
  loading ??= (async () => {
    const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
    const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
    await initWasm(await readFile(wasm));
    return Resvg;
  })();
  return loading;
}

/** RGBA, rows from the top, without padding. */
export const rasterize = (svg: string): Promise<Uint8Array> => draw(svg, (image) => image.pixels);

/** A PNG file. */
export const drawPng = (svg: string): Promise<Uint8Array> => draw(svg, (image) => image.asPng());

type Image = ReturnType<InstanceType<typeof ResvgClass>['render']>;

async function draw(svg: string, bytesOf: (image: Image) => Uint8Array): Promise<Uint8Array> {
  const Resvg = await loadResvg();
  const renderer = new Resvg(svg, { font: { loadSystemFonts: false } });
  try {
    const image = renderer.render();
    try {
      return bytesOf(image);
    } finally {
      image.free();
    }
  } finally {
    // Not collected by the garbage collector: the memory of the module would grow with every slate.
    renderer.free();
  }
}
