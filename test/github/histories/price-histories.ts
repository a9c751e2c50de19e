/**
 * Histories of a pull request and its base: what the plan on the pull request says it will cost,
 * and what the gateways have in their books when it is merged and rendered.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addMoney, fromUsd, type MicroUsd, NO_MONEY, subtractMoney } from '../../../src/money.ts';
import { startRestApi } from '../harness/rest-api.ts';
import { pullRequestEvent, pushEvent } from '../harness/event.ts';
import { cloneOf, commitFiles, type Files, git } from '../harness/git.ts';
import {
  manifestOf,
  openRepository,
  REPOSITORY,
  shippedWorkflow,
  type TestRepository,
  type TestRepositoryOptions,
} from '../harness/git-repository.ts';

interface History {
  /** On main, and rendered. */
  readonly before: Files;
  /** The change of the pull request, made from there; a file without text is removed. */
  readonly head: Readonly<Record<string, string | undefined>>;
  /** Commits that main gets meanwhile, each rendered. */
  readonly base?: readonly Files[];
  /** The head's author renders the change too, and commits the lock. */
  readonly rendersHead?: boolean;
  /** Renders that the change costs; `invalid`: there is no price. */
  readonly pays: number | 'invalid';
  readonly script?: TestRepositoryOptions['script'];
}

const FILM = 'manifests/film.yaml';
const one = (prompts: Readonly<Record<string, string>>, more = ''): Files => ({
  [FILM]: manifestOf(prompts, more),
});
const two = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): Files => ({
  'manifests/a.yaml': manifestOf(a),
  'manifests/b.yaml': manifestOf(b),
});
const DAY = { dawn: 'Dawn', dusk: 'Dusk' };

export const HISTORIES: Readonly<Record<string, History>> = {
  'a scene is added': {
    before: one(DAY),
    head: one({ ...DAY, noon: 'Noon' }),
    pays: 1,
  },
  'the base has moved, and what it added is rendered': {
    before: one(DAY),
    head: two({ noon: 'Noon' }, { night: 'Night' }),
    base: [one({ ...DAY, fog: 'Fog' }), one({ ...DAY, fog: 'Fog', rain: 'Rain' })],
    pays: 2,
  },
  'the base has moved, and rendered what the head wants too': {
    before: one(DAY),
    head: { 'manifests/night.yaml': manifestOf({ night: 'Night', moon: 'Moon' }) },
    base: [one({ ...DAY, evening: 'Night' })],
    pays: 2,
  },
  'the head brings the lock of what it rendered': {
    before: one(DAY),
    head: one({ ...DAY, noon: 'Noon' }),
    rendersHead: true,
    pays: 0,
  },
  'the manifest is invalid': {
    before: one(DAY),
    head: { [FILM]: manifestOf({ ...DAY, noon: 'Noon' }).replace('prompt:', 'promt:') },
    pays: 'invalid',
  },
  'scenes move to another manifest': {
    before: two({ ...DAY, noon: 'Noon' }, { night: 'Night' }),
    head: two(DAY, { night: 'Night', midday: 'Noon', moon: 'Moon' }),
    pays: 1,
  },
  'a manifest is renamed without its lock': {
    before: one(DAY),
    head: { [FILM]: undefined, 'manifests/other.yaml': manifestOf({ ...DAY, noon: 'Noon' }) },
    pays: 'invalid',
  },
  'prompts are changed': {
    before: one(DAY),
    head: one({ dawn: 'Dawn, red', dusk: 'Dusk, blue' }),
    pays: 2,
  },
  'a scene gets another id': {
    before: one(DAY),
    head: one({ sunrise: 'Dawn', dusk: 'Dusk' }),
    pays: 0,
  },
  'a scene is removed': { before: one(DAY), head: one({ dawn: 'Dawn' }), pays: 0 },
  'a prompt goes back to what it was': {
    before: one(DAY),
    base: [one({ dawn: 'Dawn, red', dusk: 'Dusk' })],
    head: { 'notes.txt': 'nothing', 'manifests/again.yaml': manifestOf({ dawn: 'Dawn' }) },
    pays: 0,
  },
  'more takes': {
    before: one(DAY),
    head: { [FILM]: manifestOf(DAY).replaceAll(', prompt', ', takes: 3, prompt') },
    pays: 4,
  },
  'a render failed on the base, and the head adds one': {
    before: one({ dawn: 'Dawn', dusk: 'Fails' }),
    head: one({ dawn: 'Dawn', dusk: 'Fails', noon: 'Noon' }),
    script: {
      rules: [{ when: { step: 'task', prompt: 'Fails' }, do: { fault: 'fate', end: 'failed' } }],
    },
    pays: 1,
  },
};

export interface Price {
  /** `undefined`: there is none. */
  readonly stated: MicroUsd | undefined;
  /** What the books have of the run after the merge. */
  readonly paid: MicroUsd;
  readonly submits: number;
  readonly comment: string;
  readonly log: string;
}

export async function priceOf({
  before,
  head,
  base = [],
  rendersHead,
  script,
}: History): Promise<Price> {
  const docs = await readFile(path.join(REPOSITORY, 'docs/github-actions.md'), 'utf8');
  const oneStep =
    /```yaml\n(# \.github\/workflows\/rushes-one-step\.yml\n.*?)```/s.exec(docs)?.[1] ?? '';
  await using api = await startRestApi();
  await using repository = await openRepository({
    files: before,
    apiUrl: api.url,
    ...(script === undefined ? {} : { script }),
  });
  const { clone, site } = repository;
  const render = async (sha: string, branch = 'main'): Promise<string> => {
    const run = await repository.run(oneStep, pushEvent(sha, branch));
    return run.jobs[0]?.log ?? '';
  };
  let log = await render(await git(clone, 'rev-parse', 'HEAD'));
  await git(clone, 'pull', '--quiet');
  const author = await cloneOf(site.remote);
  await git(author, 'switch', '--quiet', '--create', 'change');
  const gone = Object.keys(head).filter((name) => head[name] === undefined);
  if (gone.length > 0) await git(author, 'rm', '--quiet', ...gone);
  const written = Object.entries(head).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text] as const],
  );
  const change = await commitFiles(author, Object.fromEntries(written), { branch: 'change' });
  if (rendersHead === true) log += await render(change, 'change');
  for (const files of base) {
    log += await render(await repository.commit(files));
    await git(clone, 'pull', '--quiet');
  }
  // The commit that GitHub makes of both; it is also what a merge leaves on main.
  await git(clone, 'fetch', '--quiet', 'origin', 'change');
  await git(clone, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'FETCH_HEAD');
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/pull/7/merge');
  const merge = await git(clone, 'rev-parse', 'HEAD');
  const planned = await repository.run(
    shippedWorkflow('rushes-plan.yml'),
    pullRequestEvent(merge, 7),
  );
  const step = planned.jobs[0]?.steps.at(-1);
  log += planned.jobs[0]?.log ?? '';
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  const [moneyBefore, tasksBefore] = [chargedBy(repository), repository.accepted().length];
  log += await render(merge);
  return {
    stated: step?.outputs['exit'] === '0' ? fromUsd(Number(step.outputs['cost'])) : undefined,
    paid: subtractMoney(chargedBy(repository), moneyBefore),
    submits: repository.accepted().length - tasksBefore,
    comment: api.comments.at(-1)?.body ?? '',
    log,
  };
}

const chargedBy = ({ gateway }: TestRepository): MicroUsd =>
  gateway
    .books()
    .accepted.reduce((sum, { charged, reserved }) => addMoney(sum, charged ?? reserved), NO_MONEY);
