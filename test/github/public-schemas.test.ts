/**
 * action.yml and every workflow against the public JSON Schemas of GitHub's files (the ones of the
 * schema store), as `action-validator` carries them.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  const { exit, said } = await judged(file);
  // This copy of the schema is older than node24, and says nothing else about action.yml.
  const isOld = file === 'action.yml' && exit !== 0;
  const again = isOld ? await judged('action.yml', await withNode20()) : { exit, said };
  expect(again).toMatchObject({ exit: 0 });
});

async function withNode20(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-action-'));
  const text = await readFile(`${ROOT}action.yml`, 'utf8');
  await writeFile(path.join(folder, 'action.yml'), text.replace('using: node24', 'using: node20'));
  return folder;
}

test('the judge refuses what the schema does not know', async () => {
  const { exit, said } = await judged('test/github/fixtures/unknown-key.yml');
  expect(exit).not.toBe(0);
  expect(said).toContain('runz-on');
});
