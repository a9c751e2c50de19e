/**
 * Money rules 10 and 11 of the design on real sockets: how a run stops, and that there is one at a
 * time.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '../../../src/lock/ledger.ts';
import { pathsOf } from '../../../src/lock/file/paths.ts';
import { systemProcesses } from '../../../src/lock/run-lock/processes.ts';
import { systemClock } from '../../../src/ports/clock.ts';
import { systemFiles } from '../../../src/ports/files/files.ts';
import { scenes as manyScenes, film as cliFilm } from '../../cli/manifest-text.ts';
import { smallClips, world } from '../../cli/cli-project.ts';
import { studio } from '../fake-gateway-run.ts';
import { entry, eventsOf, film, on, postsOf, small, taskOf } from './fault-rules.ts';

test('rule 10: asked to stop, a POST gets its answer, its task id is in the lock, and the run is over within 5 s', async () => {
  const stop = new AbortController();
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { more: 'limits: { in_flight: 2 }' }),
    script: { rules: [on('submit', 'b', { fault: 'slow', seconds: 3 }), small()] },
    onEvent: (event) => {
      if (event.kind === 'submit' && event.body.includes('Scene b.')) stop.abort();
    },
  });
  const before = it.clock.now();
  const result = await it.render({}, { signal: stop.signal });
  expect(result).toMatchObject({
    exit: 130,
    totals: { pending: 2, ambiguous: 0, notSubmitted: 1 },
  });
  expect(it.clock.now() - before).toBeLessThan(5_000);
  const lock = await readFile(it.ledger().lockPath, 'utf8');
  for (const id of ['a', 'b']) expect(lock).toContain(taskOf(it, id));

  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 1, completed: 3 } });
  expect(it.gateway.books().accepted).toHaveLength(3);
});

test('rule 10: asked to stop, nothing more is submitted, also what would be sent again a moment later', async () => {
  const stop = new AbortController();
  await using it = await studio({
    manifest: film(['a', 'b']),
    script: {
      rules: [
        { when: { step: 'submit' }, do: { fault: 'error', error: 'rate-limited', retryAfter: 1 } },
      ],
    },
    onEvent: (event) => {
      if (event.kind === 'submit') stop.abort();
    },
  });
  expect(await it.render({}, { signal: stop.signal })).toMatchObject({
    exit: 130,
    totals: { submitted: 0, notSubmitted: 2 },
  });
  expect(postsOf(it, 'a').length + postsOf(it, 'b').length).toBeLessThanOrEqual(2);
  expect(it.ledger().lock.renders.size).toBe(0);
});

test('rule 10: a POST that does not answer stays ambiguous, and the run is over within 5 s all the same', async () => {
  const stop = new AbortController();
  await using it = await studio({
    manifest: film(['a']),
    script: {
      rules: [on('submit', 'a', { fault: 'hang', seconds: 3_600, accepted: true }), small()],
    },
    onEvent: (event) => {
      if (event.kind === 'submit') stop.abort();
    },
  });
  const before = it.clock.now();
  expect(await it.render({}, { signal: stop.signal })).toMatchObject({
    exit: 130,
    totals: { ambiguous: 1 },
  });
  expect(it.clock.now() - before).toBeLessThan(5_000);
  expect(JSON.parse(await readFile(it.ledger().lockPath, 'utf8'))).toMatchObject({
    renders: { 'a/kling': { status: 'ambiguous' } },
  });
});

test.each([
  ['before record intent', 0, 1],
  ['after record intent', 0, 0],
  ['before submit', 0, 0],
  ['after submit', 1, 0],
  ['after record accepted', 1, 1],
  ['before ask', 1, 1],
  ['after record completed', 1, 1],
  ['after download', 1, 1],
  ['before record landed', 1, 1],
  ['after record landed', 1, 1],
  ['before save', 1, 1],
  ['after save', 1, 1],
] as const)(
  'rule 10: killed %s, nothing that the gateway accepted is lost or made again',
  async (effect, accepted, completed) => {
    await using it = await studio({ manifest: film(['a']), script: { rules: [small()] } });
    await it.killAt(effect);
    expect(it.gateway.books().accepted).toHaveLength(accepted);
    const result = await it.render();
    expect(result).toMatchObject(
      completed === 1 ? { exit: 0 } : { exit: 5, totals: { ambiguous: 1 } },
    );
    expect(it.gateway.books().accepted).toHaveLength(Math.max(accepted, completed));
    expect(postsOf(it, 'a').length).toBeLessThanOrEqual(1);
    expect(entry(it, 'a').attempt).toBe(
      postsOf(it, 'a')[0]?.idempotencyKey ?? entry(it, 'a').attempt,
    );
    expect(entry(it, 'a').clip === undefined).toBe(completed === 0);
  },
);

test('rule 11: during a run no other process gets the ledger of its manifest', async () => {
  const found: string[] = [];
  await using it = await studio({
    manifest: film(['a']),
    script: { rules: [small()] },
  });
  const other = async (): Promise<void> => {
    const paths = pathsOf(join(it.folder, 'film.yaml'));
    const opened = await openLedger(paths, {
      files: systemFiles,
      clock: systemClock,
      processes: await systemProcesses(),
      command: 'another',
    });
    found.push(opened.kind);
  };
  await Promise.all([it.render(), other()]);
  expect(found).toEqual(['held']);
});

test('rule 11: of two commands started together one renders, the other one names it; each scene is paid once', async () => {
  await using w = await world({ script: { rules: [smallClips()] }, taskSeconds: 0.2 });
  await w.write('film.yaml', cliFilm(manyScenes(3, 'kling')));
  const [one, two] = await Promise.all([
    w.rushes(['render', 'film.yaml']),
    w.rushes(['render', 'film.yaml']),
  ]);
  const [first, second] = one.exit === 0 ? [one, two] : [two, one];
  expect(first.exit).toBe(0);
  expect(second).toMatchObject({
    exit: 6,
    err: expect.stringContaining('another rushes is running on film'),
  });
  expect(w.gateway.books().accepted).toHaveLength(3);
  expect(eventsOf(w, 'submit')).toHaveLength(3);
});
