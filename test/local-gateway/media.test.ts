import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { checkClip } from '../../src/clip/check.ts';
import { readClip, type ClipFacts } from '../../src/clip/read.ts';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import type { LocalGateway } from '../../src/local-gateway/server.ts';
import type { JsonObject } from '../../src/scene.ts';
import { ask, handClock, KLING, post, start } from './helpers.ts';

type Download = NonNullable<FaultScript['rules']>[number]['do'];

/** A completed task and its link. */
async function link(
  gateway: LocalGateway,
): Promise<{ readonly task: string; readonly url: string; fresh: () => Promise<string> }> {
  const base = gateway.baseUrls.apimart;
  const task: string = (await post(base, { ...KLING, duration: 3 })).json.data[0].task_id;
  const fresh = async (): Promise<string> =>
    (await ask(base, task)).json.data.result.videos[0].url[0];
  return { task, url: await fresh(), fresh };
}
const day = (action: Download, nth?: number): FaultScript => ({
  rules: [{ when: { step: 'download', ...(nth === undefined ? {} : { nth }) }, do: action }],
});
const sha = (bytes: ArrayBuffer | Uint8Array): string =>
  createHash('sha256').update(new Uint8Array(bytes)).digest('hex');

test('ranges with a strong ETag put together the same bytes', async () => {
  await using gateway = await start({ taskSeconds: 0 });
  const { url, task } = await link(gateway);
  const whole = await fetch(url);
  const bytes = await whole.arrayBuffer();
  const etag = whole.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
  const first = await fetch(url, { headers: { range: 'bytes=0-999' } });
  expect([first.status, first.headers.get('content-range')]).toEqual([
    206,
    `bytes 0-999/${bytes.byteLength}`,
  ]);
  const rest = await fetch(url, { headers: { range: 'bytes=1000-', 'if-range': etag } });
  expect(rest.status).toBe(206);
  const joined = Buffer.concat([
    Buffer.from(await first.arrayBuffer()),
    Buffer.from(await rest.arrayBuffer()),
  ]);
  expect(sha(joined)).toBe(sha(bytes));
  expect(
    (await fetch(url, { headers: { range: 'bytes=0-9', 'if-range': '"other"' } })).status,
  ).toBe(200);
  expect((await fetch(url, { headers: { range: 'bytes=999999999-' } })).status).toBe(416);
  const suffix = await fetch(url, { headers: { range: 'bytes=-10' } });
  expect((await suffix.arrayBuffer()).byteLength).toBe(10);
  const downloads = gateway.books().events.filter((event) => event.kind === 'download');
  expect(downloads.map(({ task: of, status }) => [of, status])).toEqual(
    [200, 206, 206, 200, 416, 206].map((status) => [task, status]),
  );
});

test('a key sent to the media host is refused, and is in the books', async () => {
  await using gateway = await start({ taskSeconds: 0 });
  const { url } = await link(gateway);
  expect((await fetch(url, { headers: { authorization: 'Bearer secret' } })).status).toBe(400);
  expect(gateway.books().events.at(-1)).toMatchObject({ kind: 'download', leakedKey: true });
});

test('links die after a day, or when the script says so, and are given anew', async () => {
  const clock = handClock();
  await using gateway = await start({
    clock,
    taskSeconds: 0,
    script: day({ fault: 'expire', status: 410 }, 1),
  });
  const { url, fresh } = await link(gateway);
  expect((await fetch(url)).status).toBe(410);
  expect((await fetch(url)).status).toBe(403);
  const second = await fresh();
  expect(second).not.toBe(url);
  expect((await fetch(second)).status).toBe(200);
  clock.advance(24 * 3600 * 1000);
  expect((await fetch(second)).status).toBe(403);
});

test('a cut download can be resumed', async () => {
  await using gateway = await start({ taskSeconds: 0, script: day({ fault: 'cut', at: 0.5 }, 1) });
  const { url } = await link(gateway);
  const cut = await fetch(url);
  const length = Number(cut.headers.get('content-length'));
  await expect(cut.arrayBuffer()).rejects.toThrow('terminated');
  const rest = await fetch(url, { headers: { range: `bytes=${Math.floor(length / 2)}-` } });
  expect(rest.status).toBe(206);
  expect((await rest.arrayBuffer()).byteLength).toBe(length - Math.floor(length / 2));
});

test('everything that can come in the place of a clip', async () => {
  await using gateway = await start({ taskSeconds: 0 });
  const { url } = await link(gateway);
  const right = await (await fetch(url)).arrayBuffer();
  const fetched = async (
    action: Download,
  ): Promise<{ readonly type: string | null; readonly status: number; readonly bytes: Buffer }> => {
    gateway.setScript(day(action));
    const response = await fetch(url, { redirect: 'manual' });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };
  expect((await fetched({ fault: 'short', at: 0.25 })).bytes.length).toBe(
    Math.floor(right.byteLength / 4),
  );
  const page = await fetched({ fault: 'replace', with: 'html' });
  expect([page.status, page.type, page.bytes.toString('utf8', 0, 9)]).toEqual([
    200,
    'video/mp4',
    '<!DOCTYPE',
  ]);
  expect((await fetched({ fault: 'replace', with: 'png' })).bytes.toString('latin1', 1, 4)).toBe(
    'PNG',
  );
  expect((await fetched({ fault: 'replace', with: 'empty' })).bytes.length).toBe(0);
  const odd = await fetched({ fault: 'content-type', contentType: 'text/plain' });
  expect([odd.type, sha(odd.bytes)]).toEqual(['text/plain', sha(right)]);
  expect(sha((await fetched({ fault: 'no-length' })).bytes)).toBe(sha(right));
  expect((await fetched({ fault: 'no-range' })).status).toBe(200);
});

test.each(['client', 'gateway'] as const)(
  'nothing waits for a late answer once the %s has gone',
  async (who) => {
    const clock = handClock();
    const drawing = event<void>();
    const drawn = event<void>();
    const late = event<AbortSignal | undefined>();
    const gateway = await start({
      clock: {
        ...clock,
        sleep: (_ms, signal) => {
          late.happen(signal);
          return Promise.resolve();
        },
      },
      script: { rules: [{ when: { step: 'download' }, do: { fault: 'slow', seconds: 3600 } }] },
      taskSeconds: 0,
      draw: async () => {
        drawing.happen();
        await drawn.happened;
        return Buffer.from('a clip');
      },
    });
    const { url } = await link(gateway);
    const leaving = new AbortController();
    const answer = fetch(url, { signal: leaving.signal }).catch(() => undefined);
    await drawing.happened;
    if (who === 'gateway') await gateway.close();
    else leaving.abort();
    await answer;
    // The server has seen the end of the connection when it answers another one.
    if (who === 'client') await ask(gateway.baseUrls.apimart, 'task_1');
    drawn.happen();
    expect((await late.happened)?.aborted).toBe(true);
    if (who === 'client') await gateway.close();
  },
);

test('no slate is begun for a gateway that was closed', async () => {
  const begun: string[] = [];
  const drawing = event<void>();
  const drawn = event<void>();
  const gateway = await start({
    taskSeconds: 0,
    draw: async ({ lines }) => {
      begun.push(lines.scene);
      drawing.happen();
      await drawn.happened;
      return Buffer.from('a clip');
    },
  });
  const [first, second] = [await link(gateway), await link(gateway)];
  const answers = [first, second].map(({ url }) => fetch(url).catch(() => undefined));
  await drawing.happened;
  // Two submits, two asks, two downloads: the second one waits for its turn.
  await expect.poll(() => gateway.state.requests).toBe(6);
  await gateway.close();
  drawn.happen();
  await Promise.all(answers);
  // The next one in the queue would begin in this turn.
  await nextTurn();
  expect(begun).toHaveLength(1);
});

/** Happens once. */
function event<T>() {
  let happen: (value: T) => void = () => undefined;
  const happened = new Promise<T>((resolve) => (happen = resolve));
  return { happened, happen };
}

test('redirects: here, to another origin, to a private address, in a circle', async () => {
  await using gateway = await start({ taskSeconds: 0 });
  const { url } = await link(gateway);
  const to = async (where: 'same' | 'cross' | 'private' | 'loop'): Promise<string> => {
    gateway.setScript(day({ fault: 'redirect', to: where }));
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location') ?? '', url).href;
  };
  expect(await to('loop')).toBe(url);
  expect(new URL(await to('private')).hostname).toBe('10.0.0.1');
  const same = await to('same');
  const cross = await to('cross');
  expect(new URL(same).origin).toBe(gateway.url);
  expect(new URL(cross).origin).not.toBe(gateway.url);
  for (const target of [same, cross]) expect((await fetch(target)).status).toBe(200);
});

/** What the bytes behind a link are. */
async function factsOf(url: string): Promise<ClipFacts> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-'));
  try {
    await writeFile(
      join(folder, 'clip.mp4'),
      new Uint8Array(await (await fetch(url)).arrayBuffer()),
    );
    const facts = await readClip(join(folder, 'clip.mp4'));
    if (facts.kind === 'problem') throw new Error(facts.message);
    return facts;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a clip is what was asked for, or exactly what the script makes of it', async () => {
  await using gateway = await start({ taskSeconds: 0 });
  const delivered = async (body: JsonObject): Promise<ClipFacts> => {
    const task: string = (await post(gateway.baseUrls.apimart, body)).json.data[0].task_id;
    return factsOf((await ask(gateway.baseUrls.apimart, task)).json.data.result.videos[0].url[0]);
  };
  const portrait = await delivered({ ...KLING, aspect_ratio: '9:16', audio: true, duration: 3 });
  expect(portrait).toMatchObject({ width: 720, height: 1280, seconds: 3, audio: true });
  const asked = { seconds: 3, resolution: '720p', ratio: '9:16', audio: true } as const;
  expect(checkClip(portrait, asked)).toEqual([]);

  const sora = { model: 'sora-2-pro', prompt: '夕暮れ', duration: 4, resolution: '1024p' };
  expect(await delivered(sora)).toMatchObject({
    width: 1792,
    height: 1024,
    seconds: 4,
    audio: true,
  });

  gateway.setScript({
    rules: [
      {
        when: { step: 'task' },
        do: { fault: 'fate', clip: { width: 640, height: 360, seconds: 2, audio: false } },
      },
    ],
  });
  const wrong = await delivered({ ...KLING, aspect_ratio: '9:16', audio: true, duration: 3 });
  expect(checkClip(wrong, asked)).toEqual([
    'asked for 720p, the clip is 640x360',
    'asked for 9:16, the clip is 640x360 (16:9)',
    'asked for 3 s, the clip is 2 s long',
    'asked for sound, the clip is silent',
  ]);
});
