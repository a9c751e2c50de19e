/**
 * Runs tests on another major of Node.js, which the npm package `node` brings:
 *
 *   npm run build && node scripts/test-on-node.mjs 22 test/plan test/lock
 *
 * Without folders or files, the whole suite. The Node.js goes into a temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [major, ...tests] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '')) {
  console.error('usage: node scripts/test-on-node.mjs <major> [test file or folder ...]');
  process.exit(64);
}

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(tmpdir(), `rushes-node-${major}`);
const node = path.join(folder, 'node_modules/node/bin/node');
if (!existsSync(node)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{}\n');
  // The package installs the binary for this machine in a separate script.
  must('npm', ['install', '--no-save', '--ignore-scripts=false', `node@^${major}`], folder);
  const setup = path.join(folder, 'node_modules/node/installArchSpecificPackage.js');
  if (!existsSync(node) && existsSync(setup)) must(process.execPath, [setup], path.dirname(setup));
}

const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...tests], {
  cwd: repository,
  stdio: 'inherit',
  // Child processes of tests find this Node.js too.
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` },
});
process.exitCode = status ?? 1;

function must(command, args, cwd) {
  const run = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}
