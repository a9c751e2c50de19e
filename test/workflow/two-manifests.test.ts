/** Two manifests that ask for the same request: each has its own clip, and the plan warns of it. */
import { expect, test } from 'vitest';
import { world } from '../cli/cli-project.ts';

const film = (name: string, scenes: number): string =>
  [
    'rushes: 1',
    `project: ${name}`,
    'models: { m: { use: apimart/kling-v3 } }',
    'scenes:',
    ...Array.from(
      { length: scenes },
      (_, n) => `  - { id: ${name}-${n}, prompt: A crab looks up ${n} }`,
    ),
    '',
  ].join('\n');

test('the plan warns before the second clip is paid for, once per pair of manifests', async () => {
  await using it = await world();
  await it.write('a.yaml', film('a', 3));
  await it.write('b.yaml', film('b', 3));
  await it.write('c.yaml', film('c', 1));

  const both = await it.rushes(['plan', 'a.yaml', 'b.yaml', 'c.yaml']);
  expect(both.exit).toBe(0);
  expect(both.err).toContain(
    '3 renders send the same requests as renders of a.yaml, b-0/m as a-0/m: each is\n  paid for',
  );
  expect(both.err).toContain('c-0/m sends the same request as a-0/m of a.yaml: both are paid for');
  expect(both.err.match(/warning duplicate-render/g)).toHaveLength(2);

  // Its manifest is not named, and its lock has the clip.
  expect((await it.rushes(['render', 'b.yaml'])).exit).toBe(0);
  const alone = await it.rushes(['plan', 'c.yaml']);
  expect(alone.err).toContain('c-0/m sends the same request as b-0/m of b.yaml: both are paid for');
  // In the plan, the manifest that has its clip is not the one that pays.
  const after = await it.rushes(['plan', 'a.yaml', 'b.yaml']);
  expect(after.err).toContain('renders of b.yaml, a-0/m as b-0/m');

  expect((await it.rushes(['plan', 'c.yaml', '--draft'])).err).not.toContain('duplicate-render');
  expect((await it.rushes(['render', 'c.yaml'])).exit).toBe(0);
  const done = await it.rushes(['plan', 'b.yaml', 'c.yaml']);
  expect(done.err).not.toContain('duplicate-render');
});

test('a scene that is skipped in the other manifest is not paid for there', async () => {
  await using it = await world();
  await it.write('a.yaml', film('a', 1));
  await it.write('b.yaml', film('b', 1).replace('up 0 }', 'up 0, skip: not yet }'));
  const { exit, err } = await it.rushes(['plan', 'a.yaml', 'b.yaml']);
  expect([exit, err]).toEqual([0, '']);
});

test('one run pays for both, as its plan says, whatever is sent first', async () => {
  await using it = await world();
  await it.write('a.yaml', film('a', 1));
  await it.write('b.yaml', film('b', 1));
  const { exit, err } = await it.rushes(['render', 'a.yaml', 'b.yaml']);
  expect([exit, it.gateway.books().accepted.length]).toEqual([0, 2]);
  expect(err).not.toContain('since this run was planned');
});
