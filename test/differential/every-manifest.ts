/** A copy of manifests/ in which scenes whose pictures are examples are rendered, too. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/commands/program.ts';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import type { Body } from './judges.ts';
import { UPLOADED } from './strict-server.ts';

const MANIFESTS = fileURLToPath(new URL('../../manifests/', import.meta.url));

/** A render as `plan --json` has it. */
export interface PlannedRender {
  readonly id: string;
  readonly model: string;
  readonly cost: { readonly usd?: number; readonly usdFrom?: number };
  readonly request: Body;
}

/** What stands in a plan for a picture of the repository, and the links that a run sends for it. */
const PICTURE =
  /(?<=")(?:(?:file|frame):|https:\/\/files\.example\.com\/(?:apimart|evolink)\/)[^"]+(?=")/g;

/** A planned body and the one that a run sends for it are the same text. */
export const asSent = (request: Body): string =>
  JSON.stringify(request).replaceAll(PICTURE, UPLOADED);

/** Limits of a request, such as that of an upload, stay what they are. */
const LIMIT_MS = 120_000;

/** Waits are over soon: what is asked for is done at once. */
const clock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms < LIMIT_MS ? Math.min(ms, 1) : ms, signal),
};

export function everyManifest(env: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'rushes-manifests-'));
  mkdirSync(path.join(cwd, '.git'));
  cpSync(MANIFESTS, path.join(cwd, 'manifests'), { recursive: true });
  const files = readdirSync(path.join(cwd, 'manifests'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.startsWith('film/'))
    .map((file) => `manifests/${file}`)
    .sort();
  for (const file of files) {
    const at = path.join(cwd, file);
    writeFileSync(at, readFileSync(at, 'utf8').replaceAll(/^ +skip: .*\n/gm, ''));
  }
  const rushes = async (...args: readonly string[]) => {
    let [out, err] = ['', ''];
    const stream = { isTTY: false, columns: 200 };
    const exit = await runProgram(args, {
      cwd,
      env,
      stdout: { ...stream, write: (chunk) => void (out += chunk) },
      stderr: { ...stream, write: (chunk) => void (err += chunk) },
      clock,
      onSignal: () => () => undefined,
      exitNow: () => undefined,
    });
    return { exit, out, err };
  };
  return {
    files,
    rushes,
    textOf: (file: string): string => readFileSync(path.join(cwd, file), 'utf8'),
    /** Every render of every manifest, in one plan. */
    async planned(): Promise<readonly PlannedRender[]> {
      const { exit, out, err } = await rushes('plan', ...files, '--json');
      if (exit !== 0) throw new Error(err);
      return (JSON.parse(out) as { renders: readonly PlannedRender[] }).renders;
    },
    remove: () => rmSync(cwd, { recursive: true }),
  };
}
