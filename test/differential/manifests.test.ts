/**
 * Every manifest under manifests/, with all of its scenes, before a strict server and its books.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { asSent, everyManifest, type PlannedRender } from './every-manifest.ts';
import { booked } from './sheets/books.ts';
import { strictServer } from './strict-server.ts';

let server: Awaited<ReturnType<typeof strictServer>>;
let project: ReturnType<typeof everyManifest>;
let renders: readonly PlannedRender[];
beforeAll(async () => {
  server = await strictServer(new Uint8Array());
  project = everyManifest(server.env);
  renders = await project.planned();
});
afterAll(() => {
  server.close();
  project.remove();
});

test('every model is used, and those of manifests/models/ have the modeline of editors', () => {
  const used = new Set(renders.map(({ model }) => model));
  expect([...catalogue.keys()].filter((name) => !used.has(name))).toEqual([]);
  for (const file of project.files.filter((one) => one.startsWith('manifests/models/')))
    expect(project.textOf(file).split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../../schemas/manifest.schema.json',
    );
});

test('the strict server refuses no body', async () => {
  expect(renders.length).toBeGreaterThan(150);
  const refused: string[] = [];
  for (const { id, model, request } of renders) {
    const base = model.startsWith('apimart/')
      ? server.env.APIMART_BASE_URL
      : server.env.EVOLINK_BASE_URL;
    const response = await fetch(`${base}/v1/videos/generations`, {
      method: 'POST',
      body: asSent(request),
    });
    if (response.status !== 200) refused.push(`${model} ${id}: ${await response.text()}`);
  }
  expect(refused).toEqual([]);
});

const micro = (usd: number): number => Math.round(usd * 1e6);

test('prices are those of its books, where the sheets are sure', () => {
  const prices = renders.flatMap(({ id, model, cost, request }) => {
    const books = booked(request)?.map(micro);
    const { usd = 0, usdFrom = usd } = cost;
    return books === undefined ? [] : [{ id, model, books, ours: [usdFrom, usd].map(micro) }];
  });
  expect(prices.length).toBeGreaterThan(150);
  expect(prices).toEqual(prices.map(({ books, ...one }) => ({ ...one, books, ours: books })));
});
