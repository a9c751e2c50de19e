/**
 * `rushes explain <code>`: the first example of every page has the very code, the last one has not.
 */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type DiagnosticCode, EXPLAIN } from '../../../src/diagnostic-codes/diagnostic-codes.ts';
import { loadManifest } from '../../../src/manifest/read.ts';
import { catalogue } from '../../../src/models/catalogue.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { newCard } from '../../../src/report/card-example.ts';
import { LFS_POINTER, png, sample } from '../../pictures/sample-pictures.ts';
import { afterLoss, foreignTask, MINUTE } from '../../record/histories/lost-machine.ts';
import { type Ran, type World, world } from '../cli-project.ts';

/** Examples of a page: indented by four spaces, a blank line before and behind. */
const examplesOf = (code: DiagnosticCode): readonly string[] =>
  EXPLAIN[code].page
    .split(/\n{2,}/)
    .filter((part) => part.startsWith('    '))
    .map((part) => part.replaceAll(/^ {4}/gm, ''));

const CRAB = '  - { id: crab, prompt: A crab looks up, models: [kling], tags: [hero] }\n';
const KLING = 'models: { kling: { use: apimart/kling-v3 } }\n';
/** What the examples that are commands work on. */
const FILM = `rushes: 1\nvars: { style: 35mm }\n${KLING}scenes:\n${CRAB}`;
const film = (more: string): string => `rushes: 1\n${KLING}${more}scenes:\n${CRAB}`;

/** The codes that were said. */
const saidIn = ({ out, err }: Ran): readonly string[] => [
  ...[...`${out}${err}`.matchAll(/\b(?:error|warning|note) ([a-z]+(?:-[a-z]+)+)\b/g)].map(
    ([, code = '']) => code,
  ),
  ...[...out.matchAll(/"code": "([a-z-]+)"/g)].map(([, code = '']) => code),
];

/** A part of a manifest with all that a manifest needs beside it. */
function whole(part: string): string {
  const keys = [...part.matchAll(/^([\w-]+):/gm)].map(([, key = '']) => key);
  const isTop = keys.some((key) =>
    /^(?:rushes|project|vars|models|budget|defaults|cast|scenes|include|output|x-\w+)$/.test(key),
  );
  if (/^(?!#)\s*-/m.test(part) && keys.length === 0)
    return whole(`scenes:\n${part.replaceAll(/^/gm, '  ')}\n`);
  if (keys.length === 0) return part;
  if (!isTop)
    return `rushes: 1\n${KLING}scenes:\n  - id: crab\n${keys.includes('prompt') ? '' : '    prompt: A crab\n'}${part.replaceAll(/^/gm, '    ')}\n`;
  const lacks = (key: string): boolean => !keys.includes(key);
  return `${lacks('rushes') ? 'rushes: 1\n' : ''}${lacks('models') ? KLING : ''}${part}\n${lacks('scenes') ? 'scenes: [{ id: crab, prompt: A crab }]\n' : ''}`;
}

/** An example as files; a line that ends in `# in <file>` begins that file. */
function filesOf(example: string): Readonly<Record<string, string>> {
  const parts = new Map<string, string[]>();
  let at = 'film.yaml';
  for (const line of example.split('\n')) {
    at = /# in (\S+)/.exec(line)?.[1] ?? at;
    parts.set(at, [...(parts.get(at) ?? []), line]);
  }
  const files: Record<string, string> =
    parts.size > 0 && [...parts.keys()].every((name) => name.includes('/'))
      ? { 'film.yaml': whole('include: [scenes/*.yaml]') }
      : {};
  for (const [name, lines] of parts) {
    const text = lines.join('\n');
    const isIncluded = name !== 'film.yaml' && !text.includes('project:');
    files[name] =
      isIncluded && text.startsWith('-')
        ? `scenes:\n${text.replaceAll(/^/gm, '  ')}\n`
        : isIncluded
          ? text
          : whole(text);
  }
  return files;
}

/** As a shell would take the words apart. */
const argvOf = (line: string): readonly string[] =>
  [...line.replace(/#.*$/, '').matchAll(/'([^']*)'|(\S+)/g)]
    .map(([, quoted, plain]) => quoted ?? plain ?? '')
    .slice(1);

/**
 * Runs the lines that are ours; `pull` is what `git pull` does meanwhile. The codes of the last one
 * are told.
 */
async function runLines(
  here: World,
  example: string,
  pull: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  let said: readonly string[] = [];
  for (const line of example.split('\n')) {
    if (line.startsWith('git pull')) await pull();
    if (line.startsWith('rushes ')) said = saidIn(await here.rushes(argvOf(line)));
  }
  return said;
}

const validated = async (
  here: World,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  for (const [name, text] of Object.entries(files)) await here.write(`manifests/${name}`, text);
  const named = 'film.yaml' in files ? 'manifests/film.yaml' : 'manifests';
  return saidIn(await here.rushes(['validate', named, '--json']));
};

const rendered = async (here: World, manifest: string): Promise<readonly string[]> => {
  await here.write('manifests/film.yaml', manifest);
  return saidIn(await here.rushes(['render']));
};

const LOCK = 'manifests/film.lock.json';
/** The lock of a real run, with the lines of an example where the lines of the same key are. */
async function withLock(here: World, example: string): Promise<void> {
  await rendered(here, FILM);
  const key = /"\w+":/.exec(example)?.[0] ?? '';
  await here.write(
    LOCK,
    (await here.read(LOCK)).replace(new RegExp(`^.*${key}.*$`, 'm'), () => example),
  );
}

type Situation = (here: World, example: string, isLast: boolean) => Promise<readonly string[]>;
const onLock: Situation = async (here, example) => {
  await withLock(here, example);
  return saidIn(await here.rushes(['status']));
};
const onCommands: Situation = async (here, example) => {
  await here.write('manifests/film.yaml', FILM);
  return runLines(here, example);
};
const onRender: Situation = (here, example) => rendered(here, whole(example));
const table = (text: string, words: string): Readonly<Record<string, string>> => ({
  'film.yaml': whole(`- rows: prompts.csv\n  id: \${{ row.id }}\n  ${words}`),
  'prompts.csv': text,
});

/** The pictures that the pages of picture codes name. */
const PICTURES: Readonly<Record<string, string | Uint8Array>> = {
  'refs/crab.png': sample('crab.png'),
  'refs/crab.jpg': sample('crab.jpg'),
  'refs/crab.gif': sample('crab.gif'),
  'refs/moving.png': sample('moving.png'),
  'refs/turned.jpg': sample('turned.jpg'),
  'refs/cmyk.jpg': sample('cmyk.jpg'),
  'refs/photo.png': sample('crab.jpg'),
  'refs/empty.png': '',
  'refs/half.png': sample('crab.png').subarray(0, 2000),
  'refs/pointer.png': LFS_POINTER,
  'refs/small.png': png(200, 120),
  'refs/large.png': Buffer.concat([sample('crab.png'), Buffer.alloc(21_000_000)]),
};
const onPictures: Situation = async (here, example) => {
  for (const [name, content] of Object.entries(PICTURES))
    if (example.includes(name.replace('/crab.png', '')))
      await here.write(`manifests/${name}`, content);
  return validated(here, filesOf(example));
};

/** Two scenes, of which the second begins with the last frame of the first. */
const CHAIN = `rushes: 1\n${KLING}scenes:\n  - { id: sun, prompt: Sun }\n  - { id: night, prompt: Night, first_frame: { scene: sun, frame: last } }\n`;

/** After a machine was lost; what an example runs is run by the next machine. */
const onNextMachine =
  (prepare: (here: World) => Promise<unknown>): Situation =>
  async (here, example, isLast) => {
    await afterLoss(here, 11 * MINUTE);
    await prepare(here);
    const lines = example.split('\n').map(argvOf);
    if (isLast) await here.rushes(['render', '--record', 'origin'], { cwd: 'next' });
    let said: readonly string[] = [];
    for (const argv of lines) said = saidIn(await here.rushes(argv, { cwd: 'next' }));
    return said;
  };

/** What an example cannot say by itself. Every other code is found by `validate`. */
const SITUATIONS: Partial<Record<DiagnosticCode, Situation>> = {
  'broken-card': async (here, example) => {
    const [line = ''] = example.split('\n').slice(-1);
    const card = newCard('apimart', 'wan-x', '2026-11-20').replace('  duration: duration', line);
    return validated(here, {
      'models/wan-x.yaml': card,
      'film.yaml':
        'rushes: 1\nmodels: { m: { use: ./models/wan-x.yaml } }\nscenes: [{ id: a, prompt: A crab }]\n',
    });
  },
  'bad-setting': async (here, example) => {
    await here.write('manifests/film.yaml', FILM);
    const [, name = '', value = ''] = /export (\w+)=(.*)/.exec(example) ?? [];
    return saidIn(await here.rushes(['render'], { env: { [name]: value } }));
  },
  'gone-model': async (here, example) => {
    await here.write('film.yaml', whole(example));
    const { project } = await loadManifest('film.yaml', { cwd: here.folder });
    const gone = { state: 'gone', asOf: '2026-11-20', why: 'it has ended' } as const;
    const models = new Map(
      [...catalogue].map(([name, model]) => [
        name,
        name === 'apimart/sora-2' ? { ...model, lifecycle: gone } : model,
      ]),
    );
    return project === undefined
      ? []
      : resolveProject(project, models).diagnostics.map(({ code }) => code);
  },
  'journal-damaged': async (here, example, isLast) => {
    await here.write('manifests/film.yaml', FILM);
    await here.write(
      'manifests/.rushes/film.journal.jsonl',
      `${examplesOf('journal-damaged')[0] ?? ''}\n{"sum":"00"}\n`,
    );
    const first = saidIn(await here.rushes(['collect']));
    return isLast ? runLines(here, example) : first;
  },
  'lock-changed': async (here, example) => {
    await rendered(here, FILM);
    await here.write('manifests/film.yaml', FILM.replace('looks up', 'looks down'));
    const lock = path.join(here.folder, LOCK);
    const pull = (): void =>
      writeFileSync(lock, readFileSync(lock, 'utf8').replace('A crab', 'The crab'));
    const during = example.includes('while');
    const ran = await here.rushes(['render', '--json'], {
      watch: (text) => {
        if (during && text.includes('render.accepted')) pull();
      },
    });
    if (!during) pull();
    return saidIn(ran);
  },
  'lock-conflict': async (here, example, isLast) => {
    await withLock(here, examplesOf('lock-conflict')[0] ?? '');
    if (isLast) await runLines(here, example);
    return saidIn(await here.rushes(['status']));
  },
  'picture-animated': onPictures,
  'picture-cmyk': onPictures,
  'picture-empty': onPictures,
  'picture-extension': onPictures,
  'picture-folder': onPictures,
  'picture-format': onPictures,
  'picture-lfs-pointer': onPictures,
  'picture-rotated': onPictures,
  'picture-small': onPictures,
  'picture-too-large': onPictures,
  'picture-truncated': onPictures,
  'lock-invalid': onLock,
  'lock-newer': onLock,
  'merge-conflict': (here, example) =>
    validated(here, { 'film.yaml': film(`defaults:\n${example}\n`) }),
  'missing-key': async (here, example) => {
    await here.write('manifests/film.yaml', FILM);
    return saidIn(await here.rushes(argvOf(example), { env: { APIMART_API_KEY: undefined } }));
  },
  'no-file': (here, example) =>
    validated(here, { ...filesOf(example), 'prompts.csv': 'id,prompt\ncrab,A crab\n' }),
  'not-text': async (here, example) => {
    await here.write('manifests/x', '');
    writeFileSync(
      path.join(here.folder, 'manifests/film.yaml'),
      Buffer.from(`${example}\n`, example.includes('UTF-16') ? 'utf16le' : 'utf8'),
    );
    return saidIn(await here.rushes(['validate', 'manifests/film.yaml']));
  },
  'no-decoder': async (here, example, isLast) => {
    await here.write('manifests/film.yaml', CHAIN);
    const bin = path.join(here.folder, 'bin');
    mkdirSync(bin);
    symlinkSync('/usr/bin/git', path.join(bin, 'git'));
    const line = example.split('\n').at(-1) ?? '';
    return saidIn(await here.cli(argvOf(line), isLast ? {} : { env: { PATH: bin } }));
  },
  'nothing-selected': onCommands,
  'open-files': async (here, example) => {
    const scenes = Array.from(
      { length: 200 },
      (_, index) => `  - { id: s${index}, prompt: P${index} }`,
    );
    await here.write('manifests/film.yaml', whole(`${example}\nscenes:\n${scenes.join('\n')}\n`));
    return saidIn(await here.cli(['render', '--budget', '0.01'], { limit: '-n 140' }));
  },
  'out-of-date': onCommands,
  'output-blocked': onRender,
  'over-budget': onRender,
  'paid-elsewhere': async (here, example) => {
    await here.write('manifests/old.yaml', FILM);
    await here.rushes(['render']);
    await here.write('manifests/old.yaml', FILM.replace(CRAB, '  - { id: rain, prompt: Rain }\n'));
    await here.write('manifests/new.yaml', FILM);
    return runLines(here, example);
  },
  'pick-conflict': async (here, example, isLast) => {
    await here.write(
      'manifests/film.yaml',
      `rushes: 1\n${KLING}scenes:\n  - { id: crab, prompt: Crab, takes: 2 }\n`,
    );
    await here.rushes(['render']);
    const lock = path.join(here.folder, LOCK);
    const [base, ours, theirs] = ['base.json', 'ours.json', 'theirs.json'] as const;
    for (const [name, id] of [[base], [ours, 'crab/kling'], [theirs, 'crab/kling/2']] as const) {
      if (id !== undefined) await here.rushes(['pick', id]);
      copyFileSync(lock, path.join(here.folder, name));
    }
    copyFileSync(path.join(here.folder, ours), lock);
    await here.rushes(['lock', 'merge', base, LOCK, theirs, LOCK]);
    return isLast ? runLines(here, example) : saidIn(await here.rushes(['plan']));
  },
  'plan-moved': async (here, example) => {
    await here.write('manifests/film.yaml', FILM);
    return runLines(here, example, () =>
      here.write('manifests/film.yaml', FILM.replace('looks up', 'looks down')),
    );
  },
  'private-file': async (here, example) => {
    await here.write('manifests/.env', 'WORDS=A crab');
    await here.write('manifests/prompts/crab.txt', 'A crab');
    return validated(here, filesOf(example));
  },
  'reservation-cleared': onNextMachine(() => Promise.resolve()),
  'reservation-open': onNextMachine(foreignTask),
  'row-file': (here, example) => validated(here, table(example, 'prompt: ${{ row.prompt }}')),
  'run-recovered': async (here, example) => {
    await here.write('manifests/film.yaml', FILM);
    const name = example.includes('killed') ? 'SIGKILL' : 'SIGINT';
    await here.cli(['render', '--json'], {
      watch: (text, signal) => {
        if (text.includes('render.accepted')) signal(name);
      },
    });
    return saidIn(await here.rushes(['render']));
  },
  'shared-lock': (here, example) =>
    validated(
      here,
      Object.fromEntries(example.split('\n').map((line) => [path.basename(line.trim()), FILM])),
    ).then(async () => saidIn(await here.rushes(['validate']))),
  'strict-warning': async (here, example) => {
    await here.write('manifests/film.yaml', whole(example));
    return saidIn(await here.rushes(['validate', '--strict']));
  },
  'too-large': (here, example) =>
    validated(here, { ...filesOf(example), 'prompts.csv': 'id,prompt\ncrab,A crab\n' }),
  'too-many-problems': (here, example) => {
    const [head = '', row = ''] = example.split('\n').map((line) => line.replace(/\s*#.*$/, ''));
    const rows = Array.from({ length: 600 }, (_, index) => row.replace('1', String(index + 1)));
    return validated(
      here,
      table([head, ...rows, ''].join('\n'), 'prompt: A crab\n  duration: ${{ row.duration }}'),
    );
  },
  'unpriced-render': onRender,
  'upstream-included': async (here, example) => {
    await here.write('manifests/film.yaml', CHAIN);
    return runLines(here, example);
  },
  'var-unknown': onCommands,
};

const asManifest: Situation = (here, example) => validated(here, filesOf(example));

test.each(Object.keys(EXPLAIN) as DiagnosticCode[])('%s: wrong, and right', async (code) => {
  const examples = examplesOf(code);
  expect(examples.length).toBeGreaterThan(1);
  const situation = SITUATIONS[code] ?? asManifest;
  const codes: (readonly string[])[] = [];
  for (const [isLast, example] of [
    [false, examples[0] ?? ''] as const,
    [true, examples.at(-1) ?? ''] as const,
  ]) {
    await using here = await world({ taskSeconds: code === 'run-recovered' ? 0.3 : 0.02 });
    codes.push(await situation(here, example, isLast));
  }
  const [wrong, right] = codes;
  expect(wrong).toContain(code);
  expect(right).not.toContain(code);
});
