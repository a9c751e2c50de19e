/**
 * All figures, or some:
 * `npm run build && npm run bench -- [--only makespan] [--runs 5] [--tasks 1000] [--keep]`;
 * also `--big 1000` and `--growth 10000`.
 *
 * Each figure is a ratio to a reference of the same run: bare `node -e 0`, the time of an ideal
 * client, a naive client. A figure above its bar fails the command. Writes `bench/results.json`,
 * where figures that were not measured now stay.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureCommands } from './commands.mjs';
import { measureGrowth } from './growth.mjs';
import { measureMakespan } from './makespan.mjs';
import { measureTransfer } from './transfer.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '5' },
    tasks: { type: 'string', default: '1000' },
    /** Renders of the largest project of the cases of growth; the smallest has 100. */
    growth: { type: 'string', default: '10000' },
    /** MiB of the large clip. */
    big: { type: 'string', default: '1000' },
    keep: { type: 'boolean', default: false },
  },
});

const results = [
  ...(await measureCommands({
    only: values.only,
    runs: Math.max(1, Number(values.runs)),
    keep: values.keep,
    print: (result) =>
      line(result, `${result.timesNode.toFixed(1).padStart(5)} x node`, [
        [result.timesNode, result.atMost, ''],
      ]),
  })),
  ...(await measureMakespan({
    only: values.only,
    tasks: Number(values.tasks),
    print: (result) =>
      line(
        result,
        `${result.ratio.toFixed(3)} x ideal, ${result.asksPerTask.toFixed(1)} asks a task, ended ${result.secondsAfterLastByte.toFixed(2)} s after the last byte${result.timesNaive === undefined ? '' : `, ${result.timesNaive.toFixed(2)} x the CPU of the naive client`}`,
        [
          [result.ratio, result.atMost, ' x ideal'],
          [result.asksPerTask, result.asksAtMost, ' asks'],
          [result.mebibytes, result.mebibytesAtMost, ' MiB'],
          [result.timesNaive, result.timesNaiveAtMost, ' x the CPU of the naive client'],
        ],
      ),
  })),
  ...(await measureGrowth({
    only: values.only,
    sizes: [100, 1_000, 10_000, 100_000].filter((size) => size <= Number(values.growth)),
    print: (result) =>
      line(
        result,
        result.tenfold === undefined
          ? 'too short to say'
          : `${result.tenfold.toFixed(1)} x the time for 10 x the renders`,
        result.tenfold === undefined ? [] : [[result.tenfold, result.tenfoldAtMost, ' x']],
      ),
  })),
  ...(await measureTransfer({
    only: values.only,
    runs: Math.max(1, Number(values.runs)),
    mebibytes: Number(values.big),
    print: (result) =>
      line(
        result,
        `${result.speed.toFixed(2)} x the speed of a plain stream, which takes ${result.plainMebibytes} MiB; ended ${result.secondsAfterLastByte.toFixed(2)} s after the last byte`,
        [[1 / result.speed, 1 / result.speedAtLeast, ' x the time']],
      ),
  })),
];

const file = new URL('../../bench/results.json', import.meta.url);
const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`;
const measuredNow = { date: new Date().toISOString().slice(0, 10), machine };
const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
const names = new Set(results.map(({ name }) => name));
const all = [
  ...before.filter(({ name }) => !names.has(name)),
  ...results.map((result) => ({ ...result, ...measuredNow })),
];
mkdirSync(new URL('.', file), { recursive: true });
writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
console.log(`${fileURLToPath(file)}: ${machine}`);

function line({ cpuSeconds, mebibytes, what }, ratios, bars) {
  const limits = bars.flatMap(([value, atMost, unit]) => {
    if (atMost === undefined) return [];
    if (value <= atMost) return [`at most ${shown(atMost)}${unit}`];
    process.exitCode = 1;
    return [`at most ${shown(atMost)}${unit}: EXCEEDED`];
  });
  const bar = limits.length === 0 ? '' : `  (${limits.join(', ')})`;
  console.log(
    `${cpuSeconds.toFixed(2).padStart(6)} s CPU  ${String(mebibytes).padStart(4)} MiB  ${ratios}  ${what}${bar}`,
  );
}

function shown(limit) {
  return Math.round(limit * 100) / 100;
}
