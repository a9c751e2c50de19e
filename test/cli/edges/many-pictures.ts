/**
 * Many renders that share pictures, on both gateways: what is uploaded, and what a changed picture
 * costs.
 */
import { expect } from 'vitest';
import { png } from '../../pictures/sample-pictures.ts';
import { type World, world } from '../cli-project.ts';

interface Server {
  readonly submits: readonly { readonly body: object; readonly complaints: readonly string[] }[];
  readonly uploads: readonly { readonly gateway: string; readonly sha256: string }[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * `scenes` times two renders; scene n uses picture n modulo `pictures`. `server`: in place of the
 * embedded gateway.
 */
export async function uploadedOnce(scenes: number, pictures: number, server?: Server) {
  await using here = await world();
  const rows = Array.from(
    { length: scenes },
    (_, index) =>
      `  - { id: s${index}, prompt: "Scene ${index}", first_frame: refs/p${index % pictures}.png }`,
  );
  await here.write(
    'manifests/film.yaml',
    `rushes: 1
models: { kling: { use: apimart/kling-v3 }, o3: { use: evolink/kling-o3-image-to-video } }
limits: { in_flight: 40, gateways: { apimart: { in_flight: 20 }, evolink: { in_flight: 20 } } }
scenes:
${rows.join('\n')}
`,
  );
  for (let index = 0; index < pictures; index++)
    await here.write(`manifests/refs/p${index}.png`, png(320, 320, index));

  const render = server === undefined ? atEmbedded(here) : atServer(here, server);
  const first = await render();
  const second = await render();
  await here.write('manifests/refs/p0.png', png(320, 320, pictures));
  const third = await render();
  // Each digest once for each gateway, and only renders of the changed picture.
  expect(new Set(first.uploads).size).toBe(first.uploads.length);
  const changed = third.submits.map((body) => Number(/Scene (\d+)/.exec(body)?.[1]) % pictures);
  expect(new Set(changed)).toEqual(new Set([0]));
  const counted = ({ uploads, submits }: Sent) => ({
    uploads: uploads.length,
    submits: submits.length,
  });
  return { first: counted(first), second: counted(second), third: counted(third) };
}

/** What one run sent: `apimart <sha256>` for an upload, the text of the body for a submit. */
interface Sent {
  readonly uploads: readonly string[];
  readonly submits: readonly string[];
}

const atEmbedded = (here: World) => async (): Promise<Sent> => {
  const { ran, events } = await here.requests(here.rushes(['render']));
  expect(ran.exit).toBe(0);
  return {
    uploads: events.flatMap((event) =>
      event.kind === 'upload' ? [`${event.gateway} ${event.sha256 ?? 'none'}`] : [],
    ),
    submits: events.flatMap((event) => (event.kind === 'submit' ? [event.body] : [])),
  };
};

const atServer =
  (here: World, { submits, uploads, env }: Server) =>
  async (): Promise<Sent> => {
    const [submitted, uploaded] = [submits.length, uploads.length];
    const { exit, err } = await here.rushes(['render'], { env });
    expect([exit, err]).toEqual([0, err]);
    const sent = submits.slice(submitted);
    expect(sent.flatMap(({ complaints }) => complaints)).toEqual([]);
    return {
      uploads: uploads.slice(uploaded).map(({ gateway, sha256 }) => `${gateway} ${sha256}`),
      submits: sent.map(({ body }) => JSON.stringify(body)),
    };
  };
