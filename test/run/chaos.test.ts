/**
 * Faults on every step and kills at random instants, seeded: the gateway's own books are the judge.
 * The same storm with `kill -9` of the real process is part of the end-to-end tests.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { seededRandom } from '../../src/local-gateway/faults/random.ts';
import { toUsd } from '../../src/money.ts';
import { fromLockPath } from '../../src/lock/file/paths.ts';
import { resultsOf } from '../../src/lock/entry.ts';
import { runPlan } from '../../src/run/run.ts';
import { mortal } from './killable-process.ts';
import { type Studio, studio } from './fake-gateway-run.ts';

const MANIFEST = `
rushes: 1
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
limits: { in_flight: 5, gateways: { apimart: { in_flight: 3 }, evolink: { in_flight: 3 } } }
retries: { service: 1 }
scenes:
  - id: s-\${{ matrix.n }}
    matrix: { n: [1, 2, 3, 4, 5, 6] }
    prompt: Scene number \${{ matrix.n }}
    duration: 3
`;

const chance = (step: 'submit' | 'ask' | 'batch' | 'download' | 'task', probability: number) => ({
  step,
  probability,
});

/** Drawn quickly; that it is not what was asked for is only noted. */
const SMALL = { width: 64, height: 64, seconds: 1 };

const STORM: FaultScript = {
  rules: [
    { when: chance('submit', 0.06), do: { fault: 'reset', accepted: true } },
    { when: chance('submit', 0.06), do: { fault: 'reset' } },
    { when: chance('submit', 0.06), do: { fault: 'html', accepted: true } },
    { when: chance('submit', 0.1), do: { fault: 'error', error: 'rate-limited', retryAfter: 3 } },
    { when: chance('submit', 0.05), do: { fault: 'no-id' } },
    { when: chance('ask', 0.1), do: { fault: 'html' } },
    { when: chance('ask', 0.05), do: { fault: 'forgotten' } },
    { when: chance('ask', 0.1), do: { fault: 'truncated-json' } },
    { when: chance('ask', 0.1), do: { fault: 'edit', set: { status: 'dreaming', progress: 3 } } },
    { when: chance('ask', 0.1), do: { fault: 'links', shape: 'empty' } },
    { when: chance('batch', 0.2), do: { fault: 'html' } },
    { when: chance('download', 0.15), do: { fault: 'cut', at: 0.5 } },
    { when: chance('download', 0.1), do: { fault: 'short', at: 0.5 } },
    { when: chance('download', 0.1), do: { fault: 'replace', with: 'html' } },
    { when: chance('download', 0.1), do: { fault: 'expire', status: 410 } },
    { when: chance('download', 0.1), do: { fault: 'redirect', to: 'cross' } },
    { when: chance('task', 0.1), do: { fault: 'fate', end: 'failed' } },
    { when: chance('task', 0.1), do: { fault: 'fate', costFactor: 1.5, clip: SMALL } },
    { when: chance('task', 0.1), do: { fault: 'fate', estimate: 900, clip: SMALL } },
    { when: { step: 'task' }, do: { fault: 'fate', clip: SMALL } },
  ],
};

/** Runs until nothing is left that a run can do, killing it again and again. */
async function weather(it: Studio, random: () => number, kills: number): Promise<number> {
  for (let life = 0; ; life++) {
    const plan = await it.plan();
    let left = life < kills ? 1 + Math.floor(random() * 60) : Number.POSITIVE_INFINITY;
    const { deps, killed } = mortal(it.deps(), () => --left === 0);
    const ended = await it.drive(
      Promise.race([runPlan(plan, deps), killed.then(() => 'killed' as const)]),
    );
    if (ended === 'killed') {
      await it.crash();
      continue;
    }
    await it.reopen();
    const again = await it.plan();
    const { submit, attach, fetch } = again.totals.actions;
    if (submit + attach + fetch === 0 || life > kills + 4) return ended.exit;
  }
}

/** `RUSHES_STORMS=200 npx vitest run test/run/chaos.test.ts` is the long form. */
const STORMS = Number(process.env['RUSHES_STORMS'] ?? 6);

test.each(Array.from({ length: STORMS }, (_, index) => index + 1))(
  'storm %i: nothing is paid twice, nothing paid is lost',
  async (seed) => {
    await using it = await studio({ manifest: MANIFEST, script: STORM, seed });
    const random = seededRandom(seed);
    await weather(it, () => random.next(), 4);
    const books = it.gateway.books();
    const { lock } = it.ledger();
    const results = [...lock.renders.keys()].flatMap((id) =>
      resultsOf(lock, id).map((result) => ({ id, result })),
    );

    // Every key that was accepted was accepted once, and belongs to a result of the lock.
    const keys = books.accepted.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { task, idempotencyKey } of books.accepted) {
      const found = results.find(({ result }) => result.attempt === idempotencyKey);
      expect(found?.result.status, `task ${task}`).toBeOneOf([
        'completed',
        'failed',
        'submitted',
        'ambiguous',
        'lost',
      ]);
      expect([task, undefined]).toContain(found?.result.task);
      expect(found?.result.task === undefined).toBe(found?.result.status === 'ambiguous');
    }
    // A second task of a render only ever follows one that failed, as retries: allow.
    for (const id of lock.renders.keys()) {
      const [, ...earlier] = resultsOf(lock, id);
      for (const result of earlier) expect(result.status).toBe('failed');
    }
    expect(books.peak.get('all')).toBeLessThanOrEqual(5);
    expect(books.peak.get('apimart') ?? 0).toBeLessThanOrEqual(3);
    expect(books.peak.get('evolink') ?? 0).toBeLessThanOrEqual(3);
    expect(books.events.some((event) => event.kind === 'download' && event.leakedKey)).toBe(false);

    // Money: what the gateway charged is what the lock says, but for what nobody could know.
    for (const { task, charged, reserved } of books.accepted) {
      const cost = results.find(({ result }) => result.task === task)?.result.cost;
      expect(cost?.usd ?? toUsd(reserved)).toBeCloseTo(
        toUsd(cost?.source === 'reported' ? (charged ?? reserved) : reserved),
        6,
      );
    }
    // Every clip is whole, and the bytes are those that the lock names.
    for (const { result } of results) {
      if (result.clip === undefined) continue;
      const bytes = await readFile(fromLockPath(it.ledger().lockPath, result.clip.path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(result.clip.sha256);
    }
    // No key, no link, and no half file is left behind by runs that ended well.
    for (const name of await readdir(it.folder, { recursive: true })) {
      expect(name).not.toMatch(/\.tmp$/);
      if (!/\.(?:json|jsonl|yaml)$/.test(name)) continue;
      const text = await readFile(join(it.folder, name), 'utf8');
      expect(text).not.toContain('key-a');
      expect(text).not.toContain(it.gateway.url);
    }
  },
);
