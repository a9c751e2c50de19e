import { assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import { spanOf } from '../../../src/diagnostic.ts';
import type { RenderId } from '../../../src/ids.ts';
import { decodeLock } from '../../../src/lock/file/decode.ts';
import {
  EMPTY_LOCK,
  encodeLock,
  type Lock,
  type LockEntry,
} from '../../../src/lock/file/format.ts';
import { entrySchema } from '../../../src/lock/file/schema.ts';
import { sized } from '../../sizes.ts';
import { anyLock, attemptOf, fingerprintOf } from '../arbitraries.ts';
import { cpuMs } from '../lock-folder.ts';

const RUNS = { seed: 20261120, numRuns: sized(60, 200) };

const entry: LockEntry = {
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  status: 'completed',
  attempt: attemptOf(1),
  task: 'task_1' as NonNullable<LockEntry['task']>,
  cost: { usd: 0.1 + 0.2, source: 'reported' },
  request: { prompt: 'b', model: 'kling-v3' },
};
const text = encodeLock({ renders: new Map([['crab/kling' as RenderId, entry]]) });

function problems(of: string): readonly { code: string; at: string; message: string }[] {
  const decoded = decodeLock(of, 'film.lock.json');
  if (decoded.ok) return [];
  return decoded.diagnostics.map((one) => {
    const span = one.place && spanOf(one.place);
    return {
      code: one.code,
      at: `${span?.line}:${span?.column}-${span?.endColumn}`,
      message: one.message,
    };
  });
}

test('a lock reads back as it was written, and its bytes do not depend on order', () => {
  assert(
    property(anyLock, (lock) => {
      const bytes = encodeLock(lock);
      const decoded = decodeLock(bytes, 'x');
      if (!decoded.ok)
        throw new Error(decoded.diagnostics.map(({ message }) => message).join('\n'));
      expect(encodeLock(decoded.lock)).toBe(bytes);
      expect(decoded.lock.renders).toEqual(lock.renders);
      const backwards: Lock = {
        renders: new Map(
          [...lock.renders]
            .reverse()
            .map(([id, one]) => [
              id,
              Object.fromEntries(Object.entries(one).reverse()) as unknown as LockEntry,
            ]),
        ),
      };
      expect(encodeLock(backwards)).toBe(bytes);
    }),
    RUNS,
  );
});

test('the bytes are those of the design: sorted, two spaces, six decimals, a line break at the end', () => {
  expect(text).toBe(`{
  "lockVersion": 1,
  "renders": {
    "crab/kling": {
      "fingerprint": "sha256:${'a'.repeat(64)}",
      "model": "apimart/kling-v3",
      "status": "completed",
      "attempt": "00000000-0000-4000-8000-000000000001",
      "task": "task_1",
      "cost": {
        "usd": 0.3,
        "source": "reported"
      },
      "request": {
        "model": "kling-v3",
        "prompt": "b"
      }
    }
  }
}
`);
  expect(encodeLock(EMPTY_LOCK)).toBe('{\n  "lockVersion": 1,\n  "renders": {}\n}\n');
});

test('an amount that no gateway can have meant is written so that it can be read', () => {
  const cost = { usd: 1e305, credits: 1e305, source: 'reported' } as const;
  const bytes = encodeLock({ renders: new Map([['a/b' as RenderId, { ...entry, cost }]]) });
  expect(problems(bytes)).toEqual([]);
});

test('a key __proto__ in a request is a key like any other, and one in an entry is unknown', () => {
  const request = JSON.parse('{"__proto__":{"polluted":true}}') as NonNullable<
    LockEntry['request']
  >;
  const bytes = encodeLock({ renders: new Map([['a/b' as RenderId, { ...entry, request }]]) });
  expect(bytes).toContain('"__proto__"');
  const decoded = decodeLock(bytes, 'x');
  expect(decoded.ok && encodeLock(decoded.lock)).toBe(bytes);
  expect(problems(text.replace('"task":', '"__proto__": {}, "task":'))[0]).toMatchObject({
    code: 'lock-invalid',
    message: 'crab/kling: unknown key "__proto__"',
  });
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
});

test.each([
  [
    'merge markers',
    text.replace('      "task"', '<<<<<<< HEAD\n      "task"'),
    'lock-conflict',
    '9:1-13',
  ],
  [
    'a newer version',
    text.replace('"lockVersion": 1', '"lockVersion": 2'),
    'lock-newer',
    '2:18-19',
  ],
  ['no version', text.replace('"lockVersion"', '"lockversion"'), 'lock-invalid', '1:1-2'],
  ['an empty file', '', 'lock-invalid', '1:1-1'],
  ['a cut file', text.slice(0, 200), 'lock-invalid', '7:13-13'],
  ['a missing comma', text.replace('"completed",', '"completed"'), 'lock-invalid', '8:7-8'],
  ['an unknown key', text.replace('"task"', '"tusk"'), 'lock-invalid', '9:7-13'],
  ['an unknown status', text.replace('"completed"', '"complete"'), 'lock-invalid', '7:17-27'],
  [
    'a duplicate key',
    text.replace('"task": "task_1",', '"task": "task_1",\n      "task": "task_2",'),
    'lock-invalid',
    '10:7-13',
  ],
  ['no render id', text.replace('"crab/kling"', '"crab"'), 'lock-invalid', '4:5-11'],
  [
    'a completed render without a task',
    text.replace('      "task": "task_1",\n', ''),
    'lock-invalid',
    '4:19-20',
  ],
  [
    'a clip outside of any folder',
    text.replace('"request": {', '"target": "/etc/passwd",\n      "request": {'),
    'lock-invalid',
    '14:17-30',
  ],
  [
    'a time that is none',
    text.replace('"request": {', '"submittedAt": "2026-13-45T99:00:00Z",\n      "request": {'),
    'lock-invalid',
    '14:22-44',
  ],
  ['a list', '[]', 'lock-invalid', '1:1-3'],
])('%s: code and place', (_name, of, code, at) => {
  expect(problems(of)[0]).toMatchObject({ code, at });
});

test('errors say what to do, in words that a stranger understands', () => {
  const wrong = text
    .replace('"completed"', '"done"')
    .replace('"usd": 0.3', '"usd": -1')
    .replace(/      "fingerprint.*\n/, '')
    .replace('"task_1"', '5');
  expect(problems(wrong).map(({ message }) => message)).toEqual([
    'crab/kling: fingerprint is missing',
    'crab/kling: status must be "submitted" or "completed" or "failed" or "ambiguous" or "lost"',
    'crab/kling: task must be of type string',
    'crab/kling: cost.usd must be at least 0',
  ]);
});

test('the hint for merge markers is the command that merges', () => {
  const decoded = decodeLock('<<<<<<< HEAD\n', 'manifests/film.lock.json');
  expect(decoded.ok ? undefined : decoded.diagnostics[0]?.hint).toBe(
    'rushes lock merge manifests/film.lock.json',
  );
});

test('no text throws, and every cut of a lock is refused', () => {
  for (let end = 0; end < text.length - 2; end += 7)
    expect(decodeLock(text.slice(0, end), 'x').ok).toBe(false);
});

test('the reader accepts what the published schema allows', () => {
  assert(
    property(anyLock, (lock) => {
      for (const one of lock.renders.values())
        expect(entrySchema.safeParse(JSON.parse(JSON.stringify(one))).success).toBe(true);
    }),
    RUNS,
  );
});

test('ten thousand renders are read in a blink', () => {
  const renders = new Map(
    Array.from({ length: 10_000 }, (_, n): [RenderId, LockEntry] => [
      `scene-${n}/kling` as RenderId,
      {
        ...entry,
        attempt: attemptOf(n),
        clip: {
          path: `../out/p/scene-${n}/kling.mp4`,
          sha256: 'b'.repeat(64),
          bytes: n,
          width: 1920,
          height: 1080,
          seconds: 5.04,
          audio: true,
        },
        request: { prompt: 'p'.repeat(120), duration: 5 },
      },
    ]),
  );
  const bytes = encodeLock({ renders });
  decodeLock(bytes, 'x');
  const before = process.cpuUsage();
  const decoded = decodeLock(bytes, 'x');
  const took = cpuMs(before);
  expect(decoded.ok && decoded.lock.renders.size).toBe(10_000);
  // About 100 ms alone; the bound only catches a wrong order of growth on a busy machine.
  expect(took).toBeLessThan(1500);
  if (process.env['SHOW_TIMES'] !== undefined) console.log(`decode ${took.toFixed(0)} ms`);
});
