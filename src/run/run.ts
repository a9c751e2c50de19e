/**
 * Does what the plan says. Every render ends in a state, and every task that is paid for is
 * followed.
 */
import { commandWord, qualified } from '../command-words.ts';
import { loadMediabunny } from '../clip/mediabunny.ts';
import type { ModelName, RenderId } from '../ids.ts';
import { type RenderKey, renderKey } from '../keys.ts';
import { answersOf } from '../lock/attempt.ts';
import { resultsOf } from '../lock/entry.ts';
import { EMPTY_LOCK, type Lock, type Result, taskKey } from '../lock/file/format.ts';
import { reasonOfHold } from '../plan/graph/clips.ts';
import { expectedSeconds, type ExpectedSeconds } from '../plan/estimate/durations.ts';
import type { HoldReason, Plan, PlannedRender, ProjectPlan, WaitAction } from '../plan/plan.ts';
import type { RunContext, RunDeps, RunResult } from './context.ts';
import { startEngine } from './engine.ts';
import { DEFAULT_DEADLINE_MS } from './task/follow.ts';
import {
  followResult,
  toFollow,
  learn,
  occupyAmbiguous,
  recentSubmits,
} from './task/follow-from-lock.ts';
import { handOverAll } from './moves/move-across-locks.ts';
import { holdAmbiguous, holdForUpstream, emitHeld } from './task/hold.ts';
import { notSubmitted } from './task/not-submitted.ts';
import { pictureSources, queueJob } from './task/queue-job.ts';
import { askRefunds } from './task/refunds.ts';
import { startedWith } from './started.ts';
import { moveAll, restore } from './moves/move-within-lock.ts';
import type { RunLedger, SubmitJob } from './job.ts';
import type { ModelOf } from './model-tally.ts';

/**
 * Never rejects for anything that a gateway, a media host or a full disk does. The lock is written
 * at the end, the ledgers stay open.
 */
export async function runPlan(plan: Plan, deps: RunDeps): Promise<RunResult> {
  const ledgerOf = ({ project }: ProjectPlan): RunLedger => {
    const ledger = deps.ledgers.get(project.manifest);
    if (ledger === undefined) throw new Error(`no ledger was opened for ${project.manifest}`);
    return ledger;
  };
  const engine = startEngine(deps, {
    manifests: plan.projects.map(({ project }) => ({
      manifest: project.manifest,
      limits: project.limits,
      ...(project.budget?.usd === undefined ? {} : { capUsd: project.budget.usd }),
    })),
    recentSubmits: recentSubmits(
      plan.projects.map((part) => ledgerOf(part).lock),
      deps.clock.now(),
    ),
    modelOf: modelsOf(plan),
    forecastSeconds: plan.totals.forecastSeconds,
  });
  const { ctx } = engine;
  const lockOf = (manifest: string): Lock => deps.ledgers.get(manifest)?.lock ?? EMPTY_LOCK;
  ctx.deps.emit(startedWith(ctx, plan, lockOf));
  for (const part of plan.projects) learn(ctx, ledgerOf(part).lock);
  for (const part of plan.projects) await moveAll(ctx, part, ledgerOf(part));
  await handOverAll(ctx, plan, ledgerOf);
  for (const part of plan.projects)
    occupyAmbiguous(ctx, part.project.manifest, ledgerOf(part).lock, scopeOf(ctx, part));
  const jobs: SubmitJob[] = [];
  const expected = expectedSeconds(plan.projects.map((part) => ledgerOf(part).lock));
  for (const part of plan.projects) {
    const ledger = ledgerOf(part);
    const followed = new Set<string>();
    for (const planned of part.renders)
      await begin(ctx, { part, ledger, planned, followed, jobs, expected });
    followRest(ctx, part, ledger, followed);
    askRefunds(ctx, part.project.manifest, ledger, ofThisRun(part));
  }
  // It takes long to load, and nothing else moves in that time: not while tasks are in flight.
  if (jobs.length > 0) await loadMediabunny();
  queueAll(ctx, jobs);
  return engine.finish();
}

/** Of renders in the plan; a followed orphan's is in its lock. */
function modelsOf({ projects }: Plan): ModelOf {
  const models = new Map<RenderKey, ModelName>();
  for (const { project, renders, orphans } of projects) {
    for (const { id, entry } of orphans) models.set(renderKey(project.manifest, id), entry.model);
    for (const { render } of renders)
      models.set(renderKey(project.manifest, render.id), render.model.name);
  }
  return (manifest, id) => models.get(renderKey(manifest, id));
}

/** Those without pictures first: they wait for nothing. */
function queueAll(ctx: RunContext, jobs: readonly SubmitJob[]): void {
  const needsLinks = ({ render }: SubmitJob): boolean =>
    render.pictures !== undefined || render.frames !== undefined;
  ctx.queue.addAll(jobs.filter((job) => !needsLinks(job)));
  const waiting = jobs.filter(needsLinks);
  if (waiting.length === 0) return;
  ctx.pictures.hideKnown(ctx.deps.gateways.values());
  for (const gateway of ctx.deps.gateways.values())
    ctx.pictures.expect(
      gateway,
      waiting
        .filter(({ render }) => render.model.gateway === gateway.name)
        .flatMap(({ render }) => pictureSources(render)),
    );
  for (const job of waiting) ctx.spawn(queueJob(ctx, job));
}

interface Beginning {
  readonly part: ProjectPlan;
  readonly ledger: RunLedger;
  readonly planned: PlannedRender;
  /** Tasks that are followed already. */
  readonly followed: Set<string>;
  readonly jobs: SubmitJob[];
  readonly expected: ExpectedSeconds;
}

async function begin(ctx: RunContext, beginning: Beginning): Promise<void> {
  const { part, ledger, planned, jobs } = beginning;
  const { manifest } = part.project;
  const { render, action } = planned;
  const about = { manifest, id: render.id };
  if (planned.restored !== undefined)
    await restore(ctx, ledger, { render, wanted: planned.restored, root: part.project.root });
  switch (action.kind) {
    case 'submit': {
      const job = jobOf(ctx, beginning);
      if (action.reason === 'missing' && askFirst(ctx, beginning, job)) return;
      if (ctx.deps.options.submits) jobs.push(job);
      else notSubmitted(ctx, job, 'collecting submits nothing');
      return;
    }
    case 'wait':
      return wait(ctx, jobOf(ctx, beginning), action);
    case 'attach':
    case 'fetch':
      return attach(ctx, beginning, ledger.lock.renders.get(render.id));
    case 'keep':
      ctx.tally.set(manifest, render.id, 'kept');
      ctx.deps.emit({
        event: 'render.kept',
        ...about,
        reason: action.reason,
        ...(action.reason === 'elsewhere'
          ? {
              message:
                'it landed once, but is not on this machine (--restore fetches it while its link is valid)',
            }
          : {}),
        ...(action.reason === 'stored'
          ? {
              message: `in the store, not on this machine (rushes store pull ${commandWord(manifest)} fetches it)`,
            }
          : {}),
      });
      return;
    case 'moved': {
      const entry = ledger.lock.renders.get(render.id);
      if (action.then === 'attach' || action.then === 'fetch') return attach(ctx, beginning, entry);
      if (action.then === 'hold') return hold(ctx, beginning, reasonOfHold(render, entry));
      ctx.tally.set(manifest, render.id, 'kept');
      ctx.deps.emit({
        event: 'render.kept',
        ...about,
        reason: 'moved',
        message: `was ${action.fromManifest === undefined ? action.from : qualified(action.fromManifest, action.from)}`,
      });
      return;
    }
    case 'hold':
      return action.reason === 'upstream'
        ? holdForUpstream(ctx, about, render, action)
        : hold(ctx, beginning, action.reason);
  }
}

/** Before a clip is paid for again, its task is asked: a fresh link costs nothing. */
function askFirst(ctx: RunContext, beginning: Beginning, job: SubmitJob): boolean {
  const { part, ledger, planned, followed } = beginning;
  const { render } = planned;
  const wanted = resultsOf(ledger.lock, render.id).find(
    (one) => one.fingerprint === render.fingerprint && one.status === 'completed',
  );
  // An accepted clip is of another request than the manifest's: its task is the one to ask.
  const result = wanted ?? ledger.lock.renders.get(render.id);
  if (result?.task === undefined || result.status !== 'completed' || !ctx.deps.options.submits)
    return false;
  followed.add(taskKey(result.model, result.task));
  return followResult(ctx, {
    manifest: part.project.manifest,
    ledger,
    id: render.id,
    result,
    from: 'completed',
    counts: true,
    deadlineMs: part.project.limits.deadlineMs ?? DEFAULT_DEADLINE_MS,
    root: part.project.root,
    targetPath: render.target,
    ifMissing: job,
  });
}

/** Follows the render's task to its clip. */
function attach(ctx: RunContext, beginning: Beginning, entry: Result | undefined): void {
  const { part, ledger, planned, followed } = beginning;
  const { render, action } = planned;
  const { manifest } = part.project;
  const task = action.kind === 'attach' || action.kind === 'fetch' ? action.task : entry?.task;
  const result = resultsOf(ledger.lock, render.id).find(
    (one) => one.task === task && task !== undefined,
  );
  if (result?.task === undefined)
    return emitHeld(ctx, { manifest, id: render.id }, 'pending', 'its task is not in the lock');
  followed.add(taskKey(result.model, result.task));
  const from = answersOf(result).awaitsClip === 'pending' ? 'pending' : 'completed';
  const following = followResult(ctx, {
    manifest,
    ledger,
    id: render.id,
    result,
    from,
    counts: true,
    deadlineMs: part.project.limits.deadlineMs ?? DEFAULT_DEADLINE_MS,
    root: part.project.root,
    targetPath: render.target,
    again: jobOf(ctx, beginning),
  });
  if (!following)
    emitHeld(ctx, { manifest, id: render.id }, 'pending', 'its gateway cannot be asked');
}

/** Its turn comes when the clips have landed whose frames it needs. */
function wait(ctx: RunContext, job: SubmitJob, action: WaitAction): void {
  ctx.waits.add(job, action);
  ctx.tally.set(job.manifest, job.render.id, 'not-submitted');
}

type OwnReason = Exclude<HoldReason, 'upstream'>;

function hold(
  ctx: RunContext,
  { part, ledger, planned, followed }: Beginning,
  reason: OwnReason,
): void {
  const { render } = planned;
  const about = { manifest: part.project.manifest, id: render.id };
  // A scene edited back to inputs of an earlier attempt is held for what became of that one.
  const results = resultsOf(ledger.lock, render.id);
  const entry =
    results.find(
      (one) => answersOf(one).held === reason && one.fingerprint === render.fingerprint,
    ) ?? results[0];
  switch (reason) {
    case 'ambiguous':
      return holdAmbiguous(ctx, about, entry ?? {});
    case 'lost':
      if (entry?.task !== undefined && !followed.has(taskKey(entry.model, entry.task))) {
        followed.add(taskKey(entry.model, entry.task));
        const deadlineMs = part.project.limits.deadlineMs ?? DEFAULT_DEADLINE_MS;
        if (
          followResult(ctx, {
            ...about,
            ledger,
            result: entry,
            from: 'lost',
            counts: true,
            deadlineMs,
            root: part.project.root,
          })
        )
          return;
      }
      return emitHeld(ctx, about, 'lost', entry?.error?.message ?? 'the task is lost');
    case 'failed':
      return emitHeld(
        ctx,
        about,
        'failed',
        `it failed before and is unchanged: ${entry?.error?.message ?? 'no reason was given'}`,
      );
    case 'missing':
      return emitHeld(
        ctx,
        about,
        'missing',
        'the clip is paid for, but it is not here and its link has expired',
      );
    case 'pinned':
      return emitHeld(ctx, about, 'pinned', 'pinned: will not be re-rendered');
    case 'skipped':
      return emitHeld(
        ctx,
        about,
        'skipped',
        render.skip?.reason === undefined
          ? 'it is skipped'
          : `it is skipped: ${render.skip.reason}`,
      );
  }
}

/**
 * Orphans, outdated tasks, and tasks outside of a filter: paid for too, and they take slots. What
 * was lost among them is asked once.
 */
function followRest(
  ctx: RunContext,
  part: ProjectPlan,
  ledger: RunLedger,
  followed: ReadonlySet<string>,
): void {
  const nowMs = ctx.deps.clock.now();
  const { manifest, limits, root } = part.project;
  const inScope = planned(part);
  const mayAsk = ofThisRun(part);
  for (const id of ledger.lock.renders.keys()) {
    for (const result of resultsOf(ledger.lock, id)) {
      const what = toFollow(result, nowMs);
      if (
        what === undefined ||
        result.task === undefined ||
        followed.has(taskKey(result.model, result.task))
      )
        continue;
      const others =
        what === 'pending' && ctx.deps.options.shard !== true ? 'out-of-scope' : undefined;
      const from = inScope.has(id) || (what === 'lost' && mayAsk(id)) ? what : others;
      if (from === undefined) continue;
      followResult(ctx, {
        manifest,
        ledger,
        id,
        result,
        from,
        counts: false,
        root,
        deadlineMs: limits.deadlineMs ?? DEFAULT_DEADLINE_MS,
      });
    }
  }
}

/** Renders of the plan, and orphans that it follows. */
function planned({ renders, orphans }: ProjectPlan): Set<RenderId> {
  const ids = new Set<RenderId>(renders.map(({ render }) => render.id));
  for (const { id, follow } of orphans) if (follow) ids.add(id);
  return ids;
}

/**
 * Renders of the plan, and all orphans that no other manifest holds: what is not waited for, but is
 * worth a question.
 */
function ofThisRun({ renders, orphans }: ProjectPlan): (id: RenderId) => boolean {
  const ids = new Set<RenderId>(renders.map(({ render }) => render.id));
  for (const { id, heldBy } of orphans) if (heldBy === undefined) ids.add(id);
  return (id) => ids.has(id);
}

/** Whose tasks take slots: everybody's, but those of other machines. */
function scopeOf(ctx: RunContext, part: ProjectPlan): (id: RenderId) => boolean {
  if (ctx.deps.options.shard !== true) return () => true;
  const ids = planned(part);
  return (id) => ids.has(id);
}

function jobOf(
  ctx: RunContext,
  { part: { project }, ledger, planned: { render }, expected }: Beginning,
): SubmitJob {
  return {
    manifest: project.manifest,
    ledger,
    project,
    render,
    attempt: ctx.deps.uuid(),
    body: JSON.stringify(render.request),
    expectedSeconds: expected(render.model.name, render.asked.seconds),
    retries: project.retries,
  };
}
