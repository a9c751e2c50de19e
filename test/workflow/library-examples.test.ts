/** docs/library.md names every export of the package, and its examples run as they stand there. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { REPOSITORY, world } from '../cli/cli-project.ts';

const run = promisify(execFile);
const page = await readFile(path.join(REPOSITORY, 'docs/library.md'), 'utf8');
const examples = [...page.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, text = '']) => text);

test('every export of the package is on the page', async () => {
  const source = await readFile(path.join(REPOSITORY, 'src/index.ts'), 'utf8');
  const exported = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(
    ([, names = '']) =>
      names
        .split(',')
        .map((name) =>
          name
            .trim()
            .replace(/^type /, '')
            .replace(/^.* as /, ''),
        )
        .filter((name) => name !== ''),
  );
  expect(exported.length).toBeGreaterThan(20);
  expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});

test('the examples run, one after the other, against the built package', async () => {
  expect(examples.length).toBeGreaterThan(7);
  await using w = await world();
  await w.write(
    'manifests/film.yaml',
    [
      'rushes: 1',
      'models: { kling: { use: apimart/kling-v3, duration: 3 } }',
      'vars: { style: { default: soft, type: string } }',
      'scenes: [{ id: crab, prompt: "A crab, ${{ vars.style }}" }]',
      '',
    ].join('\n'),
  );
  const entry = pathToFileURL(path.join(REPOSITORY, 'dist/index.js')).href;
  await mkdir(path.join(w.folder, 'examples'));
  const names: string[] = [];
  for (const [index, text] of examples.entries()) {
    names.push(`./example-${index}.mjs`);
    await writeFile(
      path.join(w.folder, 'examples', `example-${index}.mjs`),
      text.replaceAll("from 'rushes'", `from '${entry}'`),
    );
  }
  await writeFile(
    path.join(w.folder, 'examples/all.mjs'),
    names.map((name) => `await import('${name}');\n`).join(''),
  );
  const { stdout, stderr } = await run(process.execPath, ['examples/all.mjs'], {
    cwd: w.folder,
    env: { PATH: process.env['PATH'], ...w.env },
  });
  expect(stdout).toContain('crab/kling');
  expect(stdout).toContain('draft 0');
  expect(stdout).toContain('review.html 1');
  expect(stdout).toMatch(/^0 1 0\.\d+$/m); // The run: exit, completed, dollars charged.
  expect(stderr).toContain('true crab/kling has no lost task to give up');
  expect(stderr).toMatch(/^65 /m);
});

test('CommonJS requires the package, too, without a warning', async () => {
  const entry = path.join(REPOSITORY, 'dist/index.js');
  const { stdout, stderr } = await run(process.execPath, [
    '-e',
    `console.log(typeof require(${JSON.stringify(entry)}).runPlan)`,
  ]);
  expect(stdout).toBe('function\n');
  expect(stderr).toBe('');
});
