/**
 * A stage for runs: a project in a temporary folder with a real journal, gateways whose every
 * answer can be scripted, a real media host, and a clock that only the test moves.
 */
import { secretFinder } from '../../src/secrets/find-secrets.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import type {
  AskOutcome,
  Cost,
  Gateway,
  SubmitOutcome,
  TaskList,
} from '../../src/gateways/gateway.ts';
import type {
  Alias,
  AttemptId,
  Fingerprint,
  GatewayName,
  ModelName,
  RenderId,
  SceneId,
  TaskId,
} from '../../src/ids.ts';
import { renderId } from '../../src/ids.ts';
import { Source } from '../../src/diagnostic.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import { decodeJournal } from '../../src/lock/journal/journal-line.ts';
import type { Lock } from '../../src/lock/file/format.ts';
import { type Ledger, openLedger } from '../../src/lock/ledger.ts';
import { pathsOf } from '../../src/lock/file/paths.ts';
import { systemProcesses } from '../../src/lock/run-lock/processes.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Model, Price } from '../../src/models/model.ts';
import { fromUsd, type MicroUsd } from '../../src/money.ts';
import type {
  Action,
  ActionKind,
  Plan,
  PlannedRender,
  ResolvedRender,
} from '../../src/plan/plan.ts';
import { systemFiles } from '../../src/ports/files/files.ts';
import type { Http } from '../../src/ports/http/http.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { drawSlate } from '../../src/clip/slate/slate.ts';
import type { Limits, Project } from '../../src/scene.ts';
import type { RunDeps, RunOptions, RunResult } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { runPlan } from '../../src/run/run.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

/** A real clip of one second, drawn once. */
let slate: Promise<Uint8Array> | undefined;
export const clipBytes = (): Promise<Uint8Array> =>
  (slate ??= drawSlate({
    lines: { scene: 's', model: 'm', prompt: 'p', details: [] },
    width: 64,
    height: 64,
    seconds: 1,
    audio: false,
  }));

export type MediaAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  clip: Uint8Array,
) => void;

interface MediaHost {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** Answers in order; the last one stays. Default: the clip with length and tag. */
  answers: MediaAnswer[];
  close(): Promise<void>;
}

export const wholeClip: MediaAnswer = (_request, response, clip) => {
  response.writeHead(200, {
    'content-type': 'video/mp4',
    'content-length': clip.byteLength,
    etag: '"one"',
  });
  response.end(clip);
};
export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): MediaAnswer =>
  (_request, response) => {
    response.writeHead(code, headers);
    response.end(body);
  };

async function mediaHost(): Promise<MediaHost> {
  const clip = await clipBytes();
  const requests: IncomingMessage[] = [];
  const host: Pick<MediaHost, 'answers'> = { answers: [] };
  const server = createServer((request, response) => {
    requests.push(request);
    const answer = host.answers.length > 1 ? host.answers.shift() : host.answers[0];
    (answer ?? wholeClip)(request, response, clip);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(host, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

/** Counts exchanges under way, bodies included, so that virtual time waits for them. */
export function countedHttp(): Http & { busy(): boolean; active(): number } {
  const real = undiciHttp();
  let active = 0;
  return {
    busy: () => active > 0,
    active: () => active,
    close: () => real.close(),
    request: async (request) => {
      active += 1;
      const result = await real.request(request);
      if (result.kind !== 'answer') {
        active -= 1;
        return result;
      }
      let ended = false;
      const end = (): void => {
        if (!ended) active -= 1;
        ended = true;
      };
      const { body } = result;
      return {
        ...result,
        body: {
          text: (maxBytes) => body.text(maxBytes).finally(end),
          discard: () => body.discard().finally(end),
          async *[Symbol.asyncIterator]() {
            try {
              yield* body;
            } finally {
              end();
            }
          },
        },
      };
    },
  };
}

/** A gateway in memory. By default it accepts everything, and a task takes `takesMs`. */
class ScriptedGateway implements Gateway {
  readonly name: GatewayName;
  readonly keyVariable: string;
  readonly loopback = true;
  askManyLimit = 0;
  takesMs = 60_000;
  cost: Cost | undefined = undefined;
  readonly submits: {
    readonly attempt: AttemptId;
    readonly body: string;
    readonly atMs: number;
  }[] = [];
  readonly asks: { readonly task: TaskId; readonly atMs: number }[] = [];
  readonly batches: (readonly TaskId[])[] = [];
  readonly tasks = new Map<
    TaskId,
    { readonly startedMs: number; readonly attempt: AttemptId; ended: boolean }
  >();
  mostInFlight = 0;
  /** Called before anything is accepted: where a test looks whether the intent is on disk. */
  beforeSubmit: (attempt: AttemptId) => void = () => {};
  onSubmit: (nth: number, accept: () => SubmitOutcome) => SubmitOutcome | Promise<SubmitOutcome> = (
    _nth,
    accept,
  ) => accept();
  onAsk: (task: TaskId, ageMs: number, usual: () => AskOutcome) => AskOutcome = (
    _task,
    _age,
    usual,
  ) => usual();
  beforeAsk: (task: TaskId) => void = () => {};
  clockAheadMs = (): number => 0;
  batchAnswer: 'usual' | 'unsupported' = 'usual';
  readonly #clock: VirtualClock;
  readonly #media: MediaHost;

  constructor(name: GatewayName, clock: VirtualClock, media: MediaHost) {
    this.name = name;
    this.keyVariable = `${name.toUpperCase()}_API_KEY`;
    this.#clock = clock;
    this.#media = media;
  }

  async submit({
    body,
    attempt,
  }: {
    readonly body: string;
    readonly attempt: AttemptId;
  }): Promise<SubmitOutcome> {
    this.beforeSubmit(attempt);
    this.submits.push({ attempt, body, atMs: this.#clock.now() });
    return this.onSubmit(this.submits.length, () => this.accept(attempt));
  }

  accept(attempt: AttemptId): SubmitOutcome {
    const task = `task_${this.name}_${this.tasks.size + 1}` as TaskId;
    this.tasks.set(task, { startedMs: this.#clock.now(), attempt, ended: false });
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight());
    return { kind: 'accepted', task };
  }

  inFlight(): number {
    return [...this.tasks.values()].filter(
      ({ startedMs, ended }) => !ended && this.#clock.now() < startedMs + this.takesMs,
    ).length;
  }

  async ask(task: TaskId): Promise<AskOutcome> {
    this.beforeAsk(task);
    this.asks.push({ task, atMs: this.#clock.now() });
    return this.#answer(task);
  }

  #answer(task: TaskId): AskOutcome {
    const known = this.tasks.get(task);
    const ageMs = this.#clock.now() - (known?.startedMs ?? 0);
    return this.onAsk(task, ageMs, () => {
      if (known === undefined) return { kind: 'unknown-task', message: 'no such task' };
      if (ageMs < this.takesMs) return { kind: 'running', word: 'processing' };
      return {
        kind: 'completed',
        links: [`${this.#media.url}/${task}.mp4`],
        ...(this.cost === undefined ? {} : { cost: this.cost }),
      };
    });
  }

  async askMany(
    tasks: readonly TaskId[],
  ): Promise<ReadonlyMap<TaskId, AskOutcome> | { readonly kind: 'unsupported' }> {
    this.batches.push(tasks);
    if (this.batchAnswer === 'unsupported') return { kind: 'unsupported' };
    return new Map(tasks.map((task) => [task, this.#answer(task)]));
  }

  async list(): Promise<TaskList | { readonly kind: 'unsupported' }> {
    return { kind: 'unsupported' };
  }

  async balance(): Promise<{ readonly usd: MicroUsd }> {
    return { usd: fromUsd(100) };
  }
}

interface SceneOptions {
  readonly alias?: string;
  readonly gateway?: GatewayName;
  readonly usd?: number | 'unknown';
  readonly seconds?: number;
  readonly prompt?: string;
}

export interface Stage {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly http: ReturnType<typeof countedHttp>;
  readonly media: MediaHost;
  readonly apimart: ScriptedGateway;
  readonly evolink: ScriptedGateway;
  readonly events: RunEvent[];
  project: Project;
  readonly ledger: () => Ledger;
  /** Lines of the journal now. */
  journal(): readonly JournalEvent[];
  /** Ends the run properly and opens the books for the next one. */
  reopen(): Promise<void>;
  /** Tries to open the books while they are open. */
  reopenHeld(): Promise<string>;
  /** Leaves the books as a killed process would, and opens them as its successor. */
  crash(): Promise<void>;
  render(scene: string, options?: SceneOptions): ResolvedRender;
  plan(
    renders: readonly (
      | ResolvedRender
      | (Omit<PlannedRender, 'render'> & { readonly render: ResolvedRender })
    )[],
  ): Plan;
  run(plan: Plan, options?: Partial<RunOptions>, more?: Partial<RunDeps>): Promise<RunResult>;
  deps(options?: Partial<RunOptions>, more?: Partial<RunDeps>): RunDeps;
  lock(): Lock;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Books of killed processes: kept, because a file that is closed by the garbage collector is a
 * warning.
 */
export const abandoned: Ledger[] = [];

const MANIFEST = 'film.yaml';
const NO_ACTIONS: Record<ActionKind, number> = {
  submit: 0,
  wait: 0,
  attach: 0,
  fetch: 0,
  keep: 0,
  moved: 0,
  hold: 0,
  orphan: 0,
};
const NEW: Action = { kind: 'submit', reason: 'new' };

export async function stage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-run-'));
  const clock = virtualClock();
  const http = countedHttp();
  const media = await mediaHost();
  const apimart = new ScriptedGateway('apimart', clock, media);
  const evolink = new ScriptedGateway('evolink', clock, media);
  const events: RunEvent[] = [];
  const place = { source: new Source(MANIFEST, ''), start: 0, end: 0 };
  let attempts = 0;
  let ledger: Ledger;
  const paths = pathsOf(join(folder, MANIFEST));
  const openBooks = async (): ReturnType<typeof openLedger> =>
    openLedger(paths, {
      files: systemFiles,
      clock: systemClock,
      processes: await systemProcesses(),
      command: 'test',
    });
  const open = async (): Promise<void> => {
    const opened = await openBooks();
    if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
    ledger = opened.ledger;
  };
  await open();
  const journal = (): readonly JournalEvent[] =>
    decodeJournal(readFileSync(paths.journal, 'utf8')).events;

  const limits: Limits = { gateways: {}, models: {} };
  const models = new Map<string, Model>();
  const modelOf = (gateway: GatewayName): Model => {
    const name: ModelName = `${gateway}/toy`;
    let model = models.get(name);
    if (model === undefined) {
      model = {
        name,
        gateway,
        native: 'toy',
        asked: (body: { duration?: number }) => ({ seconds: body.duration ?? 1 }),
      } as unknown as Model;
      models.set(name, model);
    }
    return model;
  };
  modelOf('apimart');
  modelOf('evolink');

  const it: Stage = {
    folder,
    clock,
    http,
    media,
    apimart,
    evolink,
    events,
    project: {
      manifest: MANIFEST,
      manifestPath: join(folder, MANIFEST),
      root: folder,
      name: 'film',
      outputPath: join(folder, 'out'),
      aliases: [],
      defaults: { words: { kind: 'map', entries: new Map(), place } },
      scenes: [],
      limits,
      retries: { service: 0, timeout: 0 },
      prices: new Map(),
      moved: [],
      onMismatch: 'warn',
      secretsIn: secretFinder({}),
      digests: new Map(),
      pictures: new Map(),
    },
    ledger: () => ledger,
    journal,
    reopen: async () => {
      await ledger.finish({ killed: false });
      await open();
    },
    reopenHeld: async () => (await openBooks()).kind,
    crash: async () => {
      abandoned.push(ledger);
      await rm(paths.runLock, { force: true });
      await open();
    },
    render: (
      scene,
      { alias = 'toy', gateway = 'apimart', usd = 0.1, seconds = 1, prompt = scene } = {},
    ) => {
      const model = modelOf(gateway);
      const price: Price =
        usd === 'unknown'
          ? { kind: 'unknown', why: 'nobody says' }
          : { kind: 'exact', usd: fromUsd(usd), asOf: '2026-11-20', source: 'test' };
      const hex = Buffer.from(`${prompt}${alias}`).toString('hex').padEnd(64, '0').slice(0, 64);
      return {
        id: renderId(scene as SceneId, alias as Alias, 1),
        scene: scene as SceneId,
        alias: alias as Alias,
        take: 1,
        model,
        tags: [],
        request: { model: 'toy', prompt, duration: seconds },
        fingerprint: `sha256:${hex}` as Fingerprint,
        revision: 0,
        asked: { seconds },
        price,
        target: join(folder, 'out', 'film', scene, `${alias}.mp4`),
        notes: [],
        place,
        placeOf: () => place,
      };
    },
    plan: (renders) => {
      const planned = renders.map((one): PlannedRender =>
        'render' in one ? one : { render: one, action: NEW },
      );
      const actions = { ...NO_ACTIONS };
      for (const { action } of planned) actions[action.kind] += 1;
      return {
        projects: [
          {
            project: it.project,
            lockPath: paths.lock,
            lock: ledger.lock,
            renders: planned,
            orphans: [],
            written: planned.map(({ render }) => render),
          },
        ],
        totals: {
          actions,
          seconds: 0,
          pictures: 0,
          cost: { exact: fromUsd(0), estimated: fromUsd(0), unknown: 0 },
          forecastSeconds: 0,
        },
        diagnostics: [],
      };
    },
    deps: (options = {}, more = {}) => ({
      clock,
      http,
      gateways: new Map<GatewayName, Gateway>([
        ['apimart', apimart],
        ['evolink', evolink],
      ]),
      ledgers: new Map([[MANIFEST, ledger]]),
      catalogue: models,
      emit: (event) => void events.push(event),
      uuid: () => `00000000-0000-4000-8000-${String(++attempts).padStart(12, '0')}` as AttemptId,
      options: { submits: true, version: '0.0.0', ...options },
      ...more,
    }),
    run: (plan, options, more) =>
      clock.drive(runPlan(plan, it.deps(options, more)), () => http.busy()),
    lock: () => ledger.lock,
    [Symbol.asyncDispose]: async () => {
      await ledger.finish({ killed: false });
      await media.close();
      await http.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return it;
}

/** What the lock says of one render. */
export const entryOf = (it: Stage, id: string) => it.lock().renders.get(id as RenderId);
