/** Pictures of the repository, from the manifest to the gateway's books. */
import { describe, expect, test } from 'vitest';
import type { FaultScript } from '../../../src/local-gateway/faults/script.ts';
import type { GatewayEvent } from '../../../src/local-gateway/books.ts';
import { png, sample } from '../../pictures/sample-pictures.ts';
import { smallClips, type World, world } from '../cli-project.ts';

const FILM = `rushes: 1
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-image-to-video }
scenes:
  - { id: wave, prompt: A crab waves, first_frame: refs/crab.png, last_frame: refs/sky.png }
  - { id: walk, prompt: A crab walks, first_frame: refs/crab.png }
`;
const SKY = png(640, 360);

async function film(script: FaultScript = {}): Promise<World> {
  const here = await world({
    script: { ...script, rules: [...(script.rules ?? []), smallClips()] },
  });
  await here.write('manifests/film.yaml', FILM);
  await here.write('manifests/refs/crab.png', sample('crab.png'));
  await here.write('manifests/refs/sky.png', SKY);
  return here;
}

type Upload = Extract<GatewayEvent, { kind: 'upload' }>;
const uploadsIn = (events: readonly GatewayEvent[]): readonly Upload[] =>
  events.filter((event) => event.kind === 'upload');
const bodiesIn = (events: readonly GatewayEvent[]): readonly string[] =>
  events.flatMap((event) => (event.kind === 'submit' ? [event.body] : []));
/** Exit code, and what was uploaded: `apimart apimart evolink`. */
async function renderedBy(
  here: World,
  argv: readonly string[] = [],
): Promise<{
  readonly exit: number;
  readonly err: string;
  readonly uploads: string;
  readonly submits: number;
}> {
  const { ran, events } = await here.requests(here.rushes(['render', ...argv]));
  return {
    exit: ran.exit,
    err: ran.err,
    uploads: uploadsIn(events)
      .map(({ gateway }) => gateway)
      .sort()
      .join(' '),
    submits: bodiesIn(events).length,
  };
}

describe('what goes to the gateway', () => {
  test('each picture once per gateway, its link in the request, and nowhere else', async () => {
    await using here = await film();
    const { ran, events } = await here.requests(here.rushes(['render', '--json']));
    expect(ran.exit).toBe(0);
    expect(uploadsIn(events).map(({ gateway, status }) => [gateway, status])).toHaveLength(4);
    const bodies = bodiesIn(events).join('\n');
    expect(bodies.match(/\/files\/apimart\/[0-9a-f]{32}\.png/g)).toHaveLength(3);
    expect(bodies.match(/\/files\/evolink\/[0-9a-f]{32}\.png/g)).toHaveLength(3);
    expect(bodies).not.toContain('file:');
    const lock = await here.read('manifests/film.lock.json');
    const journal = await here.read('manifests/.rushes/uploads.json');
    expect(lock).toContain('"file:manifests/refs/crab.png#sha256:9afa08f15fa3');
    for (const text of [ran.out, ran.err, lock]) expect(text).not.toMatch(/\/files\//);
    expect(journal).toMatch(/\/files\//);
    expect(ran.out).toContain('"event":"picture.uploaded"');
  });

  test('a second run uploads nothing; a moved file is the same request', async () => {
    await using here = await film();
    await here.rushes(['render']);
    expect(await renderedBy(here)).toMatchObject({ exit: 0, uploads: '', submits: 0 });
    await here.write('manifests/stills/crab.png', sample('crab.png'));
    const moved = FILM.replaceAll('refs/crab', 'stills/crab');
    await here.write('manifests/film.yaml', moved);
    expect(await renderedBy(here)).toMatchObject({ exit: 0, uploads: '', submits: 0 });
    // Beside another change too, the new path is none.
    await here.write('manifests/film.yaml', moved.replace('A crab walks', 'A crab runs'));
    const explained = await here.rushes(['explain', 'walk/kling']);
    expect(explained.out.match(/^~ \S+/gm)).toEqual(['~ prompt']);
    expect((await here.rushes(['plan'])).out).not.toContain('stills/crab.png');
  });

  test('a changed picture is a changed request, and is told as one', async () => {
    await using here = await film();
    await here.rushes(['render']);
    await here.write('manifests/refs/sky.png', png(640, 360, 1));
    const plan = await here.rushes(['plan']);
    expect(plan.out).toMatch(/submit 2: changed/);
    expect(plan.out).toContain('2 pictures to upload');
    // The other picture has a link from before.
    expect(await renderedBy(here)).toMatchObject({
      exit: 0,
      uploads: 'apimart evolink',
      submits: 2,
    });
  });

  test('plan and dry looks upload nothing', async () => {
    await using here = await film();
    const { ran, events } = await here.requests(
      here.rushes(['plan', '--print-request', 'wave/kling']),
    );
    expect(JSON.parse(ran.out)).toMatchObject({
      image_urls: [
        expect.stringMatching(/^file:manifests\/refs\/crab\.png#sha256:[0-9a-f]{64}$/),
        expect.stringMatching(/^file:manifests\/refs\/sky\.png#sha256:[0-9a-f]{64}$/),
      ],
    });
    expect(events).toEqual([]);
  });

  test('EvoLink sent elsewhere needs its file service to be named too', async () => {
    await using here = await film();
    const ran = await here.rushes(['render'], { env: { EVOLINK_FILES_BASE_URL: undefined } });
    expect(ran.err).toContain('EVOLINK_FILES_BASE_URL');
    expect(ran.exit).toBe(77);
    expect(here.gateway.books().events).toEqual([]);
  });
});

describe('rushes upload', () => {
  test('sends pictures and no request; --check sends nothing at all', async () => {
    await using here = await film();
    const before = await here.requests(here.rushes(['upload', '--check']));
    expect(before.ran.exit).toBe(6);
    expect(before.ran.out).toContain('4 pictures of 4 without a link');
    expect(before.events).toEqual([]);
    const sent = await here.requests(here.rushes(['upload']));
    expect(sent.ran.exit).toBe(0);
    expect(sent.events.map(({ kind }) => kind)).toEqual(['upload', 'upload', 'upload', 'upload']);
    // Neither says that something was uploaded just now.
    const had = 'pictures have a link, valid for 72 hours from the upload\n';
    expect([sent.ran.out, (await here.rushes(['upload', '--check'])).out]).toEqual([
      expect.stringContaining(had),
      expect.stringContaining(had),
    ]);
    const after = await here.rushes(['upload', '--check', '--json']);
    expect(after.exit).toBe(0);
    expect(JSON.parse(after.out)).toMatchObject({
      pictures: Array.from({ length: 4 }, () => ({ state: 'uploaded' })),
    });
    expect(after.out).not.toContain('/files/');
    expect(await renderedBy(here)).toMatchObject({ exit: 0, uploads: '', submits: 4 });
  });

  test('without a key it says which one', async () => {
    await using here = await film();
    const ran = await here.rushes(['upload'], { env: { APIMART_API_KEY: undefined } });
    expect(ran.exit).toBe(77);
    expect(ran.out).toContain('apimart: set APIMART_API_KEY');
  });
});

describe('an upload that fails', () => {
  test('a picture that the gateway refuses holds its renders alone', async () => {
    await using here = await film({
      rules: [
        {
          when: { step: 'upload', gateway: 'apimart', first: 2 },
          do: { fault: 'error', error: 'invalid', message: 'invalid image content' },
        },
      ],
    });
    const first = await renderedBy(here);
    expect(first).toMatchObject({ exit: 1, submits: 2 });
    expect(first.err).toMatch(
      /failed walk\/kling picture: apimart does not take manifests\/refs\/crab\.png \(manifests\/film\.yaml:7:\d+\): invalid image content/,
    );
    // Nothing was paid for, so nothing is held: the next run tries again.
    expect(await renderedBy(here)).toMatchObject({ exit: 0, submits: 2 });
  });

  test('APIMart: a lost answer is not sent again in this run', async () => {
    await using here = await film({
      rules: [
        {
          when: { step: 'upload', gateway: 'apimart', nth: 1 },
          do: { fault: 'reset', accepted: true },
        },
      ],
    });
    const first = await renderedBy(here, ['--only', 'walk/kling']);
    expect(first).toMatchObject({ exit: 6, uploads: 'apimart', submits: 0 });
    expect(await renderedBy(here, ['--only', 'walk/kling'])).toMatchObject({
      exit: 0,
      uploads: 'apimart',
      submits: 1,
    });
  });

  test('EvoLink: the receipt tells what became of a lost answer', async () => {
    await using here = await film({
      rules: [
        {
          when: { step: 'upload', gateway: 'evolink', nth: 1 },
          do: { fault: 'reset', accepted: true },
        },
      ],
    });
    expect(await renderedBy(here, ['--only', 'walk/o3'])).toMatchObject({
      exit: 0,
      uploads: 'evolink',
      submits: 1,
    });
  });

  test('a full quota is seen before the first upload', async () => {
    await using here = await film({ maxFiles: 1 });
    const ran = await renderedBy(here, ['--model', 'o3']);
    expect(ran).toMatchObject({ exit: 6, uploads: '', submits: 0 });
    expect(ran.err).toContain('2 pictures must be uploaded');
  });

  test('links that died while the tasks waited: failures that cost nothing, and the next try uploads once more', async () => {
    // Both pictures: uploads run side by side, so which of them comes first is chance.
    await using here = await film({
      rules: [{ when: { step: 'upload', first: 2 }, do: { fault: 'expire' } }],
    });
    const first = await renderedBy(here, ['--model', 'kling']);
    expect(first).toMatchObject({ exit: 1, uploads: 'apimart apimart', submits: 2 });
    expect(first.err).toMatch(/failed walk\/kling dead-link: /);
    expect(first.err).toContain('--retry-failed --only film:walk/kling --only film:wave/kling');
    expect(here.gateway.books().money.apimart.charged).toBe(0);
    // Held, as every failure is: nothing is sent for it by itself.
    expect(await renderedBy(here, ['--model', 'kling'])).toMatchObject({ exit: 1, submits: 0 });
    const retry = ['--model', 'kling', '--retry-failed'];
    expect(await renderedBy(here, retry)).toMatchObject({
      exit: 0,
      uploads: 'apimart apimart',
      submits: 2,
    });
    expect(await renderedBy(here, retry)).toMatchObject({ exit: 0, uploads: '', submits: 0 });
  });

  test('a local gateway that was started again has no earlier uploads: the next try uploads once more', async () => {
    await using here = await film();
    const only = ['--only', 'walk/kling'];
    expect(await renderedBy(here, only)).toMatchObject({ exit: 0, uploads: 'apimart' });
    const kept = await here.read('manifests/.rushes/uploads.json');
    await here.write(
      'manifests/.rushes/uploads.json',
      kept.replace(/\/files\/apimart\/[0-9a-f]{32}/, `/files/apimart/${'0'.repeat(32)}`),
    );
    await here.write('manifests/film.yaml', FILM.replace('A crab walks', 'A crab runs'));
    const refused = await renderedBy(here, only);
    expect(refused).toMatchObject({ exit: 1, uploads: '', submits: 1 });
    expect(refused.err).toContain(
      'failed walk/kling dead-link: image_urls.0: the link was not found',
    );
    const retry = [...only, '--retry-failed'];
    expect(await renderedBy(here, retry)).toMatchObject({ exit: 0, uploads: 'apimart' });
  });
});

test('the end date of a model that has passed is told by upload as by plan', async () => {
  await using here = await film();
  await here.write(
    'manifests/film.yaml',
    'rushes: 1\nmodels: { sora: { use: apimart/sora-2 } }\nscenes:\n  - { id: walk, prompt: A crab walks, first_frame: refs/crab.png }\n',
  );
  const [planned, uploaded] = [
    await here.rushes(['plan']),
    await here.rushes(['upload', '--check']),
  ];
  const warning = (err: string): string => err.split('\n\n')[0] ?? '';
  expect(warning(planned.err)).toContain('retiring-model');
  expect(warning(uploaded.err)).toBe(warning(planned.err));
});
