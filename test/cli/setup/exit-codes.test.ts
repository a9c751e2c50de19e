/**
 * One test per exit code of the table in README.md: the code, and what a person reads who gets it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, smallClips, type World, world } from '../cli-project.ts';

/** What the gateways accepted, by model. */
const accepted = ({ gateway }: World) => gateway.books().accepted.length;

test('0: everything is up to date, and the second time one line says that nothing is to do', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2)));
  const first = await w.rushes(['render', 'film.yaml']);
  expect(first.exit).toBe(0);
  expect(first.err).toContain('✓ 4 done');
  expect(first.err).toContain('lock   film.lock.json (commit it');
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran).toEqual({ exit: 0, out: 'Nothing to do: 4 clips are current.\n', err: '' });
  expect(events).toEqual([]);
});

test('1: a render failed, and is still held the next time, at no cost', async () => {
  await using w = await world({
    script: {
      rules: [
        {
          when: { step: 'task', prompt: 'scene 1' },
          do: {
            fault: 'fate',
            end: 'failed',
            error: { code: 'internal_error', message: 'no GPU' },
          },
        },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', film(scenes(2, 'kling')));
  const first = await w.rushes(['render', 'film.yaml']);
  expect(first.exit).toBe(1);
  expect(first.err).toContain('no GPU');
  expect(first.err).toContain('film:s1/kling');
  expect(first.err).toContain('--retry-failed');
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(1);
  expect(ran.err).toContain('film:s1/kling');
  expect(events).toEqual([]);
  w.gateway.setScript({ rules: [smallClips()] });
  expect((await w.rushes(['render', '--retry-failed', 'film.yaml'])).exit).toBe(0);
  expect(accepted(w)).toBe(3);
});

test('2: plan --detailed-exitcode while there is something to do, 0 when there is not', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['plan', '--detailed-exitcode', 'film.yaml'])).exit).toBe(2);
  expect((await w.rushes(['plan', 'film.yaml'])).exit).toBe(0);
  await w.rushes(['render', 'film.yaml']);
  const after = await w.rushes(['plan', '--detailed-exitcode', 'film.yaml']);
  expect(after).toEqual({ exit: 0, out: 'Nothing to do: 1 clip is current.\n', err: '' });
});

test('3: --frozen names each render out of date, why, its price and the command; no key, no request', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  const noKeys = { env: { APIMART_API_KEY: undefined, EVOLINK_API_KEY: undefined } };
  expect(await w.rushes(['render', '--frozen', 'film.yaml'], noKeys)).toMatchObject({
    exit: 0,
    err: '',
  });
  await w.write('film.yaml', film(scenes(2, 'kling')).replace('scene 1', 'scene one'));
  const { ran, events } = await w.requests(w.rushes(['render', '--frozen', 'film.yaml'], noKeys));
  expect(ran.exit).toBe(3);
  expect(ran.err).toContain('s1/kling is out of date: prompt has changed; it would cost $0.34');
  expect(ran.err).toContain('rushes render film.yaml --only s1/kling');
  expect(events).toEqual([]);
});

test('4: an estimate over the cap sends nothing, whichever of the three caps is the smallest', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(3, 'kling'), 'budget: { usd: 0.9 }'));
  for (const [argv, env, blamed] of [
    [[], {}, '$0.90'],
    [['--budget', '0.8'], { RUSHES_BUDGET_USD: '5' }, '$0.80 of --budget'],
    [['--budget', '5'], { RUSHES_BUDGET_USD: '0.7' }, '$0.70 of RUSHES_BUDGET_USD'],
  ] as const) {
    const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml', ...argv], { env }));
    expect(ran.exit).toBe(4);
    expect(flat(ran.err)).toContain('estimated at $1.01');
    expect(flat(ran.err)).toContain(blamed);
    expect(ran.err).toContain('nothing was sent');
    expect(events).toEqual([]);
    expect((await w.rushes(['plan', 'film.yaml', ...argv], { env })).exit).toBe(4);
  }
});

test('4: an alias without a price under a cap sends nothing, unless the manifest accepts it', async () => {
  await using w = await world();
  const models = { pro: 'apimart/sora-2-pro' };
  const unpriced = film(
    '  - { id: sun, prompt: The sun, duration: 4 }',
    'budget: { usd: 5 }',
    models,
  );
  await w.write('film.yaml', unpriced);
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(4);
  expect(ran.err).toContain('unpriced: [pro]');
  expect(events).toEqual([]);
  await w.write('film.yaml', unpriced.replace('usd: 5', 'usd: 5, unpriced: [pro]'));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
});

test('5: a submit whose answer is lost holds that render alone, and recover says what can be done', async () => {
  await using w = await world({
    script: {
      rules: [
        { when: { step: 'submit', prompt: 'scene 1' }, do: { fault: 'reset', accepted: true } },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', film(scenes(2, 'kling')));
  const first = await w.rushes(['render', 'film.yaml']);
  expect(first.exit).toBe(5);
  expect(first.err).toContain('film:s1/kling');
  expect(first.err).toContain('rushes recover');
  expect(accepted(w)).toBe(2);
  w.gateway.setScript({ rules: [smallClips()] });
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(5);
  expect(accepted(w)).toBe(2);
  const list = await w.rushes(['recover', 'film.yaml']);
  expect(list.exit).toBe(5);
  for (const way of ['--adopt', '--never-happened', '--pay-again']) expect(list.out).toContain(way);
});

test('6: a task that outlives the deadline stays pending, and collect fetches it', async () => {
  await using w = await world({ taskSeconds: 2.5 });
  await w.write('film.yaml', film(scenes(1, 'kling'), 'limits: { deadline: 1s }'));
  const first = await w.rushes(['render', 'film.yaml']);
  expect(first.exit).toBe(6);
  expect(first.err).toContain('rushes collect');
  expect(first.err).toContain('film:s1/kling');
  await w.write('film.yaml', 'this: is broken\n');
  let last = await w.rushes(['collect', 'film.yaml']);
  while (last.exit === 6) last = await w.rushes(['collect', 'film.yaml']);
  expect(last.exit).toBe(0);
  expect(accepted(w)).toBe(1);
});

test('7: a clip that never landed and whose link is dead is missing; only --resubmit-missing pays again', async () => {
  await using w = await world({
    script: {
      rules: [
        smallClips({ linkSeconds: -60 }),
        { when: { step: 'download' }, do: { fault: 'expire', status: 410 } },
      ],
    },
  });
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const first = await w.rushes(['render', 'film.yaml']);
  expect(first.exit).toBe(7);
  expect(first.err).toContain('film:s1/kling');
  expect(first.err).toContain('--resubmit-missing');
  w.gateway.setScript({ rules: [smallClips()] });
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(7);
  expect(accepted(w)).toBe(1);
  expect((await w.rushes(['render', '--resubmit-missing', 'film.yaml'])).exit).toBe(0);
  expect(accepted(w)).toBe(2);
});

test.each([
  [['rendr'], "unknown command 'rendr'", 'Did you mean render?'],
  [['render', '--budget', 'much', 'film.yaml'], "argument 'much' is invalid", '--help'],
  [['render', '--plam', 'x'], "unknown option '--plam'", 'Did you mean --plan?'],
  [['render', '--shard', '3/2', 'film.yaml'], '3/2', ''],
  [['render', '--max-wall', 'soon', 'film.yaml'], '"soon" is not a valid duration', '40m'],
  [['render', '--faults', 'faults.yaml', 'film.yaml'], '--faults needs --draft', '--draft'],
  [['plan', '--var', 'style', 'film.yaml'], 'name=value', ''],
  [['plan'], 'no folder "manifests"', 'rushes init'],
  [['redo', 'nobody/kling', 'film.yaml'], 'nobody/kling', ''],
  [['recover', 's1/kling', '--pay-again', '--give-up', 'film.yaml'], 'one decision at a time', ''],
])('64: %j', async (argv, said, hint) => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  const ran = await w.rushes(argv);
  expect(ran.err).toContain(said);
  expect(ran.err).toContain(hint);
  expect(ran).toMatchObject({ exit: 64, out: '' });
});

test('64: a cap in the environment that cannot be read is no "no cap"', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  const ran = await w.rushes(['render', 'film.yaml'], { env: { RUSHES_BUDGET_USD: '25 dollars' } });
  expect(ran.exit).toBe(64);
  expect(ran.err).toContain('RUSHES_BUDGET_USD is "25 dollars"');
});

test('65: every error of an invalid manifest at once, and no request', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film(
      '  - { id: sun, promt: The sun }\n  - { id: sun2, prompt: x, duration: 99 }\n  - { id: sea, prompt: y, audio: loud }',
    ),
  );
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(65);
  expect(ran.err).toMatch(/film\.yaml:\d+:\d+ error unknown-key: "promt"/);
  expect(ran.err).toContain('99');
  expect(ran.err).toContain('audio');
  expect(events).toEqual([]);
});

test('65: what is wrong with one scene hides nothing else that is in the way', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film(`${scenes(2)}\n  - { id: bad, prompt: { file: none.txt } }`, 'budget: { usd: 0.01 }'),
  );
  await w.write('out/film/s1/kling.mp4/in-the-way', '');
  const { ran, events } = await w.requests(
    w.rushes(['render', 'film.yaml'], { env: { APIMART_API_KEY: undefined } }),
  );
  expect(ran.exit).toBe(65);
  for (const code of ['no-file', 'output-blocked', 'missing-key', 'over-budget'])
    expect(ran.err.match(new RegExp(`error ${code}`, 'g'))).toHaveLength(1);
  expect(ran.err).toContain('rushes: nothing was sent\n');
  expect(events).toEqual([]);
});

test('65: a scene that moved to a manifest that is named alone is not paid for a second time', async () => {
  await using w = await world({ script: { rules: [smallClips()] } });
  await w.write('a.yaml', film(scenes(2, 'kling')));
  await w.write('b.yaml', film('  []').replace(/scenes:\s*\[\]/, 'scenes: []'));
  await w.rushes(['render', 'a.yaml']);
  await w.write('a.yaml', film('  []').replace(/scenes:\s*\[\]/, 'scenes: []'));
  await w.write('b.yaml', film(scenes(2, 'kling')));
  const { ran, events } = await w.requests(w.rushes(['render', 'b.yaml']));
  expect(ran.exit).toBe(65);
  expect(flat(ran.err)).toContain(
    '2 renders would be paid for although the lock of a.yaml has them, s1/kling as s1/kling',
  );
  expect(flat(ran.err)).toContain(
    'Name both manifests to move them at no cost: rushes plan a.yaml b.yaml',
  );
  expect(events).toEqual([]);
  expect(await w.rushes(['render', 'a.yaml', 'b.yaml'])).toMatchObject({ exit: 0 });
  expect(accepted(w)).toBe(2);
});

test('65: a lock that cannot be read is never taken for an empty one', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  for (const text of [
    '{',
    '{"lockVersion":2,"renders":{}}',
    '<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n',
  ]) {
    await w.write('film.lock.json', text);
    const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
    expect(ran.exit).toBe(65);
    expect(ran.err).toContain('film.lock.json');
    expect(events).toEqual([]);
    expect(await w.read('film.lock.json')).toBe(text);
  }
});

test('69: an empty balance stops new submissions; what is paid is followed to its end', async () => {
  await using w = await world({ script: { balanceUsd: 0.8, rules: [smallClips()] } });
  await w.write('film.yaml', film(scenes(6, 'kling')));
  const ran = await w.rushes(['render', 'film.yaml']);
  expect(ran.exit).toBe(69);
  expect(ran.err).toContain('balance');
  expect(ran.err).toContain('2 done');
  expect(ran.err).toContain('4 not submitted');
  expect(accepted(w)).toBe(2);
});

test('77: a missing key names its variable, and nothing is sent to the other gateway either', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2)));
  const { ran, events } = await w.requests(
    w.rushes(['render', 'film.yaml'], { env: { APIMART_API_KEY: undefined } }),
  );
  expect(ran.exit).toBe(77);
  expect(ran.err).toContain('APIMART_API_KEY is not set');
  expect(ran.err).toContain('--draft');
  expect(ran.err).toContain('nothing was sent');
  expect(events).toEqual([]);
});

test('77: a refused key stops submissions at its gateway, and the other gateway continues', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(10)));
  const { ran, events } = await w.requests(
    w.rushes(['render', 'film.yaml'], { env: { APIMART_API_KEY: 'old' } }),
  );
  expect(ran.exit).toBe(77);
  expect(ran.err).toContain('APIMART_API_KEY');
  expect(ran.err).not.toContain('key-of-evolink');
  const refused = events.filter((event) => event.kind === 'submit' && event.gateway === 'apimart');
  // Those that were on their way when the answer came: at most the slots of the gateway.
  expect(refused.length).toBeLessThanOrEqual(3);
  const lock = JSON.parse(await w.read('film.lock.json')) as {
    renders: Record<string, { status: string }>;
  };
  expect(Object.values(lock.renders).map(({ status }) => status)).toEqual(
    Array.from({ length: 10 }, () => 'completed'),
  );
  expect(accepted(w)).toBe(10);
});

test('130: Ctrl-C stops with everything saved, and the same command continues', async () => {
  await using w = await world({ taskSeconds: 1.5 });
  await w.write('film.yaml', film(scenes(5, 'kling')));
  let signalled = false;
  const ran = await w.rushes(['render', 'film.yaml'], {
    watch: (said, signal) => {
      if (signalled || !said.includes('accepted film:')) return;
      signalled = true;
      signal('SIGINT');
    },
  });
  expect(ran.exit).toBe(130);
  expect(ran.err).toContain('SIGINT: submitting nothing more');
  const before = accepted(w);
  expect(before).toBeLessThan(5);
  const lock = await readFile(path.join(w.folder, 'film.lock.json'), 'utf8');
  for (const { task } of w.gateway.books().accepted) expect(lock).toContain(task);
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(accepted(w)).toBe(5);
});
