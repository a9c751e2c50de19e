import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clipBytes, entryOf, stage } from './scripted-gateway-run.ts';

test('scenes become clips and a lock', async () => {
  await using it = await stage();
  const result = await it.run(
    it.plan([it.render('sunrise'), it.render('crab', { alias: 'evo', gateway: 'evolink' })]),
  );
  expect(result.exit).toBe(0);
  expect(result.totals).toMatchObject({ submitted: 2, completed: 2, underCap: 200_000 });
  expect(await readFile(join(it.folder, 'out/film/sunrise/toy.mp4'))).toEqual(
    Buffer.from(await clipBytes()),
  );
  expect(entryOf(it, 'sunrise/toy')).toMatchObject({
    status: 'completed',
    task: 'task_apimart_1',
    clip: { path: 'out/film/sunrise/toy.mp4', width: 64, height: 64, seconds: 1, audio: false },
  });
  expect(it.events.at(-1)).toMatchObject({
    event: 'run.finished',
    exit: 0,
    pending: 0,
    notSubmitted: 0,
  });
});
