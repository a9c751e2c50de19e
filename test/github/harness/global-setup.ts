/**
 * Once for all files of this room: the release of the action, and the helper process as JavaScript,
 * which every Node.js that we support runs.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of a release. */
    readonly release: string;
    /** The file of the helper process. */
    readonly helper: string;
  }
}

const REPOSITORY = path.join(import.meta.dirname, '../../..');

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [folder, release] = await Promise.all([
    mkdtemp(path.join(tmpdir(), 'rushes-helper-')),
    mkdtemp(path.join(tmpdir(), 'rushes-release-')),
  ]);
  // It finds what the package has beside its code where a build would.
  await mkdir(path.join(folder, 'dist'));
  for (const name of ['assets', 'schemas', 'node_modules', 'package.json'])
    await symlink(path.join(REPOSITORY, name), path.join(folder, name));
  const bundler = path.join(REPOSITORY, 'scripts/bundle.mjs');
  await Promise.all([
    promisify(execFile)(process.execPath, [bundler, release]),
    build({
      entryPoints: {
        helper: path.join(import.meta.dirname, 'helper/helper-process.ts'),
        'clip/slate/slate-worker': path.join(REPOSITORY, 'src/clip/slate/slate-worker.ts'),
      },
      outdir: path.join(folder, 'dist'),
      chunkNames: 'cli/[name]-[hash]',
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'warning',
    }),
  ]);
  await cp(path.join(release, 'dist/gallery'), path.join(folder, 'dist/gallery'), {
    recursive: true,
  });
  project.provide('release', release);
  project.provide('helper', path.join(folder, 'dist/helper.js'));
  return async () => {
    for (const made of [folder, release]) await rm(made, { recursive: true, force: true });
  };
}
