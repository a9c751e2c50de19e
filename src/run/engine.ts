/**
 * The machinery of a run, whatever started it: sets up what its parts share, submits what fits,
 * waits for what is followed, and says what came of it. The one place that decides when a run is
 * over.
 */
import { defined } from '../defined.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { GatewayName } from '../ids.ts';
import { awaitsLook } from '../lock/entry.ts';
import { moneyReport } from '../lock/money-report.ts';
import { carriedOnce } from '../lock/spent.ts';
import type { MicroUsd } from '../money.ts';
import { worstExit, type ExitCode } from '../plan/exit.ts';
import { redactor } from '../secrets/redact.ts';
import type { Limits } from '../scene.ts';
import { Asker } from './queues/batched-polls.ts';
import { Bell } from './queues/wakeup.ts';
import { DEFAULT_PACING } from './limits/poll-cadence.ts';
import { Cap } from './limits/cap.ts';
import type { RunContext, RunDeps, RunResult } from './context.ts';
import type { HeldBack, RunEvent, RunTotals } from './events.ts';
import { DownloadQueue } from './queues/download-queue.ts';
import { SubmitsUnderWay } from './queues/submits-under-way.ts';
import { budgetReached, capInTheWay, leastOf, priceOf, wallInTheWay } from './limits/in-the-way.ts';
import { HeldBackTeller } from './limits/held-back.ts';
import { History } from './limits/history.ts';
import { TaskLengths } from './limits/task-lengths.ts';
import { SubmitRate, Throttle } from './limits/throttle.ts';
import { runLimits, type Release, Slots } from './limits/slots.ts';
import { Stops, wallDoors } from './limits/shutdown.ts';
import { ProjectFolders } from './task/delivery/project-folders.ts';
import { notSubmitted } from './task/not-submitted.ts';
import { submit } from './task/submit.ts';
import { FrameWaits } from './frames/frame-waits.ts';
import { tellWaiting } from './task/go-on.ts';
import { PictureLinks } from './uploads/picture-links.ts';
import { SubmitQueue } from './queues/submit-queue.ts';
import { OneByOne } from './queues/one-by-one.ts';
import { type ModelOf, ModelTally } from './model-tally.ts';
import { Tally } from './tally.ts';
import type { SubmitJob } from './job.ts';
import { aliasKey } from '../keys.ts';

/**
 * Submits under way at one gateway, each on a separate connection. More tasks than that may be in
 * flight: the next submit begins when one is answered.
 */
const MOST_SUBMITS_AT_ONCE = 100;
/** A pause longer than this, with nothing else to do, is left to the next run. */
const LONGEST_IDLE_MS = 15 * 60_000;
/** What an earlier run was asked to wait for counts no longer than this. */
const LONGEST_CARRIED_WAIT_MS = 3_600_000;
/**
 * How many floors an ambiguous submit keeps its slot where the length of such a task is unknown:
 * 3 minutes by default.
 */
const UNKNOWN_TASK_FLOORS = 90;

export interface EngineParts {
  readonly manifests: readonly {
    readonly manifest: string;
    readonly limits: Limits;
    readonly capUsd?: MicroUsd;
  }[];
  /**
   * Epoch milliseconds of submits of earlier runs, by gateway: a limit a minute does not start
   * again with the process.
   */
  readonly recentSubmits: ReadonlyMap<GatewayName, readonly number[]>;
  /** For the sums by model. */
  readonly modelOf: ModelOf;
  /** Of the plan, where there is one. */
  readonly forecastSeconds?: number;
  /** When all work is done, before the locks are saved and the end is reported. */
  readonly ending?: (ctx: RunContext) => void;
}

export interface Engine {
  readonly ctx: RunContext;
  /**
   * Works until nothing more can be done, then reports. Call once, after everything is queued and
   * spawned.
   */
  finish(): Promise<RunResult>;
}

/** A job that leaves the queue, with its slot. */
interface Begun {
  readonly job: SubmitJob;
  readonly release: Release;
}

export function startEngine(given: RunDeps, parts: EngineParts): Engine {
  const { clock } = given;
  const { modelOf, forecastSeconds = 0 } = parts;
  const models = new ModelTally(modelOf);
  let toldChanges = 0;
  const emit = (event: RunEvent): void => {
    models.take(event, clock.monotonic());
    // Before the event that changed it, so that no view ever shows the one without the other.
    if (ctx.cap.changes !== toldChanges) {
      toldChanges = ctx.cap.changes;
      given.emit({ event: 'run.money', ...ctx.cap.money });
    }
    given.emit(event);
  };
  const deps: RunDeps = { ...given, emit };
  const teller = new HeldBackTeller(emit);
  const startedAt = clock.monotonic();
  const limits = runLimits(parts.manifests);
  const bell = new Bell();
  const stops = new Stops();
  const floorMs = deps.options.pollMinMs ?? DEFAULT_PACING.floorMs;
  const throttles = new Map<GatewayName, Throttle>();
  const throttle = (gateway: GatewayName): Throttle =>
    lazily(throttles, gateway, () => {
      const untilMs = [...deps.ledgers.values()].map(({ waits }) => waits.get(gateway) ?? 0);
      const leftMs = Math.max(0, ...untilMs) - clock.now();
      return new Throttle(limits.gatewayInFlight(gateway), {
        firstPauseMs: floorMs / 2,
        // A clock that was set back must not make a run wait for days.
        pausedUntil: clock.monotonic() + Math.min(leftMs, LONGEST_CARRIED_WAIT_MS),
      });
    });
  const rates = new Map<string, SubmitRate>();
  const askers = new Map<GatewayName, Asker>();
  const said = new Set<string>();
  const submits = new SubmitsUnderWay(clock);
  /** Work that the run waits for, and timers that will free a slot. */
  let working = 0;
  let timers = 0;

  /**
   * On the clock that never goes back; a submit that lies in the future, by another machine's
   * clock, was just now.
   */
  const sinceStart = (epochMs: number): number =>
    clock.monotonic() - Math.max(0, clock.now() - epochMs);
  const ratesOf = (job: SubmitJob): readonly SubmitRate[] => {
    const { gateway } = job.render.model;
    const { alias } = job.render;
    return [
      lazily(
        rates,
        gateway,
        () =>
          new SubmitRate(
            limits.gatewayPerMinute(gateway),
            parts.recentSubmits.get(gateway)?.map(sinceStart),
          ),
      ),
      lazily(
        rates,
        aliasKey(job.manifest, alias),
        () => new SubmitRate(limits.aliasPerMinute(job.manifest, alias)),
      ),
    ];
  };

  const ctx: RunContext = {
    deps,
    pacing: { ...DEFAULT_PACING, floorMs },
    limits,
    slots: new Slots(
      {
        all: limits.inFlight,
        // The smaller of the manifest's limit and the limit after the gateway's 429s.
        gateway: (gateway) => Math.min(limits.gatewayInFlight(gateway), throttle(gateway).limit),
        alias: (manifest, alias) => limits.aliasInFlight(manifest, alias),
      },
      () => bell.ring(),
    ),
    cap: new Cap({
      ...(deps.options.capUsd === undefined ? {} : { total: deps.options.capUsd }),
      manifests: new Map(
        parts.manifests.flatMap(({ manifest, capUsd }) =>
          capUsd === undefined ? [] : [[manifest, capUsd] as const],
        ),
      ),
      carried: carriedOnce(deps.ledgers),
    }),
    history: new History(),
    lengths: new TaskLengths(),
    tally: new Tally(),
    stops,
    bell,
    queue: new SubmitQueue(),
    downloads: new DownloadQueue(limits.downloads, () => submits.over()),
    folders: new ProjectFolders(),
    landings: new OneByOne(),
    waits: new FrameWaits(),
    pictures: new PictureLinks({ cache: deps.uploadCache, clock, emit: deps.emit, stops }),
    throttle,
    asker: (gateway: Gateway) =>
      lazily(
        askers,
        gateway.name,
        () =>
          new Asker(gateway, { clock, gatherMs: Math.min(50, floorMs / 4), signal: stops.asks }),
      ),
    spawn: (work) => {
      working += 1;
      const watched = async (): Promise<void> => {
        try {
          await work;
        } catch (error) {
          // A bug. The others continue: its result is in the journal, and its state so
          // far decides the exit code.
          tellBug(error);
        } finally {
          working -= 1;
          bell.ring();
        }
      };
      void watched();
    },
    releaseLater: (release, { model, ageMs }) => {
      const past = ctx.history.ofModel(model);
      const ms =
        (past === undefined
          ? UNKNOWN_TASK_FLOORS * floorMs
          : Math.min(LONGEST_IDLE_MS, 2 * past.longestSeconds * 1_000)) - ageMs;
      if (ms <= 0) return release();
      timers += 1;
      const free = async (): Promise<void> => {
        await clock.sleep(ms, AbortSignal.any([stops.over, stops.asks]));
        timers -= 1;
        release();
        bell.ring();
      };
      void free();
    },
    once: (key, say) => {
      if (said.has(key)) return;
      said.add(key);
      say();
    },
  };

  function tellBug(error: unknown): void {
    try {
      deps.emit({
        event: 'run.notice',
        severity: 'warning',
        // Its content is unknown: no links and nothing that looks like a key.
        message: `internal error: ${redactor([])(error instanceof Error ? error.message : String(error))}`,
      });
    } catch {
      // The bug is in the listener itself: the run must come to its end without it.
    }
  }

  /**
   * The next job that may leave now, with its slot and money taken; else how long until time alone
   * could change that.
   */
  function next(): Begun | { readonly waitMs: number | undefined } {
    for (;;) {
      const heads = ctx.queue.heads((gateway) => ctx.slots.fullness(gateway));
      const shut = heads.flatMap((job) => {
        const why =
          stops.closed(job.render.model.gateway) ??
          wallInTheWay(ctx, job, { elapsedMs: clock.monotonic() - startedAt, forecastSeconds }) ??
          capInTheWay(ctx, job);
        return why === undefined ? [] : [{ job, why }];
      });
      if (shut.length === 0) {
        const first = firstOf(heads);
        if (!('job' in first)) teller.tell(heads, whyNot);
        return first;
      }
      for (const { job, why } of shut) {
        ctx.queue.take(job);
        notSubmitted(ctx, job, why);
      }
    }
  }

  /** Why nothing is submitted for it right now; `undefined`: it may leave. */
  function whyNot(job: SubmitJob): HeldBack | undefined {
    const { alias, model } = job.render;
    const { manifest } = job;
    const reached = ctx.slots.inTheWay({ manifest, alias, gateway: model.gateway });
    if (!ctx.cap.fits(manifest, leastOf(job))) return { by: 'cap' };
    const nowMs = clock.monotonic();
    if (throttle(model.gateway).waitMs(nowMs) > 0) return { by: 'gateway' };
    if (reached !== undefined) return { by: 'in-flight', ...reached };
    return ratesOf(job).some((rate) => rate.waitMs(nowMs) > 0) ? { by: 'rate' } : undefined;
  }

  function firstOf(heads: readonly SubmitJob[]): ReturnType<typeof next> {
    let waitMs: number | undefined;
    for (const job of heads) {
      const { gateway } = job.render.model;
      if (submits.at(gateway) >= MOST_SUBMITS_AT_ONCE) continue;
      if (!ctx.cap.fits(job.manifest, leastOf(job))) continue;
      const nowMs = clock.monotonic();
      const pauseMs = Math.max(
        throttle(gateway).waitMs(nowMs),
        ...ratesOf(job).map((rate) => rate.waitMs(nowMs)),
      );
      if (pauseMs > 0) {
        waitMs = Math.min(waitMs ?? pauseMs, pauseMs);
        continue;
      }
      const release = ctx.slots.tryTake({
        manifest: job.manifest,
        alias: job.render.alias,
        gateway,
      });
      if (release === undefined) continue;
      ctx.queue.take(job);
      const { model } = job.render;
      ctx.cap.reserve(job.attempt, { manifest: job.manifest, model: model.name }, priceOf(job));
      for (const rate of ratesOf(job)) rate.sent(nowMs);
      return { job, release };
    }
    return { waitMs };
  }

  async function begin({ job, release }: Begun): Promise<void> {
    const over = submits.begin(job.render.model.gateway);
    try {
      await submit(ctx, job, release);
    } finally {
      over();
    }
  }

  /** Why a job is still in the queue when nothing more can be done for it. */
  function stillQueued(job: SubmitJob): string {
    const { gateway } = job.render.model;
    const closed = stops.closed(gateway);
    if (closed !== undefined) return closed;
    if (!ctx.cap.fits(job.manifest, leastOf(job))) return budgetReached(ctx, job);
    const pauseMs = throttle(gateway).waitMs(clock.monotonic());
    if (pauseMs > 0)
      return `${gateway} asks to wait for ${Math.ceil(pauseMs / 60_000)} more minutes`;
    return 'no free slot: earlier tasks have not ended';
  }

  async function work(): Promise<void> {
    for (;;) {
      let step = next();
      for (; 'job' in step; step = next()) ctx.spawn(begin(step));
      if (working === 0) {
        if (ctx.queue.size === 0) return;
        // Time alone, or a slot that will be freed by a timer: anything else has nothing left to
        // bring it about.
        const idle = step.waitMs !== undefined && step.waitMs <= LONGEST_IDLE_MS;
        if (
          deps.options.detach === true ? (step.waitMs ?? Infinity) > 5_000 : !idle && timers === 0
        )
          return;
      }
      await bell.heard(clock, step.waitMs);
    }
  }

  async function wall(): Promise<void> {
    const { maxWallMs } = deps.options;
    if (maxWallMs === undefined) return;
    const doors = wallDoors(maxWallMs);
    await clock.sleep(doors.asksMs, stops.over);
    if (stops.over.aborted) return;
    stops.closeAll('--max-wall is reached');
    if (ctx.queue.size > 0) ctx.tally.because('wall', '--max-wall is reached');
    stops.stopAsking();
    bell.ring();
    await clock.sleep(doors.downloadsMs - doors.asksMs, stops.over);
    stops.stopDownloading();
    stops.stopPosts();
  }

  async function finish(): Promise<RunResult> {
    const { signal } = deps;
    let interrupt = (): void => {};
    const stopped = new Promise<void>((resolve) => {
      interrupt = () => {
        void stops.politely(clock).then(resolve);
        bell.ring();
      };
    });
    if (signal?.aborted === true) interrupt();
    else signal?.addEventListener('abort', interrupt, { once: true });
    void wall();
    await Promise.race([work(), stopped]);
    signal?.removeEventListener('abort', interrupt);
    stops.finish();
    if (stops.interrupted)
      ctx.tally.because(
        'interrupted',
        'the run was interrupted; run the same command again to continue',
      );
    for (const job of ctx.queue.drain()) notSubmitted(ctx, job, stillQueued(job));
    tellWaiting(ctx);
    parts.ending?.(ctx);
    for (const [manifest, ledger] of deps.ledgers) {
      const saved = await ledger.save();
      if (!saved.ok) {
        emit({
          event: 'run.notice',
          severity: 'warning',
          message: `The lock of ${manifest} could not be written: ${saved.problem.message}`,
          hint: 'The journal beside it has everything: the next command that writes the lock merges it.',
        });
      }
    }
    const wrong = deps.options.strict === true ? clipsToLookAt(ctx) : 0;
    if (wrong > 0)
      ctx.tally.because(
        'mismatch',
        `${wrong === 1 ? '1 clip is' : `${wrong} clips are`} not as asked, and --strict allows none`,
      );
    const totals: RunTotals = {
      ...ctx.tally.counts,
      mismatched: models.mismatched,
      ...ctx.cap.money,
      allRuns: moneyReport([...deps.ledgers.values()].map(({ lock }) => lock)).total.money,
      ...defined({ aboveEstimate: ctx.cap.aboveEstimate }),
    };
    const exit = worstExit(ctx.tally.exits() as ExitCode[]);
    const { reasons, stoppedBy } = ctx.tally;
    emit({
      event: 'run.finished',
      exit,
      reasons,
      ...(stoppedBy.length === 0 ? {} : { stoppedBy }),
      wallSeconds: Math.round((clock.monotonic() - startedAt) / 100) / 10,
      pending: totals.pending,
      notSubmitted: totals.notSubmitted,
      models: models.results((model) => ctx.cap.moneyOf(model).charged),
      totals,
    });
    return { exit, totals, reasons, stoppedBy };
  }

  return { ctx, finish };
}

/** Of the renders in scope that are there: clips that are not as asked, and undecided. */
const clipsToLookAt = ({ deps, tally }: RunContext): number =>
  [...deps.ledgers].reduce(
    (sum, [manifest, { lock }]) =>
      sum +
      [...lock.renders].filter(([id, entry]) => awaitsLook(entry) && tally.isThere(manifest, id))
        .length,
    0,
  );

function lazily<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
