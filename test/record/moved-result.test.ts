/**
 * One entry has two paid results, and two renders want one each: the entry moves to the one, the
 * other result is free for the other. Seed 139 of the random histories paid for it again.
 */
import { expect, test } from 'vitest';
import { world } from '../cli/cli-project.ts';

const film = (scenes: Readonly<Record<string, string>>, more = ''): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    ...(more === '' ? [] : [more]),
    'scenes:',
    ...Object.entries(scenes).map(([id, prompt]) => `  - { id: ${id}, prompt: ${prompt} }`),
    '',
  ].join('\n');

const MOVED = 'moved: [{ from: crab/kling, to: guest/kling }]';

test.each([
  ['both in one manifest', { 'a.yaml': film({ guest: 'Sun', other: 'Moon' }, MOVED) }],
  [
    'the other in another manifest',
    { 'a.yaml': film({ guest: 'Sun' }, MOVED), 'b.yaml': film({ other: 'Moon' }) },
  ],
  [
    'the entry moves to another manifest',
    { 'a.yaml': film({ other: 'Moon' }), 'b.yaml': film({ guest: 'Sun' }) },
  ],
])('%s: nothing is paid for twice', async (_where, files) => {
  await using here = await world();
  for (const prompt of ['Sun', 'Moon']) {
    await here.write('manifests/a.yaml', film({ crab: prompt }));
    expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  }
  for (const [name, text] of Object.entries(files)) await here.write(`manifests/${name}`, text);
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(here.gateway.books().accepted.map(({ body }) => body['prompt'])).toEqual(['Sun', 'Moon']);
  expect(await here.rushes(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
});
