/**
 * action.yml and every workflow against the public JSON Schemas of GitHub's files (the ones of the
 * schema store), as `action-validator` carries them.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VALIDATOR = fileURLToPath(
  new URL('../../node_modules/.bin/action-validator', import.meta.url),
);
const FILES = [
  'action.yml',
  ...['assets/workflows', '.github/workflows'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`).map((name) => `${folder}/${name}`),
  ),
];

const judged = (
  file: string,
  cwd = ROOT,
): Promise<{ readonly exit: number; readonly said: string }> =>
  new Promise((resolve) => {
    execFile(VALIDATOR, [file], { cwd }, (problem, stdout, stderr) => {
      resolve({
        exit: problem === null ? 0 : Number(problem.code ?? 1),
        said: `${stdout}${stderr}`,
      });
    });
  });

test.each(FILES)('%s', async (file) => {
  expect(await judged(file)).toMatchObject({ exit: 0 });
});

test('the judge refuses what the schema does not know', async () => {
  const { exit, said } = await judged('test/github/fixtures/unknown-key.yml');
  expect(exit).not.toBe(0);
  expect(said).toContain('runz-on');
});
