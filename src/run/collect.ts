/**
 * Follows and fetches what is paid for, from lock and journal alone: no manifest is needed, nothing
 * is submitted.
 */
import { commandWord } from '../command-words.ts';
import type { RenderId } from '../ids.ts';
import { answersOf, unfinished } from '../lock/attempt.ts';
import { resultsOf } from '../lock/entry.ts';
import { linkDiesAt } from '../lock/link-life.ts';
import type { Lock } from '../lock/file/format.ts';
import type { Limits } from '../scene.ts';
import type { RunContext, RunDeps, RunResult } from './context.ts';
import { startEngine } from './engine.ts';
import { DEFAULT_DEADLINE_MS } from './task/follow.ts';
import { followResult, toFollow, learn, recentSubmits } from './task/follow-from-lock.ts';
import { holdAmbiguous, emitHeld } from './task/hold.ts';
import { askRefunds } from './task/refunds.ts';
import type { RunLedger } from './job.ts';
import { type CollectedWork, startedCollecting } from './started.ts';

export interface Collected {
  /** As shown to people; key of the ledger in `deps.ledgers`. */
  readonly manifest: string;
  /** The project's root, absolute: no clip is written outside of it, whatever the lock says. */
  readonly root: string;
  /** Of the manifest, if it can be read. */
  readonly limits?: Limits;
  /** Renders in scope; absent: all of the lock. */
  readonly only?: (id: RenderId) => boolean;
  /** Renders that can be submitted now that these clips are here; absent: nothing knows. */
  readonly readyAfter?: (lock: Lock, landed: ReadonlySet<RenderId>) => readonly RenderId[];
}

interface Source extends Collected {
  readonly ledger: RunLedger;
}

/** Renders in one sentence. */
const MOST_NAMED = 5;

const NO_LIMITS: Limits = { gateways: {}, models: {} };

/** `deps.options.submits` is read as false whatever it says. */
export async function collect(parts: readonly Collected[], given: RunDeps): Promise<RunResult> {
  const deps: RunDeps = { ...given, options: { ...given.options, submits: false } };
  const sources = parts.flatMap((part): Source[] => {
    const ledger = deps.ledgers.get(part.manifest);
    return ledger === undefined ? [] : [{ ...part, ledger }];
  });
  const engine = startEngine(deps, {
    manifests: sources.map(({ manifest, limits }) => ({ manifest, limits: limits ?? NO_LIMITS })),
    recentSubmits: recentSubmits(
      sources.map(({ ledger }) => ledger.lock),
      deps.clock.now(),
    ),
    modelOf: (manifest, id) => deps.ledgers.get(manifest)?.lock.renders.get(id)?.model,
    ending: (ctx) => {
      for (const source of sources) tellReady(ctx, source);
    },
  });
  const { ctx } = engine;
  for (const { ledger } of sources) learn(ctx, ledger.lock);
  ctx.deps.emit(
    startedCollecting(
      ctx,
      sources.map(({ manifest }) => manifest),
      sources.flatMap((source) => workOf(ctx, source)),
      sources.map(({ ledger }) => ledger.lock),
    ),
  );
  for (const source of sources) {
    collectOne(ctx, source);
    askRefunds(ctx, source.manifest, source.ledger, source.only ?? (() => true));
  }
  return engine.finish();
}

/** Nothing is submitted here, so a person must know that there is something to submit. */
function tellReady(ctx: RunContext, { manifest, ledger: { lock }, readyAfter }: Source): void {
  const landed = new Set(
    [...lock.renders.keys()].filter((id) => ctx.tally.stateOf(manifest, id) === 'completed'),
  );
  if (readyAfter === undefined || landed.size === 0) return;
  const ready = readyAfter(lock, landed);
  const [first, ...more] = ready;
  if (first === undefined) return;
  const names = [first, ...more.slice(0, MOST_NAMED - 1)].join(', ');
  const rest = more.length < MOST_NAMED ? '' : ` and ${more.length + 1 - MOST_NAMED} more`;
  ctx.deps.emit({
    event: 'run.notice',
    severity: 'note',
    message: `${names}${rest} can be submitted now: the clips that ${more.length === 0 ? 'it needs' : 'they need'} are here`,
    hint: `rushes render ${commandWord(manifest)}`,
  });
}

function workOf(ctx: RunContext, { manifest, ledger: { lock } }: Source): CollectedWork[] {
  return [...lock.renders.keys()].flatMap((id) =>
    resultsOf(lock, id).flatMap((result): CollectedWork[] => {
      const what = unfinished(result, ctx.deps.clock.now());
      if (what === undefined) return [];
      return [{ manifest, id, result, is: what === 'pending' ? 'attach' : 'fetch' }];
    }),
  );
}

function collectOne(ctx: RunContext, { manifest, root, ledger, limits, only }: Source): void {
  const nowMs = ctx.deps.clock.now();
  const deadlineMs = limits?.deadlineMs ?? DEFAULT_DEADLINE_MS;
  for (const [id, entry] of ledger.lock.renders) {
    if (only !== undefined && !only(id)) continue;
    for (const result of resultsOf(ledger.lock, id)) {
      const counts = result === entry;
      const { held, awaitsClip } = answersOf(result);
      // An expired link is asked about once: the clock may be wrong, and a fresh link is free.
      const expired = counts && awaitsClip === 'completed' && result.task !== undefined;
      const from = toFollow(result, nowMs) ?? (expired ? 'completed' : undefined);
      if (from !== undefined) {
        const following = followResult(ctx, {
          manifest,
          root,
          ledger,
          id,
          result,
          from,
          counts,
          deadlineMs,
        });
        if (!following && (counts || from !== 'lost'))
          emitHeld(
            ctx,
            { manifest, id },
            from === 'lost' ? 'lost' : 'pending',
            'its gateway cannot be asked',
          );
      } else if (counts && held === 'ambiguous') holdAmbiguous(ctx, { manifest, id }, entry);
      // What a person declared void is as if it had never been tried: the next render submits it.
      else if (counts && held === 'failed')
        emitHeld(ctx, { manifest, id }, 'failed', entry.error?.message ?? 'it failed');
      else if (counts && awaitsClip === 'completed' && linkDiesAt(entry) <= nowMs) {
        emitHeld(
          ctx,
          { manifest, id },
          'missing',
          'the clip is paid for, but its link has expired',
        );
      }
    }
  }
}
