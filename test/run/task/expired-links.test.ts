/**
 * A link that has expired is asked about: before a clip is called missing, and before it is paid
 * again.
 */
import { expect, test } from 'vitest';
import type { AskOutcome } from '../../../src/gateways/gateway.ts';
import type { AttemptId, Fingerprint, TaskId } from '../../../src/ids.ts';
import type { Action } from '../../../src/plan/plan.ts';
import { isoSeconds } from '../../../src/ports/clock.ts';
import { collect } from '../../../src/run/collect.ts';
import { entryOf, stage, type Stage, status, wholeClip } from '../scripted-gateway-run.ts';

const TASK = 'task_old' as TaskId;
const gone: AskOutcome = { kind: 'unknown-task', message: 'no such task' };

/** A render that was made a day and an hour ago, and whose clip never landed. */
async function expired(
  it: Stage,
  fingerprint: Fingerprint = it.render('a').fingerprint,
): Promise<void> {
  const render = it.render('a');
  const at = isoSeconds(it.clock.now() - 25 * 3_600_000);
  const attempt = '00000000-0000-4000-8000-00000000aaaa' as AttemptId;
  const cost = { usd: 0.1, source: 'estimated' } as const;
  await it.ledger().record({
    kind: 'intent',
    at,
    id: render.id,
    attempt,
    fingerprint,
    model: 'apimart/toy',
    request: render.request,
    target: 'out/film/a/toy.mp4',
    cost,
  });
  await it.ledger().record({ kind: 'accepted', at, attempt, task: TASK });
  await it.ledger().record({
    kind: 'completed',
    at,
    task: TASK,
    completedAt: at,
    expiresAt: isoSeconds(it.clock.now() - 3_600_000),
  });
}

const planned = (it: Stage, action: Action) => it.plan([{ render: it.render('a'), action }]);
const FETCH: Action = { kind: 'fetch', reason: 'link-expired', task: TASK };
const AGAIN: Action = { kind: 'submit', reason: 'missing' };
const fresh = (it: Stage) => (): AskOutcome => ({
  kind: 'completed',
  links: [`${it.media.url}/${TASK}.mp4`],
});

test('the gateway gives a fresh link: the clip is fetched, and nothing is paid', async () => {
  await using it = await stage();
  await expired(it);
  it.apimart.onAsk = fresh(it);
  expect(await it.run(planned(it, FETCH))).toMatchObject({ exit: 0, totals: { completed: 1 } });
  expect(it.apimart.submits).toHaveLength(0);
  expect(entryOf(it, 'a/toy')?.clip).toBeDefined();
});

test('collect asks too', async () => {
  await using it = await stage();
  await expired(it);
  it.apimart.onAsk = fresh(it);
  const run = collect([{ manifest: 'film.yaml', root: it.folder }], it.deps());
  expect(await it.clock.drive(run, () => it.http.busy())).toMatchObject({
    exit: 0,
    totals: { completed: 1 },
  });
});

test('the gateway has none: asked once, then missing', async () => {
  await using it = await stage();
  await expired(it);
  it.apimart.onAsk = () => gone;
  expect(await it.run(planned(it, FETCH))).toMatchObject({ exit: 7, totals: { missing: 1 } });
  expect(it.apimart.asks).toHaveLength(1);
  expect(it.apimart.submits).toHaveLength(0);
});

test('--resubmit-missing: a fresh link costs nothing, and only without one it is paid again', async () => {
  await using it = await stage();
  await expired(it);
  it.apimart.onAsk = fresh(it);
  expect(await it.run(planned(it, AGAIN))).toMatchObject({ exit: 0, totals: { completed: 1 } });
  expect(it.apimart.submits).toHaveLength(0);

  await using other = await stage();
  await expired(other);
  other.apimart.onAsk = (task, _age, usual) => (task === TASK ? gone : usual());
  expect(await other.run(planned(other, AGAIN))).toMatchObject({
    exit: 0,
    totals: { submitted: 1, completed: 1 },
  });
  expect(other.apimart.asks.filter(({ task }) => task === TASK)).toHaveLength(1);
  expect(other.apimart.submits).toHaveLength(1);
});

test('--resubmit-missing: of an accepted clip the task is asked too, although its request is another one', async () => {
  await using it = await stage();
  await expired(it, `sha256:${'0'.repeat(64)}` as Fingerprint);
  it.apimart.onAsk = fresh(it);
  expect(await it.run(planned(it, AGAIN))).toMatchObject({ exit: 0 });
  expect(it.apimart.asks).toHaveLength(1);
  expect(it.apimart.submits).toHaveLength(0);
});

test('--resubmit-missing: an answer that cannot be read is no reason to pay', async () => {
  await using it = await stage();
  await expired(it);
  it.apimart.onAsk = () => ({ kind: 'unreadable', reason: 'HTTP 503' });
  expect(await it.run(planned(it, AGAIN))).toMatchObject({ exit: 6, totals: { pending: 1 } });
  expect(it.apimart.submits).toHaveLength(0);
});

test('a link that answers 410 is dead at once: the task is asked without a pause, and a fresh link fetched', async () => {
  await using it = await stage();
  await expired(it);
  let links = 0;
  it.media.answers = [status(410), wholeClip];
  it.apimart.onAsk = () => ({
    kind: 'completed',
    links: [`${it.media.url}/${TASK}-${(links += 1)}.mp4`],
  });
  const began = it.clock.now();
  expect(await it.run(planned(it, FETCH))).toMatchObject({ exit: 0, totals: { completed: 1 } });
  expect(it.media.requests).toHaveLength(2);
  expect(it.clock.now() - began).toBeLessThan(1_000);
});

test('where the gateway has the same dead link only, the clip is missing after one try', async () => {
  await using it = await stage();
  await expired(it);
  it.media.answers = [status(410)];
  it.apimart.onAsk = fresh(it);
  expect(await it.run(planned(it, FETCH))).toMatchObject({ exit: 7, totals: { missing: 1 } });
  expect(it.media.requests).toHaveLength(1);
  expect(it.apimart.submits).toHaveLength(0);
});
