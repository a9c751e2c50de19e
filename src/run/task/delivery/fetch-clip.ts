/**
 * A finished clip comes home: downloaded here, checked and put in its place in `keep-clip.ts`. A
 * download that fails never leads to a submission: it is tried again as long as that makes sense,
 * its link refreshed through the task, and otherwise left for a later run.
 */
import type { MicroUsd } from '../../../money.ts';
import { LONGEST_LINK_LIFE_MS } from '../../../lock/link-life.ts';
import type { RunContext } from '../../context.ts';
import { download, type DownloadResult } from './download.ts';
import { type Arrival, keepClip, type KeepResult } from './keep-clip.ts';
import { partPathOf } from './landing.ts';
import { removePart } from './part-file.ts';
import { tellDelay } from '../tell-delay.ts';
import { about, diskFailed } from '../record.ts';
import type { Followed } from '../../job.ts';

export interface Fetched {
  readonly state: 'completed' | 'pending' | 'missing';
  readonly message?: string;
}

export interface Links {
  readonly links: readonly string[];
  readonly completedAtMs: number;
  /** As the gateway or its documents say. */
  readonly expiresAtMs: number | undefined;
  readonly cost?: MicroUsd;
}

/**
 * Rounds over links that answer badly but live. With pauses of 1 s to 30 s these are about four
 * minutes.
 */
const ROUNDS = 12;
const LONGEST_PAUSE_MS = 30_000;
/** After so many rounds without the clip the links themselves are asked for again. */
const REFRESH_EVERY = 4;
/**
 * After the task's deadline no further try begins, but a clip that is only found then gets this
 * long anyway: the pauses between the tries above are about four minutes.
 */
const LEAST_MS = 5 * 60_000;
/**
 * How long a link lives where it does not say, for the order of downloads: what most pages say.
 */
const LIKELY_LINK_LIFE_MS = 24 * 3_600_000;
/** A person who waits is told why after so many rounds, in about ten seconds. */
const TELL_AFTER = 3;
/** A link that is still dead after this many requests for a new one. */
const DEAD_LINKS = 3;

/** `deadline`: of following the task, on the clock that never goes back. */
export async function fetchClip(
  ctx: RunContext,
  task: Followed,
  first: Links,
  deadline: number,
): Promise<Fetched> {
  if (task.targetPath === undefined)
    return { state: 'pending', message: 'the lock does not say where its clip belongs' };
  if (!(await ctx.folders.contain(task.root, task.targetPath))) {
    return {
      state: 'pending',
      message: 'the lock names a place outside of the project for its clip',
    };
  }
  const partPath = partPathOf(task.targetPath, task.capKey);
  const until = Math.max(deadline, ctx.deps.clock.monotonic() + LEAST_MS);
  const search: Search = { partPath, damaged: new Set(), gone: new Set() };
  let current = first;
  let dead = 0;
  let reason = '';
  for (let rounds = 1; rounds <= ROUNDS; rounds++) {
    const round = await tryEach(ctx, task, current, search, until);
    if (round.kind === 'over') return round.fetched;
    reason = round.reason;
    if (rounds === TELL_AFTER) tellDelay(ctx, task, `its clip cannot be fetched yet: ${reason}`);
    if (round.isDead) {
      dead += 1;
      if (dead > DEAD_LINKS || (dead > 1 && isExpired(ctx, current))) break;
    }
    if (current.links.every((link) => search.gone.has(link))) {
      // Nothing to wait for: only the task can have another link.
      const fresh = await refreshed(ctx, task, current);
      if (fresh.isSaid && fresh.links.every((link) => search.gone.has(link)))
        return {
          state: 'missing',
          message: `the clip is paid for, and its link is gone for good: ${reason}`,
        };
      if (fresh.links.some((link) => !search.gone.has(link))) {
        current = fresh;
        continue;
      }
    }
    if (round.isFinal || (ctx.deps.options.detach === true && rounds >= 3)) break;
    if (ctx.deps.clock.monotonic() >= until) break;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, (ctx.pacing.floorMs / 2) * 2 ** (rounds - 1));
    await ctx.deps.clock.sleep(
      Math.max(pauseMs, Math.min(round.retryAfterMs, 4 * LONGEST_PAUSE_MS)),
      ctx.stops.downloads,
    );
    if (ctx.stops.downloads.aborted) break;
    if (round.isDead || rounds % REFRESH_EVERY === 0) current = await refreshed(ctx, task, current);
  }
  if (isExpired(ctx, current)) {
    await removePart(partPath).catch(() => undefined);
    return {
      state: 'missing',
      message: `the clip is paid for, but its link has expired: ${reason}`,
    };
  }
  return {
    state: 'pending',
    message: `the clip is paid for and could not be fetched yet: ${reason}`,
  };
}

/** What the rounds of one clip share. */
interface Search extends Arrival {
  /** Links that will never work again. */
  readonly gone: Set<string>;
}

type Round =
  | { readonly kind: 'over'; readonly fetched: Fetched }
  /**
   * `isDead`: none of the current links is worth another try. `isFinal`: each of them delivered the
   * same video again, and it is not a clip. Only a later run tries again.
   */
  | {
      readonly kind: 'nothing';
      readonly isDead: boolean;
      readonly isFinal: boolean;
      readonly reason: string;
      readonly retryAfterMs: number;
    };

/** Each link once, until one gives the clip: the first may be a cover, a page, a dead copy. */
async function tryEach(
  ctx: RunContext,
  task: Followed,
  current: Links,
  search: Search,
  until: number,
): Promise<Round> {
  let isDead = true;
  let isFinal = true;
  let retryAfterMs = 0;
  let reason = '';
  for (const url of current.links) {
    const result = await once(ctx, task, current, url, search);
    if (result.kind === 'gone' && result.forGood === true) search.gone.add(url);
    if (result.kind === 'kept') return { kind: 'over', fetched: { state: 'completed' } };
    if (result.kind === 'aborted') {
      const message = 'the run ended before its clip was fetched';
      return { kind: 'over', fetched: { state: 'pending', message } };
    }
    if (result.kind === 'disk') {
      diskFailed(ctx, result.reason, 'a clip');
      const message = `its clip cannot be written: ${result.reason}`;
      return { kind: 'over', fetched: { state: 'pending', message } };
    }
    isFinal &&= result.kind === 'not-a-clip' && result.isFinal === true;
    if (result.kind === 'not-a-clip' || result.kind === 'refused')
      await removePart(search.partPath).catch(() => undefined);
    if (result.kind === 'transient' || result.kind === 'not-a-clip') {
      // The message is that of the likeliest link.
      if (isDead) reason = result.reason;
      isDead = false;
    } else if (reason === '') reason = result.reason;
    if (result.kind === 'transient') {
      retryAfterMs = Math.max(retryAfterMs, result.retryAfterMs ?? 0);
      // The rest of it is at this link; another one would start from zero.
      if (result.isPart === true) break;
    }
    if (ctx.deps.clock.monotonic() >= until) break;
  }
  return { kind: 'nothing', isDead, isFinal, reason, retryAfterMs };
}

const isExpired = (ctx: RunContext, { expiresAtMs, completedAtMs }: Links): boolean =>
  ctx.deps.clock.now() >= (expiresAtMs ?? completedAtMs + LONGEST_LINK_LIFE_MS);

/**
 * The task is asked for its link again; whatever else it answers, the old link is all there is.
 * `isSaid`: these are the links that the gateway has now.
 */
async function refreshed(
  ctx: RunContext,
  task: Followed,
  old: Links,
): Promise<Links & { readonly isSaid: boolean }> {
  if (ctx.stops.asks.aborted) return { ...old, isSaid: false };
  const outcome = await ctx.asker(task.gateway).ask(task.task);
  if (outcome.kind !== 'completed' || outcome.links.length === 0) return { ...old, isSaid: false };
  const expiresAtMs = outcome.expiresAtMs ?? old.expiresAtMs;
  return { ...old, links: outcome.links, expiresAtMs, isSaid: true };
}

type Once = Exclude<DownloadResult, { kind: 'done' | 'not-a-clip' }> | KeepResult;

/** One download and all checks of its bytes. */
async function once(
  ctx: RunContext,
  task: Followed,
  { expiresAtMs, completedAtMs, cost }: Links,
  url: string,
  search: Search,
): Promise<Once> {
  const { partPath } = search;
  // Its task is over: from here on it waits for a download, not for the model.
  if (!ctx.stops.downloads.aborted)
    ctx.deps.emit({
      event: 'render.progress',
      ...about(task),
      task: task.task,
      phase: 'downloading',
    });
  return ctx.downloads.run(
    expiresAtMs ?? completedAtMs + LIKELY_LINK_LIFE_MS,
    async (): Promise<Once> => {
      if (ctx.stops.downloads.aborted) return { kind: 'aborted' };
      const result = await download(ctx.deps.http, {
        url,
        partPath,
        loopback: task.gateway.loopback,
        userAgent: `rushes/${ctx.deps.options.version}`,
        signal: ctx.stops.downloads,
        clock: ctx.deps.clock,
      });
      if (result.kind !== 'done') return result;
      return keepClip(ctx, task, search, result, cost);
    },
  );
}
