/**
 * The script and the style of the review page, `page.js` and `page.css`: what `rushes gallery`
 * writes into each page.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Resolves with what esbuild read, for the licences. */
export async function bundleGallery(outdir) {
  const repository = fileURLToPath(new URL('..', import.meta.url));
  const { metafile } = await build({
    absWorkingDir: repository,
    metafile: true,
    entryPoints: {
      page: 'src/report/gallery/page/main.tsx',
      'page-style': 'src/report/gallery/page/style/page.css',
    },
    entryNames: '[name]',
    outdir: path.join(outdir, 'gallery'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return metafile.inputs;
}
