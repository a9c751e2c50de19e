/** `npm run test:long`: every manifest under manifests/ is really rendered, at a strict server. */
import { expect, test } from 'vitest';
import { asSent, everyManifest } from './every-manifest.ts';
import type { Body } from './judges.ts';
import { strictClip } from './strict-clip.ts';
import { strictServer } from './strict-server.ts';

/** One request in two manifests is sent for each of them. */
const distinct = (bodies: readonly Body[]): readonly string[] =>
  [...new Set(bodies.map(asSent))].sort();

test('0 refused bodies, and every request arrives as it was planned', async () => {
  const server = await strictServer(await strictClip());
  const project = everyManifest(server.env);
  const renders = await project.planned();
  const { exit, err } = await project.rushes('render', ...project.files, '--yes');
  expect(server.submits.flatMap(({ complaints }) => complaints)).toEqual([]);
  expect([exit, / error /.exec(err)]).toEqual([0, null]);
  const sent = server.submits.map(({ body }) => body);
  expect(distinct(sent)).toEqual(distinct(renders.map(({ request }) => request)));
  server.close();
  project.remove();
});
