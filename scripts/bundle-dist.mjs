/**
 * Part of `npm run build`: `dist/cli.js` as a bundle. The library, `dist/index.js` and its types,
 * stays as the compiler wrote it.
 */
import { bundleCommand } from './command-bundle.mjs';

await bundleCommand('dist', ['@resvg/resvg-wasm', 'h264-mp4-encoder', 'harfbuzzjs']);
