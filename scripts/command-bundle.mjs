/**
 * The command in few files: `cli.js`, and in `cli/` what it loads on demand, so that each command
 * loads only what it needs. Loading a hundred small modules costs more than most commands do.
 * Beside it, in `gallery/`, the parts of the review page.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleGallery } from './gallery-bundle.mjs';
import { writeLicenses } from './third-party-licenses.mjs';

/**
 * `external`: packages that are loaded from `node_modules`, and only by commands that draw or send.
 * `shipped`: those of them that go along in this folder, so that their licences do too.
 */
export async function bundleCommand(outdir, external, shipped = []) {
  const repository = fileURLToPath(new URL('..', import.meta.url));
  const { metafile } = await build({
    absWorkingDir: repository,
    metafile: true,
    entryPoints: {
      cli: 'src/cli.ts',
      action: 'src/action.ts',
      'action-post': 'src/action-post.ts',
      // A thread starts from a separate file.
      'clip/slate/slate-worker': 'src/clip/slate/slate-worker.ts',
      // So does a process.
      'ports/webcodecs/child': 'src/ports/webcodecs/child.ts',
    },
    outdir,
    // As deep as the folders of the compiler's output: from there to the package's own files is the
    // same way in both.
    chunkNames: 'cli/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external,
    // Names stay, so that the trace of a bug can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    // CommonJS packages among the dependencies ask for Node's own modules by `require`.
    banner: {
      js: "import { createRequire as rushesRequire } from 'node:module'; const require = rushesRequire(import.meta.url);",
    },
    legalComments: 'linked',
    logLevel: 'warning',
  });
  const page = await bundleGallery(outdir);
  await writeLicenses(repository, outdir, { ...metafile.inputs, ...page }, shipped);
}
