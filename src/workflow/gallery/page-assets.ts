/** The script and the style of the review page, as the build left them in `dist/gallery`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageAssets } from '../../report/gallery/page-document.ts';

/** Rejects only where the package is incomplete, or its sources were never built. */
export async function readPageAssets(): Promise<PageAssets> {
  const folder = assetsFolder();
  const [script, style] = await Promise.all([
    readFile(path.join(folder, 'page.js'), 'utf8'),
    readFile(path.join(folder, 'page-style.css'), 'utf8'),
  ]);
  return { script, style };
}

/** `dist/gallery` of this package, wherever the code was built or bundled to. */
function assetsFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = path.dirname(folder)) {
    const assets = path.join(folder, 'dist', 'gallery');
    if (existsSync(path.join(assets, 'page.js'))) return assets;
    if (path.dirname(folder) === folder)
      throw new Error(
        'the folder dist/gallery of this package is missing: install it again, or run npm run build',
      );
  }
}
