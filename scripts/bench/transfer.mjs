/**
 * One large clip, hashed and checked, against a plain stream of undici to the disk: how fast, and
 * in how much memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { draftClip, runRushes, startEmulator } from './makespan.mjs';
import { measured } from './measured-process.mjs';

const PLAIN = fileURLToPath(new URL('plain-stream.mjs', import.meta.url));
const NAME = 'big-clip';

/** `runs`: medians of so many. */
export async function measureTransfer({ only, runs, mebibytes, print }) {
  if (!NAME.includes(only)) return [];
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-bench-'));
  try {
    const clip = await draftClip(folder);
    const start = { lengths: [0.1], progress: 'absent', clip, padding: mebibytes * 2 ** 20 };
    const [ours, plain] = [[], []];
    for (let run = 0; run < runs; run++) {
      plain.push(
        await transfer(start, (port, at) =>
          measured(
            [PLAIN, `http://127.0.0.1:${port}/clips/one.mp4`, path.join(at, 'one.mp4')],
            at,
            {},
          ),
        ),
      );
      ours.push(
        await transfer(start, (port, at) => runRushes(at, [port], [{ count: 1, slots: 1 }])),
      );
    }
    const [mine, reference] = [median(ours), median(plain)];
    const result = {
      name: NAME,
      what: `one clip of ${mebibytes} MiB, against a plain stream to the disk`,
      speed: reference.seconds / mine.seconds,
      speedAtLeast: 0.7,
      cpuSeconds: mine.cpuSeconds,
      mebibytes: mine.mebibytes,
      plainMebibytes: reference.mebibytes,
      secondsAfterLastByte: mine.secondsAfterLastByte,
    };
    print(result);
    return [result];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function transfer(start, run) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-bench-'));
  const emulator = await startEmulator(start);
  try {
    const used = await run(emulator.port, folder);
    const { clipAskedAt, lastByteAt } = await emulator.report();
    return {
      ...used,
      seconds: (lastByteAt - clipAskedAt) / 1_000,
      secondsAfterLastByte: (used.endedAt - lastByteAt) / 1_000,
    };
  } finally {
    emulator.stop();
    rmSync(folder, { recursive: true });
  }
}

const median = (runs) =>
  runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];
