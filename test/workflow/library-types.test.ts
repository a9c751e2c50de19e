/**
 * What a TypeScript project sees of the built package, with everything of the compiler switched on:
 * the examples of docs/library.md, and that every value can be passed on under a public name.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { REPOSITORY } from '../cli/cli-project.ts';

/** Their types are inferred, and the declarations that the compiler writes must name them. */
const PASSED_ON = `
import type { Decided, Diagnostic, LoadedManifest, Plan, Render, RunEvent, RunResult, Status, VerifyResult } from 'rushes';
import { RefusedError } from 'rushes';

export const finding = ({ diagnostics }: LoadedManifest) => diagnostics[0];
export const place = ({ file, line, also }: Diagnostic) => ({ file, line, also });
export const request = (render: Render) => render.request;
export const planned = (plan: Plan) => ({ first: plan.renders[0], totals: plan.totals });
export const ends = (event: RunEvent) => (event.event === 'run.finished' ? event : undefined);
export const money = (result: RunResult) => result.totals.thisRun;
export const unwritten = (result: RunResult) => result.unwritten;
export const row = (status: Status) => status.renders[0];
export const clip = (result: VerifyResult) => result.clips[0];
export const left = (decided: Decided) => decided.left;
export const refused = () => new RefusedError('no', 64);
`;

/** No types of Node: where a project has none, `AbortSignal` is that of the browser. */
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  verbatimModuleSyntax: true,
  declaration: true,
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
  outDir: 'out',
};

test.each([
  ['node16', 'node16'],
  ['bundler', 'esnext'],
])('strict TypeScript with modules of %s', async (moduleResolution, module) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-types-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(REPOSITORY, path.join(folder, 'node_modules/rushes'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  const page = await readFile(path.join(REPOSITORY, 'docs/library.md'), 'utf8');
  const examples = [...page.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, text = '']) => text);
  const files = ['passed-on.ts', ...examples.map((_, index) => `example-${index}.ts`)];
  for (const [index, text] of [PASSED_ON, ...examples].entries())
    await writeFile(path.join(folder, files[index] ?? ''), text);
  await writeFile(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, module, moduleResolution }, files }),
  );
  const compiler = path.join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  expect(said).toBe('');
});
