import { expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { ATTEMPT_STATES } from '../../../src/lock/attempt.ts';
import { type Held, nextStep } from '../../../src/report/text/next-steps.ts';

const held = [{ manifest: 'manifests/film.yaml', id: 'crab/kling' as RenderId }];

test.each([
  [4, 'cap', undefined, 'the next run may spend its whole budget again'],
  [69, 'unreachable', 'the gateway must be reachable: the reason is above', undefined],
  [69, 'balance', 'add to the balance of the account at the gateway', undefined],
  [69, 'remote', 'the git remote must be reachable: the reason is above', undefined],
  [77, 'auth', 'set a key that the gateway accepts', undefined],
  [5, 'unclear', 'the gateway must answer clearly again: the reason is above', undefined],
  [
    4,
    'unpriced',
    'state a price in the manifest (`prices:`), or allow the alias without one (`budget: { unpriced: [alias] }`)',
    undefined,
  ],
] as const)(
  'what was not submitted at exit %i, %s: what must change first, and what the next run may spend',
  (exit, stoppedBy, first, caution) => {
    const step = nextStep('not-submitted', held, { exit, stoppedBy: [stoppedBy] });
    expect(step.commands).toEqual(['rushes render manifests/film.yaml']);
    expect([step.first, step.caution]).toEqual([first, caution]);
  },
);

test('a command that may pay says again what was said of renders, vars and money', () => {
  const repeated = { filters: " --only 'crab/*'", flags: ' --var sky=rain --budget 5' };
  expect(nextStep('not-submitted', held, { repeated }).commands).toEqual([
    "rushes render manifests/film.yaml --only 'crab/*' --var sky=rain --budget 5",
  ]);
  // Few enough to be named: nothing else that the filter let through is paid for.
  expect(nextStep('failed', held, { repeated }).commands).toEqual([
    'rushes render manifests/film.yaml --retry-failed --only film:crab/kling --var sky=rain --budget 5',
  ]);
  const many = Array.from({ length: 4 }, () => held[0]).flatMap((one) => one ?? []);
  expect(nextStep('failed', many, { repeated }).commands).toEqual([
    "rushes render manifests/film.yaml --retry-failed --only 'crab/*' --var sky=rain --budget 5",
  ]);
  // A clip that was here is paid for again only where it is named.
  const missing = nextStep('missing', many, { repeated });
  expect(missing.commands).toEqual([
    `rushes render manifests/film.yaml --resubmit-missing${' --only film:crab/kling'.repeat(3)} --var sky=rain --budget 5`,
  ]);
  expect(missing.caution).toContain('name each of the others with --only');
  expect(nextStep('pending', held, { repeated, draft: true }).commands).toEqual([
    'rushes collect manifests/film.yaml --draft',
  ]);
});

test('a lost render: the decisions that its state takes, and no other', () => {
  const { commands } = nextStep('lost', held, { draft: true });
  expect(commands).toEqual([
    'rushes recover manifests/film.yaml --draft',
    ...ATTEMPT_STATES.lost.decisions.map(
      (decision) => `rushes recover film:crab/kling --${decision} --draft`,
    ),
  ]);
});

test('renders that were not submitted in time only need another run', () => {
  expect(nextStep('not-submitted', held, { exit: 6 })).toEqual({
    meaning: 'nothing was sent, nothing is paid',
    commands: ['rushes render manifests/film.yaml'],
  });
});

test('failed: a request that was refused is not sent again as it is, and is not in the command', () => {
  const one = (name: string, refused?: boolean): Held => ({
    manifest: 'film.yaml',
    id: name as RenderId,
    ...(refused === undefined ? {} : { refused }),
  });
  const all = nextStep('failed', [one('a/kling', true), one('b/kling', true)]);
  expect(all.commands).toEqual([
    'rushes render film.yaml --retry-failed --only film:a/kling --only film:b/kling',
  ]);
  expect(all.first).toBe(
    'change what was refused in the manifest: the same request would be refused again',
  );
  const some = nextStep('failed', [one('a/kling', true), one('b/kling', false)]);
  expect(some.commands).toEqual(['rushes render film.yaml --retry-failed --only film:b/kling']);
  expect(some.caution).toContain('a new paid attempt; for the others, change what was refused');
  const many = ['b/kling', 'c/kling', 'd/kling', 'e/kling'].map((name) => one(name, false));
  expect(nextStep('failed', [one('a/kling', true), ...many])).toMatchObject({
    commands: ['rushes render film.yaml --retry-failed'],
    caution: expect.stringContaining('where a moderation'),
  });
  expect(nextStep('failed', [one('b/kling', false)]).caution).toBe('a new paid attempt');
  expect(nextStep('failed', [one('b/kling')]).caution).toContain('where a moderation');
});
