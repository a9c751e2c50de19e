/** Locks of 45 MB merge within 250 MB, whichever way they are handed over. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { encodeLock, type LockEntry } from '../../../src/lock/file/format.ts';
import { CLI } from '../../cli/cli-project.ts';

const RENDERS = 36_500;
const hex = (number: number, length: number): string => number.toString(16).padStart(length, '0');

/** `side`: every 300th entry is of this side alone. */
function entryOf(index: number, side: number): LockEntry {
  const own = index % 300 === side ? side : 0;
  return {
    fingerprint: `sha256:${hex(index * 7 + own, 64)}`,
    model: 'apimart/kling-v3',
    status: 'completed',
    attempt: `0f1e0000-0000-4000-8000-${hex(index * 3 + own, 12)}`,
    task: `task_${hex(index + own * 1_000_000, 24)}`,
    submittedAt: '2026-11-20T17:00:00Z',
    completedAt: '2026-11-20T17:02:35Z',
    expiresAt: '2026-11-21T17:02:35Z',
    cost: { usd: 0.448, source: 'reported' },
    clip: {
      path: `../out/film/s${index}/kling.mp4`,
      sha256: hex(index + own, 64),
      bytes: 1_840_233,
      width: 1920,
      height: 1080,
      seconds: 5.04,
      audio: true,
    },
    request: { model: 'kling-v3', prompt: `Scene ${index} ${'words '.repeat(60)}`, duration: 5 },
  } as unknown as LockEntry;
}

const lockText = (side: number): string =>
  encodeLock({
    renders: new Map(
      Array.from({ length: RENDERS }, (_, index) => [
        `s${index}/kling` as RenderId,
        entryOf(index, side),
      ]),
    ),
  });

/** As git writes it, with the base or without. */
function conflictText(base: string, ours: string, theirs: string, withBase: boolean): string {
  const [before, left, right] = [base, ours, theirs].map((text) => text.split('\n'));
  const lines: string[] = [];
  for (let at = 0; at < (left?.length ?? 0);) {
    const from = at;
    while (left?.[at] !== right?.[at]) at += 1;
    if (at === from) lines.push(left?.[at++] ?? '');
    else
      lines.push(
        '<<<<<<< HEAD',
        ...(left ?? []).slice(from, at),
        ...(withBase ? ['||||||| base', ...(before ?? []).slice(from, at)] : []),
        '=======',
        ...(right ?? []).slice(from, at),
        '>>>>>>> theirs',
      );
  }
  return lines.join('\n');
}

/** Says at its end how much memory the process had at most, in kB. */
const MEASURE = `--import=data:text/javascript,process.on('exit',()=>console.error('maxRSS',process.resourceUsage().maxRSS))`;

test('three files, two files, one file with markers', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-merge-'));
  try {
    const texts = { base: lockText(-1), ours: lockText(1), theirs: lockText(2) };
    for (const [name, text] of Object.entries(texts))
      await writeFile(path.join(folder, name), text);
    for (const withBase of [true, false])
      await writeFile(
        path.join(folder, withBase ? 'marked3' : 'marked2'),
        conflictText(texts.base, texts.ours, texts.theirs, withBase),
      );
    expect((await stat(path.join(folder, 'ours'))).size).toBeGreaterThan(45_000_000);
    const merged: string[] = [];
    for (const files of [
      ['base', 'ours', 'theirs'],
      ['marked3'],
      ['ours', 'theirs'],
      ['marked2'],
    ]) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [MEASURE, CLI, 'lock', 'merge', ...files, '--out', 'out'],
        { cwd: folder, encoding: 'utf8' },
      );
      const said = `${stdout}${stderr}`;
      expect([files, status, said]).toEqual([files, 0, said]);
      const kilobytes = Number(/maxRSS (\d+)/.exec(said)?.[1]);
      expect([files, kilobytes / 1024 < 250 ? 'within 250 MB' : kilobytes]).toEqual([
        files,
        'within 250 MB',
      ]);
      merged.push(await readFile(path.join(folder, 'out'), 'utf8'));
    }
    expect(merged[0] === merged[1] && merged[2] === merged[3]).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
