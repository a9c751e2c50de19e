/**
 * The whole house but the command line: a manifest in a temporary folder, the real plan, the real
 * lock, both gateways' real clients, over real sockets to the embedded gateway, on a clock that the
 * test moves. An answer that the gateway is slow with is slow by that clock too.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateways } from '../../src/gateways/open.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { AttemptId, GatewayName } from '../../src/ids.ts';
import type { GatewayEvent } from '../../src/local-gateway/books.ts';
import {
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../src/local-gateway/server.ts';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { readClipStates } from '../../src/lock/clips-on-disk.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import { decodeJournal } from '../../src/lock/journal/journal-line.ts';
import { type Ledger, openLedger } from '../../src/lock/ledger.ts';
import { pathsOf } from '../../src/lock/file/paths.ts';
import { systemProcesses } from '../../src/lock/run-lock/processes.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { type Files, systemFiles } from '../../src/ports/files/files.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { RunDeps, RunOptions, RunResult } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { runPlan } from '../../src/run/run.ts';
import { sharedSlate } from '../local-gateway/shared-slates.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';
import { mortal } from './killable-process.ts';
import { abandoned, countedHttp } from './scripted-gateway-run.ts';

export interface Studio {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly http: ReturnType<typeof countedHttp>;
  readonly gateway: LocalGateway;
  readonly events: RunEvent[];
  readonly ledger: () => Ledger;
  /** Lines of the journal on the disk now. */
  journal(): readonly JournalEvent[];
  write(manifest: string): Promise<void>;
  plan(options?: Partial<PlanOptions>): Promise<Plan>;
  deps(options?: Partial<RunOptions>, more?: Partial<RunDeps>): RunDeps;
  drive<T>(work: Promise<T>): Promise<T>;
  /** Plans and runs. */
  render(options?: Partial<RunOptions>, more?: Partial<RunDeps>): Promise<RunResult>;
  /**
   * Plans and runs, and kills the process at that effect (see `mortal.ts`); its successor has the
   * books.
   */
  killAt(effect: string, options?: Partial<RunOptions>): Promise<void>;
  /** The gateway again, at the same address and with the same books, after it was closed. */
  reopenGateway(): Promise<void>;
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
  readonly taskSeconds?: LocalGatewayOptions['taskSeconds'];
  /** Every line of the gateway's books, at the moment when the request is there. */
  /** For lock and journal; default the system's. */
  readonly files?: (clock: Clock) => Files;
  readonly onEvent?: (event: GatewayEvent, it: Pick<Studio, 'journal'>) => void;
}

/** Counts who sleeps by this clock. */
function countedClock(clock: Clock): Clock & { asleep(): number } {
  let asleep = 0;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (ms, signal) => {
      asleep += 1;
      await clock.sleep(ms, signal);
      asleep -= 1;
    },
    asleep: () => asleep,
  };
}

export async function studio({
  manifest,
  script,
  seed = 1,
  taskSeconds = 60,
  files: filesBy = () => systemFiles,
  onEvent,
}: StudioOptions): Promise<Studio> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-studio-'));
  const clock = virtualClock();
  const http = countedHttp();
  const files = filesBy(clock);
  const manifestPath = join(folder, 'film.yaml');
  const paths = pathsOf(manifestPath);
  const journal = (): readonly JournalEvent[] =>
    decodeJournal(readFileSync(paths.journal, 'utf8')).events;
  const gatewayClock = countedClock(clock);
  const gatewayOptions: LocalGatewayOptions = {
    catalogue,
    clock: gatewayClock,
    seed,
    taskSeconds,
    draw: sharedSlate,
    keys: { apimart: ['key-a'], evolink: ['key-e'] },
    ...(script === undefined ? {} : { script }),
    ...(onEvent === undefined ? {} : { onEvent: (event) => onEvent(event, { journal }) }),
  };
  const first = await startLocalGateway(gatewayOptions);
  let gateway = first;
  const port = Number(new URL(gateway.url).port);
  // What the gateway lets wait is not under way: time may go on.
  let starting = false;
  const busy = (): boolean => starting || http.active() > gatewayClock.asleep();
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
  let attempts = 0;
  let ledger: Ledger;
  const open = async (): Promise<void> => {
    const opened = await openLedger(paths, {
      files,
      clock: systemClock,
      processes: await systemProcesses(),
      command: 'test',
    });
    if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
    ledger = opened.ledger;
  };
  const write = (text: string): Promise<void> => writeFile(manifestPath, text);
  await write(manifest);
  await writeFile(join(folder, 'package.json'), '{}');
  await open();

  const it: Studio = {
    folder,
    clock,
    http,
    get gateway() {
      return gateway;
    },
    events,
    ledger: () => ledger,
    journal,
    write,
    plan: async (options = {}) => {
      const { project, diagnostics } = await loadManifest('film.yaml', { cwd: folder });
      if (project === undefined)
        throw new Error(diagnostics.map(({ message }) => message).join('\n'));
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
    drive: (work) => clock.drive(work, busy),
    render: async (options, more) => it.drive(runPlan(await it.plan(), it.deps(options, more))),
    killAt: async (effect, options) => {
      const { deps, killed } = mortal(it.deps(options), (name) => name === effect);
      void runPlan(await it.plan(), deps);
      await it.drive(killed);
      await it.crash();
    },
    reopenGateway: async () => {
      starting = true;
      gateway = await startLocalGateway({ ...gatewayOptions, port, state: first.state });
      starting = false;
    },
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
  return it;
}
