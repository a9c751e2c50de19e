/**
 * The up-to-date check: with nothing to do, the next command says the same without doing it again,
 * as long as really nothing has changed.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../../src/commands/run-command-line.ts';
import { runProgram } from '../../src/commands/program.ts';
import type { Io } from '../../src/commands/shared/io.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { WITH_VALUE } from '../../src/workflow/up-to-date/current-file.ts';
import { savedOutcome } from '../../src/workflow/up-to-date/repeat.ts';
import { world, type World } from '../cli/cli-project.ts';

const FILM = `rushes: 1
project: tide
models: { kling: { use: apimart/kling-v3 }, o3: { use: evolink/kling-o3-text-to-video } }
include: [scenes/*.yaml]
scenes:
  - { id: dawn, prompt: { file: prompts/dawn.txt }, models: [kling] }
  - { rows: rows.csv, id: "\${{ row.id }}", prompt: "\${{ row.prompt }}", models: [o3] }
`;
const FILES: Readonly<Record<string, string>> = {
  'manifests/film.yaml': FILM,
  'manifests/scenes/crab.yaml': 'scenes: [{ id: crab, prompt: A crab, models: [kling] }]\n',
  'manifests/prompts/dawn.txt': 'Dawn over the bay\n',
  'manifests/rows.csv': 'id,prompt\nrain,Rain on the sea\n',
  'manifests/other.lock.json': '{ "lockVersion": 1, "renders": {} }\n',
};

let it: World;
beforeAll(async () => {
  it = await world();
  for (const [file, text] of Object.entries(FILES)) await it.write(file, text);
  await it.rushes(['render']);
});
afterAll(() => it[Symbol.asyncDispose]());

interface Asking {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly columns: number;
  readonly isTTY: boolean;
  readonly program: string;
  readonly atMs: number;
}

/**
 * Files of this test are new, and what is new is not trusted: so commands run ten minutes later,
 * and each a second after the one before.
 */
let laterMs = 600_000;
const asking = (more: Partial<Asking> = {}): Asking => ({
  argv: ['render'],
  env: it.env,
  columns: 80,
  isTTY: false,
  program: '1',
  atMs: Date.now() + (laterMs += 1_000),
  ...more,
});

function ioOf({ env, columns, isTTY, atMs }: Asking): {
  readonly io: Io;
  readonly said: () => string;
} {
  let said = '';
  const output = (name: string): Io['stdout'] => ({
    write: (text) => void (said += `${name}: ${text}`),
    isTTY,
    columns,
  });
  const io: Io = {
    env,
    cwd: it.folder,
    stdout: output('out'),
    stderr: output('err'),
    clock: { ...systemClock, now: () => atMs },
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  };
  return { io, said: () => said };
}

async function command(asked: Asking): Promise<{ readonly exit: number; readonly said: string }> {
  const { io, said } = ioOf(asked);
  const exit = await runCommandLine(asked.argv, io, asked.program);
  return { exit, said: said() };
}

/** Without the up-to-date check. */
async function wholeWay(asked: Asking): Promise<{ readonly exit: number; readonly said: string }> {
  const { io, said } = ioOf(asked);
  const exit = await runProgram(asked.argv, io);
  return { exit, said: said() };
}

const isCurrent = (asked: Asking): boolean => {
  const { io } = ioOf(asked);
  return savedOutcome({ ...io, argv: asked.argv, program: asked.program }) !== undefined;
};

const at = (file: string): string => path.join(it.folder, file);
const CURRENT = 'manifests/.rushes/film.current.json';

/** Leaves a saved outcome for this command line. */
async function settle(asked = asking()): Promise<void> {
  await command(asked);
  expect(isCurrent({ ...asked, atMs: asked.atMs + 1 })).toBe(true);
}

test.each([
  { argv: ['plan'] },
  { argv: ['render'] },
  { argv: ['plan', 'manifests/film.yaml'] },
  { argv: ['plan', '--only', 'crab/*'] },
])('$argv says the same again, and asks nobody', async ({ argv }) => {
  const asked = asking({ argv });
  const first = await command(asked);
  expect(existsSync(at(CURRENT))).toBe(true);
  const again = asking({ argv });
  expect(isCurrent(again)).toBe(true);
  const { ran, events } = await it.requests(command(again));
  expect(ran).toEqual(first);
  expect(ran).toEqual(await wholeWay(again));
  expect(events).toEqual([]);
});

test('outcomes of several command lines stand beside each other', async () => {
  await settle(asking({ argv: ['plan'] }));
  await settle(asking({ argv: ['render'] }));
  expect(isCurrent(asking({ argv: ['plan'] }))).toBe(true);
  expect(isCurrent(asking({ argv: ['render'] }))).toBe(true);
});

test('no key is written down', async () => {
  await settle();
  expect(readFileSync(at(CURRENT), 'utf8')).not.toContain('key-of-');
});

test('a command that does more than read is never repeated', async () => {
  for (const argv of [
    ['plan', '--json', '--base', 'HEAD'],
    ['plan', '--out', 'p.json'],
    ['render', '--json'],
    ['render', '--shard', '1/2'],
    ['render', '--frozen'],
    ['plan', '--draft'],
  ]) {
    const asked = asking({ argv });
    await command(asked);
    expect({ argv, current: isCurrent(asked) }).toEqual({ argv, current: false });
  }
});

/** A change of one thing that a command looks at, and how to take it back. */
type Change = () => () => void;

const edited =
  (file: string, edit: (text: string) => string): Change =>
  () => {
    const text = readFileSync(at(file), 'latin1');
    writeFileSync(at(file), edit(text), 'latin1');
    return () => writeFileSync(at(file), text, 'latin1');
  };
/** One byte is another one, and neither size nor time of change tell. */
const secretly =
  (file: string): Change =>
  () => {
    const { atime, mtime } = statSync(at(file));
    const back = edited(file, (text) => `${text.slice(0, -2)}${flipped(text.at(-2))}\n`)();
    utimesSync(at(file), atime, mtime);
    return back;
  };
const flipped = (sign = ''): string => (sign === 'x' ? 'y' : 'x');
const added =
  (file: string, text: string): Change =>
  () => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
    return () => rmSync(at(file), { recursive: true });
  };
const removed =
  (file: string): Change =>
  () => {
    renameSync(at(file), at('aside'));
    return () => renameSync(at('aside'), at(file));
  };
const touched =
  (file: string): Change =>
  () => {
    utimesSync(at(file), new Date(), new Date());
    return () => undefined;
  };
const replaced =
  (file: string): Change =>
  () => {
    const { atime, mtime } = statSync(at(file));
    writeFileSync(at('copy'), readFileSync(at(file)));
    utimesSync(at('copy'), atime, mtime);
    renameSync(at('copy'), at(file));
    return () => undefined;
  };
const linked =
  (file: string): Change =>
  () => {
    renameSync(at(file), at('aside'));
    symlinkSync(at('aside'), at(file));
    return () => renameSync(at('aside'), at(file));
  };

const clips = (): readonly string[] =>
  readdirSync(at('out'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mp4'))
    .map((name) => `out/${name}`);

const inputs = ['manifests/film.lock.json', ...Object.keys(FILES)];
const change: fc.Arbitrary<{ readonly what: string; readonly make: Change }> = fc
  .oneof(
    fc.tuple(
      fc.constantFrom(...inputs),
      fc.constantFrom('append', 'secret', 'remove', 'touch', 'replace', 'link'),
    ),
    fc.tuple(
      fc.constantFrom('clip 0', 'clip 1', 'clip 2'),
      fc.constantFrom('append', 'secret', 'remove', 'touch', 'replace', 'link'),
    ),
    fc.constantFrom(
      ['manifests/scenes/new.yaml', 'add'],
      ['manifests/second.yaml', 'add'],
      ['manifests/film.yml', 'add'],
      ['manifests/new.lock.json', 'add'],
      ['manifests/.rushes/other.journal.jsonl', 'add'],
      ['manifests/.rushes/film.journal.jsonl', 'add'],
      ['manifests/.rushes/film.run.lock', 'add'],
      ['manifests/.git/HEAD', 'add'],
    ),
  )
  .map(([file = '', how = '']) => ({
    what: `${how} ${file}`,
    make: () => {
      const named = file.startsWith('clip ') ? (clips()[Number(file.slice(5))] ?? '') : file;
      switch (how) {
        case 'append':
          return edited(named, (text) => `${text} `)();
        case 'secret':
          return secretly(named)();
        case 'remove':
          return removed(named)();
        case 'touch':
          return touched(named)();
        case 'replace':
          return replaced(named)();
        case 'link':
          return linked(named)();
        default:
          return added(named, 'rushes: 1\n')();
      }
    },
  }));

test('any single change of a file: the check fails, and the whole way runs', async () => {
  await fc.assert(
    fc.asyncProperty(change, fc.constantFrom('plan', 'render'), async ({ what, make }, name) => {
      // Another run at work is no matter of a plan.
      const argv = [what.endsWith('run.lock') ? 'render' : name];
      await settle(asking({ argv }));
      const undo = make();
      const current = isCurrent(asking({ argv }));
      // Where `.git` came, the folder above is still there.
      undo();
      rmSync(at('manifests/.git'), { recursive: true, force: true });
      expect({ what, current }).toEqual({ what, current: false });
    }),
    { seed: 20_261_129, numRuns: 40 },
  );
});

test('the program, the command line, the environment, the terminal or the time: the same', async () => {
  // An outcome of an earlier test that still holds would be older than this one.
  rmSync(at(CURRENT), { force: true });
  const asked = asking();
  await settle(asked);
  const others: readonly Partial<Asking>[] = [
    { program: '2' },
    { argv: ['plan', '--detailed-exitcode'] },
    { argv: ['render', '--restore'] },
    { argv: ['render', '--var', 'a=b'] },
    { env: { ...it.env, RUSHES_BUDGET_USD: '1' } },
    { env: { ...it.env, APIMART_API_KEY: 'another' } },
    { env: { ...it.env, APIMART_API_KEY: undefined } },
    { env: { ...it.env, NO_COLOR: '1' } },
    { columns: 81 },
    { isTTY: true },
    { atMs: asked.atMs - 1 },
  ];
  const before = readFileSync(at(CURRENT), 'utf8');
  for (const other of others) {
    const current = isCurrent({ ...asked, ...other });
    expect({ other, current }).toEqual({ other, current: false });
  }
  expect(readFileSync(at(CURRENT), 'utf8')).toBe(before);
  // What a shell changes from one command to the next says nothing.
  expect(isCurrent({ ...asked, env: { ...it.env, OLDPWD: '/', SHLVL: '2' } })).toBe(true);
});

test('the clock past the date on which a link dies that is still of use', async () => {
  const lock = at('manifests/film.lock.json');
  const [clip = ''] = clips();
  renameSync(at(clip), at('aside'));
  const text = readFileSync(lock, 'utf8');
  const diesAtMs = Date.now() + 86_400_000 * 2;
  const iso = `${new Date(diesAtMs).toISOString().slice(0, 19)}Z`;
  writeFileSync(lock, text.replaceAll(/"expiresAt": "[^"]*"/g, `"expiresAt": "${iso}"`));
  const asked = asking({ argv: ['plan'] });
  await settle(asked);
  expect(isCurrent({ ...asked, atMs: diesAtMs - 2_000 })).toBe(true);
  expect(isCurrent({ ...asked, atMs: diesAtMs + 1_000 })).toBe(false);
  renameSync(at('aside'), at(clip));
  writeFileSync(lock, text);
});

test('a file that was changed less than two seconds before is not trusted', async () => {
  const asked = asking({ atMs: Date.now() + 1_000 });
  utimesSync(at('manifests/film.yaml'), new Date(), new Date());
  await command(asked);
  expect(isCurrent({ ...asked, atMs: asked.atMs + 5_000 })).toBe(false);
  const later = asking();
  await command(later);
  expect(isCurrent({ ...later, atMs: later.atMs + 5_000 })).toBe(true);
});

test('a saved outcome that is damaged anywhere is as good as none, and deleting it is fine', async () => {
  const asked = asking();
  await settle(asked);
  const whole = readFileSync(at(CURRENT));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (where, by) => {
      const damaged = Buffer.from(whole);
      damaged[where] = (damaged[where] ?? 0) ^ by;
      writeFileSync(at(CURRENT), damaged);
      expect(isCurrent(asked)).toBe(false);
      writeFileSync(at(CURRENT), whole.subarray(0, where));
      expect(isCurrent(asked)).toBe(false);
    }),
    { seed: 7, numRuns: 100 },
  );
  rmSync(at(CURRENT));
  expect(await command(asked)).toMatchObject({ exit: 0 });
  expect(existsSync(at(CURRENT))).toBe(true);
});

test('options whose value is a word of its own: all of plan and render are known', async () => {
  for (const name of ['plan', 'render']) {
    const { said } = await wholeWay(asking({ argv: [name, '--help'], columns: 100 }));
    const options = [...said.matchAll(/^ +(?:-\w, )?(--[a-z-]+) <.*?>/gm)].map(
      ([, option]) => option,
    );
    expect(options.length).toBeGreaterThan(3);
    expect(options.filter((option) => !WITH_VALUE.has(option ?? ''))).toEqual([]);
  }
});

test('the check loads nothing but modules of Node and its own files', () => {
  const src = path.join(import.meta.dirname, '..', '..', 'src');
  const seen = new Set<string>();
  const load = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (!path.isAbsolute(file)) return;
    const text = readFileSync(file, 'utf8');
    for (const [, names = '', target = ''] of text.matchAll(/^import ([^;]*?) from '([^']+)';/gms))
      if (!names.startsWith('type ') && !target.startsWith('node:'))
        load(target.startsWith('.') ? path.resolve(path.dirname(file), target) : target);
  };
  load(path.join(src, 'workflow/up-to-date/repeat.ts'));
  expect([...seen].map((file) => path.relative(src, file)).sort()).toEqual([
    'ports/files/recording-files.ts',
    'workflow/up-to-date/current-file.ts',
    'workflow/up-to-date/repeat.ts',
    'workflow/up-to-date/saved-looks.ts',
  ]);
});
