/**
 * How what a command costs grows with the number of renders: the same project at several sizes. A
 * cost per render that is larger at ten times the renders is work that is not proportional.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { measured } from './measured-process.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** Ten times the renders may take this much more time, start-up left out: 10 is proportional. */
const AT_MOST = 13;
/** Shorter differences say nothing. */
const LEAST_SECONDS = 0.2;

const cases = [
  // A manifest may not have more itself.
  {
    name: 'growth-validate',
    what: 'validate, YAML',
    args: ['validate', 'yaml.yaml'],
    most: 10_000,
  },
  { name: 'growth-rows', what: 'validate, JSONL rows', args: ['validate', 'film.yaml'] },
  { name: 'growth-plan', what: 'plan, all in the lock', args: ['plan', 'film.yaml'], lock: true },
  { name: 'growth-status', what: 'status', args: ['status', 'film.yaml'], lock: true },
  {
    name: 'growth-journal',
    what: 'status, all in the journal of a killed run',
    args: ['status', 'film.yaml'],
    journal: true,
  },
  {
    name: 'growth-record',
    what: 'plan, all in the spend record',
    args: ['plan', 'film.yaml'],
    lock: true,
    record: true,
  },
  { name: 'growth-gallery', what: 'gallery', args: ['gallery', 'film.yaml'], lock: true },
];

/** `sizes`: numbers of renders, each ten times the one before. */
export async function measureGrowth({ only, sizes, print }) {
  const wanted = cases.filter(({ name }) => name.includes(only));
  if (wanted.length === 0) return [];
  /** @type {Map<unknown, { renders: number; cpuSeconds: number; mebibytes: number }[]>} */
  const found = new Map(wanted.map((one) => [one, []]));
  for (const size of sizes) {
    const project = projectOf(size);
    try {
      for (const one of wanted) {
        if (size > (one.most ?? Infinity)) continue;
        const cwd = project.prepare(one);
        const { cpuSeconds, mebibytes } = await measured([CLI, ...one.args], cwd, {
          APIMART_API_KEY: 'none',
        });
        found.get(one).push({ renders: size, cpuSeconds, mebibytes });
      }
    } finally {
      project.remove();
    }
  }
  return wanted.map((one) => {
    const points = found.get(one);
    const result = {
      name: one.name,
      what: `${one.what}: ${points.map(({ renders, cpuSeconds, mebibytes }) => `${renders} renders ${cpuSeconds.toFixed(2)} s ${mebibytes} MiB`).join(', ')}`,
      points,
      tenfold: tenfoldOf(points),
      tenfoldAtMost: AT_MOST,
      cpuSeconds: points.at(-1).cpuSeconds,
      mebibytes: points.at(-1).mebibytes,
    };
    print(result);
    return result;
  });
}

/** Of the last step, without what the smallest project costs. `undefined`: too short to say. */
function tenfoldOf(points) {
  const [first, before, last] = [points[0], points.at(-2), points.at(-1)];
  if (points.length < 3 || before.cpuSeconds - first.cpuSeconds < LEAST_SECONDS) return undefined;
  return (last.cpuSeconds - first.cpuSeconds) / (before.cpuSeconds - first.cpuSeconds);
}

function projectOf(size) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-bench-'));
  const write = (name, text) => writeFileSync(path.join(folder, name), text);
  // A project has 50,000 scenes at most.
  const takes = Math.ceil(size / 50_000);
  const numbers = Array.from({ length: size / takes }, (_, number) => number);
  write('package.json', '{}\n');
  write(
    'yaml.yaml',
    `rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes:\n${numbers.map((number) => `  - { id: s${number}, prompt: "Shot ${number}: the tide comes in", duration: 5 }\n`).join('')}`,
  );
  write(
    'film.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes:\n  - { rows: rows.jsonl, id: "${{ row.id }}", prompt: "${{ row.prompt }}", duration: 5, takes: TAKES }\n'.replace(
      'TAKES',
      String(takes),
    ),
  );
  write(
    'rows.jsonl',
    numbers
      .map((number) => `${JSON.stringify({ id: `s${number}`, prompt: `Shot ${number}` })}\n`)
      .join(''),
  );
  let planned;
  const entries = () => (planned ??= entriesOf(folder));
  return {
    /** The lock, journal and record that this case needs, and no others. */
    prepare({ lock, journal, record }) {
      rmSync(path.join(folder, 'film.lock.json'), { force: true });
      rmSync(path.join(folder, '.rushes'), { recursive: true, force: true });
      if (lock || journal || record) entries();
      mkdirSync(path.join(folder, '.rushes'), { recursive: true });
      if (lock)
        write(
          'film.lock.json',
          `${JSON.stringify({ lockVersion: 1, renders: Object.fromEntries(entries()) }, null, 2)}\n`,
        );
      if (journal)
        write(
          '.rushes/film.journal.jsonl',
          [
            line('event', { kind: 'run', at: AT, run: 'a-run', carriedUsd: 0 }),
            ...entries().flatMap(([id, entry]) => eventsOf(id, entry)),
          ].join(''),
        );
      if (record)
        write(
          '.rushes/record.jsonl',
          entries()
            .map(([id, { request: _request, ...entry }]) =>
              line('attempt', { ...entry, lock: 'film.lock.json', id, at: AT }),
            )
            .join(''),
        );
      return folder;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const AT = '2026-11-20T17:00:00Z';
const SHA256 = createHash('sha256').update('a clip').digest('hex');

/** Lock entries of renders whose clips are on another machine. */
function entriesOf(folder) {
  const out = path.join(folder, 'plan.json');
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'plan', '--out', out, 'film.yaml'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, APIMART_API_KEY: 'none' },
  });
  if (status !== 0) throw new Error(stderr);
  const { renders } = JSON.parse(readFileSync(out, 'utf8'));
  rmSync(out);
  return renders
    .map(({ id, fingerprint, request }, at) => {
      const number = String(at).padStart(12, '0');
      const [scene, alias, take] = id.split('/');
      const entry = {
        fingerprint,
        model: 'apimart/kling-v3',
        status: 'completed',
        attempt: `0f1e2d3c-0000-4000-8000-${number}`,
        task: `task_${number}`,
        submittedAt: AT,
        completedAt: '2026-11-20T17:02:35Z',
        cost: { usd: 0.448, source: 'reported' },
        clip: {
          path: `out/film/${scene}/${alias}${take === undefined ? '' : `.take-${take}`}.mp4`,
          sha256: SHA256,
          bytes: 6,
          width: 1920,
          height: 1080,
          seconds: 5.04,
          audio: false,
        },
        request: Object.fromEntries(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1))),
      };
      return [id, entry];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function eventsOf(id, { attempt, fingerprint, model, request, task, completedAt, cost, clip }) {
  const gateway = 'apimart';
  return [
    {
      kind: 'intent',
      at: AT,
      id,
      attempt,
      fingerprint,
      model,
      request,
      target: clip.path,
      cost: { usd: 0.448, source: 'estimated' },
    },
    { kind: 'accepted', at: AT, attempt, task },
    { kind: 'completed', at: AT, task, gateway, cost, completedAt },
    { kind: 'landed', at: AT, task, gateway, clip },
  ].map((event) => line('event', event));
}

/** As journal and record have them: the checksum is over the bytes as written. */
function line(name, value) {
  const json = JSON.stringify(value);
  return `{"crc32":"${crc32(json).toString(16).padStart(8, '0')}","${name}":${json}}\n`;
}
