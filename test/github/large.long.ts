/** A render of 3,000 scenes of strangers, of which 1,000 fail, through the shipped workflow. */
import { expect, test } from 'vitest';
import { HOSTILE_PROMPTS } from '../report/hostile.ts';
import { dispatchEvent } from './harness/event.ts';
import { expectHarmless } from './harness/harmless.ts';
import { EVERY_THIRD_FAILS } from './harness/hostile-failures.ts';
import { manifestOf, openRepository, shippedWorkflow } from './harness/git-repository.ts';

const SCENES = 3_000;
const PROMPTS = Object.fromEntries(
  Array.from({ length: SCENES }, (_, index) => [
    `s${index}`,
    `${HOSTILE_PROMPTS[index % HOSTILE_PROMPTS.length]} ${index}`,
  ]),
);

test('limits are kept, nothing is paid twice, and what GitHub shows stays within its bounds', async () => {
  await using repository = await openRepository({
    reach: 'http',
    files: {},
    script: EVERY_THIRD_FAILS,
    vars: { RUSHES_BUDGET_USD: '5000' },
  });
  const sha = await repository.commit({ 'manifests/film.yaml': manifestOf(PROMPTS) });
  const run = await repository.run(shippedWorkflow('rushes-render.yml'), dispatchEvent(sha));
  const job = run.jobs.at(-1);
  const step = job?.steps.find(({ id }) => id === 'render');
  expect(step?.outputs).toMatchObject({
    exit: '1',
    submitted: String(SCENES),
    completed: String((SCENES / 3) * 2),
    failed: String(SCENES / 3),
    ambiguous: '0',
  });

  const books = repository.gateway.books();
  expect(books.accepted).toHaveLength(SCENES);
  expect(new Set(repository.accepted()).size).toBe(SCENES);
  expect(books.peak.get('apimart')).toBeLessThanOrEqual(30);

  for (const one of run.jobs) {
    expectHarmless(one);
    // https://docs.github.com/actions/reference/limits
    expect(Buffer.byteLength(one?.summary ?? '')).toBeLessThan(1024 * 1024);
    for (const kind of ['error', 'warning', 'notice']) {
      const shown = one?.log.match(new RegExp(`^::${kind}\\b`, 'gm')) ?? [];
      expect(`${shown.length <= 10} ${kind}: ${shown.length}`).toMatch(/^true/);
    }
  }
  const sizes = Object.values(step?.outputs ?? {}).map((value) => Buffer.byteLength(value));
  expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);

  const lock = await repository.lock();
  const states = [...lock.renders.values()].map(({ status }) => status);
  expect(states.filter((status) => status === 'completed')).toHaveLength((SCENES / 3) * 2);
  expect(states.filter((status) => status === 'failed')).toHaveLength(SCENES / 3);
});
