/** Many renders that share pictures, on both gateways: what is uploaded, and what a changed picture costs. */
import { expect } from 'vitest';
import { png } from '../../pictures/sample-pictures.ts';
import { world } from '../cli-project.ts';

/** `scenes` times two renders; scene n uses picture n modulo `pictures`. */
export async function uploadedOnce(scenes: number, pictures: number) {
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

  const render = async (): Promise<{ readonly uploads: string[]; readonly submits: string[] }> => {
    const { ran, events } = await here.requests(here.rushes(['render']));
    expect(ran.exit).toBe(0);
    return {
      uploads: events.flatMap((event) =>
        event.kind === 'upload' ? [`${event.gateway} ${event.sha256 ?? 'none'}`] : [],
      ),
      submits: events.flatMap((event) => (event.kind === 'submit' ? [event.body] : [])),
    };
  };
  const first = await render();
  const second = await render();
  await here.write('manifests/refs/p0.png', png(320, 320, pictures));
  const third = await render();
  // Each digest once for each gateway, and only renders of the changed picture.
  expect(new Set(first.uploads).size).toBe(first.uploads.length);
  const changed = third.submits.map((body) => Number(/Scene (\d+)/.exec(body)?.[1]) % pictures);
  expect(new Set(changed)).toEqual(new Set([0]));
  const counted = ({ uploads, submits }: typeof first): Counts => ({
    uploads: uploads.length,
    submits: submits.length,
  });
  return { first: counted(first), second: counted(second), third: counted(third) };
}

interface Counts {
  readonly uploads: number;
  readonly submits: number;
}
