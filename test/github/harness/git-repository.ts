/**
 * A repository on a server, its runners, both gateways and GitHub's API: everything that a workflow
 * meets, on this machine.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject } from 'vitest';
import { decodeLock } from '../../../src/lock/file/decode.ts';
import type { Lock } from '../../../src/lock/file/format.ts';
import {
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../../src/local-gateway/server.ts';
import { catalogue } from '../../../src/models/catalogue.ts';
import { sharedSlate } from '../../local-gateway/shared-slates.ts';
import type { Event } from './event.ts';
import { bareRepository, cloneOf, commitFiles, fileAt, type Files } from './git.ts';
import { type JobResult, type Run, type RunHooks, runWorkflow, type Site } from './runner.ts';
import { openGitFolder, startGitServer } from './git-server.ts';
import { newStores } from './cache-and-artifacts.ts';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** A release of the action, made as the release workflow makes it, once for all tests. */
export const release = (): string => inject('release');

export const shippedWorkflow = (name: string): string =>
  readFileSync(path.join(REPOSITORY, 'assets/workflows', name), 'utf8');

export interface TestRepository extends AsyncDisposable {
  readonly site: Site;
  readonly gateway: LocalGateway;
  /** A person's clone of the repository. */
  readonly clone: string;
  commit(files: Files): Promise<string>;
  run(workflow: string, event: Event, hooks?: RunHooks): Promise<Run>;
  /** The lock as a branch has it. */
  lock(branch?: string, name?: string): Promise<Lock>;
  /** Prompts of everything that the gateways accepted, in order. */
  accepted(): string[];
}

export interface TestRepositoryOptions extends Partial<
  Pick<LocalGatewayOptions, 'catalogue' | 'taskSeconds' | 'script'>
> {
  readonly files: Files;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly apiUrl?: string;
  /** How runners reach the repository: `http` where tokens and rights matter. Default `folder`. */
  readonly reach?: 'http' | 'folder';
}

/** Files that a project needs beside its manifests. */
const COMMON: Files = { '.gitignore': 'out/\n.rushes/\n' };

export async function openRepository({
  files,
  vars = {},
  secrets,
  env = {},
  apiUrl,
  reach = 'folder',
  ...gatewayOptions
}: TestRepositoryOptions): Promise<TestRepository> {
  const gateway = await startLocalGateway({
    catalogue,
    taskSeconds: 0.05,
    // Two runs that make the same have the same bytes: the ids of their tasks are not in them.
    draw: (spec) => sharedSlate({ ...spec, lines: { ...spec.lines, scene: 'any' } }),
    keys: { apimart: ['key-of-apimart'], evolink: ['key-of-evolink'] },
    ...gatewayOptions,
  });
  const remote = await bareRepository();
  const clone = await cloneOf(remote);
  const repositories = new Map([['studio/film', remote]]);
  const server = await (reach === 'http'
    ? startGitServer(repositories)
    : openGitFolder(repositories));
  const site: Site = {
    remote,
    server,
    repository: 'studio/film',
    release: release(),
    stores: newStores(),
    vars,
    secrets: secrets ?? { APIMART_API_KEY: 'key-of-apimart', EVOLINK_API_KEY: 'key-of-evolink' },
    env: {
      APIMART_BASE_URL: gateway.baseUrls.apimart,
      EVOLINK_BASE_URL: gateway.baseUrls.evolink,
      RUSHES_POLL_MIN_MS: '20',
      ...env,
    },
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
  await commitFiles(clone, { ...COMMON, ...files });
  return {
    site,
    gateway,
    clone,
    commit: (changed) => commitFiles(clone, changed),
    run: (workflow, event, hooks) => runWorkflow(site, workflow, event, hooks),
    lock: async (branch = 'main', name = 'manifests/film.lock.json') =>
      readLock(await fileAt(remote, branch, name)),
    accepted: () =>
      gateway
        .books()
        .accepted.map(({ body }) => (typeof body['prompt'] === 'string' ? body['prompt'] : '')),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function readLock(text: string): Lock {
  const decoded = decodeLock(text, 'lock');
  if (!decoded.ok) throw new Error(decoded.diagnostics.map(({ message }) => message).join('\n'));
  return decoded.lock;
}

/** A small film: each scene one render on one model. */
export const manifestOf = (
  prompts: Readonly<Record<string, string>>,
  more = '',
): string => `rushes: 1
models:
  kling: { use: apimart/kling-v3, resolution: 720p }
limits: { in_flight: 30, gateways: { apimart: { in_flight: 30 } }, downloads: 8 }
defaults: { aspect_ratio: "16:9", duration: 3 }
${more}scenes:
${Object.entries(prompts)
  .map(([id, prompt]) => `  - { id: ${id}, prompt: ${JSON.stringify(prompt)} }\n`)
  .join('')}`;

/** Every job that had something to do succeeded; where not, the failure shows what they printed. */
export function expectGreen({ jobs }: { readonly jobs: readonly (JobResult | undefined)[] }): void {
  const red = jobs.filter(
    (job, index) => job?.conclusion !== 'success' && (index === 0 || job?.conclusion !== 'skipped'),
  );
  expect(
    red.map((job) => `${job?.name ?? 'no job'} (${job?.conclusion ?? ''})\n${job?.log ?? ''}`),
  ).toEqual([]);
}
