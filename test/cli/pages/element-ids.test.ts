/** Ids of elements made beforehand are for gateways whose models take them. */
import { expect, test } from 'vitest';
import { world } from '../cli-project.ts';

const film = (ids: string): string => `rushes: 1
models: { kling: { use: apimart/kling-v3 }, o3: { use: evolink/kling-o3-text-to-video } }
scenes:
  - id: crab
    prompt: The @crab looks up
    models: [o3]
    elements: [{ name: crab, description: A red crab, ids: ${ids} }]
`;

test('ids.apimart, which no model takes, is refused with what to write instead', async () => {
  await using here = await world();
  await here.write('film.yaml', film('{ apimart: "1", evolink: "2" }'));
  const { exit, out } = await here.rushes(['validate', 'film.yaml', '--json']);
  expect(exit).toBe(65);
  expect(JSON.parse(out)).toMatchObject({
    diagnostics: [
      {
        code: 'unknown-key',
        line: 7,
        column: 62,
        message: '"apimart" is not a key of elements[0].ids',
        hint: 'Models of apimart take no ids. Give the element a description and images; ids are for evolink.',
      },
    ],
  });
  await here.write('film.yaml', film('{ evolink: "2" }'));
  expect((await here.rushes(['validate', 'film.yaml'])).exit).toBe(0);
});
