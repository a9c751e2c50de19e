/**
 * `rushes init`: a starter manifest, workflows, the merge driver. Overwrites nothing without
 * --force.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemGit } from '../../ports/git.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';

export interface InitOptions {
  readonly github?: boolean;
  readonly git?: boolean;
  readonly force?: boolean;
}

/**
 * The nearest folder above that has the assets of this package: the code may have been built or
 * bundled to any depth.
 */
const PACKAGE = ((): string => {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder))
    if (existsSync(path.join(folder, 'assets/workflows')) || path.dirname(folder) === folder)
      return folder;
})();
const DRIVER = 'rushes lock merge %O %A %B %P';
const ATTRIBUTES = '*.lock.json merge=rushes-lock\n';

export async function init(io: Io, options: InitOptions): Promise<number> {
  const written: string[] = [];
  const kept: string[] = [];
  let placeholder = false;
  const write = async (name: string, text: string): Promise<void> => {
    const file = path.resolve(io.cwd, name);
    const isThere = await exists(file);
    if (options.force !== true && isThere) {
      kept.push(name);
      return;
    }
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text).catch(async (error: unknown) => {
      // On a full disk an empty file would be left, and the next time it would be kept.
      if (!isThere) await rm(file, { force: true });
      throw error;
    });
    placeholder ||= text.includes('owner/rushes@');
    written.push(name);
  };
  if (options.github === true) await workflows(write);
  if (options.git === true) await mergeDriver(io, written);
  if (options.github !== true && options.git !== true) {
    await write('manifests/film.yaml', await starter(io, write));
    await ignoreClips(io, written);
  }
  for (const name of written) io.stdout.write(`wrote ${name}\n`);
  for (const name of kept) io.stdout.write(`kept  ${name} (it exists; --force overwrites it)\n`);
  io.stdout.write(nextSteps(options, placeholder));
  return EXIT.done;
}

/**
 * `placeholder`: the workflows of a build that is not a release do not know where the action lives.
 */
function nextSteps({ github, git }: InitOptions, placeholder: boolean): string {
  if (github === true)
    return `Next: ${placeholder ? 'in the workflows, replace owner/rushes with the repository of the action; ' : ''}make the environment "rushes" with its reviewers, and the secrets APIMART_API_KEY and EVOLINK_API_KEY.\n`;
  if (git === true)
    return 'Next: commit .gitattributes, if that is not done; each clone installs the driver once with the same command.\n';
  return 'Next: rushes plan, then rushes render --draft: free placeholder clips, no key needed.\n';
}

async function starter(
  io: Io,
  write: (name: string, text: string) => Promise<void>,
): Promise<string> {
  // The schema of the installed package if there is one; else a copy that is committed, so that
  // every editor finds it.
  const installed = await exists(
    path.resolve(io.cwd, 'node_modules/rushes/schemas/manifest.schema.json'),
  );
  if (!installed) {
    const { allSchemas, schemaText } = await import('./schema.ts');
    const make = allSchemas().get('manifest');
    if (make !== undefined) await write('schemas/manifest.schema.json', schemaText(make()));
  }
  return `# yaml-language-server: $schema=${installed ? '../node_modules/rushes' : '..'}/schemas/manifest.schema.json
rushes: 1
project: film

vars:
  style: 35mm film, soft light

# Who renders: a short alias for a model and its settings. \`rushes models\` lists them.
models:
  kling: { use: apimart/kling-v3, resolution: 720p }
  o3: { use: evolink/kling-o3-text-to-video, resolution: 720p }

# The most that one run may spend, in US dollars.
budget: { usd: 5 }

defaults: { aspect_ratio: "16:9", duration: 5 }

scenes:
  - id: sunrise
    prompt: Tide pools at sunrise, \${{ vars.style }}

  - id: crab
    prompt: A small crab looks up at the camera, \${{ vars.style }}
    models: [kling]
    takes: 2
`;
}

async function ignoreClips(io: Io, written: string[]): Promise<void> {
  const file = path.resolve(io.cwd, '.gitignore');
  const before = await readFile(file, 'utf8').catch(() => '');
  if (/^\/?out\/?$/m.test(before)) return;
  await writeFile(file, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}out/\n`);
  written.push('.gitignore (out/ added)');
}

async function workflows(write: (name: string, text: string) => Promise<void>): Promise<void> {
  const folder = path.join(PACKAGE, 'assets/workflows');
  for (const name of (await readdir(folder)).sort())
    await write(`.github/workflows/${name}`, await readFile(path.join(folder, name), 'utf8'));
}

async function mergeDriver(io: Io, written: string[]): Promise<void> {
  const git = systemGit(io.cwd, io.env);
  const top = await git.run(['rev-parse', '--show-toplevel']);
  if (!top.ok) throw new UsageError('there is no git repository here', 'Run git init first.');
  for (const [key, value] of [
    ['merge.rushes-lock.name', 'rushes lock files: nothing that was paid for is dropped'],
    ['merge.rushes-lock.driver', await driverCommand(io)],
  ] as const) {
    const set = await git.run(['config', key, value]);
    if (!set.ok) throw new UsageError(`git config ${key}: ${set.message}`);
  }
  written.push('.git/config (merge.rushes-lock)');
  const file = path.join(top.stdout.toString('utf8').trim(), '.gitattributes');
  const before = await readFile(file, 'utf8').catch(() => '');
  if (!before.includes('merge=rushes-lock')) {
    await writeFile(
      file,
      `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${ATTRIBUTES}`,
    );
    written.push('.gitattributes');
  }
}

/**
 * `npx` where rushes is a dependency of the project, else this very program: git runs the driver
 * without our PATH.
 */
async function driverCommand(io: Io): Promise<string> {
  if (await exists(path.resolve(io.cwd, 'node_modules/.bin/rushes')))
    return `npx --no-install ${DRIVER}`;
  const script = path.join(PACKAGE, 'dist/cli.js');
  return `"${process.execPath}" "${script}"${DRIVER.slice('rushes'.length)}`;
}

const exists = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined)) !== undefined;
