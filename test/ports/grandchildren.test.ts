/**
 * Programs that leave others behind, which hold the streams they inherited: nobody waits for them.
 */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { systemGit } from '../../src/ports/git.ts';
import { notifyByCommand } from '../../src/ports/notify-command.ts';
import { spawnProgram } from '../../src/ports/spawn-program.ts';

const here = { cwd: tmpdir(), env: process.env };

async function secondsOf(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return (performance.now() - begun) / 1000;
}

test.runIf(process.platform !== 'win32')(
  'a notify command that plays a sound in the background ends when it ends itself',
  async () => {
    expect(await secondsOf(notifyByCommand('sleep 15 &', '{}', here))).toBeLessThan(10);
    expect(await notifyByCommand('sleep 15 & echo no such chat >&2; exit 3', '{}', here)).toBe(
      'ended with exit code 3: no such chat',
    );
  },
);

test.runIf(process.platform !== 'win32')(
  'a program that takes too long is over although its child goes on',
  async () => {
    const limits = { longestMs: 300 };
    const work = spawnProgram('sh', ['-c', 'echo frame >&2; sleep 15 & wait'], limits);
    expect(await secondsOf(work)).toBeLessThan(10);
    expect(await work).toEqual({ code: null, text: 'frame\n' });
  },
);

test.runIf(process.platform !== 'win32')(
  'a command of git ends although a connection that ssh shares stays open',
  async () => {
    const git = systemGit(tmpdir(), process.env);
    const work = git.run(['-c', 'alias.shared=!echo here; sleep 15 >/dev/null &', 'shared']);
    expect(await secondsOf(work)).toBeLessThan(10);
    expect(await work).toEqual({ ok: true, stdout: Buffer.from('here\n') });
  },
);
