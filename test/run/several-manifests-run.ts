/**
 * Several manifests in one project, their ledgers, and the embedded gateway over real sockets: a
 * studio for more than one film.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { openGateways } from '../../src/gateways/open.ts';
import type { AttemptId, GatewayName } from '../../src/ids.ts';
import { startLocalGateway } from '../../src/local-gateway/server.ts';
import { readClipStates } from '../../src/lock/clips-on-disk.ts';
import type { Lock } from '../../src/lock/file/format.ts';
import { type Ledger, openLedger } from '../../src/lock/ledger.ts';
import { pathsOf } from '../../src/lock/file/paths.ts';
import { systemProcesses } from '../../src/lock/run-lock/processes.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { systemFiles } from '../../src/ports/files/files.ts';
import type { RunDeps, RunOptions, RunResult } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { runPlan } from '../../src/run/run.ts';
import { sharedSlate } from '../local-gateway/shared-slates.ts';
import { virtualClock } from '../virtual-clock.ts';
import { abandoned, countedHttp } from './scripted-gateway-run.ts';

export type Films = Awaited<ReturnType<typeof films>>;

/** By path of the manifest, such as `new/c.yaml`: its scenes, id to prompt. */
export type Scenes = Readonly<Record<string, Readonly<Record<string, string>>>>;

export async function films(names: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-films-'));
  const clock = virtualClock();
  const http = countedHttp();
  const gateway = await startLocalGateway({
    catalogue,
    clock,
    seed: 1,
    taskSeconds: 60,
    draw: sharedSlate,
    keys: { apimart: ['key-a'], evolink: ['key-e'] },
  });
  const env = {
    APIMART_API_KEY: 'key-a',
    EVOLINK_API_KEY: 'key-e',
    APIMART_BASE_URL: gateway.baseUrls.apimart,
    EVOLINK_BASE_URL: gateway.baseUrls.evolink,
  };
  const gateways = new Map<GatewayName, Gateway>();
  for (const [name, opened] of openGateways({ env, http, now: () => clock.now() }))
    if ('gateway' in opened) gateways.set(name, opened.gateway);
  const events: RunEvent[] = [];
  const ledgers = new Map<string, Ledger>();
  let attempts = 0;
  await writeFile(join(folder, 'package.json'), '{}');
  for (const name of names) await mkdir(dirname(join(folder, name)), { recursive: true });
  const open = async (name: string): Promise<void> => {
    const opened = await openLedger(pathsOf(join(folder, name)), {
      files: systemFiles,
      clock: systemClock,
      processes: await systemProcesses(),
      command: 'test',
    });
    if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
    ledgers.set(name, opened.ledger);
  };
  for (const name of names) await open(name);

  const plan = async (): Promise<Plan> => {
    const parts = [];
    for (const name of names) {
      const { project, diagnostics } = await loadManifest(name, { cwd: folder });
      if (project === undefined)
        throw new Error(diagnostics.map(({ message }) => message).join('\n'));
      const paths = pathsOf(join(folder, name));
      const lock = ledgerOf(name).lock;
      const clips = await readClipStates(lock, paths.lock, paths.filesCache, systemFiles);
      parts.push({
        resolved: resolveProject(project, catalogue),
        lock,
        lockPath: paths.lock,
        clipState: (_id: unknown, entry: Parameters<typeof clips.of>[0]) => clips.of(entry),
      });
    }
    const made = makePlan(parts, { now: clock.now() });
    const errors = made.diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    return made;
  };
  const ledgerOf = (name: string): Ledger => ledgers.get(name) as Ledger;
  const deps = (options: Partial<RunOptions> = {}, more: Partial<RunDeps> = {}): RunDeps => ({
    clock,
    http,
    gateways,
    ledgers,
    catalogue,
    emit: (event) => void events.push(event),
    uuid: () => `00000000-0000-4000-8000-${String(++attempts).padStart(12, '0')}` as AttemptId,
    options: { submits: true, version: '0.0.0', ...options },
    ...more,
  });

  return {
    folder,
    gateway,
    events,
    plan,
    deps,
    ledgerOf,
    lockOf: (name: string): Lock => ledgerOf(name).lock,
    /** Rewrites the manifests. `alias`: another name for the model. */
    write: async (scenes: Scenes, alias = 'kling'): Promise<void> => {
      for (const name of names) {
        const list = Object.entries(scenes[name] ?? {}).map(
          ([id, prompt]) => `\n  - { id: ${id}, prompt: ${prompt}, duration: 3 }`,
        );
        await writeFile(
          join(folder, name),
          `rushes: 1\nmodels: { ${alias}: { use: apimart/kling-v3 } }\nscenes:${list.length === 0 ? ' []' : list.join('')}\n`,
        );
      }
    },
    run: async (options?: Partial<RunOptions>, more?: Partial<RunDeps>): Promise<RunResult> =>
      clock.drive(runPlan(await plan(), deps(options, more)), () => http.busy()),
    /** Ends the run properly and opens the books for the next one. */
    reopen: async (): Promise<void> => {
      for (const name of names) await ledgerOf(name).finish({ killed: false });
      for (const name of names) await open(name);
    },
    /** Leaves the books as a killed process would, and opens them as its successor. */
    crash: async (): Promise<void> => {
      for (const name of names) {
        abandoned.push(ledgerOf(name));
        await rm(pathsOf(join(folder, name)).runLock, { force: true });
      }
      for (const name of names) await open(name);
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      for (const name of names) await ledgerOf(name).finish({ killed: false });
      await gateway.close();
      await http.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
