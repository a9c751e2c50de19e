/**
 * A runner: executes the jobs of a workflow as GitHub does, step by step, each command in a real
 * bash, each checkout a real clone. What GitHub keeps on its side (the repository, caches,
 * artifacts, secrets) is a folder or a value of the test.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { glob } from 'tinyglobby';
import type { Event } from './event.ts';
import {
  evaluate,
  type Functions,
  interpolate,
  type Scope,
  shown,
  truthy,
  type Value,
} from './expression.ts';
import { definedOf, git } from './git.ts';
import { start, startRushes } from './helper/helper.ts';
import type { GitServer } from './git-server.ts';
import {
  downloadArtifacts,
  restoreCache,
  saveCache,
  type Stores,
  uploadArtifact,
} from './cache-and-artifacts.ts';
import { type Job, readAction, readWorkflow, type Step, type Workflow } from './workflow.ts';

export interface Site {
  /** The bare repository. */
  readonly remote: string;
  /** Serves it to the runners. */
  readonly server: GitServer;
  /** `owner/name` of it. */
  readonly repository: string;
  /** Where `owner/rushes@v1` is: a folder with an action.yml. */
  readonly release: string;
  readonly stores: Stores;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** What every process on the runner has: where the gateways are, for instance. */
  readonly env: Readonly<Record<string, string>>;
  readonly apiUrl?: string;
}

export interface StepResult {
  readonly id: string;
  readonly name: string;
  readonly outcome: 'success' | 'failure' | 'skipped' | 'cancelled';
  readonly exit: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** What it printed, both streams as they came. */
  readonly log: string;
}

export interface JobResult {
  readonly name: string;
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly steps: readonly StepResult[];
  readonly workspace: string;
  readonly summary: string;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Run {
  readonly jobs: readonly JobResult[];
  /** Name -> folder. */
  readonly artifacts: ReadonlyMap<string, string>;
}

export interface RunHooks {
  /** Called with everything a step prints, and with the way to cancel the whole workflow. */
  readonly onOutput?: (text: string, cancel: () => void) => void;
  /** After the checkout, before the next step: somebody else's work in between. */
  readonly afterCheckout?: (workspace: string) => Promise<void>;
  /** Name of the workflow's file. */
  readonly file?: string;
  /** Runner processes get these first on their PATH. */
  readonly bin?: string;
}

/** GitHub's grace: SIGINT, SIGTERM after 7.5 s, SIGKILL after another 2.5 s. */
const TERM_MS = 7500;
const KILL_MS = 10_000;

export async function runWorkflow(
  where: Site,
  source: string,
  event: Event,
  hooks: RunHooks = {},
): Promise<Run> {
  const workflow = readWorkflow(source);
  // Artifacts belong to one run, caches to the repository.
  const artifacts = new Map<string, string>();
  const site: Site = { ...where, stores: { caches: where.stores.caches, artifacts } };
  const results: JobResult[] = [];
  const conclusions = new Map<string, JobResult['conclusion']>();
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const needs = typeof job.needs === 'string' ? [job.needs] : (job.needs ?? []);
    const failed = needs.some((need) => conclusions.get(need) !== 'success');
    const given: Record<string, Value> = Object.fromEntries(
      needs.map((need) => [
        need,
        {
          result: conclusions.get(need) ?? '',
          outputs: results.find((result) => result.name === need)?.outputs ?? {},
        },
      ]),
    );
    const always = (job.if ?? '').includes('always()');
    const functions = { always: () => true, success: () => !failed, failure: () => failed };
    const scope: Scope = {
      contexts: { needs: given, vars: site.vars, github: { ref_name: event.refName } },
      functions: { ...functions, cancelled: () => false },
    };
    const wanted = job.if === undefined || truthy(evaluate(job.if, scope));
    if ((failed && !always) || !wanted) {
      conclusions.set(name, 'skipped');
      results.push({
        name,
        conclusion: 'skipped',
        steps: [],
        workspace: '',
        summary: '',
        log: '',
        outputs: {},
      });
      continue;
    }
    const combinations = matrixOf(job);
    // Jobs of a matrix are machines of their own, at the same time.
    const done = await Promise.all(
      combinations.map((matrix, index) =>
        runJob(
          site,
          workflow,
          { name, job, matrix, index, total: combinations.length, needs: given },
          event,
          hooks,
        ),
      ),
    );
    results.push(...done);
    conclusions.set(
      name,
      done.find(({ conclusion }) => conclusion !== 'success')?.conclusion ?? 'success',
    );
  }
  return { jobs: results, artifacts };
}

function matrixOf({ strategy }: Job): Record<string, Value>[] {
  let combinations: Record<string, Value>[] = [{}];
  for (const [key, values] of Object.entries(strategy?.matrix ?? {}))
    combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [key]: value })));
  return combinations;
}

interface OneJob {
  readonly name: string;
  readonly job: Job;
  readonly matrix: Record<string, Value>;
  readonly index: number;
  readonly total: number;
  readonly needs: Value;
}

interface Machine {
  readonly site: Site;
  readonly event: Event;
  readonly workspace: string;
  readonly temp: string;
  /** `github.token` of this job. */
  readonly token: string;
  /** What runs when all steps are done, last first. */
  readonly posts: (() => Promise<void>)[];
  readonly hooks: RunHooks;
  readonly summary: string;
  readonly base: Record<string, string>;
  cancelled: boolean;
  failed: boolean;
  log: string;
}

async function runJob(
  site: Site,
  workflow: Workflow,
  one: OneJob,
  event: Event,
  hooks: RunHooks,
): Promise<JobResult> {
  const { job, name } = one;
  const home = await mkdtemp(path.join(tmpdir(), 'rushes-runner-'));
  const [workspace, temp] = [path.join(home, 'work'), path.join(home, 'temp')];
  await mkdir(workspace);
  await mkdir(temp);
  const eventPath = path.join(temp, 'event.json');
  await writeFile(eventPath, JSON.stringify(event.payload));
  const summary = path.join(temp, 'summary.md');
  await writeFile(summary, '');
  const granted = { ...workflow.permissions, ...job.permissions };
  const machine: Machine = {
    site,
    event,
    workspace,
    temp,
    hooks,
    summary,
    token: site.server.grant(granted.contents === 'write' && !event.fork),
    posts: [],
    base: {
      PATH: [...(hooks.bin === undefined ? [] : [hooks.bin]), process.env['PATH'] ?? ''].join(':'),
      HOME: home,
      // No git settings of the machine that the test runs on.
      GIT_CONFIG_NOSYSTEM: '1',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_REPOSITORY: site.repository,
      GITHUB_SHA: event.sha,
      GITHUB_REF: event.ref,
      GITHUB_REF_NAME: event.refName,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_HEAD_REF: event.headRef,
      GITHUB_BASE_REF: event.baseRef,
      GITHUB_WORKSPACE: workspace,
      GITHUB_SERVER_URL: site.server.url,
      GITHUB_API_URL: site.apiUrl ?? 'http://127.0.0.1:9',
      GITHUB_GRAPHQL_URL: `${site.apiUrl ?? 'http://127.0.0.1:9'}/graphql`,
      GITHUB_RUN_ID: '1',
      GITHUB_WORKFLOW_REF: `${site.repository}/.github/workflows/${hooks.file ?? 'test.yml'}@${event.ref}`,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp,
      RUNNER_OS: 'Linux',
      ...site.env,
    },
    cancelled: false,
    failed: false,
    log: '',
  };
  const steps: StepResult[] = [];
  const outputs: Record<string, Value> = {};
  const contexts = {
    github: githubContext(machine),
    runner: { os: 'Linux', temp },
    secrets: event.fork ? {} : site.secrets,
    vars: site.vars,
    inputs: event.inputs,
    matrix: one.matrix,
    needs: one.needs,
    strategy: { 'job-total': one.total, 'job-index': one.index },
    steps: outputs,
  };
  const wide = await environment(
    { contexts: { ...contexts, env: {} }, functions: functionsOf(machine) },
    {},
    workflow.env,
    job.env,
  );
  for (const step of job.steps) {
    const scope: Scope = { contexts: { ...contexts, env: wide }, functions: functionsOf(machine) };
    const result = await runStep(machine, step, scope, wide);
    steps.push(result);
    if (step.id !== undefined)
      outputs[step.id] = {
        outputs: result.outputs,
        outcome: result.outcome,
        conclusion: result.outcome,
      };
  }
  for (const post of machine.posts.reverse()) await post();
  return {
    name: one.total === 1 ? name : `${name} (${one.index + 1})`,
    conclusion: machine.cancelled ? 'cancelled' : machine.failed ? 'failure' : 'success',
    steps,
    workspace,
    summary: await readFile(summary, 'utf8'),
    log: machine.log,
    outputs: await environment(
      { contexts: { ...contexts, env: wide }, functions: functionsOf(machine) },
      {},
      job.outputs,
    ),
  };
}

function githubContext({ site, event, workspace, token }: Machine): Record<string, Value> {
  return {
    repository: site.repository,
    event_name: event.name,
    sha: event.sha,
    ref: event.ref,
    ref_name: event.refName,
    head_ref: event.headRef,
    base_ref: event.baseRef,
    workspace,
    server_url: site.server.url,
    token,
    action_repository: '',
  };
}

const functionsOf = (machine: Machine): Functions => ({
  always: () => true,
  success: () => !machine.failed && !machine.cancelled,
  failure: () => machine.failed && !machine.cancelled,
  cancelled: () => machine.cancelled,
});

async function environment(
  scope: Scope,
  before: Readonly<Record<string, string>>,
  ...layers: (Step['env'] | undefined)[]
): Promise<Record<string, string>> {
  const env: Record<string, string> = { ...before };
  for (const layer of layers)
    for (const [key, value] of Object.entries(layer ?? {}))
      env[key] = interpolate(String(value), scope);
  return env;
}

/** hashFiles needs the disk, so its calls are worked out before the expression is. */
async function withHashes(text: string, { workspace }: Machine): Promise<string> {
  let out = text;
  for (const [call, pattern] of text.matchAll(/hashFiles\('([^']+)'\)/g))
    out = out.replace(call, `'${await hashFiles(workspace, pattern ?? '')}'`);
  return out;
}

async function hashFiles(workspace: string, pattern: string): Promise<string> {
  const files = (await glob(pattern, { cwd: workspace, onlyFiles: true })).sort();
  if (files.length === 0) return '';
  const all = createHash('sha256');
  for (const file of files)
    all.update(
      createHash('sha256')
        .update(await readFile(path.join(workspace, file)))
        .digest(),
    );
  return all.digest('hex');
}

async function runStep(
  machine: Machine,
  step: Step,
  scope: Scope,
  wide: Readonly<Record<string, string>>,
): Promise<StepResult> {
  const name = step.name ?? ('uses' in step ? step.uses : (step.run.split('\n')[0] ?? ''));
  const condition =
    step.if === undefined ? 'success()' : String(step.if).replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const wanted = /\b(?:always|success|failure|cancelled)\(\)/.test(condition)
    ? condition
    : `success() && (${condition})`;
  if (!truthy(evaluate(wanted, scope)))
    return { id: step.id ?? '', name, outcome: 'skipped', exit: 0, outputs: {}, log: '' };
  const env = await environment(scope, wide, step.env);
  const inside: Scope = { ...scope, contexts: { ...scope.contexts, env } };
  const before = machine.log.length;
  const wasCancelled = machine.cancelled;
  let exit = 0;
  let outputs: Record<string, string> = {};
  if ('run' in step) ({ exit, outputs } = await runScript(machine, step, inside, env));
  else {
    const inputs: Record<string, string> = {};
    for (const [key, value] of Object.entries(step.with ?? {}))
      inputs[key] = interpolate(await withHashes(String(value), machine), inside);
    if (step.uses.startsWith('owner/rushes@') || step.uses === './')
      ({ exit, outputs } = await runAction(machine, step, inside, env, inputs));
    else outputs = await runKnown(machine, step.uses, inputs);
  }
  const cancelled = machine.cancelled && !wasCancelled;
  if (exit !== 0) machine.failed = true;
  const outcome = cancelled ? 'cancelled' : exit === 0 ? 'success' : 'failure';
  return { id: step.id ?? '', name, outcome, exit, outputs, log: machine.log.slice(before) };
}

/** What the actions of others do, as they document it. */
async function runKnown(
  machine: Machine,
  uses: string,
  inputs: Record<string, string>,
): Promise<Record<string, string>> {
  const { site, workspace } = machine;
  switch (uses.split('@')[0] ?? '') {
    case 'actions/checkout':
      await checkOut(machine, inputs);
      await machine.hooks.afterCheckout?.(workspace);
      return {};
    case 'actions/cache/restore': {
      const key = await restoreCache(site.stores, workspace, inputs);
      return { 'cache-hit': String(key === inputs['key']), 'cache-matched-key': key };
    }
    case 'actions/cache/save':
      await saveCache(site.stores, workspace, inputs);
      return {};
    case 'actions/upload-artifact':
      await uploadArtifact(site.stores, workspace, inputs);
      return {};
    case 'actions/download-artifact':
      await downloadArtifacts(site.stores, workspace, inputs);
      return {};
    default:
      throw new Error(`the harness has no ${uses}`);
  }
}

/**
 * One commit, shallow, on the branch of the event; `fetch-depth: 0` brings every branch with its
 * history.
 */
async function checkOut(
  { site, event, workspace, token }: Machine,
  inputs: Record<string, string>,
): Promise<void> {
  const url = `${site.server.url}/${site.repository}`;
  await git(workspace, 'init', '--quiet', '--initial-branch=unused');
  const config = [
    `[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*`,
  ];
  // The token stays in the clone, as a header for the server, but with persist-credentials: false.
  if (inputs['persist-credentials'] !== 'false') {
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    config.push(`[http "${site.server.url}/"]\n\textraheader = AUTHORIZATION: basic ${basic}`);
  }
  await appendFile(path.join(workspace, '.git/config'), `${config.join('\n')}\n`);
  const here = event.ref.startsWith('refs/heads/')
    ? `refs/remotes/origin/${event.refName}`
    : event.ref.replace('refs/', 'refs/remotes/');
  const whole = inputs['fetch-depth'] === '0';
  const all = whole ? ['+refs/heads/*:refs/remotes/origin/*'] : ['--depth=1'];
  await git(workspace, 'fetch', '--quiet', '--no-tags', 'origin', ...all, `+${event.sha}:${here}`);
  if (event.ref.startsWith('refs/heads/'))
    await git(workspace, 'checkout', '--quiet', '--force', '-B', event.refName, event.sha);
  else await git(workspace, 'checkout', '--quiet', '--force', '--detach', event.sha);
}

async function runAction(
  machine: Machine,
  step: Step & { readonly uses: string },
  scope: Scope,
  env: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Promise<{ exit: number; outputs: Record<string, string> }> {
  const folder = step.uses === './' ? machine.workspace : machine.site.release;
  const action = readAction(await readFile(path.join(folder, 'action.yml'), 'utf8'));
  for (const name of Object.keys(given))
    if (!Object.hasOwn(action.inputs, name)) throw new Error(`the action has no input ${name}`);
  const github = {
    ...(scope.contexts['github'] as Record<string, Value>),
    action_path: folder,
    action_repository: step.uses === './' ? '' : 'owner/rushes',
  };
  const inputs: Record<string, string> = {};
  for (const [name, { default: value }] of Object.entries(action.inputs))
    inputs[name] = given[name] ?? interpolate(value ?? '', { ...scope, contexts: { github } });
  const state = await newFile(machine, 'state');
  const own: Record<string, string> = {
    ...env,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [
        `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
        value,
      ]),
    ),
    GITHUB_ACTION_PATH: folder,
    GITHUB_STATE: state,
  };
  const { main, post } = action.runs;
  if (post !== undefined)
    machine.posts.push(async () => {
      const saved = Object.entries(readOutputs(await readFile(state, 'utf8')));
      const states = Object.fromEntries(saved.map(([name, value]) => [`STATE_${name}`, value]));
      const after = await runNode(machine, path.join(folder, post), { ...own, ...states }, true);
      if (after.exit !== 0) machine.failed = true;
    });
  return runNode(machine, path.join(folder, main), own, false);
}

/**
 * A process of its own where something may cancel it; else in the helper process, which has loaded
 * everything.
 */
async function runNode(
  machine: Machine,
  file: string,
  env: Readonly<Record<string, string>>,
  isPost: boolean,
): ReturnType<typeof runProcess> {
  const cwd = machine.workspace;
  if (machine.hooks.onOutput !== undefined || !file.startsWith(machine.site.release))
    return runProcess(machine, process.execPath, [file], { cwd, env, isPost });
  // As src/action-post.ts does.
  if (isPost && env['STATE_rushes'] !== 'running') return { exit: 0, outputs: {} };
  const output = await newFile(machine, 'output');
  const { code } = await startRushes(
    {
      args: [isPost ? 'action-post' : 'action'],
      cwd,
      env: { ...machine.base, ...env, GITHUB_OUTPUT: output },
    },
    (text) => {
      machine.log += text;
    },
  ).ended;
  return { exit: code ?? 70, outputs: readOutputs(await readFile(output, 'utf8')) };
}

let scripts = 0;

/** Empty. */
async function newFile({ temp }: Machine, name: string): Promise<string> {
  const file = path.join(temp, `${name}-${(scripts += 1)}`);
  await writeFile(file, '');
  return file;
}

async function runScript(
  machine: Machine,
  step: Extract<Step, { readonly run: string }>,
  scope: Scope,
  env: Readonly<Record<string, string>>,
): Promise<{ exit: number; outputs: Record<string, string> }> {
  const serial = (scripts += 1);
  const file = path.join(machine.temp, `step-${serial}.sh`);
  await writeFile(file, interpolate(step.run, scope));
  const flags = step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
  const cwd = path.resolve(machine.workspace, interpolate(step['working-directory'] ?? '.', scope));
  return runProcess(machine, 'bash', [...flags, file], { cwd, env, isPost: false });
}

async function runProcess(
  machine: Machine,
  program: string,
  args: readonly string[],
  {
    cwd,
    env,
    isPost,
  }: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    /** A cancel that came before leaves it alone. */
    readonly isPost: boolean;
  },
): Promise<{ exit: number; outputs: Record<string, string> }> {
  const output = await newFile(machine, 'output');
  const timers: NodeJS.Timeout[] = [];
  const child = start(
    { program, args, cwd, env: { ...machine.base, ...env, GITHUB_OUTPUT: output } },
    (text) => {
      machine.log += text;
      machine.hooks.onOutput?.(text, cancel);
    },
  );
  function cancel(): void {
    if (machine.cancelled || isPost) return;
    machine.cancelled = true;
    child.signal('SIGINT');
    timers.push(
      setTimeout(() => child.signal('SIGTERM'), TERM_MS),
      setTimeout(() => child.signal('SIGKILL'), KILL_MS),
    );
  }
  const { code, signal } = await child.ended;
  for (const timer of timers) clearTimeout(timer);
  const exit = code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 137);
  return { exit, outputs: readOutputs(await readFile(output, 'utf8')) };
}

/** `name=value`, and `name<<word … word`. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    if (block !== null) {
      const end = lines.indexOf(block[2] ?? '', at + 1);
      if (end < 0) throw new Error(`the output ${line} never ends`);
      outputs[block[1] ?? ''] = lines.slice(at + 1, end).join('\n');
      at = end;
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 0) throw new Error(`no output: ${JSON.stringify(line)}`);
    outputs[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return outputs;
}

/** What a process of a step has on a runner for `main`, but for the files of the runner. */
export const stepOnMain = ({ env, secrets }: Pick<Site, 'env' | 'secrets'>) => ({
  ...definedOf(process.env),
  ...env,
  ...secrets,
  GITHUB_ACTIONS: 'true',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
});

/** The concurrency group that GitHub would put a run of this workflow into. */
export function concurrencyGroup(site: Site, source: string, event: Event): string {
  const { concurrency } = readWorkflow(source);
  const contexts = {
    github: { ref: event.ref, ref_name: event.refName, head_ref: event.headRef },
    vars: site.vars,
    inputs: event.inputs,
  };
  return shown(interpolate(concurrency?.group ?? '', { contexts, functions: {} }));
}
