/**
 * The machinery of a run, whatever started it: sets up what its parts share, submits what fits,
 * waits for what is followed, and says what came of it. The one place that decides when a run is
 * over.
 */
import { getOrMake } from '../algorithms/get-or-make.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { GatewayName } from '../ids.ts';
import { carriedOnce } from '../lock/spent.ts';
import type { MicroUsd } from '../money.ts';
import { redactor } from '../secrets/redact.ts';
import type { Limits } from '../scene.ts';
import { Asker } from './queues/batched-polls.ts';
import { Bell } from './queues/wakeup.ts';
import { DEFAULT_PACING } from './limits/poll-cadence.ts';
import { Cap } from './limits/cap.ts';
import type { RunContext, RunDeps, RunResult } from './context.ts';
import type { RunEvent } from './events.ts';
import { DownloadQueue } from './queues/download-queue.ts';
import { SubmitsUnderWay } from './queues/submits-under-way.ts';
import { History } from './limits/history.ts';
import { TaskLengths } from './limits/task-lengths.ts';
import { Throttle } from './limits/throttle.ts';
import { runLimits, Slots } from './limits/slots.ts';
import { Stops, wallDoors } from './limits/shutdown.ts';
import { ProjectFolders } from './task/delivery/project-folders.ts';
import { notSubmitted } from './task/not-submitted.ts';
import { submit } from './task/submitting/submit.ts';
import { FrameWaits } from './frames/frame-waits.ts';
import { tellWaiting } from './task/go-on.ts';
import { PictureLinks } from './uploads/picture-links.ts';
import { SubmitQueue } from './queues/submit-queue.ts';
import { OneByOne } from './queues/one-by-one.ts';
import { type Begun, NextSubmit } from './queues/next-submit.ts';
import { reportEnd } from './report-end.ts';
import { type ModelOf, ModelTally } from './model-tally.ts';
import { Tally } from './tally.ts';

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
  const startedAt = clock.monotonic();
  const limits = runLimits(parts.manifests);
  const bell = new Bell();
  const stops = new Stops();
  const floorMs = deps.options.pollMinMs ?? DEFAULT_PACING.floorMs;
  const throttles = new Map<GatewayName, Throttle>();
  const throttle = (gateway: GatewayName): Throttle =>
    getOrMake(throttles, gateway, () => {
      const untilMs = [...deps.ledgers.values()].map(({ waits }) => waits.get(gateway) ?? 0);
      const leftMs = Math.max(0, ...untilMs) - clock.now();
      return new Throttle(limits.gatewayInFlight(gateway), {
        firstPauseMs: floorMs / 2,
        // A clock that was set back must not make a run wait for days.
        pausedUntil: clock.monotonic() + Math.min(leftMs, LONGEST_CARRIED_WAIT_MS),
      });
    });
  const askers = new Map<GatewayName, Asker>();
  const said = new Set<string>();
  const submits = new SubmitsUnderWay(clock);
  /** Work that the run waits for, and timers that will free a slot. */
  let working = 0;
  let timers = 0;

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
      getOrMake(
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

  const { recentSubmits } = parts;
  const next = new NextSubmit(ctx, { submits, startedAt, forecastSeconds, recentSubmits });

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

  async function begin({ job, release }: Begun): Promise<void> {
    const over = submits.begin(job.render.model.gateway);
    try {
      await submit(ctx, job, release);
    } finally {
      over();
    }
  }

  async function work(): Promise<void> {
    for (;;) {
      let step = next.take();
      for (; 'job' in step; step = next.take()) ctx.spawn(begin(step));
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
    for (const job of ctx.queue.drain()) notSubmitted(ctx, job, next.whyStillQueued(job));
    tellWaiting(ctx);
    parts.ending?.(ctx);
    return reportEnd(ctx, { models, startedAt });
  }

  return { ctx, finish };
}
