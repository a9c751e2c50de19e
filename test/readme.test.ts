/**
 * The README is a promise: every command in it is one that works, every example one that is valid.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { REPOSITORY, smallClips, type World, world } from './cli/cli-project.ts';

const run = promisify(execFile);
const readme = await readFile(path.join(REPOSITORY, 'README.md'), 'utf8');
const fenced = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text.trim(),
  );

const [first, second, ...others] = fenced('sh');

/** `rushes …` of a table, between backticks. */
const inTables = [...readme.matchAll(/`(rushes [^`]+)`/g)]
  .map(([, command = '']) => command)
  .filter((command) => !command.includes('<'));

test('the first two sh blocks are the two set-up commands, one line each, and .ci/run runs these very lines', async () => {
  expect(first).toBe(
    'npm ci && npm run build && node dist/cli.js render --draft manifests/quickstart.yaml',
  );
  expect(second).toBe('npm ci && npm test');
  // The gate takes them from the README with this program.
  const gate = await readFile(path.join(REPOSITORY, '.ci/run'), 'utf8');
  const awk = /awk -v want="\$1" '([^']+)'/.exec(gate)?.[1] ?? '';
  for (const [index, command] of [first, second].entries()) {
    const { stdout } = await run('awk', [
      '-v',
      `want=${index + 1}`,
      awk,
      path.join(REPOSITORY, 'README.md'),
    ]);
    expect(stdout.trim()).toBe(command);
  }
});

/**
 * A project as the README assumes it: the shipped manifests, the film of the example, a fault
 * script, a lock with a clip that changed.
 */
async function project(): Promise<World> {
  const w = await world({ script: { rules: [smallClips()] } });
  await cp(path.join(REPOSITORY, 'manifests'), path.join(w.folder, 'manifests'), {
    recursive: true,
    filter: (file) => !file.includes('.rushes'),
  });
  await run('git', ['-C', w.folder, 'init', '-q']);
  return w;
}

test('the other sh blocks run', async () => {
  await using w = await project();
  for (const block of others) {
    for (const command of block.split('\n')) {
      expect(command).toMatch(/^node dist\/cli\.js /);
      const ran = await w.rushes(command.split(' ').slice(2));
      expect([command, ran.exit, ran.err.includes('error')]).toEqual([command, 0, false]);
    }
  }
});

test('the commands of the tables run', async () => {
  await using w = await project();
  await w.write('manifests/film.yaml', example());
  expect((await w.rushes(['render', 'manifests/film.yaml'])).exit).toBe(0);
  await w.write('manifests/film.yaml', example().replace('at sunrise', 'at dawn'));
  await w.write(
    'faults.yaml',
    'rules:\n  - { when: { step: submit, first: 1 }, do: { fault: slow, seconds: 0.01 } }\n',
  );
  // Commands that need more than a project: said elsewhere in the tests.
  const apart = new Set(['rushes lock merge', 'rushes render --draft --faults faults.yaml']);
  expect(inTables.length).toBeGreaterThan(15);
  for (const command of new Set(inTables)) {
    if (apart.has(command) || command.includes(' explain <')) continue;
    const argv = command.split(' ').slice(1);
    const ran = await w.rushes(argv);
    expect([command, ran.exit]).toEqual([command, 0]);
  }
  const draft = await w.rushes([
    'render',
    '--draft',
    '--faults',
    'faults.yaml',
    '--only',
    'film:sunrise/kling',
    'manifests/film.yaml',
  ]);
  expect(draft).toMatchObject({ exit: 0 });
});

/** The manifest of the README. */
const example = (): string => fenced('yaml')[0] ?? '';

test('the manifest by example is valid, without a warning', async () => {
  await using w = await world();
  await w.write('manifests/film.yaml', example());
  const ran = await w.rushes(['validate', 'manifests/film.yaml']);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  const plan = JSON.parse((await w.rushes(['plan', '--json', 'manifests/film.yaml'])).out) as {
    renders: { id: string }[];
  };
  const ids = plan.renders.map(({ id }) => id);
  for (const id of [
    'sunrise/kling',
    'sunrise/kling/2',
    'crab/kling',
    'story/o3',
    'weather-rain-dawn/kling',
    'weather-sun-dawn/o3',
  ])
    expect(ids).toContain(id);
  expect(ids).not.toContain('weather-sun-dusk/kling');
});

test('the step for GitHub Actions names inputs that action.yml has', async () => {
  const step = fenced('yaml')[1] ?? '';
  const inputs = await readFile(path.join(REPOSITORY, 'action.yml'), 'utf8');
  for (const [, name] of step.split('with:')[1]?.matchAll(/^ +([\w-]+):/gm) ?? [])
    expect(inputs).toContain(`  ${name}:`);
});

test('the exit codes are those of the program', async () => {
  const { EXIT } = await import('../src/commands/shared/io.ts');
  const table = readme.split('## Exit codes')[1]?.split('##')[0] ?? '';
  const listed = [...table.matchAll(/^\| ([\d /]+) \|/gm)]
    .flatMap(([, codes = '']) => codes.split('/').map(Number))
    .sort((a, b) => a - b);
  expect(listed).toEqual([...new Set(Object.values(EXIT))].sort((a, b) => a - b));
});

test('the library example type-checks against dist, and renders', async () => {
  await using w = await world();
  const dist = path.join(REPOSITORY, 'dist');
  await mkdir(path.join(w.folder, 'node_modules'));
  await symlink(REPOSITORY, path.join(w.folder, 'node_modules/rushes'));
  await symlink(
    path.join(REPOSITORY, 'node_modules/@types'),
    path.join(w.folder, 'node_modules/@types'),
  );
  await writeFile(path.join(w.folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await w.write(
    'manifests/film.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes:\n  - { id: sun, prompt: The sun }\n',
  );
  const code = fenced('ts')[0] ?? '';
  await w.write(
    'example.ts',
    `${code}\nconsole.log(JSON.stringify({ exit, submitted: totals.submitted, completed: totals.completed }));\n`,
  );
  const options = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    types: ['node'],
    skipLibCheck: true,
    outDir: '.',
  };
  await w.write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: options, files: ['example.ts'] }),
  );
  const tsc = path.join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const compiled = await run(process.execPath, [tsc, '-p', w.folder]).catch((error: unknown) => ({
    stdout: String((error as { stdout?: string }).stdout),
  }));
  expect(compiled.stdout, `${dist} is built by npm run build`).toBe('');
  const { stdout } = await run(process.execPath, ['example.js'], {
    cwd: w.folder,
    env: { ...process.env, ...w.env },
  });
  expect(JSON.parse(stdout)).toEqual({ exit: 0, submitted: 1, completed: 1 });
  await w.read('out/film/sun/kling.mp4');
  // The compiler is a process of its own, and a large one.
}, 90_000);
