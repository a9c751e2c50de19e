/**
 * Scenes that go on from a frame of another clip, as a person sees them: price, order, what becomes
 * stale, what is held, against the embedded gateway behind real HTTP.
 */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decide } from '../../../src/index.ts';
import type { GatewayEvent } from '../../../src/local-gateway/books.ts';
import { toUsd } from '../../../src/money.ts';
import { hasWebcodecs } from '../../pictures/has-webcodecs.ts';
import { flat, smallClips, type World, world } from '../cli-project.ts';

const film = (scenes: string, models = '  kling: { use: apimart/kling-v3 }'): string =>
  `rushes: 1\nmodels:\n${models}\nscenes:\n${scenes}\n`;
/** `s1`, and each further scene from the last frame of the one before. */
const chain = (count: number, first = 'room 1'): string =>
  Array.from({ length: count }, (_, index) =>
    index === 0
      ? `  - { id: s1, prompt: ${first} }`
      : `  - { id: s${index + 1}, prompt: room ${index + 1}, first_frame: { scene: s${index}, frame: last } }`,
  ).join('\n');

async function rendered(scenes: string, models?: string): Promise<World> {
  const w = await world();
  await w.write('film.yaml', film(scenes, models));
  const ran = await w.rushes(['render', 'film.yaml']);
  expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit: 0 });
  return w;
}
const rushes = (w: World, ...argv: string[]) => w.rushes([...argv, 'film.yaml']);

interface Planned {
  readonly id: string;
  readonly action: string;
  readonly reason: string;
  readonly upstream?: readonly string[];
  readonly cost: { readonly usd: number };
}
async function planOf(w: World, ...argv: string[]): Promise<readonly Planned[]> {
  const { out, err } = await rushes(w, 'plan', '--json', ...argv);
  if (out === '') throw new Error(err);
  return (JSON.parse(out) as { renders: readonly Planned[] }).renders;
}
const actionsOf = async (w: World, ...argv: string[]): Promise<readonly string[]> =>
  (await planOf(w, ...argv)).map(({ id, action, reason }) => `${id} ${action} ${reason}`);

/** In the order of the gateway: what was sent, and what was fetched. */
function story(events: readonly GatewayEvent[]): readonly string[] {
  const prompts = new Map<string, string>();
  return events.flatMap((event) => {
    if (event.kind === 'submit') {
      const { prompt = '' } = JSON.parse(event.body) as { prompt?: string };
      if (event.task !== undefined) prompts.set(event.task, prompt);
      return [`send ${prompt}`];
    }
    return event.kind === 'download' ? [`fetch ${prompts.get(event.task)}`] : [];
  });
}

test('a chain: the price of all of it beforehand, one stage after the other, books equal to the plan', async () => {
  await using w = await world();
  await w.write('film.yaml', film(chain(3)));
  const plan = flat((await rushes(w, 'plan')).out);
  expect(plan).toContain(
    'wait 2: submitted when the clips with the frames that they need have landed',
  );
  expect(plan).toContain('s3/kling after s2/kling');
  expect(plan).toContain('1 to submit, 2 wait for frames · 15 s of video · $1.01 exact');
  expect((await rushes(w, 'plan', '--detailed-exitcode')).exit).toBe(2);
  const { ran, events } = await w.requests(rushes(w, 'render'));
  expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit: 0 });
  expect(story(events)).toEqual([
    'send room 1',
    'fetch room 1',
    'send room 2',
    'fetch room 2',
    'send room 3',
    'fetch room 3',
  ]);
  expect(toUsd(w.gateway.books().money.apimart.charged)).toBe(1.008);
  const lock = await w.read('film.lock.json');
  expect(lock).toMatch(/"frame:s1\/kling@last#sha256:[0-9a-f]{64}"/);
  expect(lock).not.toMatch(/\/files\//);
  expect(await rushes(w, 'plan')).toMatchObject({ out: 'Nothing to do: 3 clips are current.\n' });
  expect((await rushes(w, 'render', '--frozen')).exit).toBe(0);
});

test('a cap holds for the whole chain before the first submit', async () => {
  await using w = await world();
  await w.write('film.yaml', film(chain(3)));
  const { ran, events } = await w.requests(rushes(w, 'render', '--budget', '1'));
  expect(ran.exit).toBe(4);
  expect(flat(ran.err)).toContain('3 submits of the plan are estimated at $1.01');
  expect(events).toEqual([]);
});

test('an edit upstream shows what becomes stale and its price; accept keeps it beforehand and afterwards', async () => {
  await using w = await rendered(chain(3));
  await w.write('film.yaml', film(chain(3, 'the first room')));
  const plan = flat((await rushes(w, 'plan')).out);
  expect(plan).toContain('submit 1: changed · 5 s · $0.34 exact s1/kling');
  expect(plan).toContain('wait 2: submitted when the clips');
  expect(plan).toContain('· 10 s · $0.67 exact');
  expect(plan).toContain('2 clips of these went on from an earlier clip (s2/kling, s3/kling)');
  // The printed command, as it is printed.
  const [, accept = ''] = / rushes (accept .+) keeps them and costs nothing/.exec(plan) ?? [];
  expect(accept).toBe('accept film:s2/kling film:s3/kling film.yaml');
  expect((await w.rushes(accept.split(' '))).exit).toBe(0);
  expect((await w.rushes(['accept', '--undo', ...accept.split(' ').slice(1)])).exit).toBe(0);
  expect((await rushes(w, 'render', '--frozen')).exit).toBe(3);
  expect((await rushes(w, 'accept', 's2/kling')).exit).toBe(0);
  expect(await actionsOf(w)).toEqual([
    's1/kling submit changed',
    's2/kling keep accepted',
    's3/kling keep current',
  ]);
  await rushes(w, 'render');
  expect(await actionsOf(w)).toEqual([
    's1/kling keep current',
    's2/kling keep accepted',
    's3/kling keep current',
  ]);
  expect(w.gateway.books().accepted).toHaveLength(4);
  // Taken back, it is stale: its own clip is another one now, with a price.
  await rushes(w, 'accept', '--undo', 's2/kling');
  expect(await actionsOf(w)).toEqual([
    's1/kling keep current',
    's2/kling submit changed',
    's3/kling wait changed',
  ]);
  expect(flat((await rushes(w, 'plan')).out)).toMatch(
    /last frame of s1\/kling \(clip [0-9a-f]{8}\) -> last frame of s1\/kling \(clip [0-9a-f]{8}\)/,
  );
  await decide('film.yaml', ['s2/kling'], { kind: 'accept' }, { cwd: w.folder, env: w.env });
  expect(await rushes(w, 'plan')).toMatchObject({
    out: 'Nothing to do: 3 clips are current, 1 of them accepted as they are.\n',
  });
});

test('scenes of a chain are renamed and moved to another file at no cost', async () => {
  await using w = await rendered(chain(3));
  const scenes = chain(3)
    .replaceAll('scene: s1', 'scene: hall')
    .replace('id: s1', 'id: hall')
    .replaceAll('scene: s2', 'scene: kitchen')
    .replace('id: s2', 'id: kitchen')
    .split('\n');
  await w.write('film.yaml', film(`${scenes.slice(0, 1).join('\n')}\ninclude: [rest.yaml]`));
  await w.write('rest.yaml', `scenes:\n${scenes.slice(1).join('\n')}\n`);
  expect(await actionsOf(w)).toEqual([
    'hall/kling moved moved',
    'kitchen/kling moved moved',
    's3/kling keep current',
  ]);
  expect((await rushes(w, 'render')).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(3);
  expect((await rushes(w, 'plan')).out).toContain('Nothing to do');
});

test('the pick decides which clip is continued; another pick is another request', async () => {
  await using w = await rendered(
    `  - { id: s1, prompt: room 1, takes: 2 }\n  - { id: s2, prompt: room 2, first_frame: { scene: s1, frame: first } }`,
  );
  expect(await w.read('film.lock.json')).toContain('"frame:s1/kling@first#');
  await rushes(w, 'pick', 's1/kling');
  expect((await rushes(w, 'plan')).out).toContain('Nothing to do');
  await rushes(w, 'pick', 's1/kling/2');
  expect(await actionsOf(w)).toContain('s2/kling submit changed');
  expect((await rushes(w, 'render')).exit).toBe(0);
  expect(await w.read('film.lock.json')).toContain('"frame:s1/kling/2@first#');
  await rushes(w, 'pick', 's1/kling');
  expect(await actionsOf(w)).toContain('s2/kling keep restored');
});

test('--only brings in what it needs and says so; what is rendered already stays out', async () => {
  await using w = await world();
  await w.write('film.yaml', film(chain(3)));
  const plan = await rushes(w, 'plan', '--only', 's2');
  expect(flat(plan.err)).toContain('s1/kling is outside of the selection and comes first');
  expect(await actionsOf(w, '--only', 's2')).toEqual(['s1/kling submit new', 's2/kling wait new']);
  expect((await rushes(w, 'render', '--only', 's2')).exit).toBe(0);
  const next = await rushes(w, 'plan', '--only', 's3');
  expect(next.err).toBe('');
  expect(await actionsOf(w, '--only', 's3')).toEqual(['s3/kling submit new']);
});

test('upstream fails, is unclear, or is taken out: downstream is held with what to run, and nothing is sent', async () => {
  const cases = [
    {
      rule: { when: { step: 'submit', nth: 1 }, do: { fault: 'reset', accepted: true } },
      exit: 5,
      says: 'needs a frame of s1/kling, whose payment is unclear',
      next: 'rushes recover film.yaml',
    },
    {
      rule: { when: { step: 'task', nth: 1 }, do: { fault: 'fate', end: 'failed' } },
      exit: 1,
      says: 'needs a frame of s1/kling, which failed',
      next: '--retry-failed --only film:s1/kling',
    },
  ] as const;
  for (const { rule, exit, says, next } of cases) {
    await using w = await world({ script: { rules: [rule, smallClips()] } });
    await w.write('film.yaml', film(chain(3)));
    const { ran, events } = await w.requests(rushes(w, 'render'));
    expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit });
    expect(story(events).filter((line) => line.startsWith('send'))).toEqual(['send room 1']);
    expect(flat(ran.err)).toContain(says.replace('needs', 'it needs'));
    expect(flat(ran.err)).toContain('it needs a frame of s2/kling, which was not submitted');
    const plan = flat((await rushes(w, 'plan')).out);
    expect(plan).toContain('hold 2 upstream');
    expect(plan).toContain(`s2/kling ${says}`);
    // The render that has the trouble, not the one between.
    expect(plan).toContain(`s3/kling ${says.replace('needs a frame of', 'waits for')}`);
    expect(plan).toContain(next);
    expect(plan).not.toMatch(/(--only|recover) film:s2/);
    expect(plan).not.toContain('--only film:s1/kling --only');
    // The lock does not have what is held for another clip.
    const frozen = await rushes(w, 'render', '--frozen');
    expect(frozen.exit).toBe(3);
    expect(flat(frozen.err)).toContain(`s2/kling is out of date: it ${says}; it would cost $0.34`);
    expect(flat(frozen.err)).toContain('hint: rushes plan film.yaml --only s2/kling');
    expect(flat(frozen.err)).toContain('is out of date for 2 renders: $0.67');
    const again = await w.requests(rushes(w, 'render'));
    expect(story(again.events).filter((line) => line.startsWith('send'))).toEqual([]);
  }
});

test('an upstream clip that is gone here is fetched for its frame; where its link has expired nothing is sent', async () => {
  await using w = await rendered(chain(1));
  await w.write('film.yaml', film(chain(2)));
  await rm(path.join(w.folder, 'out'), { recursive: true });
  // As on a machine that has the lock alone.
  await rm(path.join(w.folder, '.rushes'), { recursive: true });
  expect(await actionsOf(w)).toEqual(['s1/kling fetch restore', 's2/kling wait new']);
  const lock = await w.read('film.lock.json');
  await w.write(
    'film.lock.json',
    lock.replace(/"expiresAt": "[^"]+"/, '"expiresAt": "2026-01-01T00:00:00Z"'),
  );
  expect(await actionsOf(w)).toEqual(['s1/kling keep elsewhere', 's2/kling hold upstream']);
  expect(flat((await rushes(w, 'plan')).out)).toContain(
    'needs a frame of s1/kling, whose clip is not on this machine',
  );
  await w.write('film.lock.json', lock);
  const { ran, events } = await w.requests(rushes(w, 'render'));
  expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit: 0 });
  expect(story(events)).toEqual(['fetch undefined', 'send room 2', 'fetch room 2']);
});

test.skipIf(hasWebcodecs())(
  'nothing decodes video here: plan warns, render refuses before the first submit',
  async () => {
    await using w = await world();
    await w.write('film.yaml', film(chain(2)));
    const bin = await mkdtemp(path.join(tmpdir(), 'rushes-bin-'));
    try {
      await symlink('/usr/bin/git', path.join(bin, 'git'));
      const env = { PATH: bin };
      const plan = await w.cli(['plan', 'film.yaml'], { env });
      expect(plan.exit).toBe(0);
      expect(flat(plan.err)).toContain('warning no-decoder');
      const { ran, events } = await w.requests(w.cli(['render', 'film.yaml'], { env }));
      expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit: 69 });
      expect(flat(ran.err)).toContain('Install ffmpeg');
      expect(flat(ran.err)).toContain('npm install node-webcodecs');
      expect(events.filter(({ kind }) => kind === 'submit')).toEqual([]);
    } finally {
      await rm(bin, { recursive: true });
    }
  },
);

test('detached runs go on from stage to stage', async () => {
  await using w = await world();
  await w.write('film.yaml', film(chain(2)));
  const first = await w.requests(rushes(w, 'render', '--detach'));
  expect(first.ran.exit).toBe(6);
  // Nobody has to do anything: the clip is still being made.
  expect(flat(first.ran.err)).toContain(
    '1 held for another clip: needs a frame of another clip; nothing was sent s2/kling: it needs a frame of s1/kling, which is still being made',
  );
  expect(story(first.events)).toEqual(['send room 1']);
  let exit = 6;
  for (let runs = 0; exit === 6 && runs < 20; runs++)
    ({ exit } = await rushes(w, 'render', '--detach'));
  expect(exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('collect fetches the upstream and submits nothing; the next render continues from it', async () => {
  await using w = await world({ taskSeconds: 0.2 });
  await w.write('film.yaml', film(chain(2)));
  expect((await rushes(w, 'render', '--detach')).exit).toBe(6);
  const { ran, events } = await w.requests(rushes(w, 'collect'));
  expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit: 0 });
  expect(story(events).filter((line) => line.startsWith('send'))).toEqual([]);
  expect(flat(ran.err)).toContain(
    's2/kling can be submitted now: the clips that it needs are here (rushes render film.yaml)',
  );
  expect(await actionsOf(w)).toEqual(['s1/kling keep current', 's2/kling submit new']);
  expect((await rushes(w, 'render')).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('a saved plan of a chain is carried out as it was approved, and refused when a prompt moved', async () => {
  await using w = await world();
  await w.write('film.yaml', film(chain(2)));
  await rushes(w, 'plan', '--out', 'plan.json');
  await w.write('film.yaml', film(chain(2, 'other room')));
  const refused = await rushes(w, 'render', '--plan', 'plan.json');
  expect(refused.exit).toBe(65);
  expect(flat(refused.err)).toContain('s2/kling of film.yaml is another request now');
  await w.write('film.yaml', film(chain(2)));
  expect((await rushes(w, 'render', '--plan', 'plan.json')).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
});
