/** What a machine leaves that vanished between its reservation and the end of its run. */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import type { AttemptId, Fingerprint, RenderId } from '../../../src/ids.ts';
import { isoSeconds } from '../../../src/ports/clock.ts';
import { systemGit } from '../../../src/ports/git.ts';
import { RemoteRef } from '../../../src/record/remote/remote-ref.ts';
import type { World } from '../../cli/cli-project.ts';

const MODEL = 'evolink/kling-v3-text-to-video';
const FILM = `rushes: 1
models: { kling: { use: ${MODEL} } }
scenes:
  - { id: crab, prompt: A crab }
`;
export const MINUTE = 60_000;

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/**
 * A remote whose record has one reservation, so many milliseconds old, and a new machine.
 * `gateway`: base URL that it was sent to; default: that of the world.
 */
export async function afterLoss(
  here: World,
  ageMs: number,
  gateway = here.gateway.baseUrls.evolink,
): Promise<void> {
  const remote = path.join(here.folder, 'remote.git');
  await mkdir(remote);
  git(remote, 'init', '-q', '--bare', '-b', 'main');
  git(here.folder, 'clone', '-q', `file://${remote}`, 'next');
  await here.write('next/.gitignore', 'out/\n.rushes/\n');
  await here.write('next/manifests/film.yaml', FILM);
  const folder = path.join(here.folder, 'next');
  git(folder, 'switch', '-q', '-c', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Film');
  git(folder, 'push', '-q', 'origin', 'main');
  const { out } = await here.rushes(['plan', '--json'], { cwd: 'next' });
  const plan = JSON.parse(out) as {
    readonly renders: readonly { readonly fingerprint: Fingerprint }[];
  };
  const at = isoSeconds(Date.now() - ageMs);
  const ref = new RemoteRef({
    git: systemGit(folder, process.env),
    remote: 'origin',
  });
  await ref.fetch();
  const pushed = await ref.push(Date.now(), [
    {
      attempt: '0f1e0000-0000-4000-8000-000000000001' as AttemptId,
      fingerprint: plan.renders[0]?.fingerprint as Fingerprint,
      model: MODEL,
      origin: new URL(gateway).origin,
      status: 'ambiguous',
      error: 'no-answer',
      submittedAt: at,
      run: 'the-run-that-vanished',
      lock: 'manifests/film.lock.json',
      id: 'crab/kling' as RenderId,
      branch: 'main',
      at,
    },
  ]);
  expect(pushed).toEqual({ kind: 'pushed' });
}

/** A task that belongs to nothing; by default of the same model. Gives its id. */
export async function foreignTask(
  here: World,
  { model = 'kling-v3-text-to-video', key = 1 } = {},
): Promise<string> {
  const answer = await fetch(`${here.gateway.baseUrls.evolink}/v1/videos/generations`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer key-of-evolink',
      'content-type': 'application/json',
      'idempotency-key': `0f1e0000-0000-4000-8000-00000000000${key}`,
    },
    body: JSON.stringify({ model, prompt: 'A crab', duration: 5 }),
  });
  expect(answer.status).toBe(200);
  const { id } = (await answer.json()) as { readonly id: string };
  return id;
}
