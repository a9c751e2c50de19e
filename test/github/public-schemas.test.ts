/**
 * action.yml and every workflow against the public JSON Schemas of GitHub's files (the ones of the
 * schema store), as `action-validator` carries them.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
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

/**
 * What this copy of the schemas is too old to know, and what it would have been before. Nothing
 * else is taken out.
 */
const NEWER: Readonly<Record<string, readonly [now: string, before: string]>> = {
  // https://github.blog/changelog/ (September 2025)
  'action.yml': ['using: node24', 'using: node20'],
  // The permission came with artifact attestations (May 2024).
  '.github/workflows/release.yml': ['      attestations: write\n', ''],
};

test.each(FILES)('%s', async (file) => {
  const newer = NEWER[file];
  const judgement = judged(file, newer === undefined ? ROOT : await asBefore(file, newer));
  expect(await judgement).toMatchObject({ exit: 0 });
});

async function asBefore(
  file: string,
  [now, before]: readonly [now: string, before: string],
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-action-'));
  const text = await readFile(`${ROOT}${file}`, 'utf8');
  if (!text.includes(now)) throw new Error(`${file} has no ${now}: take the exception out`);
  await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
  await writeFile(path.join(folder, file), text.replace(now, before));
  return folder;
}

test('the judge refuses what the schema does not know', async () => {
  const { exit, said } = await judged('test/github/fixtures/unknown-key.yml');
  expect(exit).not.toBe(0);
  expect(said).toContain('runz-on');
});
