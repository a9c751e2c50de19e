/**
 * A whole run against an emulated gateway: how long it takes over the ideal, how often it asks,
 * what it costs in CPU and memory. Real sockets, files and fsyncs; nothing is mocked but the
 * gateway.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured } from './measured-process.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const CLI = here('../../dist/cli.js');
const SLOTS = 50;
const MOST_SCENES = 5_000;

/**
 * Tasks of a median of 2 s, or all of one length. The naive client is the reference of the others.
 */
const situations = [
  {
    name: 'makespan-naive',
    what: 'p-limit and fetch, asks every 1 s',
    progress: 'absent',
    naive: 1,
  },
  {
    name: 'makespan-blind',
    what: 'no progress',
    progress: 'absent',
    atMost: 1.05,
    asks: 9,
    timesNaive: 1.5,
  },
  {
    name: 'makespan-honest',
    what: 'honest progress',
    progress: 'honest',
    atMost: 1.03,
    asks: 4,
    timesNaive: 1,
  },
  {
    name: 'makespan-coarse',
    what: 'progress in quarters',
    progress: 'coarse',
    atMost: 1.08,
    asks: 9,
  },
  { name: 'makespan-eager', what: 'eager progress', progress: 'eager', atMost: 1.08, asks: 9 },
  { name: 'makespan-noisy', what: 'noisy progress', progress: 'noisy', atMost: 1.08, asks: 9 },
  { name: 'makespan-random', what: 'random progress', progress: 'random', atMost: 1.08, asks: 9 },
  {
    name: 'makespan-equal',
    what: 'tasks of 2 s',
    progress: 'absent',
    seconds: 2,
    atMost: 1.02,
    asks: 4,
  },
  {
    name: 'makespan-equal-2.3',
    what: 'tasks of 2.3 s',
    progress: 'absent',
    seconds: 2.3,
    atMost: 1.02,
    asks: 4,
  },
  {
    name: 'makespan-two',
    what: 'two gateways, 40 and 10 slots',
    progress: 'absent',
    two: true,
    atMost: 1.05,
  },
  {
    name: 'in-flight',
    what: 'all at once, tasks of two minutes',
    progress: 'honest',
    tasks: 10_000,
    slots: 10_000,
    seconds: 120,
    mebibytes: 250,
  },
];

/** `only`: part of a name; `tasks`: default 1,000. Gives a result for each situation measured. */
export async function measureMakespan({ only, tasks = 1_000, print }) {
  const wanted = situations.filter(({ name }) => name.includes(only));
  const needsNaive = wanted.some(({ timesNaive }) => timesNaive !== undefined);
  const results = [];
  for (const situation of situations) {
    if (!wanted.includes(situation) && !(needsNaive && situation.naive)) continue;
    const result = await measure(situation, situation.tasks ?? tasks);
    const naive = results.find(({ name }) => name === 'makespan-naive');
    if (naive !== undefined && situation.timesNaive !== undefined) {
      result.timesNaive = result.cpuSeconds / naive.cpuSeconds;
      result.timesNaiveAtMost = situation.timesNaive;
    }
    results.push(result);
    print(result);
  }
  return results;
}

async function measure(situation, tasks) {
  const slots = situation.slots ?? SLOTS;
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-bench-'));
  const emulators = [];
  try {
    const clip = await draftClip(folder);
    const random = seeded(1);
    const split = situation.two ? [0.8, 0.2] : [1];
    const lengths = split.map((share) =>
      Array.from(
        { length: Math.round(tasks * share) },
        () => situation.seconds ?? 2 * Math.exp(0.5 * gauss(random)),
      ),
    );
    for (const list of lengths)
      emulators.push(await startEmulator({ lengths: list, progress: situation.progress, clip }));
    const ports = emulators.map(({ port }) => port);
    const used = situation.naive
      ? await runNaive(folder, ports[0], { tasks, slots, pause: situation.naive })
      : await runRushes(
          folder,
          ports,
          lengths.map((list, at) => ({ count: list.length, slots: slots * split[at] })),
        );
    const books = await Promise.all(emulators.map((emulator) => emulator.report()));
    const ideal = Math.max(...lengths.map((list, at) => greedy(list, slots * split[at])));
    const seconds = Math.max(
      ...books.map(({ firstSubmitAt, lastByteAt }) => (lastByteAt - firstSubmitAt) / 1_000),
    );
    const sum = (of) => books.reduce((total, one) => total + of(one), 0);
    if (sum((one) => one.submits) !== tasks || sum((one) => one.downloads) !== tasks)
      throw new Error(`${situation.name}: ${JSON.stringify(books)}`);
    return {
      name: situation.name,
      what: `${tasks} tasks in ${slots} slots, ${situation.what}`,
      ratio: seconds / ideal,
      atMost: situation.atMost,
      asksPerTask: sum((one) => one.asks) / tasks,
      asksAtMost: situation.asks,
      requestsPerTask: sum((one) => one.askRequests) / tasks,
      cpuSeconds: used.cpuSeconds,
      mebibytes: used.mebibytes,
      mebibytesAtMost: situation.mebibytes,
      secondsAfterLastByte:
        (used.endedAt - Math.max(...books.map(({ lastByteAt }) => lastByteAt))) / 1_000,
    };
  } finally {
    for (const { stop } of emulators) stop();
    rmSync(folder, { recursive: true });
  }
}

/** One real clip, as a draft makes it. */
export async function draftClip(folder) {
  const project = path.join(folder, 'clip');
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), '{}\n');
  writeFileSync(
    path.join(project, 'one.yaml'),
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: one, prompt: One, duration: 5 }]\n',
  );
  await measured([CLI, 'render', '--draft', 'one.yaml'], project, {});
  return path.join(project, 'out/one/.draft/one/kling.mp4');
}

/** `tasks`: of each gateway, how many and how many at a time. */
export async function runRushes(folder, ports, tasks) {
  const gateways = ['apimart', 'evolink'].slice(0, ports.length);
  const inAll = tasks.reduce((sum, { slots }) => sum + slots, 0);
  const models = [
    'kling: { use: apimart/kling-v3 }',
    'o3: { use: evolink/kling-o3-text-to-video }',
  ];
  const scenes = tasks.flatMap(({ count }, at) =>
    scenesOf(folder, count, at, models[at].split(':')[0]),
  );
  writeFileSync(path.join(folder, 'package.json'), '{}\n');
  writeFileSync(
    path.join(folder, 'film.yaml'),
    [
      'rushes: 1',
      `models: { ${models.slice(0, ports.length).join(', ')} }`,
      `limits: { in_flight: ${inAll}, downloads: 8, gateways: { ${gateways.map((name, at) => `${name}: { in_flight: ${tasks[at].slots} }`).join(', ')} } }`,
      'scenes:',
      ...scenes,
      '',
    ].join('\n'),
  );
  return measured([CLI, 'render', '--yes', 'film.yaml'], folder, {
    APIMART_BASE_URL: `http://127.0.0.1:${ports[0]}/apimart`,
    EVOLINK_BASE_URL: `http://127.0.0.1:${ports.at(-1)}/evolink`,
    APIMART_API_KEY: 'none',
    EVOLINK_API_KEY: 'none',
    RUSHES_POLL_MIN_MS: '20',
  });
}

/** Lines of the manifest. More than it may have itself are in a file of rows. */
function scenesOf(folder, count, at, alias) {
  const rows = Array.from({ length: count }, (_, number) => ({
    id: `s${at}-${number}`,
    prompt: `Shot ${at} ${number}`,
  }));
  if (count <= MOST_SCENES)
    return rows.map(
      ({ id, prompt }) => `  - { id: ${id}, prompt: "${prompt}", duration: 5, models: [${alias}] }`,
    );
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  writeFileSync(path.join(folder, `rows-${at}.jsonl`), lines.join(''));
  return [
    `  - { rows: rows-${at}.jsonl, id: "\${{ row.id }}", prompt: "\${{ row.prompt }}", duration: 5, models: [${alias}] }`,
  ];
}

async function runNaive(folder, port, { tasks, slots, pause }) {
  const out = path.join(folder, 'out');
  mkdirSync(out);
  const args = [`http://127.0.0.1:${port}/apimart`, tasks, slots, pause, out].map(String);
  return measured([here('naive-client.mjs'), ...args], folder, {});
}

export async function startEmulator(start) {
  const child = fork(here('emulator.mjs'));
  const answer = () => new Promise((resolve) => child.once('message', resolve));
  const ready = answer();
  child.send(start);
  const { port } = await ready;
  return {
    port,
    report: () => {
      const report = answer();
      child.send('report');
      return report;
    },
    stop: () => child.kill(),
  };
}

/** The next task begins the moment that a slot is free. Seconds. */
function greedy(lengths, slots) {
  const free = Array.from({ length: slots }, () => 0);
  for (const length of lengths) free[free.indexOf(Math.min(...free))] += length;
  return Math.max(...free);
}

function seeded(seed) {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const gauss = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
