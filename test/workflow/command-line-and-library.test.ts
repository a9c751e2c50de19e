/**
 * The same situations through the command line and through the library: same exit codes, same
 * number of paid submits, same bytes of every lock but for what is random or a time.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  collect,
  decide,
  type Decision,
  type Filter,
  loadManifest,
  makePlan,
  RefusedError,
  runPlan,
} from '../../src/index.ts';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { smallClips, type World, world } from '../cli/cli-project.ts';

const SCRIPT: FaultScript = {
  rules: [
    { when: { step: 'submit', prompt: 'unclear' }, do: { fault: 'reset', accepted: true } },
    {
      when: { step: 'task', prompt: 'broken' },
      do: { fault: 'fate', end: 'failed', error: { code: 'internal_error', message: 'no GPU' } },
    },
    { when: { step: 'task', prompt: 'slow' }, do: { fault: 'fate', end: 'stuck' } },
    smallClips(),
  ],
};

interface Options {
  readonly filter?: Filter;
  readonly retryFailed?: true;
  readonly budgetUsd?: number;
  readonly detach?: true;
  readonly draft?: true;
}

type Step =
  | { readonly write: string; readonly text: string }
  | { readonly remove: string }
  | { readonly folder: string }
  | {
      readonly render: readonly string[];
      readonly options?: Options;
      readonly env?: Readonly<Record<string, string | undefined>>;
    }
  /** A render that is interrupted once the gateway has accepted something. */
  | { readonly interrupt: readonly string[] }
  | { readonly collect: readonly string[]; readonly env?: Record<string, string | undefined> }
  | { readonly decide: Decision; readonly id: string };

/** Does a step in a folder, and says the exit code. */
type Face = (at: { readonly w: World; readonly folder: string }, step: Step) => Promise<number>;

const flags = ({ filter = {}, retryFailed, budgetUsd, detach, draft }: Options): string[] => [
  ...(filter.only ?? []).flatMap((glob) => ['--only', glob]),
  ...(filter.models ?? []).flatMap((model) => ['--model', model]),
  ...(filter.tags ?? []).flatMap((tag) => ['--tag', tag]),
  ...(retryFailed ? ['--retry-failed'] : []),
  ...(budgetUsd === undefined ? [] : ['--budget', String(budgetUsd)]),
  ...(detach ? ['--detach'] : []),
  ...(draft ? ['--draft'] : []),
];

const HOW = {
  adopt: [],
  'never-happened': ['--never-happened'],
  'pay-again': ['--pay-again'],
  'give-up': ['--give-up'],
} as const;

function decisionWords(decision: Decision, id: string): string[] {
  if (decision.kind === 'recover')
    return decision.how === 'adopt'
      ? ['recover', id, 'film.yaml', '--adopt', decision.task]
      : ['recover', id, 'film.yaml', ...HOW[decision.how]];
  return [decision.kind, id, 'film.yaml', ...(decision.undo === true ? ['--undo'] : [])];
}

const commandLine: Face = async ({ w, folder }, step) => {
  const run = async (argv: readonly string[], env = {}): Promise<number> =>
    (await w.rushes(argv, { cwd: folder, env })).exit;
  if ('render' in step)
    return run(['render', ...step.render, ...flags(step.options ?? {})], step.env);
  if ('interrupt' in step) {
    const { exit } = await w.rushes(['render', '--json', ...step.interrupt], {
      cwd: folder,
      watch: (said, signal) => {
        if (said.includes('"render.accepted"')) signal('SIGINT');
      },
    });
    return exit;
  }
  if ('collect' in step) return run(['collect', ...step.collect], step.env);
  if ('decide' in step) return run(decisionWords(step.decide, step.id));
  return 0;
};

const library: Face = async ({ w, folder }, step) => {
  const cwd = path.join(w.folder, folder);
  const env = { ...w.env, ...('env' in step ? step.env : {}) };
  try {
    if ('render' in step) {
      const { budgetUsd, detach, ...planning } = step.options ?? {};
      const loaded = [];
      for (const name of step.render) loaded.push(await loadManifest(name, { cwd, env }));
      const plan = await makePlan(loaded, planning);
      const { exit } = await runPlan(plan, {
        ...(budgetUsd === undefined ? {} : { budgetUsd }),
        ...(detach ? { detach } : {}),
      });
      return exit;
    }
    if ('interrupt' in step) {
      const stopping = new AbortController();
      const plan = await makePlan([await loadManifest(step.interrupt[0] ?? '', { cwd, env })]);
      const { exit } = await runPlan(plan, {
        signal: stopping.signal,
        onEvent: ({ event }) => {
          if (event === 'render.accepted') stopping.abort();
        },
      });
      return exit;
    }
    if ('collect' in step) return (await collect(step.collect, { cwd, env })).exit;
    if ('decide' in step) await decide('film.yaml', step.id, step.decide, { cwd, env });
    return 0;
  } catch (error) {
    if (error instanceof RefusedError) return error.exit;
    throw error;
  }
};

const film = (scenes: string, rest = ''): string =>
  `rushes: 1\nproject: film\nmodels: { m: { use: apimart/kling-v3 } }\n${rest}scenes:\n${scenes}`;
const scene = (id: string, prompt = `The ${id}`, rest = ''): string =>
  `  - { id: ${id}, prompt: "${prompt}"${rest} }\n`;

const write = (text: string, file = 'film.yaml'): Step => ({ write: file, text });
const render: Step = { render: ['film.yaml'] };
const two = write(film(scene('crab') + scene('wave')));

const SITUATIONS: Readonly<
  Record<string, { readonly steps: readonly Step[]; readonly exits: string }>
> = {
  'a first render': { steps: [two, render], exits: '0' },
  'nothing to do': { steps: [two, render, render], exits: '0 0' },
  'a changed scene': {
    steps: [two, render, write(film(scene('crab') + scene('wave', 'A wave breaks'))), render],
    exits: '0 0',
  },
  'a renamed scene': {
    steps: [two, render, write(film(scene('crab') + scene('sea', 'The wave'))), render],
    exits: '0 0',
  },
  'a scene that moved to a manifest that is named alone': {
    steps: [
      two,
      render,
      write(film(scene('wave'))),
      write(film(scene('crab')).replace('project: film', 'project: other'), 'other.yaml'),
      { render: ['other.yaml'] },
    ],
    exits: '0 65',
  },
  'a scene that moved, both manifests named': {
    steps: [
      two,
      render,
      write(film(scene('wave'))),
      write(film(scene('crab')).replace('project: film', 'project: other'), 'other.yaml'),
      { render: ['film.yaml', 'other.yaml'] },
    ],
    exits: '0 0',
  },
  'a manifest that was deleted, its scenes in another one': {
    steps: [
      two,
      render,
      { remove: 'film.yaml' },
      write(film(scene('crab') + scene('wave')).replace('film', 'other'), 'other.yaml'),
      { render: ['other.yaml'] },
    ],
    exits: '0 65',
  },
  'a budget in the environment': {
    steps: [two, { ...render, env: { RUSHES_BUDGET_USD: '0.01' } }],
    exits: '4',
  },
  'a budget in the environment that cannot be read': {
    steps: [two, { ...render, env: { RUSHES_BUDGET_USD: 'ten' } }],
    exits: '64',
  },
  'a budget of the call': { steps: [two, { ...render, options: { budgetUsd: 0.01 } }], exits: '4' },
  'a budget of the manifest': {
    steps: [write(film(scene('crab'), 'budget: { usd: 0.01 }\n')), render],
    exits: '4',
  },
  'a manifest with an error': {
    steps: [write(film(scene('crab', 'x', ', bogus: 1'))), render],
    exits: '65',
  },
  'a missing key': { steps: [two, { ...render, env: { APIMART_API_KEY: '' } }], exits: '77' },
  'a base URL that cannot be used': {
    steps: [two, { ...render, env: { APIMART_BASE_URL: 'http://example.com' } }],
    exits: '77',
  },
  'a folder where the clip belongs': {
    steps: [two, { folder: 'out/film/crab/m.mp4' }, { folder: 'out/film/crab--m.mp4' }, render],
    exits: '65',
  },
  'a file where the folder of clips belongs': {
    steps: [two, write('a file', 'out'), render],
    exits: '65',
  },
  'a lock that cannot be read': { steps: [two, write('{', 'film.lock.json'), render], exits: '65' },
  'only one scene': {
    steps: [two, { ...render, options: { filter: { only: ['crab'] } } }],
    exits: '0',
  },
  'only one tag': {
    steps: [
      write(film(scene('crab', 'The crab', ', tags: [hero]') + scene('wave'))),
      { ...render, options: { filter: { tags: ['hero'] } } },
    ],
    exits: '0',
  },
  'a failure, held, and tried again': {
    steps: [
      write(film(scene('crab', 'A broken crab'))),
      render,
      render,
      { ...render, options: { retryFailed: true } },
    ],
    exits: '1 1 1',
  },
  'a submit whose answer is lost is held, and declared void': {
    steps: [
      write(film(scene('crab', 'An unclear crab'))),
      render,
      render,
      { decide: { kind: 'pin' }, id: 'bogus/m' },
      { decide: { kind: 'recover', how: 'never-happened' }, id: 'crab/m' },
    ],
    exits: '5 5 64 0',
  },
  'what is still running is collected, or waits for its key': {
    steps: [
      write(film(scene('crab', 'A slow crab'))),
      { ...render, options: { detach: true } },
      { collect: ['film.yaml'], env: { APIMART_API_KEY: '', EVOLINK_API_KEY: '' } },
    ],
    exits: '6 77',
  },
  'what an interrupted run had reserved counts under the cap of the next': {
    steps: [
      write(film(scene('crab', 'A slow crab'))),
      { interrupt: ['film.yaml'] },
      write(film(scene('crab', 'A slow crab') + scene('wave'))),
      { ...render, options: { budgetUsd: 0.5 } },
    ],
    exits: '130 4',
  },
  'a run that was interrupted, collected, and has nothing left to do': {
    steps: [
      write(film(scene('crab'))),
      { interrupt: ['film.yaml'] },
      { collect: ['film.yaml'] },
      render,
    ],
    exits: '130 0 0',
  },
  'a selector that fits nothing': {
    steps: [
      two,
      { ...render, options: { filter: { only: ['whale'] } } },
      { ...render, options: { filter: { tags: ['whale'] } } },
      { ...render, options: { filter: { models: ['whale'] } } },
    ],
    exits: '64 64 64',
  },
  'a redo pays once more': {
    steps: [two, render, { decide: { kind: 'redo' }, id: 'crab/m' }, render, render],
    exits: '0 0 0 0',
  },
  'a pinned scene that changes': {
    steps: [
      two,
      render,
      { decide: { kind: 'pin' }, id: 'crab/m' },
      write(film(scene('crab', 'Another crab') + scene('wave'))),
      render,
      { decide: { kind: 'pin', undo: true }, id: 'crab/m' },
    ],
    exits: '0 0 0 0',
  },
  'a changed scene that is accepted': {
    steps: [
      two,
      render,
      write(film(scene('crab', 'Another crab') + scene('wave'))),
      { decide: { kind: 'accept' }, id: 'crab/m' },
      render,
    ],
    exits: '0 0 0',
  },
};

const worlds: World[] = [];
beforeAll(async () => {
  worlds.push(await world({ script: SCRIPT }), await world({ script: SCRIPT }));
});
afterAll(async () => {
  for (const w of worlds) await w[Symbol.asyncDispose]();
});

async function take(w: World, face: Face, folder: string, steps: readonly Step[]) {
  const inside = (file: string): string => path.join(w.folder, folder, file);
  await w.write(path.join(folder, 'package.json'), '{}');
  const before = w.gateway.books().accepted.length;
  const exits: number[] = [];
  for (const step of steps) {
    if ('write' in step) await writeFile(inside(step.write), step.text);
    else if ('remove' in step) await rm(inside(step.remove));
    else if ('folder' in step) await mkdir(inside(step.folder), { recursive: true });
    else exits.push(await face({ w, folder }, step));
  }
  const locks: Record<string, string> = {};
  const files = await readdir(path.join(w.folder, folder));
  for (const file of files.filter((one) => one.endsWith('.lock.json')).sort())
    locks[file] = steady(await readFile(inside(file), 'utf8'));
  const beside = await readdir(inside('.rushes')).catch(() => []);
  return {
    exits: exits.join(' '),
    paid: w.gateway.books().accepted.length - before,
    locks,
    // What a run leaves for the next one.
    unfinished: beside.filter((file) => /\.(?:journal\.jsonl|run\.lock)$/.test(file)),
  };
}

/** The lock with names for what is random, in the order in which it appears, and no times. */
function steady(lock: string): string {
  const names = new Map<string, string>();
  return (
    lock
      .replaceAll(/"(?:attempt|task|redo)": "([^"]+)"/g, (line, id: string) => {
        if (!names.has(id)) names.set(id, `id-${names.size}`);
        return line.replace(id, names.get(id) ?? id);
      })
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      // The slate shows the task's id, so no two clips have the same bytes.
      .replaceAll(/"sha256": "[0-9a-f]{64}"/g, '"sha256": "CLIP"')
      .replaceAll(/"bytes": \d+/g, '"bytes": 1000')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'GATEWAY')
  );
}

test.each(Object.entries(SITUATIONS))('%s', async (name, { steps, exits }) => {
  const [first, second] = worlds;
  if (first === undefined || second === undefined) throw new Error('no worlds');
  const folder = name.replaceAll(/[^a-z]+/g, '-');
  const byCommand = await take(first, commandLine, folder, steps);
  const byLibrary = await take(second, library, folder, steps);
  expect(byLibrary).toEqual(byCommand);
  expect(byCommand.exits).toBe(exits);
});
