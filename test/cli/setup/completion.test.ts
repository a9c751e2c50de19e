/** `completion`: a script for each shell, and the words that it asks for. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CLI, type World, world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

const words = async (w: World, ...typed: string[]): Promise<readonly string[]> => {
  const ran = await w.rushes(['complete', '--', ...typed]);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((word) => word !== '' && !word.startsWith(':'));
};

const AT_START = {
  bash: 'source <(rushes completion bash)',
  zsh: 'source <(rushes completion zsh)',
  fish: 'rushes completion fish | source',
  powershell: 'rushes completion powershell | Out-String | Invoke-Expression',
} as const;

test.each(['bash', 'zsh', 'fish', 'powershell'] as const)('a script for %s', async (shell) => {
  await using w = await world();
  const ran = await w.rushes(['completion', shell]);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  expect(ran.out).toMatch(/(?:rushes|"\$1") complete '?--/);
  expect((await w.rushes(['completion', '--help'])).out).toContain(`  ${AT_START[shell]}\n`);
});

const BASH_SAYS = `
source <(rushes completion bash) && source <(rushes completion bash)
while IFS= read -r COMP_LINE; do
  COMP_POINT=\${#COMP_LINE}
  COMPREPLY=()
  _rushes rushes
  echo "$COMP_LINE|\${COMPREPLY[*]}"
done
complete -p rushes
`;

test('bash itself, without its package for completion: words, ids after =, nothing is run', async () => {
  await using w = await world();
  await w.write('manifests/film.yaml', film(scenes(2)));
  await w.write('bin/rushes', `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  await chmod(path.join(w.folder, 'bin/rushes'), 0o755);
  const asked = [
    'rushes rec',
    'rushes plan --only s1/',
    'rushes plan --only=s2/k',
    'rushes status --state nev',
    'rushes redo s2',
    'rushes render --plan ',
    'rushes plan $(touch was-run) man',
  ];
  const bash = spawnSync('bash', ['--norc', '--noprofile', '-c', BASH_SAYS], {
    cwd: w.folder,
    encoding: 'utf8',
    input: asked.map((line) => `${line}\n`).join(''),
    env: { PATH: `${path.join(w.folder, 'bin')}:${process.env['PATH']}` },
  });
  expect(bash.stderr).toBe('');
  expect(bash.stdout.split('\n')).toEqual([
    'rushes rec|recover record',
    'rushes plan --only s1/|s1/kling s1/o3',
    'rushes plan --only=s2/k|s2/kling',
    'rushes status --state nev|never-happened',
    'rushes redo s2|s2/kling s2/o3',
    // Names of files, by bash itself.
    'rushes render --plan |',
    'rushes plan $(touch was-run) man|manifests/film.yaml',
    'complete -o default -F _rushes rushes',
    '',
  ]);
  expect(existsSync(path.join(w.folder, 'was-run'))).toBe(false);
});

test('commands, options, manifests, ids, aliases, tags and models', async () => {
  await using w = await world();
  await w.write(
    'manifests/film.yaml',
    film(scenes(2, 'kling').replace('{ id: s2', '{ id: s2, takes: 2, tags: [hero]')),
  );
  expect(await words(w, 'rec')).toEqual(['recover', 'record']);
  expect(await words(w, 'render', '--re')).toEqual([
    '--retry-failed',
    '--resubmit-missing',
    '--restore',
    '--record',
  ]);
  expect(await words(w, 'plan', '')).toContain('manifests/film.yaml');
  expect(await words(w, 'redo', 's2')).toEqual(['s2/kling', 's2/kling/2']);
  expect(await words(w, 'plan', '--only', 's1')).toEqual(['s1/kling']);
  expect(await words(w, 'plan', '--model', '')).toEqual(['kling', 'o3']);
  expect(await words(w, 'status', '--tag', '')).toEqual(['hero']);
  expect(await words(w, 'models', 'apimart/sora')).toContain('apimart/sora-2');
  expect((await w.rushes(['completion', 'tcsh'])).exit).toBe(64);
  // 0: where nothing is known the shell offers names of files.
  expect((await w.rushes(['complete', '--', 'render', '--plan', 'p'])).out).toBe(':0\n');
  expect((await w.rushes(['complete', '--', 'plan', '--tag', ''])).out).toBe('hero\n:4\n');
});
