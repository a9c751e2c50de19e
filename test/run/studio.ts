/**
 * The whole house but the command line: a manifest in a temporary folder, the real plan, the real lock, both gateways'
 * real clients, over real sockets to the embedded gateway, on a clock that the test moves.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateways } from '../../src/gateways/open.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { AttemptId, GatewayName } from '../../src/ids.ts';
import { type LocalGateway, startLocalGateway } from '../../src/local-gateway/server.ts';
import type { FaultScript } from '../../src/local-gateway/script.ts';
import { readClipStates } from '../../src/lock/clips-on-disk.ts';
import { type Ledger, openLedger } from '../../src/lock/ledger.ts';
import { pathsOf } from '../../src/lock/paths.ts';
import { systemProcesses } from '../../src/lock/processes.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { resolveProject } from '../../src/plan/resolve.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { systemFiles } from '../../src/ports/files.ts';
import type { RunDeps, RunOptions } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';
import { abandoned, countedHttp } from './stage.ts';

export interface Studio {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly http: ReturnType<typeof countedHttp>;
  readonly gateway: LocalGateway;
  readonly events: RunEvent[];
  readonly ledger: () => Ledger;
  write(manifest: string): Promise<void>;
  plan(options?: Partial<PlanOptions>): Promise<Plan>;
  deps(options?: Partial<RunOptions>, more?: Partial<RunDeps>): RunDeps;
  drive<T>(work: Promise<T>): Promise<T>;
  /** Ends the run properly and opens the books for the next one. */
  reopen(): Promise<void>;
  /** Leaves the books as a killed process would, and opens them as its successor. */
  crash(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StudioOptions {
  readonly manifest: string;
  readonly script?: FaultScript;
  readonly seed?: number;
  readonly taskSeconds?: number;
}

export async function studio({ manifest, script, seed = 1, taskSeconds = 60 }: StudioOptions): Promise<Studio> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-studio-'));
  const clock = virtualClock();
  const http = countedHttp();
  const gateway = await startLocalGateway({
    catalogue,
    clock,
    seed,
    taskSeconds,
    keys: { apimart: ['key-a'], evolink: ['key-e'] },
    ...(script === undefined ? {} : { script }),
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
  const manifestPath = join(folder, 'film.yaml');
  const paths = pathsOf(manifestPath);
  const events: RunEvent[] = [];
  let attempts = 0;
  let ledger: Ledger;
  const open = async (): Promise<void> => {
    const opened = await openLedger(paths, { files: systemFiles, clock: systemClock, processes: await systemProcesses(), command: 'test' });
    if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
    ledger = opened.ledger;
  };
  const write = (text: string): Promise<void> => writeFile(manifestPath, text);
  await write(manifest);
  await writeFile(join(folder, 'package.json'), '{}');
  await open();

  return {
    folder,
    clock,
    http,
    gateway,
    events,
    ledger: () => ledger,
    write,
    plan: async (options = {}) => {
      const { project, diagnostics } = await loadManifest('film.yaml', { cwd: folder });
      if (project === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
      const clips = await readClipStates(ledger.lock, paths.lock, paths.filesCache, systemFiles);
      const plan = makePlan(
        [
          {
            resolved: resolveProject(project, catalogue),
            lock: ledger.lock,
            lockPath: paths.lock,
            clipState: (_id, entry) => clips.of(entry),
          },
        ],
        { now: clock.now(), ...options },
      );
      const errors = plan.diagnostics.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
      return plan;
    },
    deps: (options = {}, more = {}) => ({
      clock,
      http,
      gateways,
      ledgers: new Map([['film.yaml', ledger]]),
      catalogue,
      emit: (event) => void events.push(event),
      uuid: () => `00000000-0000-4000-8000-${String(++attempts).padStart(12, '0')}` as AttemptId,
      options: { submits: true, version: '0.0.0', ...options },
      ...more,
    }),
    drive: (work) => clock.drive(work, () => http.busy()),
    reopen: async () => {
      await ledger.finish({ killed: false });
      await open();
    },
    crash: async () => {
      abandoned.push(ledger);
      await rm(paths.runLock, { force: true });
      await open();
    },
    [Symbol.asyncDispose]: async () => {
      await ledger.finish({ killed: false });
      await gateway.close();
      await http.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
