/**
 * Money rules 1 to 3 of the design on real sockets: what must be on the disk before a POST, and
 * what is sent again.
 */
import { readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { RenderId, TaskId } from '../../../src/ids.ts';
import {
  adopt,
  declareNeverHappened,
  payAgain,
  type Decided,
} from '../../../src/lock/decisions.ts';
import { fromLockPath } from '../../../src/lock/file/paths.ts';
import type { JournalEvent } from '../../../src/lock/journal/events.ts';
import { decodeJournal } from '../../../src/lock/journal/journal-line.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { type Files, systemFiles } from '../../../src/ports/files/files.ts';
import { fromUsd } from '../../../src/money.ts';
import { studio, type Studio } from '../fake-gateway-run.ts';
import {
  entry,
  eventsOf,
  type Fault,
  film,
  KLING_USD,
  notices,
  on,
  postsOf,
  small,
  taskOf,
} from './fault-rules.ts';

afterEach(() => vi.unstubAllEnvs());

/**
 * A disk that takes its time with every flush, and remembers which text it has brought to the disk
 * itself.
 */
class SlowDisk {
  durable = '';
  flushMs = 0;
  flushes = 0;

  files(clock: Clock): Files {
    return {
      ...systemFiles,
      openAppend: async (path) => {
        const opened = await systemFiles.openAppend(path);
        if (!opened.ok) return opened;
        const { value } = opened;
        let written = '';
        return {
          ok: true,
          value: {
            append: (text) => {
              written += text;
              return value.append(text);
            },
            flush: async () => {
              const covered = written;
              if (this.flushMs > 0) await clock.sleep(this.flushMs);
              const flushed = await value.flush();
              this.durable = covered;
              this.flushes += 1;
              return flushed;
            },
            close: () => value.close(),
          },
        };
      },
    };
  }

  /** Whether a line of that kind that names the id would survive a power cut. */
  has(kind: JournalEvent['kind'], id: string): boolean {
    return decodeJournal(this.durable).events.some(
      (event) => event.kind === kind && JSON.stringify(event).includes(`"${id}"`),
    );
  }
}

test('rule 1: no POST before its intent is flushed to the disk, no ask before the task id is', async () => {
  const seen = new Set<string>();
  const disk = new SlowDisk();
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { models: ['kling', 'o3'] }),
    script: { rules: [small()] },
    files: (clock) => disk.files(clock),
    onEvent: (event) => {
      if (event.kind === 'submit')
        seen.add(
          disk.has('intent', event.idempotencyKey ?? '')
            ? 'POST after its intent'
            : 'POST before its intent',
        );
      if (event.kind === 'ask' || event.kind === 'batch')
        for (const task of event.tasks)
          seen.add(disk.has('accepted', task) ? 'ask after the task id' : 'ask before the task id');
    },
  });
  // Longer than anything else in this film: whoever does not wait for the disk overtakes it.
  disk.flushMs = 100_000;
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 6 } });
  disk.flushMs = 0;
  expect(eventsOf(it, 'batch').length).toBeGreaterThan(0);
  expect(seen).toEqual(new Set(['POST after its intent', 'ask after the task id']));
});

test('a task costs three flushes of the journal: its intent, its id, its clip', async () => {
  const disk = new SlowDisk();
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { more: 'limits: { in_flight: 1 }' }),
    script: { rules: [small()] },
    files: (clock) => disk.files(clock),
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 3 } });
  // And one before the lock is written.
  expect(disk.flushes).toBe(3 * 3 + 1);
});

test('rule 1: a render that waits for a slot has no intent', async () => {
  const intents: number[] = [];
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { more: 'limits: { in_flight: 1 }' }),
    script: { rules: [small()] },
    onEvent: (event, { journal }) => {
      if (event.kind === 'submit')
        intents.push(journal().filter(({ kind }) => kind === 'intent').length);
    },
  });
  expect(await it.render()).toMatchObject({ exit: 0 });
  expect(intents).toEqual([1, 2, 3]);
});

test('rule 1: a journal that is taken away in the middle stops submissions; what is paid is followed, and its id shown', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { more: 'limits: { in_flight: 1 }' }),
    script: { rules: [small()] },
    onEvent: (event) => {
      if (event.kind === 'submit') rmSync(join(it.folder, '.rushes'), { recursive: true });
    },
  });
  // Where lines go that nothing else would take.
  vi.stubEnv('TMPDIR', it.folder);
  expect(await it.render()).toMatchObject({
    totals: { submitted: 1, completed: 1, notSubmitted: 2 },
  });
  const line = `rushes recover film:a/kling --adopt ${taskOf(it, 'a')}`;
  expect(notices(it)).toContain(line);
  expect(notices(it)).toContain('Nothing more is submitted');
  const dump = /\(also in ([^)]+)\)/.exec(notices(it))?.[1] ?? '';
  expect(readFileSync(dump, 'utf8')).toContain(line);
});

/** Sent, and no answer from which anybody could tell whether it was accepted. */
const UNCLEAR: Readonly<Record<string, Fault>> = {
  reset: { fault: 'reset', accepted: true },
  unread: { fault: 'reset' },
  page: { fault: 'html', accepted: true },
  forbidden: { fault: 'html', status: 403, accepted: true },
  half: { fault: 'truncated-json' },
  cut: { fault: 'truncated-json', cut: 'connection' },
  nameless: { fault: 'no-id' },
  odd: { fault: 'odd-id', id: '../../etc' },
  internal: { fault: 'error', error: 'server', accepted: true },
  upstream: { fault: 'error', error: 'bad-gateway', accepted: true },
  late: { fault: 'error', error: 'gateway-timeout', accepted: true },
  down: { fault: 'error', error: 'unavailable', accepted: true },
  progress: { fault: 'error', error: 'idempotency-in-progress', accepted: true },
  unknown: { fault: 'error', error: 'idempotency-indeterminate', accepted: true },
};

test('rule 2: a submit without a clear answer holds its render alone and is never sent again by itself; each way out is a decision', async () => {
  const unclear = Object.keys(UNCLEAR);
  await using it = await studio({
    manifest: film([...unclear, 'fine']),
    script: {
      idempotency: 'ignored',
      rules: [...unclear.map((id) => on('submit', id, UNCLEAR[id] as Fault)), small()],
    },
  });
  // Three in a row close the gateway for a run: the next run sends what is left.
  let last = await it.render();
  while (last.totals.notSubmitted > 0) {
    expect(last.exit).toBe(5);
    await it.reopen();
    last = await it.render();
  }
  expect(last).toMatchObject({ exit: 5, totals: { ambiguous: unclear.length } });
  expect(entry(it, 'fine')).toMatchObject({ status: 'completed' });
  for (const id of unclear) {
    expect(postsOf(it, id), `scene ${id}`).toHaveLength(1);
    expect(entry(it, id), `scene ${id}`).toMatchObject({
      status: 'ambiguous',
      cost: { usd: KLING_USD, source: 'estimated' },
    });
  }

  it.gateway.setScript({ rules: [small()] });
  await it.reopen();
  const before = eventsOf(it, 'submit').length;
  expect(await it.render()).toMatchObject({
    exit: 5,
    totals: { submitted: 0, ambiguous: unclear.length },
  });
  expect(eventsOf(it, 'submit').length).toBe(before);

  const id = (scene: string): RenderId => `${scene}/kling` as RenderId;
  const decide = (decided: Decided): void => {
    if (!decided.ok) throw new Error(decided.problem);
    it.ledger().decide(decided.lock);
  };
  decide(adopt(it.ledger().lock, id('reset'), taskOf(it, 'reset') as TaskId));
  decide(declareNeverHappened(it.ledger().lock, id('unread')));
  decide(payAgain(it.ledger().lock, id('page')));
  await it.reopen();
  expect(await it.render()).toMatchObject({
    exit: 5,
    totals: { submitted: 2, completed: 3, ambiguous: unclear.length - 3 },
  });
  expect(postsOf(it, 'reset')).toHaveLength(1);
  for (const scene of ['unread', 'page']) {
    const keys = postsOf(it, scene).map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  }
  // The attempt that a second payment replaced stays in the books.
  expect(entry(it, 'page').earlier).toMatchObject([
    { status: 'ambiguous', attempt: postsOf(it, 'page')[0]?.idempotencyKey },
  ]);
});

test('rule 2: a process that is killed between POST and answer leaves an ambiguous submit, also when the gateway has the task', async () => {
  await using it = await studio({ manifest: film(['a']), script: { rules: [small()] } });
  await it.killAt('after submit');
  expect(taskOf(it, 'a')).toMatch(/^task_/);
  expect(await it.render()).toMatchObject({ exit: 5, totals: { submitted: 0, ambiguous: 1 } });
  expect(postsOf(it, 'a')).toHaveLength(1);
});

test('rule 3: what was surely not accepted is sent again with the same key and the same bytes, not before its time', async () => {
  const turn = (nth: number) => ({ nth, per: 'body' }) as const;
  await using it = await studio({
    manifest: film(['a']),
    script: {
      rules: [
        on('submit', 'a', { fault: 'error', error: 'no-channel' }, turn(1)),
        on(
          'submit',
          'a',
          { fault: 'error', error: 'idempotency-unavailable', retryAfter: 7 },
          turn(2),
        ),
        on(
          'submit',
          'a',
          { fault: 'error', error: 'rate-limited', retryAfter: { date: 90 } },
          turn(3),
        ),
        on('submit', 'a', { fault: 'html', status: 429 }, turn(4)),
        small(),
      ],
    },
  });
  // Nobody listens at first: the connection is refused.
  await it.gateway.close();
  const closedAt = it.clock.now();
  const opened = it.clock.sleep(500).then(() => it.reopenGateway());
  expect(await it.render()).toMatchObject({
    exit: 0,
    totals: { submitted: 1, completed: 1, underCap: fromUsd(KLING_USD) },
  });
  await opened;
  const posts = postsOf(it, 'a');
  expect(posts.map(({ outcome }) => outcome)).toEqual([
    ...Array.from({ length: 4 }, () => 'not-reached'),
    'accepted',
  ]);
  expect(new Set(posts.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
  const [first = 0, second = 0, third = 0, fourth = 0] = posts.map(({ at }) => at);
  expect(first - closedAt).toBeGreaterThanOrEqual(500);
  expect(third - second).toBeGreaterThanOrEqual(7_000);
  // A date has whole seconds.
  expect(fourth - third).toBeGreaterThanOrEqual(89_000);
  // One for the connection that was refused, too.
  expect(it.journal().filter(({ kind }) => kind === 'withdrawn')).toHaveLength(5);
});

test('rule 3: a replayed answer with a task id is an accepted one', async () => {
  await using it = await studio({ manifest: film(['a']), script: { rules: [small()] } });
  const { gateways } = it.deps();
  const [gateway] = [gateways.get('apimart')];
  // The same key and bytes, sent by the very client: what a safe resend after a lost 429 would be.
  const [planned] = (await it.plan()).projects[0]?.renders ?? [];
  const request = { body: JSON.stringify(planned?.render.request), attempt: it.deps().uuid() };
  const first = await gateway?.submit(request);
  expect(await gateway?.submit(request)).toEqual({ ...first, replayed: true });
  expect(it.gateway.books().accepted).toHaveLength(1);
});

/** Every way in which asking or fetching can go wrong, one after the other for one task. */
const BAD_ASKS: readonly Fault[] = [
  { fault: 'html' },
  { fault: 'truncated-json' },
  { fault: 'error', error: 'server' },
  { fault: 'error', error: 'rate-limited', retryAfter: 4 },
  { fault: 'forgotten' },
  { fault: 'forgotten', status: 400 },
  { fault: 'reset' },
  { fault: 'answer', status: 200, text: '' },
  { fault: 'edit', set: { status: 'dreaming' } },
];
const BAD_DOWNLOADS: readonly Fault[] = [
  { fault: 'cut', at: 0.5 },
  { fault: 'short', at: 0.5 },
  { fault: 'replace', with: 'html' },
  { fault: 'replace', with: 'png' },
  { fault: 'error', error: 'unavailable' },
  { fault: 'expire', status: 410 },
  { fault: 'reset' },
];

test('rule 3: no trouble with asking or fetching ever leads to a submit, and the clip comes home whole', async () => {
  const inTurn = (step: 'ask' | 'download', faults: readonly Fault[]) =>
    faults.map((fault, index) => ({ when: { step, nth: index + 1 }, do: fault }));
  await using it = await studio({
    manifest: film(['a', 'b'], { models: ['kling'], more: 'retries: { service: 3, timeout: 3 }' }),
    script: { rules: [...inTurn('ask', BAD_ASKS), ...inTurn('download', BAD_DOWNLOADS), small()] },
  });
  expect(await it.render()).toMatchObject({
    exit: 0,
    totals: { submitted: 2, completed: 2, failed: 0 },
  });
  expect(eventsOf(it, 'submit')).toHaveLength(2);
  expect(eventsOf(it, 'ask').length).toBeGreaterThan(2 * BAD_ASKS.length);
  for (const id of ['a', 'b']) await isWhole(it, id);
});

async function isWhole(it: Studio, id: string): Promise<void> {
  const { clip } = entry(it, id);
  const bytes = await readFile(fromLockPath(it.ledger().lockPath, clip?.path ?? ''));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(clip?.sha256);
  expect(clip).toMatchObject({ width: 64, height: 36, seconds: 1 });
}

test('rule 3: a submit that was answered with a redirect is never sent again, and nothing more goes to that address', async () => {
  const ids = Array.from({ length: 8 }, (_, at) => `s${at}`);
  const redirect: Fault = { fault: 'html', status: 307, accepted: true };
  await using it = await studio({
    manifest: film(ids, {
      models: ['kling', 'o3'],
      more: 'limits: { gateways: { apimart: { in_flight: 1 } } }',
    }),
    script: { rules: [{ when: { step: 'submit', gateway: 'apimart' }, do: redirect }, small()] },
  });
  const { exit, totals, reasons } = await it.render();
  expect({
    exit,
    ambiguous: totals.ambiguous,
    completed: totals.completed,
    notSubmitted: totals.notSubmitted,
  }).toEqual({
    exit: 69,
    ambiguous: 1,
    completed: 8,
    notSubmitted: 7,
  });
  expect(reasons.join()).toContain('APIMART_BASE_URL');
  expect(eventsOf(it, 'submit').filter(({ gateway }) => gateway === 'apimart')).toHaveLength(1);
  // The address is right again: what was not sent is, and the one in question waits for a person.
  it.gateway.setScript({ rules: [small()] });
  expect(await it.render()).toMatchObject({
    exit: 5,
    totals: { submitted: 7, completed: 7, ambiguous: 1 },
  });
});

test('a foreign 404 page to a submit fails no render: the gateway is closed for the run, the other one continues', async () => {
  const ids = Array.from({ length: 8 }, (_, at) => `s${at}`);
  await using it = await studio({
    manifest: film(ids, {
      models: ['kling', 'o3'],
      more: 'limits: { gateways: { apimart: { in_flight: 1 } } }',
    }),
    script: {
      rules: [
        { when: { step: 'submit', gateway: 'apimart' }, do: { fault: 'html', status: 404 } },
        small(),
      ],
    },
  });
  const { exit, totals, reasons } = await it.render();
  expect({ exit, ...totals }).toMatchObject({
    exit: 69,
    failed: 0,
    ambiguous: 0,
    completed: 8,
    notSubmitted: 8,
  });
  expect(reasons.join()).toContain('check the base URL, APIMART_BASE_URL');
  expect(eventsOf(it, 'submit').filter(({ gateway }) => gateway === 'apimart')).toHaveLength(1);
  it.gateway.setScript({ rules: [small()] });
  expect(await it.render()).toMatchObject({
    exit: 0,
    totals: { submitted: 8, completed: 8, failed: 0 },
  });
});
