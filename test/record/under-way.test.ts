/** A request that another run is sending at this moment: nothing is lost, and nothing to decide. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Fingerprint, RenderId } from '../../src/ids.ts';
import { systemProcesses } from '../../src/lock/run-lock/processes.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { systemFiles } from '../../src/ports/files/files.ts';
import type { RecordedAttempt } from '../../src/record/attempt-line.ts';
import { openRecord } from '../../src/record/record.ts';
import { world } from '../cli/cli-project.ts';
import { attemptOf } from './sample-attempt.ts';

const FILM =
  'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n';

/** The intent of a run in another worktree, `ageMs` old, is in the record that both share. */
async function sentElsewhere(ageMs: number) {
  const here = await world();
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: here.folder });
  await here.write('manifests/film.yaml', FILM);
  const [planned] = JSON.parse((await here.rushes(['plan', '--json'])).out).renders as readonly {
    readonly fingerprint: Fingerprint;
  }[];
  if (planned === undefined) throw new Error('the plan has no render');
  const at = new Date(Date.now() - ageMs).toISOString();
  const intent: RecordedAttempt = {
    ...attemptOf(1),
    fingerprint: planned.fingerprint,
    id: 'crab/kling' as RenderId,
    lock: 'manifests/film.lock.json',
    branch: 'rain',
    cost: { usd: 0.336, source: 'estimated' },
    submittedAt: at,
    at,
  };
  const opened = await openRecord(path.join(here.folder, '.git/rushes/record.jsonl'), {
    files: systemFiles,
    clock: systemClock,
    processes: await systemProcesses(),
    command: 'rushes render',
  });
  if (opened.kind !== 'open') throw new Error(opened.problem.message);
  await opened.record.claim(intent);
  return { here, record: opened.record, intent };
}

test('sent by another run seconds ago: not sent again, and no question for a person', async () => {
  const { here, record, intent } = await sentElsewhere(3_000);
  await using _ = here;
  const ran = await here.rushes(['render']);
  expect(ran).toMatchObject({ exit: 6 });
  expect(ran.err).toContain('another run has just sent the same request');
  expect(ran.err).not.toContain('rushes recover');
  expect(here.gateway.books().accepted).toHaveLength(0);
  expect(await here.rushes(['recover', 'crab/kling', '--never-happened'])).not.toMatchObject({
    exit: 0,
  });

  // The other run gets its answer.
  await record.merge([{ ...intent, status: 'withdrawn' }]);
  await record.close();
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(here.gateway.books().accepted).toHaveLength(1);
});

test('two minutes later it is unclear what became of it, and a person decides', async () => {
  const { here, record } = await sentElsewhere(121_000);
  await using _ = here;
  await record.close();
  const ran = await here.rushes(['render']);
  expect(ran).toMatchObject({ exit: 5 });
  expect(ran.err).toContain('rushes recover film:crab/kling --never-happened');
  expect(here.gateway.books().accepted).toHaveLength(0);
});
