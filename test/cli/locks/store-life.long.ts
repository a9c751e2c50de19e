/**
 * The life of a project with a store: what its 13 runs send, and that a run with nothing to do
 * sends nothing.
 */
import { expect, test } from 'vitest';
import { s3Server } from '../../store/s3-server.ts';
import { world } from '../cli-project.ts';

const RUNS = 13;
const RENDERS = 30;
/** Requests are a little larger than the clips they carry. */
const MOST_SENT = 1.02;

const manifest = (scenes: number): string => `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
defaults: { aspect_ratio: "16:9", duration: 5 }
scenes:
${Array.from({ length: scenes }, (_, index) => `  - { id: s${index}, prompt: "Scene ${index}" }`).join('\n')}
`;

test('13 runs, 30 renders: each clip is sent once; nothing to do transfers no clip byte', async () => {
  await using w = await world();
  const server = await s3Server();
  try {
    for (let run = 1; run <= RUNS; run += 1) {
      await w.write('film.yaml', manifest(Math.round((RENDERS * run) / RUNS)));
      const ran = await w.rushes(['render', 'film.yaml'], { env: server.env });
      expect(ran.exit).toBe(0);
      expect(ran.err).not.toContain('not in the store');
    }
    const lock = JSON.parse(await w.read('film.lock.json')) as {
      readonly renders: readonly { readonly clip: { readonly bytes: number } }[];
    };
    const clips = Object.values(lock.renders);
    expect(clips).toHaveLength(RENDERS);
    const bytes = clips.reduce((sum, { clip }) => sum + clip.bytes, 0);
    const sent = server.uploadedBytes();
    console.log(`${RENDERS} clips, ${bytes} bytes: sent ${(sent / bytes).toFixed(4)} of them`);
    expect(sent).toBeLessThanOrEqual(bytes * MOST_SENT);
    for (const argv of [['render'], ['store', 'push'], ['store', 'pull'], ['plan'], ['status']])
      expect((await w.rushes([...argv, 'film.yaml'], { env: server.env })).exit).toBe(0);
    expect(server.uploadedBytes()).toBe(sent);
    expect(server.downloadedBytes()).toBe(0);
  } finally {
    await server.close();
  }
});
