/** Money rule 9 of the design on real sockets: how a clip comes home. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { expect, test } from 'vitest';
import type { Fingerprint, RenderId } from '../../../src/ids.ts';
import { importTask, redo } from '../../../src/lock/decisions.ts';
import { studio, type Studio } from '../fake-gateway-run.ts';
import { entry, eventsOf, type Fault, film, on, postsOf, small, taskOf } from './fault-rules.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('rule 9: bytes go to a temporary file beside the target, and get their name when they are whole', async () => {
  const seen: { readonly target: boolean; readonly parts: number }[] = [];
  await using it = await studio({
    manifest: film(['a']),
    script: { rules: [on('download', 'a', { fault: 'cut', at: 0.5 }, { nth: [1, 2] }), small()] },
    onEvent: (event) => {
      if (event.kind !== 'download') return;
      const folder = join(it.folder, 'out/film/a');
      const names = existsSync(folder) ? readdirSync(folder) : [];
      seen.push({
        target: names.includes('kling.mp4'),
        parts: names.filter((name) => name.endsWith('.part')).length,
      });
    },
  });
  expect(await it.render()).toMatchObject({ exit: 0 });
  expect(seen).toEqual(Array.from({ length: 3 }, () => ({ target: false, parts: 1 })));
  expect(readdirSync(join(it.folder, 'out/film/a'))).toEqual(['kling.mp4']);
  expect(sha256(readFileSync(join(it.folder, 'out/film/a/kling.mp4')))).toBe(
    entry(it, 'a').clip?.sha256,
  );
});

test('rule 9: a slow clip is cut and resumed; one that stays slow blocks no others, and is pending after the deadline', async () => {
  const drip: Fault = { fault: 'drip', bytes: 10, seconds: 5 };
  await using it = await studio({
    manifest: film(['slow', 'never', 'fine'], { more: 'limits: { deadline: 10m }' }),
    script: {
      rules: [
        on('download', 'slow', drip, { first: 1 }),
        on('download', 'never', { ...drip, bytes: 1 }),
        small(),
      ],
    },
  });
  const before = it.clock.now();
  expect(await it.render()).toMatchObject({ exit: 6, totals: { completed: 2, pending: 1 } });
  expect(it.clock.now() - before).toBeLessThan(15 * 60_000);
  const ofSlow = eventsOf(it, 'download').filter(({ task }) => task === taskOf(it, 'slow'));
  expect(ofSlow.map(({ status, range }) => [status, range])).toEqual([
    [200, undefined],
    [206, expect.stringMatching(/^bytes=[1-9]\d*-$/)],
  ]);
  expect(sha256(readFileSync(join(it.folder, 'out/film/slow/kling.mp4')))).toBe(
    entry(it, 'slow').clip?.sha256,
  );
  expect(entry(it, 'never')).toMatchObject({ status: 'completed', task: taskOf(it, 'never') });

  it.gateway.setScript({ rules: [small()] });
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 0, completed: 1 } });
});

/** Status 200 each, and no clip that may be kept. */
const NO_CLIP: Readonly<Record<string, Fault>> = {
  truncated: { fault: 'short', at: 0.6 },
  page: { fault: 'replace', with: 'html' },
  picture: { fault: 'replace', with: 'png' },
  webm: { fault: 'replace', with: 'webm' },
  nothing: { fault: 'replace', with: 'empty' },
  inside: { fault: 'redirect', to: 'loop' },
};

test('rule 9: what is not a whole clip is never kept, and the key goes to no media host, also after a redirect to another one', async () => {
  const ids = Object.keys(NO_CLIP);
  await using it = await studio({
    manifest: film([...ids, 'moved']),
    script: {
      rules: [
        ...ids.map((id) => on('download', id, NO_CLIP[id] as Fault)),
        on('download', 'moved', { fault: 'redirect', to: 'cross', status: 307 }),
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({
    exit: 6,
    totals: { completed: 1, pending: ids.length },
  });
  for (const id of ids) {
    expect(entry(it, id), `scene ${id}`).not.toHaveProperty('clip');
    expect(readdirSync(join(it.folder, 'out/film', id)), `scene ${id}`).toEqual([]);
  }
  expect(eventsOf(it, 'download').some(({ leakedKey }) => leakedKey)).toBe(false);
  it.gateway.setScript({ rules: [small()] });
  await it.reopen();
  expect(await it.render()).toMatchObject({
    exit: 0,
    totals: { submitted: 0, completed: ids.length },
  });
});

test('a video that is no clip is kept aside, once, and the message says where', async () => {
  await using it = await studio({
    manifest: film(['webm', 'cut', 'picture']),
    script: {
      rules: [
        on('download', 'webm', NO_CLIP['webm'] as Fault),
        on('download', 'cut', NO_CLIP['truncated'] as Fault),
        on('download', 'picture', NO_CLIP['picture'] as Fault),
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({ exit: 6, totals: { pending: 3 } });
  const received = join(it.folder, '.rushes/received');
  const names = readdirSync(received).sort();
  expect(names.map((name) => extname(name)).sort()).toEqual(['.mp4', '.webm']);
  for (const name of names)
    expect(sha256(readFileSync(join(received, name))).slice(0, 16)).toBe(parse(name).name);
  const told = it.events.flatMap((event) =>
    event.event === 'render.held' && event.message.includes('kept as') ? [event.message] : [],
  );
  expect(told).toHaveLength(2);
  // What is tried for longer says why, while a person waits.
  const delays = it.events.flatMap((event) =>
    event.event === 'render.progress' && event.phase === 'delayed' ? [event.id] : [],
  );
  expect(delays.sort()).toEqual(['cut/kling', 'picture/kling']);
  const webm = taskOf(it, 'webm');
  expect(eventsOf(it, 'download').filter(({ task }) => task === webm)).toHaveLength(2);
  // A second run that gets the same keeps nothing more.
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 6 });
  expect(readdirSync(received).sort()).toEqual(names);
});

test('a link that is not the clip does not keep the others from being tried', async () => {
  const covers: Record<string, Fault> = {
    cover: { fault: 'replace', with: 'png', contentType: 'image/png' },
    page: { fault: 'replace', with: 'html', contentType: 'text/html' },
    dead: { fault: 'answer', status: 404, text: '' },
    ill: { fault: 'error', error: 'server' },
  };
  await using it = await studio({
    manifest: film(Object.keys(covers)),
    script: {
      rules: [
        { when: { step: 'ask' }, do: { fault: 'links', shape: 'two' } },
        ...Object.entries(covers).map(([id, fault]) => on('download', id, fault, { nth: 1 })),
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 4 } });
  for (const id of Object.keys(covers)) {
    const mine = eventsOf(it, 'download').filter(({ task }) => task === taskOf(it, id));
    expect(mine, `scene ${id}`).toHaveLength(2);
  }
});

test('a damaged clip is fetched once more; the same bytes again are what there is, and said to be damaged', async () => {
  const zeroed: Fault = { fault: 'zeroed', at: 0.6 };
  await using it = await studio({
    manifest: film(['once', 'always', 'named']),
    script: {
      rules: [
        on('download', 'once', zeroed, { nth: 1 }),
        on('download', 'always', zeroed),
        on('download', 'named', { fault: 'content-type', contentType: 'audio/wav' }),
        { when: { step: 'task' }, do: { fault: 'fate', clip: { width: 64, height: 36 } } },
      ],
    },
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 3 } });
  const told = (id: string): string => (entry(it, id).mismatch ?? []).join();
  expect(told('once')).not.toContain('damaged');
  expect(told('always')).toMatch(/pictures are damaged, the first at/);
  expect(told('named')).toContain('the media host calls the clip audio/wav');
});

test('rule 9: what is delivered is compared with what was asked for', async () => {
  await using it = await studio({
    manifest: film(['a'], { more: 'on_mismatch: fail' }),
    script: { rules: [small({ clip: { width: 64, height: 64, seconds: 1, audio: true } })] },
  });
  expect(await it.render()).toMatchObject({ exit: 1, totals: { completed: 1, failed: 0 } });
  expect(entry(it, 'a').mismatch?.join(' ')).toMatch(/asked for 3 s.*1 s/);
  expect(existsSync(join(it.folder, 'out/film/a/kling.mp4'))).toBe(true);
});

test('rule 9: soonest-expiring first', async () => {
  const life: Readonly<Record<string, number>> = { a: 9_000, b: 5_000, c: 2_000, d: 700 };
  await using it = await studio({
    manifest: film(Object.keys(life), {
      more: 'limits: { downloads: 1, in_flight: 4, gateways: { apimart: { in_flight: 4 } } }',
    }),
    script: {
      rules: [
        // Whoever is found first begins at once, and is slow enough for all the others to line up.
        { when: { step: 'download', per: 'all', nth: 1 }, do: { fault: 'slow', seconds: 5 } },
        ...Object.entries(life).map(([id, linkSeconds]) =>
          small({ linkSeconds }, { prompt: `Scene ${id}.` }),
        ),
      ],
    },
  });
  // All four are made while nobody looks, and found together.
  expect(await it.render({ detach: true })).toMatchObject({ exit: 6 });
  it.clock.advance(120_000);
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 4 } });
  const [first, ...order] = eventsOf(it, 'download').map(({ task }) => task);
  const wanted = ['d', 'c', 'b', 'a'].map((id) => taskOf(it, id));
  expect(order).toEqual(wanted.filter((task) => task !== first));
});

test("rule 9: a clip that a new one replaces keeps a name of its own, and an outdated task never takes the new one's place", async () => {
  await using it = await studio({
    manifest: film(['a']),
    script: {
      rules: [
        small({ seconds: 600, clip: { width: 64, height: 36, seconds: 2 } }, { nth: 1 }),
        small(),
      ],
    },
  });
  const clips = (): readonly string[] => readdirSync(join(it.folder, 'out/film/a')).sort();
  const outdated = (await it.plan()).projects[0]?.renders[0]?.render.fingerprint.slice(7, 15);
  expect(await it.render({ detach: true })).toMatchObject({ exit: 6 });
  // New words: a new task, which is done long before the outdated one.
  await it.write(film(['a']).replace('Scene a.', 'Scene a. At dawn.'));
  await it.reopen();
  const replaced = (await it.plan()).projects[0]?.renders[0]?.render.fingerprint.slice(7, 15);
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 1, completed: 1 } });
  expect(clips()).toEqual([`kling.${outdated}.mp4`, 'kling.mp4'].sort());
  expect(entry(it, 'a')).toMatchObject({ clip: { path: 'out/film/a/kling.mp4', seconds: 1 } });
  expect(entry(it, 'a').earlier).toMatchObject([
    { clip: { path: `out/film/a/kling.${outdated}.mp4`, seconds: 2 } },
  ]);

  const before = readFileSync(join(it.folder, 'out/film/a/kling.mp4'));
  await it.write(film(['a']).replace('Scene a.', 'Scene a. At night.'));
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 1 } });
  expect(clips()).toEqual([`kling.${outdated}.mp4`, `kling.${replaced}.mp4`, 'kling.mp4'].sort());
  expect(readFileSync(join(it.folder, `out/film/a/kling.${replaced}.mp4`))).toEqual(before);
  expect(postsOf(it, 'a')).toHaveLength(3);
});

/**
 * Seconds of the clips that the lock has, current first. Each lies where the lock says, byte for
 * byte.
 */
function clipsOnDisk(it: Studio): readonly number[] {
  const { earlier = [], ...current } = entry(it, 'a');
  return [current, ...earlier].flatMap(({ clip }) => {
    if (clip === undefined) return [];
    expect(sha256(readFileSync(join(it.folder, clip.path)))).toBe(clip.sha256);
    return [clip.seconds];
  });
}

test.each([
  'before record landed',
  'after record landed',
  'before record moved',
  'after record moved',
])(
  'rule 9: killed %s while a new clip takes the place of an old one, the lock names every clip where it is',
  async (effect) => {
    await using it = await studio({
      manifest: film(['a']),
      script: {
        rules: [small({ clip: { width: 64, height: 36, seconds: 2 } }, { nth: 1 }), small()],
      },
    });
    expect(await it.render()).toMatchObject({ exit: 0 });
    await it.write(film(['a']).replace('Scene a.', 'Scene a. At dawn.'));
    await it.reopen();
    await it.killAt(effect);
    clipsOnDisk(it);
    expect(await it.render()).toMatchObject({ exit: 0 });
    expect(clipsOnDisk(it)).toEqual([1, 2]);
    expect(it.gateway.books().accepted).toHaveLength(2);
  },
);

test.each([
  'after record restored',
  'before record moved',
  'after record moved',
  'before record landed',
  'after record landed',
])(
  'rule 9: killed %s while an earlier clip takes its place again, the lock names every clip where it is',
  async (effect) => {
    await using it = await studio({
      manifest: film(['a']),
      script: {
        rules: [small({ clip: { width: 64, height: 36, seconds: 2 } }, { nth: 1 }), small()],
      },
    });
    expect(await it.render()).toMatchObject({ exit: 0 });
    await it.write(film(['a']).replace('Scene a.', 'Scene a. At dawn.'));
    await it.reopen();
    expect(await it.render()).toMatchObject({ exit: 0 });
    await it.write(film(['a']));
    await it.reopen();
    await it.killAt(effect);
    clipsOnDisk(it);
    expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 0 } });
    expect(clipsOnDisk(it)).toEqual([2, 1]);
    expect(entry(it, 'a').clip?.path).toBe('out/film/a/kling.mp4');
  },
);

test('rule 9: two tasks made elsewhere for one render, whose ids begin alike, come home at the same time into files of their own', async () => {
  await using it = await studio({
    manifest: film(['a']),
    script: {
      rules: [small({ clip: { width: 64, height: 36, seconds: 2 } }, { nth: 1 }), small()],
    },
  });
  const [planned] = (await it.plan()).projects[0]?.renders ?? [];
  if (planned === undefined) throw new Error('no render');
  const { render } = planned;
  for (const prompt of ['one', 'two']) {
    const body = JSON.stringify({ ...render.request, prompt });
    const made = await it
      .deps()
      .gateways.get('apimart')
      ?.submit({ body, attempt: it.deps().uuid() });
    if (made?.kind !== 'accepted') throw new Error('not accepted');
    const taken = importTask(it.ledger().lock, {
      id: render.id,
      task: made.task,
      fingerprint:
        prompt === 'two' ? render.fingerprint : (`sha256:${'e'.repeat(64)}` as Fingerprint),
      model: render.model.name,
      request: render.request,
      target: 'out/film/a/kling.mp4',
      submittedAt: new Date(it.clock.now()).toISOString(),
    });
    if (!taken.ok) throw new Error(taken.problem);
    it.ledger().decide(taken.lock);
  }
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 0, completed: 1 } });
  const { clip, earlier } = entry(it, 'a');
  expect([clip?.seconds, earlier?.[0]?.clip?.seconds]).toEqual([1, 2]);
  for (const landed of [clip, earlier?.[0]?.clip])
    expect(sha256(readFileSync(join(it.folder, landed?.path ?? '')))).toBe(landed?.sha256);
});

/** Clips of these lengths, in the order of the tasks. */
const lengths = (...seconds: readonly number[]) =>
  seconds.map((length, index) =>
    small({ clip: { width: 64, height: 36, seconds: length } }, { nth: index + 1 }),
  );

test('rule 9: an outdated clip whose second name is taken by an earlier one of the same request replaces nothing', async () => {
  await using it = await studio({
    manifest: film(['a']),
    script: {
      rules: [
        small({ clip: { width: 64, height: 36, seconds: 3 } }, { nth: 1 }),
        small({ clip: { width: 64, height: 36, seconds: 2 }, seconds: 600 }, { nth: 2 }),
        small(),
      ],
    },
  });
  expect(await it.render()).toMatchObject({ exit: 0 });
  const again = redo(it.ledger().lock, 'a/kling' as RenderId);
  if (!again.ok) throw new Error(again.problem);
  it.ledger().decide(again.lock);
  expect(await it.render({ detach: true })).toMatchObject({ exit: 6 });
  await it.write(film(['a']).replace('Scene a.', 'Scene a. At dawn.'));
  await it.reopen();
  expect(await it.render()).toMatchObject({ exit: 0 });
  expect(clipsOnDisk(it)).toEqual([1, 2, 3]);
});

test('rule 9: tasks of one request that come home at the same time all keep their clips', async () => {
  await using it = await studio({ manifest: film(['a']), script: { rules: lengths(1, 2, 3, 4) } });
  const [planned] = (await it.plan()).projects[0]?.renders ?? [];
  if (planned === undefined) throw new Error('no render');
  const { id, fingerprint, model, request } = planned.render;
  for (let count = 0; count < 4; count++) {
    const made = await it
      .deps()
      .gateways.get('apimart')
      ?.submit({ body: JSON.stringify(request), attempt: it.deps().uuid() });
    if (made?.kind !== 'accepted') throw new Error('not accepted');
    const taken = importTask(it.ledger().lock, {
      id,
      task: made.task,
      fingerprint,
      model: model.name,
      request,
      target: 'out/film/a/kling.mp4',
      submittedAt: new Date(it.clock.now()).toISOString(),
    });
    if (!taken.ok) throw new Error(taken.problem);
    it.ledger().decide(taken.lock);
  }
  expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 0 } });
  expect(clipsOnDisk(it)).toEqual([4, 3, 2, 1]);
  expect(entry(it, 'a').clip?.path).toBe('out/film/a/kling.mp4');
});
