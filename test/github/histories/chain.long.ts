/**
 * Unattended at size: 300 renders of 3 to 10 minutes, 5 in flight, on a clock of the test's own.
 * One approval, a run every five minutes, and no person.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/ports/clock.ts';
import { smallClips, world } from '../../cli/cli-project.ts';
import { git } from '../harness/git.ts';

const RENDERS = Number(process.env['RUSHES_CHAIN_RENDERS'] ?? 300);
const MINUTE = 60_000;
const MINUTES = [3, 4, 5, 6, 7, 8, 9, 10];
/** What the approved plan says: 5 s each. */
const CAP_USD = RENDERS * 0.5;

const film = `rushes: 1
models: { kling: { use: apimart/kling-v3, resolution: 720p } }
limits: { in_flight: 5, gateways: { apimart: { in_flight: 5 } } }
defaults: { duration: 5 }
scenes:
${Array.from({ length: RENDERS }, (_, index) => `  - { id: s${index}, prompt: "Scene ${index}, made in ${MINUTES[(index * 7) % 8]} minutes" }\n`).join('')}`;

test(`${RENDERS} renders within one approval`, async () => {
  let ahead = 0;
  await using here = await world({
    clock: { ...systemClock, now: () => Date.now() + ahead },
    taskSeconds: 420,
    script: {
      rules: MINUTES.map((minutes) => {
        const { when, ...rule } = smallClips({ seconds: minutes * 60 });
        return { ...rule, when: { ...when, prompt: `made in ${minutes} minutes` } };
      }),
    },
  });
  const remote = path.join(here.folder, 'remote.git');
  await mkdir(remote);
  await git(remote, 'init', '--quiet', '--bare', '--initial-branch=main');
  await git(here.folder, 'clone', '--quiet', `file://${remote}`, 'one');
  await here.write('one/.gitignore', 'out/\n.rushes/\n');
  await here.write('one/manifests/film.yaml', film);
  const folder = path.join(here.folder, 'one');
  await git(folder, 'switch', '--quiet', '--create', 'main');
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', 'Film');
  await git(folder, 'push', '--quiet', 'origin', 'main');

  const render = (...more: readonly string[]) =>
    here.rushes(
      ['render', '--record', 'origin', '--detach', '--budget', String(CAP_USD), ...more],
      { cwd: 'one' },
    );
  expect((await render('--chain', 'open')).exit).toBe(6);
  let runs = 1;
  for (; runs < 200; runs++) {
    ahead += 5 * MINUTE;
    const ran = await render('--chain', 'follow');
    if (ran.exit === 0) break;
    expect(ran.exit).toBe(6);
  }
  const { accepted } = here.gateway.books();
  const prompts = accepted.map(({ body }) => body['prompt']);
  expect(new Set(prompts).size).toBe(RENDERS);
  expect(prompts).toHaveLength(RENDERS);
  const charged = accepted.reduce((sum, one) => sum + (one.charged ?? one.reserved), 0);
  expect(charged / 1e6).toBeLessThanOrEqual(CAP_USD);
  // A run of a few seconds is billed as one minute.
  const share = Math.max(1, RENDERS / 300);
  expect(runs).toBeLessThanOrEqual(120 * share);
  expect(ahead / MINUTE / 60).toBeLessThanOrEqual(9.5 * share);
  const after = await render('--chain', 'follow');
  expect(after.out).toContain('No approved chain');
  expect(here.gateway.books().accepted).toHaveLength(RENDERS);
});
