/**
 * The action as a release ships it: `node scripts/bundle.mjs <folder>` writes a folder that runs
 * without `npm ci`. One bundle in place of thousands of files of node_modules, split so that each
 * command loads only what it needs.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './command-bundle.mjs';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
/** They have no dependencies, and find their wasm beside them by path. */
const WHOLE_PACKAGES = ['@resvg/resvg-wasm', 'harfbuzzjs'];

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node scripts/bundle.mjs <folder>\n');
  process.exit(64);
}
const release = path.resolve(folder);
await rm(release, { recursive: true, force: true });
await mkdir(release, { recursive: true });

await bundleCommand(path.join(release, 'dist'), WHOLE_PACKAGES, WHOLE_PACKAGES);
for (const name of ['action.yml', 'assets', 'schemas', 'LICENSE', 'CHANGELOG.md'])
  await cp(path.join(REPOSITORY, name), path.join(release, name), { recursive: true });
for (const name of WHOLE_PACKAGES)
  await cp(path.join(REPOSITORY, 'node_modules', name), path.join(release, 'node_modules', name), {
    recursive: true,
  });
await writeFile(
  path.join(release, 'package.json'),
  `${JSON.stringify({ name: 'rushes-action', private: true, type: 'module' }, null, 2)}\n`,
);
