/**
 * The program itself on a pseudo-terminal, through a terminal emulator: a draft of 100 renders with
 * failures, in three sizes of window. Needs `script` of util-linux, as every Linux has it.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { CLI } from '../cli-project.ts';

const scenes = Array.from(
  { length: 50 },
  (_, index) => `  - { id: s${index}, prompt: A crab number ${index} walks over wet sand }`,
);
const FILM = `rushes: 1
project: film
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
defaults: { aspect_ratio: "16:9", duration: 5, resolution: 720p }
budget: { usd: 60 }
limits: { gateways: { apimart: { in_flight: 5 }, evolink: { in_flight: 4 } }, in_flight: 9 }
scenes:
${scenes.join('\n')}
`;
const FAULTS = `rules:
  - { when: { step: task, every: 11 }, do: { fault: fate, seconds: 2, end: failed } }
  - { when: { step: task }, do: { fault: fate, seconds: 2, clip: { width: 64, height: 36, seconds: 1 } } }
  - { when: { step: submit, nth: 12 }, do: { fault: reset, accepted: true } }
`;

interface Look {
  readonly rows: readonly string[];
  readonly text: string;
}

/** Every look at the screen, one after each piece of output. */
async function looksAt(folder: string, columns: number, rows: number): Promise<readonly Look[]> {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const program = `stty cols ${columns} rows ${rows}; exec '${process.execPath}' '${CLI}' render film.yaml --draft --json --faults faults.yaml > events.ndjson`;
  const child = spawn('script', ['-qefc', program, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm-256color', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const looks: Look[] = [];
  let isOpen = false;
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout) {
    const piece = String(chunk);
    await new Promise<void>((resolve) => terminal.write(piece, resolve));
    // A terminal shows what stands between these two at once: half of it is never seen.
    const [begun, ended] = [piece.lastIndexOf('\u001B[?2026h'), piece.lastIndexOf('\u001B[?2026l')];
    isOpen = begun === ended ? isOpen : begun > ended;
    if (isOpen) continue;
    const { active } = terminal.buffer;
    const lines = Array.from(
      { length: rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
    looks.push({ rows: lines, text: lines.join('\n') });
  }
  return looks;
}

const dollars = (text: string): number =>
  [...text.matchAll(/\$(\d+\.\d+) (?:charged|reserved|unclear)\b/g)].reduce(
    (sum, [, amount]) => sum + Number(amount),
    0,
  );

test.each([
  [40, 12],
  [80, 24],
  [200, 50],
])(
  '%i × %i: the frame is never gone, and its money is what the caps count',
  async (columns, rows) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rushes-screen-'));
    try {
      await writeFile(path.join(folder, 'package.json'), '{}');
      await writeFile(path.join(folder, 'film.yaml'), FILM);
      await writeFile(path.join(folder, 'faults.yaml'), FAULTS);
      const looks = await looksAt(folder, columns, rows);
      const first = looks.findIndex(({ text }) => /\b0\/100\b/.test(text));
      const end = looks.findIndex(({ text }) => /[✓✗] \d+ done|^exit \d+:/m.test(text));
      const during = looks.slice(first, end === -1 ? undefined : end);
      expect(during.length).toBeGreaterThan(100);
      expect(during.filter(({ text }) => !/\d+\/100\b/.test(text))).toEqual([]);

      const events = (await readFile(path.join(folder, 'events.ndjson'), 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { event: string; underCapUsd?: number });
      const counted = new Set(
        events.flatMap(({ underCapUsd }) => (underCapUsd === undefined ? [] : [underCapUsd])),
      );
      counted.add(0);
      const isCounted = (sum: number): boolean =>
        [...counted].some((usd) => Math.abs(usd - sum) < 0.02);
      expect(during.map(({ text }) => dollars(text)).filter((sum) => !isCounted(sum))).toEqual([]);

      const failures = events.filter(({ event }) => event === 'render.failed').length;
      expect(failures).toBeGreaterThan(5);
      expect(during.at(-1)?.text).toMatch(/! \d+ failed/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
