import { expect, test } from 'vitest';
import type { RenderId } from '../../src/ids.ts';
import { nextStep } from '../../src/report/next-steps.ts';

const held = [{ manifest: 'manifests/film.yaml', id: 'crab/kling' as RenderId }];

test.each([
  [4, 'rushes render manifests/film.yaml --budget <usd>', /budget of this run is used up/],
  [69, 'rushes render manifests/film.yaml', /first top up the account/],
  [77, 'rushes render manifests/film.yaml', /first set a key/],
])('what was not submitted at exit %i needs something first', (exit, command, caution) => {
  const step = nextStep('not-submitted', held, { exit });
  expect(step.commands).toEqual([command]);
  expect(step.caution).toMatch(caution);
});

test('what was not submitted in time needs nothing but another run', () => {
  expect(nextStep('not-submitted', held, { exit: 6 })).toEqual({
    meaning: 'the run stopped before its turn; nothing is paid',
    commands: ['rushes render manifests/film.yaml'],
  });
});
