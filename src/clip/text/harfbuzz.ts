/** HarfBuzz (WebAssembly): which glyphs a text needs and where each stands. */
import type * as harfbuzz from 'harfbuzzjs';

export type Harfbuzz = typeof harfbuzz;

let loading: Promise<Harfbuzz> | undefined;

/** Some 20 ms once; only a draft or a gallery needs it. */
export const loadHarfbuzz = (): Promise<Harfbuzz> => (loading ??= import('harfbuzzjs'));
