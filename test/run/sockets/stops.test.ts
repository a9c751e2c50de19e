/**
 * Money rules 4 to 6 of the design on real sockets: what is not a failure, what stops submissions,
 * what is tried again.
 */
import { expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { payAgain } from '../../../src/lock/decisions.ts';
import { fromUsd } from '../../../src/money.ts';
import { studio } from '../fake-gateway-run.ts';
import {
  entry,
  eventsOf,
  film,
  KLING_USD,
  notices,
  on,
  postsOf,
  small,
  taskOf,
} from './fault-rules.ts';

const HOUR_MS = 3_600_000;

test('rule 4: a deadline is not a failure; after 24 hours without an end the task is lost, asked once per run, and still found', async () => {
  await using it = await studio({
    manifest: film(['a'], { more: 'limits: { deadline: 1m }' }),
    script: {
      rules: [
        on('ask', 'a', { fault: 'edit', set: { status: 'processing' }, omit: ['result'] }),
        small({ linkSeconds: 9e5 }),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 6,
    totals: { submitted: 1, pending: 1, failed: 0 },
  });
  expect(entry(it, 'a')).toMatchObject({ status: 'submitted', task: taskOf(it, 'a') });

  it.clock.advance(25 * HOUR_MS);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 5, totals: { lost: 1, failed: 0 } });
  await it.reopen();
  const before = eventsOf(it, 'ask').length;
  expect(await it.render()).toMatchObject({ exit: 5, totals: { lost: 1 } });
  expect(eventsOf(it, 'ask').length - before).toBe(1);

  it.gateway.setScript({ rules: [small()] });
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 1, submitted: 0 } });
  expect(eventsOf(it, 'submit')).toHaveLength(1);
});

test('rule 4: a lost task is asked once per run among the earlier ones and as an orphan, too, delays no others, and is fetched when it is found', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c']),
    script: {
      rules: [
        ...['a', 'b'].map((id) =>
          on('ask', id, { fault: 'edit', set: { status: 'processing' }, omit: ['result'] }),
        ),
        small({ linkSeconds: 9e5 }),
      ],
    },
  });
  expect(await it.render({ detach: true })).toMatchObject({ exit: 6 });
  it.clock.advance(25 * HOUR_MS);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 5, totals: { lost: 2, completed: 1 } });
  const lost = ['a', 'b'].map((id) => taskOf(it, id));
  const again = payAgain(it.ledger().lock, 'a/kling' as RenderId);
  if (again.ok) it.ledger().decide(again.lock);
  // b is no longer wanted.
  await it.write(film(['a', 'c']));

  it.gateway.setScript({
    rules: [
      ...lost.map(() => on('ask', 'b', { fault: 'forgotten' })),
      on('ask', 'a', { fault: 'forgotten' }, { first: 1 }),
      small(),
    ],
  });
  await it.reopen();
  const asksFor = (task: string | undefined): number =>
    [...eventsOf(it, 'ask'), ...eventsOf(it, 'batch')].filter(({ tasks }) =>
      tasks.includes(task ?? ''),
    ).length;
  const before = lost.map(asksFor);
  expect(await it.render()).toMatchObject({
    exit: 0,
    totals: { submitted: 1, completed: 1, kept: 1, lost: 0 },
  });
  expect(lost.map(asksFor)).toEqual(before.map((count) => count + 1));
  expect(entry(it, 'a').earlier).toMatchObject([{ status: 'lost', task: lost[0] }]);

  it.gateway.setScript({ rules: [small()] });
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 2, lost: 0 } });
  expect(entry(it, 'a').earlier).toMatchObject([
    {
      status: 'completed',
      task: lost[0],
      clip: { path: expect.stringMatching(/kling\.[0-9a-f]{8}\.mp4$/) },
    },
  ]);
  expect(entry(it, 'b')).toMatchObject({
    status: 'completed',
    clip: { path: 'out/film/b/kling.mp4' },
  });
  const after = lost.map(asksFor);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0 });
  expect(lost.map(asksFor)).toEqual(after);
  expect(eventsOf(it, 'submit')).toHaveLength(4);
});

test('rule 4: a task that is denied five times over ten minutes is lost and frees its slot; a short denial is only slowness', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { more: 'limits: { in_flight: 1 }' }),
    script: {
      rules: [
        on('ask', 'a', { fault: 'forgotten' }),
        on('ask', 'b', { fault: 'forgotten' }, { first: 4 }),
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 5,
    totals: { submitted: 3, lost: 1, completed: 2, failed: 0 },
  });
  const denials = eventsOf(it, 'ask').flatMap(({ tasks, at }) =>
    tasks.includes(taskOf(it, 'a')) ? [at] : [],
  );
  expect(denials.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...denials) - Math.min(...denials)).toBeGreaterThanOrEqual(10 * 60_000);
  expect(entry(it, 'a')).toMatchObject({ status: 'lost', cost: { usd: KLING_USD } });

  // Found again, and at work: it is still for a person to say how long to wait, and what is seen is
  // said.
  const said = async (): Promise<string> => {
    await it.reopen();
    expect(await it.render()).toMatchObject({ exit: 5, totals: { lost: 1 } });
    return it.events.findLast((event) => event.event === 'render.held')?.message ?? '';
  };
  expect(await said()).toBe('still no sign of the task');
  it.gateway.setScript({
    rules: [on('ask', 'a', { fault: 'edit', set: { status: 'processing' }, omit: ['result'] })],
  });
  expect(await said()).toBe('the task is still running at the gateway');

  const before = eventsOf(it, 'ask').length;
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 5, totals: { lost: 1 } });
  expect(eventsOf(it, 'ask').length - before).toBe(1);
});

test('rule 4: a download that fails is pending while the link lives, then missing; the clip is paid for either way', async () => {
  await using it = await studio({
    manifest: film(['a', 'b']),
    script: {
      rules: [
        { when: { step: 'download' }, do: { fault: 'error', error: 'unavailable' } },
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 6,
    totals: { submitted: 2, pending: 2, failed: 0 },
  });
  expect(entry(it, 'a')).toMatchObject({
    status: 'completed',
    cost: { usd: KLING_USD, source: 'reported' },
  });

  it.gateway.setScript({ rules: [on('download', 'b', { fault: 'error', error: 'unavailable' })] });
  await it.reopen();
  expect(await it.render()).toMatchObject({
    exit: 6,
    totals: { submitted: 0, completed: 1, pending: 1 },
  });

  it.clock.advance(25 * HOUR_MS);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 7, totals: { submitted: 0, missing: 1 } });
  expect(eventsOf(it, 'submit')).toHaveLength(2);
});

test('rule 4: when a link dies is in the lock only where the gateway or its documents say so; else it is asked for up to the longest life of any', async () => {
  await using it = await studio({
    manifest: film(['a'], { models: ['kling', 'o3'] }),
    script: {
      rules: [
        { when: { step: 'ask' }, do: { fault: 'edit', omit: ['expires_at'] } },
        { when: { step: 'download' }, do: { fault: 'error', error: 'unavailable' } },
        small({ linkSeconds: 60 * 3_600 }),
      ],
    },
  });
  expect(await it.render()).toMatchObject({ exit: 6, totals: { pending: 2 } });
  expect(entry(it, 'a', 'kling')).not.toHaveProperty('expiresAt');
  const { completedAt = '', expiresAt = '' } = entry(it, 'a', 'o3');
  expect(Date.parse(expiresAt) - Date.parse(completedAt)).toBe(24 * HOUR_MS);

  it.clock.advance(50 * HOUR_MS);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 7, totals: { pending: 1, missing: 1 } });
  it.gateway.setScript({
    rules: [{ when: { step: 'ask' }, do: { fault: 'edit', omit: ['expires_at'] } }],
  });
  await it.reopen();
  // A link that should have expired is asked about again before anything is given up.
  expect(await it.render()).toMatchObject({
    exit: 0,
    totals: { completed: 2, submitted: 0 },
  });
});

test('rule 5: an empty balance stops submissions there and not at the other gateway; what is paid is fetched', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd'], {
      models: ['kling', 'o3'],
      more: 'limits: { gateways: { apimart: { in_flight: 1 }, evolink: { in_flight: 1 } } }',
    }),
    script: {
      rules: [
        {
          when: { step: 'submit', gateway: 'apimart', nth: [3, 4, 5, 6] },
          do: { fault: 'error', error: 'balance' },
        },
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 69,
    totals: { submitted: 6, completed: 6, notSubmitted: 2, failed: 0 },
  });
  const posts = eventsOf(it, 'submit').filter(({ gateway }) => gateway === 'apimart');
  expect(posts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'not-reached']);
  // As if it had never been tried: the next run simply submits it.
  it.gateway.setScript({ rules: [small()] });
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 2 } });
});

test('rule 5: a key refused at one gateway stops submissions there, and the other gateway continues', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd'], {
      models: ['kling', 'o3'],
      more: 'limits: { in_flight: 2 }',
    }),
    script: {
      rules: [
        { when: { step: 'submit', gateway: 'apimart' }, do: { fault: 'error', error: 'auth' } },
        small(),
      ],
    },
  });
  const result = await it.render();
  expect(result).toMatchObject({
    exit: 77,
    totals: { submitted: 4, completed: 4, failed: 0, notSubmitted: 4 },
  });
  // The one that was on its way at the same moment, at most.
  const refused = eventsOf(it, 'submit').filter(({ gateway }) => gateway === 'apimart');
  expect(refused.length).toBeLessThanOrEqual(2);
  expect(result.reasons).toEqual([expect.stringContaining('refuses the key in APIMART_API_KEY')]);
});

test('rule 5: a key that is refused for asking about many tasks at once, and nowhere else, is not a refused key', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { models: ['o3'] }),
    script: {
      rules: [{ when: { step: 'batch' }, do: { fault: 'error', error: 'auth' } }, small()],
    },
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 3 } });
  expect(eventsOf(it, 'batch')).toHaveLength(1);
});

test('rule 5: the cap holds when the gateway charges twice its price, and the lock has what the gateway charged', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd', 'e', 'f'], {
      more: `limits: { in_flight: 1 }\nbudget: { usd: ${6 * KLING_USD} }`,
    }),
    script: { rules: [small({ costFactor: 2 })] },
  });
  expect(await it.render()).toMatchObject({
    exit: 4,
    totals: { submitted: 3, completed: 3, notSubmitted: 3, underCap: fromUsd(6 * KLING_USD) },
  });
  expect(it.gateway.books().money.apimart.charged).toBe(fromUsd(6 * KLING_USD));
  expect(entry(it, 'a').cost).toMatchObject({
    usd: 2 * KLING_USD,
    source: 'reported',
    estimatedUsd: KLING_USD,
  });
});

test('rule 5: reservations hold the cap while tasks are under way, and the successor of a killed run continues under it', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd']),
    script: { rules: [small({ seconds: 600 })] },
  });
  const capUsd = fromUsd(2 * KLING_USD);
  await it.killAt('after ask', { capUsd });
  expect(it.gateway.books().accepted).toHaveLength(2);
  expect(await it.render({ capUsd })).toMatchObject({
    exit: 4,
    totals: { submitted: 0, completed: 2, notSubmitted: 2, underCap: capUsd },
  });
  expect(eventsOf(it, 'submit')).toHaveLength(2);
});

test('rule 5: a promised refund is asked about once per run until it is made, and then the lock has it', async () => {
  const failing = (id: string, refundSeconds?: number) =>
    small(
      {
        end: 'failed',
        refund: 'pending',
        ...(refundSeconds === undefined ? {} : { refundSeconds }),
      },
      { prompt: `Scene ${id}.` },
    );
  await using it = await studio({
    manifest: film(['a', 'b'], { models: ['o3'] }),
    script: { rules: [failing('a', 7_200), failing('b')] },
  });
  const costs = () => ['a', 'b'].map((id) => entry(it, id, 'o3').cost);
  const asked = (): number =>
    [...eventsOf(it, 'batch'), ...eventsOf(it, 'ask')].reduce(
      (sum, { tasks }) => sum + tasks.length,
      0,
    );
  /** Asks of the next run, some time later. */
  const next = async (laterMs: number): Promise<number> => {
    it.clock.advance(laterMs);
    await it.reopen();
    const before = asked();
    expect(await it.render()).toMatchObject({ exit: 1, totals: { failed: 2, submitted: 0 } });
    return asked() - before;
  };
  expect(await it.render()).toMatchObject({ exit: 1, totals: { submitted: 2, failed: 2 } });
  const charged = { usd: 0.238235, credits: 16.2, source: 'reported', estimatedUsd: 0.238235 };
  expect(costs()).toEqual([1, 2].map(() => ({ ...charged, refund: 'pending' })));

  expect(await next(HOUR_MS)).toBe(2);
  expect(costs()).toEqual([1, 2].map(() => ({ ...charged, refund: 'pending' })));
  expect(await next(2 * HOUR_MS)).toBe(2);
  expect(costs()).toEqual([
    { ...charged, usd: 0, credits: 0 },
    { ...charged, refund: 'pending' },
  ]);
  expect(notices(it)).toContain('evolink has refunded $0.24 for the failed film:a/o3');
  expect(await next(HOUR_MS)).toBe(1);
  // After a week it is a matter for the gateway's support.
  expect(await next(7 * 24 * HOUR_MS)).toBe(0);
  expect(eventsOf(it, 'submit')).toHaveLength(2);
});

test('rule 5: a refund of less than a cent is told as what it is', async () => {
  const failing = small({ end: 'failed', refund: 'pending', refundSeconds: 3_600 });
  const billing = { charge_status: 'charged', charged_credits: 0.27, refund_status: 'pending' };
  await using it = await studio({
    manifest: film(['a'], { models: ['o3'] }),
    script: { rules: [failing, on('ask', 'a', { fault: 'edit', set: { billing } })] },
  });
  expect(await it.render()).toMatchObject({ exit: 1, totals: { failed: 1 } });
  expect(entry(it, 'a', 'o3').cost).toMatchObject({ usd: 0.003971, refund: 'pending' });
  it.gateway.setScript({ rules: [failing] });
  it.clock.advance(2 * HOUR_MS);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 1, totals: { failed: 1, submitted: 0 } });
  expect(notices(it)).toContain('evolink has refunded $0.0040 for the failed film:a/o3');
});

test('rule 6: a moderation refusal is told with its field, costs nothing and is never sent again', async () => {
  const refusal = {
    error: { code: 'content_policy_violation', message: 'the prompt was refused', param: 'prompt' },
  };
  await using it = await studio({
    manifest: film(['a', 'b'], { more: 'retries: { service: 3, timeout: 3 }' }),
    script: {
      rules: [
        on('submit', 'a', { fault: 'answer', status: 400, json: refusal }),
        on('submit', 'b', { fault: 'error', error: 'build-request-failed' }),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 1,
    totals: { submitted: 0, failed: 2, underCap: 0 },
  });
  const failures = it.events.filter((event) => event.event === 'render.failed');
  expect(failures).toContainEqual(
    expect.objectContaining({ kind: 'moderation', message: 'prompt: the prompt was refused' }),
  );
  expect(failures.map(({ kind }) => kind)).toEqual(['moderation', 'moderation']);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 1, totals: { failed: 2 } });
  expect(eventsOf(it, 'submit')).toHaveLength(2);
});

test('rule 6: only failures that may pass are submitted again, as often as retries: says, each a new paid attempt', async () => {
  const failing = (id: string, error: { readonly code: string; readonly message: string }) =>
    small({ end: 'failed', error, refund: 'unreported' }, { prompt: `Scene ${id}.` });
  await using it = await studio({
    manifest: film(['service', 'late', 'refused', 'odd'], {
      more: 'retries: { service: 2, timeout: 1 }',
    }),
    script: {
      rules: [
        failing('service', { code: 'service_error', message: 'no GPU' }),
        failing('late', { code: 'generation_timeout', message: 'took too long' }),
        failing('refused', { code: 'content_policy_violation', message: 'sensitive content' }),
        failing('odd', { code: 'unknown_error', message: 'ask support' }),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 1,
    totals: { failed: 4, submitted: 7, underCap: fromUsd(7 * KLING_USD) },
  });
  for (const [id, times] of [
    ['service', 3],
    ['late', 2],
    ['refused', 1],
    ['odd', 1],
  ] as const) {
    const keys = postsOf(it, id).map(({ idempotencyKey }) => idempotencyKey);
    expect(keys, `scene ${id}`).toHaveLength(times);
    expect(new Set(keys).size, `scene ${id}`).toBe(times);
    // Nobody said that it cost nothing: the reservation stands.
    expect(entry(it, id).cost, `scene ${id}`).toMatchObject({
      usd: KLING_USD,
      source: 'unconfirmed',
    });
  }
  expect(notices(it)).toBe('');
});
