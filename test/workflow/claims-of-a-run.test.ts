/** Another run pays for a request while this one is being planned: it is not paid for again. */
import { expect, test } from 'vitest';
import type { AttemptId, RenderId } from '../../src/ids.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { resolveManifests } from '../../src/workflow/load/load-manifests.ts';
import { prepareRun } from '../../src/workflow/run/run.ts';
import { world } from '../cli/cli-project.ts';

test('what the record learns after the plan has asked it is of another run', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n',
  );
  const at = { env: w.env, cwd: w.folder, clock: systemClock };
  const { resolved } = await resolveManifests(at, ['film.yaml']);
  const prepared = await prepareRun(at, {
    source: { kind: 'make', resolved, request: {} },
    caps: {},
    command: 'rushes render film.yaml',
    // The plan is made. A step on the record reads what another branch has written meanwhile.
    narrow: (plan, ledgers) => {
      const render = plan.projects[0]?.renders[0]?.render;
      if (render === undefined) throw new Error('the plan has no render');
      ledgers.recordOf('film.yaml')?.record.attempts.add({
        attempt: '00000000-0000-4000-8000-00000000000a' as AttemptId,
        fingerprint: render.fingerprint,
        model: render.model.name,
        status: 'ambiguous',
        error: 'no-answer',
        lock: 'film.lock.json',
        id: 'crab/kling' as RenderId,
        branch: 'rain',
        at: '2026-11-20T17:00:00Z',
      });
      return plan;
    },
  });
  if (prepared.kind !== 'ready') throw new Error('the run was refused');
  const events: RunEvent[] = [];
  const { result } = await prepared.run({ emit: (event) => void events.push(event) });
  expect(w.gateway.books().accepted).toEqual([]);
  expect(result.exit).toBe(6);
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'render.held',
      reason: 'not-submitted',
      message:
        'the same request was sent for crab/kling of film.lock.json on branch rain since this run was planned',
    }),
  );
});
