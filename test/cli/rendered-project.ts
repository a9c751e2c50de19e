/**
 * A lock as a run on another machine would have committed it: for tests that are not about the run.
 */
import { encodeLock, type LockEntry } from '../../src/lock/file/format.ts';
import type { AttemptId, Fingerprint, ModelName, RenderId, TaskId } from '../../src/ids.ts';
import type { JsonObject } from '../../src/scene.ts';
import type { World } from './cli-project.ts';

interface Planned {
  readonly id: RenderId;
  readonly model: ModelName;
  readonly fingerprint: Fingerprint;
  readonly request: JsonObject;
}

/** As some months later: no link of `film.lock.json` is valid any more. */
export async function expireLinks(w: World): Promise<void> {
  const lock = await w.read('film.lock.json');
  await w.write(
    'film.lock.json',
    lock
      .replaceAll(/"(completedAt|submittedAt)": "[^"]*"/g, '"$1": "2026-01-02T00:00:00Z"')
      .replaceAll(/"expiresAt": "[^"]*"/g, '"expiresAt": "2026-01-03T00:00:00Z"'),
  );
}

/**
 * Writes the lock of `<name>.yaml` with a clip for every render that its plan has. Returns how
 * many.
 */
export async function renderedElsewhere(w: World, name: string): Promise<number> {
  const { renders } = JSON.parse((await w.rushes(['plan', '--json', `${name}.yaml`])).out) as {
    readonly renders: readonly Planned[];
  };
  const entries = renders.map(
    ({ id, model, fingerprint, request }, index): readonly [RenderId, LockEntry] => [
      id,
      {
        fingerprint,
        model,
        status: 'completed',
        attempt: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as AttemptId,
        task: `task_${index}` as TaskId,
        submittedAt: '2026-11-20T17:00:00Z',
        completedAt: '2026-11-20T17:02:35Z',
        expiresAt: '2026-11-21T17:02:35Z',
        cost: { usd: 0.336, source: 'reported', estimatedUsd: 0.336 },
        clip: {
          path: `out/${name}/${id}.mp4`,
          sha256: 'a'.repeat(64),
          bytes: 1000,
          width: 1280,
          height: 720,
          seconds: 5.04,
          audio: false,
        },
        request,
      },
    ],
  );
  await w.write(`${name}.lock.json`, encodeLock({ renders: new Map(entries) }));
  return entries.length;
}
