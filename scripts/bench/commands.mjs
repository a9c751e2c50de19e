/**
 * CPU of the built command on large inputs. Every case runs several times, in a separate process;
 * what counts is the median of user and system time of that process, which other work on the
 * machine disturbs less than the time on the wall, and its ratio to the median of `node -e 0`,
 * which runs in between: seconds differ from one machine to the next, and within an hour, and the
 * ratio does so less. Inputs are made in a temporary folder, always the same ones.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured } from './measured-process.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'rushes-bench-'));
// The project's root, so that nothing above it is.
writeFileSync(path.join(folder, 'package.json'), '{}\n');

const MODELS = `rushes: 1
models:
  kling: { use: apimart/kling-v3, resolution: 1080p }
  kling26: { use: apimart/kling-v2-6 }
  sora: { use: apimart/sora-2, fit: nearest }
  sorapro: { use: apimart/sora-2-pro, fit: nearest }
  o3: { use: evolink/kling-o3-text-to-video }
defaults: { aspect_ratio: "16:9", duration: 5 }
`;

const cases = [
  { name: 'version', what: '--version', args: () => ['--version'] },
  { name: 'help', what: '--help', args: () => ['--help'] },
  { name: 'start', what: 'validate, 1 scene x 5 models', args: () => ['validate', scenes(1)] },
  {
    name: 'scenes-half',
    what: 'validate, 1,000 scenes x 5 models',
    args: () => ['validate', scenes(1000)],
  },
  {
    name: 'scenes',
    what: 'validate, 2,000 scenes x 5 models',
    args: () => ['validate', scenes(2000)],
  },
  {
    name: 'scenes-double',
    what: 'validate, 4,000 scenes x 5 models',
    args: () => ['validate', scenes(4000)],
  },
  {
    name: 'rows',
    what: 'validate, 20,000 renders from JSONL rows',
    args: () => ['validate', rows(4000)],
  },
  {
    name: 'lock-plan',
    whole: true,
    what: 'plan, 10,000 renders in the lock',
    args: () => ['plan', locked(2000)],
  },
  {
    name: 'lock-plan-json',
    whole: true,
    what: 'plan --json, 10,000 renders in the lock',
    args: () => ['plan', '--json', locked(2000)],
  },
  {
    name: 'lock-status',
    what: 'status, 10,000 renders in the lock',
    args: () => ['status', locked(2000)],
  },
  {
    name: 'changed-plan',
    what: 'plan, 10,000 changed renders',
    atMost: 20,
    args: () => ['plan', changed(2000)],
  },
  ...[200, 2000].flatMap((scenes) =>
    ['plain', 'aliased'].map((style) => ({
      name: `current-render-${scenes * 5}-${style}`,
      what: `render, nothing to do, ${(scenes * 5).toLocaleString('en')} renders, ${style} YAML`,
      atMost: scenes === 200 ? 2.5 : 5,
      args: () => current('render', scenes, style),
    })),
  ),
  {
    name: 'current-plan',
    what: 'plan, nothing to do, 10,000 renders',
    atMost: 5,
    args: () => current('plan', 2000, 'plain'),
  },
];

/** `only`: part of a name; `runs` of each case; `keep` leaves the inputs. */
export async function measureCommands({ only, runs, keep, print }) {
  const results = [];
  try {
    for (const { name, what, args, atMost, whole } of cases) {
      if (!name.includes(only)) continue;
      const command = await args();
      const [all, bare] = [[], []];
      for (let run = 0; run < runs; run++) {
        bare.push(await usedBy(['-e', '0']));
        if (whole) rmSync(path.join(folder, '.rushes'), { recursive: true, force: true });
        all.push(await usedBy([CLI, ...command]));
      }
      const { cpuSeconds, mebibytes } = medianOf(all);
      const timesNode = cpuSeconds / medianOf(bare).cpuSeconds;
      const result = { name, what, cpuSeconds, mebibytes, timesNode, atMost };
      results.push(result);
      print(result);
    }
  } finally {
    if (keep) console.log(folder);
    else rmSync(folder, { recursive: true });
  }
  return results;
}

function medianOf(runs) {
  return runs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor(runs.length / 2)];
}

const usedBy = (args) =>
  measured(args, folder, { APIMART_API_KEY: 'none', EVOLINK_API_KEY: 'none' });

function scenes(count) {
  const list = Array.from(
    { length: count },
    (_, at) =>
      `  - id: scene-${at + 1}\n    prompt: "Shot ${at + 1}: the tide comes in over the stones, slowly"\n`,
  );
  return write(`scenes-${count}.yaml`, `${MODELS}scenes:\n${list.join('')}`);
}

function rows(count) {
  const list = Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      id: `row-${at + 1}`,
      prompt: `Row ${at + 1}: gulls over the bay`,
      sky: at % 2 === 0 ? 'rain' : 'sun',
    }),
  );
  write(`rows-${count}.jsonl`, `${list.join('\n')}\n`);
  const scene = `scenes:\n  - rows: rows-${count}.jsonl\n    id: \${{ row.id }}\n    prompt: "\${{ row.prompt }}, \${{ row.sky }}"\n`;
  return write(`rows-${count}.yaml`, `${MODELS}${scene}`);
}

/** A manifest whose every render is in its lock, with a small file where each clip should be. */
function locked(count) {
  const name = `lock-${count}`;
  const manifest = scenes(count).replace(/^scenes/, 'lock');
  write(manifest, readFileSync(path.join(folder, `scenes-${count}.yaml`), 'utf8'));
  const lock = path.join(folder, `${name}.lock.json`);
  if (existsSync(lock)) return manifest;
  const planned = spawnSync(process.execPath, [CLI, 'plan', '--json', manifest], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const bytes = Buffer.from('a clip');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const entries = JSON.parse(planned.stdout).renders.map(
    ({ id, fingerprint, model, request }, at) => {
      const [scene, alias] = id.split('/');
      const clip = `out/${name}/${scene}/${alias}.mp4`;
      mkdirSync(path.join(folder, path.dirname(clip)), { recursive: true });
      writeFileSync(path.join(folder, clip), bytes);
      const number = String(at).padStart(12, '0');
      const entry = {
        fingerprint,
        model,
        status: 'completed',
        attempt: `0f1e2d3c-0000-4000-8000-${number}`,
        task: `task_${number}`,
        submittedAt: '2026-11-20T17:00:00Z',
        completedAt: '2026-11-20T17:02:35Z',
        expiresAt: '2026-11-21T17:02:35Z',
        cost: { usd: 0.448, source: 'reported' },
        clip: {
          path: clip,
          sha256,
          bytes: bytes.length,
          width: 1920,
          height: 1080,
          seconds: 5.04,
          audio: false,
        },
        request: Object.fromEntries(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1))),
      };
      return [id, entry];
    },
  );
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(
    lock,
    `${JSON.stringify({ lockVersion: 1, renders: Object.fromEntries(entries) }, null, 2)}\n`,
  );
  return manifest;
}

/** The same lock, and a manifest in which every prompt has changed. */
function changed(count) {
  const name = `changed-${count}`;
  const from = locked(count).replace(/\.yaml$/, '');
  const text = readFileSync(path.join(folder, `${from}.yaml`), 'utf8').replaceAll('slowly', 'fast');
  const lock = readFileSync(path.join(folder, `${from}.lock.json`), 'utf8');
  write(`${name}.lock.json`, lock.replaceAll(`out/${from}/`, `out/${name}/`));
  return write(`${name}.yaml`, text);
}

/**
 * A manifest of which everything is rendered, after the runs that leave a saved outcome: files that
 * were touched less than two seconds before a command are not trusted.
 */
async function current(command, count, style) {
  // A separate project: two locks with the same attempts would take each other's clips.
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  write('package.json', '{}\n');
  const plain = locked(count);
  const name = plain.replace(/\.yaml$/, style === 'plain' ? '' : '-aliased');
  if (style !== 'plain') {
    const text = readFileSync(path.join(folder, plain), 'utf8')
      // The same clips: nothing is to be moved.
      .replace('rushes: 1\n', `rushes: 1\nproject: ${plain.replace('.yaml', '')}\n`)
      .replace('sora: {', 'sora: &sora {')
      .replace(
        'sorapro: { use: apimart/sora-2-pro, fit: nearest }',
        'sorapro: { <<: *sora, use: apimart/sora-2-pro }',
      )
      .replaceAll(/prompt: "(.*)"$/gm, 'prompt:\n      >-\n      $1');
    write(`${name}.yaml`, text);
    const lock = readFileSync(path.join(folder, plain.replace('.yaml', '.lock.json')), 'utf8');
    write(`${name}.lock.json`, lock);
    rmSync(path.join(folder, plain));
    rmSync(path.join(folder, plain.replace('.yaml', '.lock.json')));
  }
  const args = [command, `${name}.yaml`];
  await usedBy([CLI, 'render', `${name}.yaml`]);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await usedBy([CLI, ...args]);
  return args;
}

function write(name, text) {
  writeFileSync(path.join(folder, name), text);
  return name;
}
