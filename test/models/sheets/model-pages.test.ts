/** What `rushes models` prints of the real catalogue is true. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../src/commands/program.ts';
import { catalogue } from '../../../src/models/catalogue.ts';
import { systemClock } from '../../../src/ports/clock.ts';
import { exampleOf } from '../../../src/report/model-example.ts';

async function rushes(cwd: string, ...args: readonly string[]) {
  let [out, err] = ['', ''];
  const stream = { isTTY: false, columns: 200 };
  const exit = await runProgram(args, {
    cwd,
    env: {},
    stdout: { ...stream, write: (chunk) => void (out += chunk) },
    stderr: { ...stream, write: (chunk) => void (err += chunk) },
    clock: systemClock,
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  });
  return { exit, out, err };
}

test('the example of every page validates', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'rushes-models-'));
  const files = [...catalogue.values()].map((model, index) => {
    const file = `m${index}.yaml`;
    writeFileSync(path.join(cwd, file), exampleOf(model));
    return file;
  });
  const { exit, out } = await rushes(cwd, 'validate', ...files, '--json');
  const { diagnostics } = JSON.parse(out) as { diagnostics: { severity: string }[] };
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(exit).toBe(0);
  rmSync(cwd, { recursive: true });
});

test('--offers keeps the models that can do all of it', async () => {
  const { out } = await rushes('/', 'models', '--offers', 'duration:15,last_frame,seed', '--json');
  const names = (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
  expect(names).toContain('apimart/seedance-2.0');
  expect(names).not.toContain('apimart/kling-v3');
  expect(names).not.toContain('evolink/veo-3.1-fast-generate-preview');
  const wrong = await rushes('/', 'models', '--offers', 'sound');
  expect(wrong).toMatchObject({
    exit: 64,
    err: expect.stringContaining('is not a word') as string,
  });
});
