/**
 * What was downloaded: checked, put in its place and recorded if it is a clip. The same video again
 * that is not one is kept aside.
 */
import { checkClip } from '../../../clip/check.ts';
import { type ClipFacts, readClip } from '../../../clip/read.ts';
import type { Fingerprint } from '../../../ids.ts';
import type { LockClip } from '../../../lock/file/format.ts';
import { toLockPath } from '../../../lock/file/paths.ts';
import type { MicroUsd } from '../../../money.ts';
import { decodeFlaw } from '../../../ports/ffmpeg/key-frames.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';
import { about, now, recordPaid } from '../record.ts';
import { recordDisplaced } from '../record-displaced.ts';
import type { DownloadResult } from './download.ts';
import { keepReceived } from './keep-received.ts';
import { asidePath, freeName, land } from './landing.ts';

/** Shared by all downloads of one clip. */
export interface Arrival {
  readonly partPath: string;
  /** What came whole and does not play, by sha256: the same again is what the gateway has. */
  readonly damaged: Set<string>;
}

export type KeepResult =
  | { readonly kind: 'kept' }
  /** `isFinal`: the same video came before, so that another download brings nothing new. */
  | { readonly kind: 'not-a-clip'; readonly reason: string; readonly isFinal?: true }
  | { readonly kind: 'disk'; readonly reason: string };

/** Checks all of the bytes, and puts a clip in its place or another video aside. */
export async function keepClip(
  ctx: RunContext,
  task: Followed,
  { partPath, damaged }: Arrival,
  bytes: Extract<DownloadResult, { kind: 'done' }>,
  cost: MicroUsd | undefined,
): Promise<KeepResult> {
  const facts = await readClip(partPath, { pictures: true });
  if (facts.kind === 'problem') {
    const reason = `the download is not a complete clip: ${facts.message}`;
    const isAgain = damaged.has(bytes.sha256);
    damaged.add(bytes.sha256);
    if (!isAgain || facts.videoEnding === undefined) return { kind: 'not-a-clip', reason };
    const kept = await keepReceived(task.ledger.received, {
      partPath,
      sha256: bytes.sha256,
      ending: facts.videoEnding,
      root: task.root,
    });
    if (kept.kind === 'disk') return kept;
    const shown = ctx.deps.options.showPath?.(kept.path) ?? kept.path;
    return {
      kind: 'not-a-clip',
      reason: `${reason}; what came is kept as ${shown}`,
      // The rest of half a clip may still be on its way to the media host.
      ...(facts.problem !== 'truncated' && { isFinal: true }),
    };
  }
  // Clips of the embedded gateway are our own.
  const undecoded = task.gateway.loopback ? undefined : await decodeFlaw(partPath);
  const flaws = [...(facts.flaws ?? []), ...(undecoded === undefined ? [] : [undecoded])];
  if (flaws.length > 0 && !damaged.has(bytes.sha256)) {
    damaged.add(bytes.sha256);
    return { kind: 'not-a-clip', reason: `the download is damaged: ${flaws.join(', ')}` };
  }
  // Another clip of this render may come home now: each must find the names of the others taken,
  // and in the lock.
  return ctx.landings.run(task.targetPath ?? '', () =>
    putInPlace(ctx, task, { partPath, bytes, facts, flaws, cost }),
  );
}

interface Whole {
  readonly partPath: string;
  readonly bytes: Extract<DownloadResult, { kind: 'done' }>;
  readonly facts: ClipFacts;
  /** Known, and the same as before: all that the gateway has. */
  readonly flaws: readonly string[];
  readonly cost: MicroUsd | undefined;
}

async function putInPlace(
  ctx: RunContext,
  task: Followed,
  { partPath, bytes, facts, flaws, cost }: Whole,
): Promise<KeepResult> {
  const entry = task.ledger.lock.renders.get(task.id);
  const results = entry === undefined ? [] : [entry, ...(entry.earlier ?? [])];
  // A clip whose render has moved on to another request must not take the new one's place.
  const isCurrent = entry === undefined || entry.task === task.task;
  const wanted = task.targetPath ?? '';
  const target = isCurrent
    ? wanted
    : await freeName(asidePath(wanted, task.fingerprint), bytes.sha256);
  const landed = await land({
    partPath,
    sha256: bytes.sha256,
    targetPath: target,
    ownerOf: (sha256): Fingerprint | undefined =>
      results.find(({ clip }) => clip?.sha256 === sha256)?.fingerprint,
    displaced: (replaced) =>
      recordDisplaced(ctx, { ledger: task.ledger, id: task.id, target }, replaced),
  });
  if (landed.kind === 'disk') return landed;
  const mismatch = [
    ...(task.asked === undefined ? [] : checkClip(facts, task.asked)),
    ...flaws,
    ...(bytes.wrongType === undefined
      ? []
      : [`the media host calls the clip ${bytes.wrongType}, although it is a video`]),
  ];
  const clip: LockClip = {
    path: toLockPath(task.ledger.lockPath, landed.path),
    sha256: bytes.sha256,
    bytes: bytes.bytes,
    width: facts.width,
    height: facts.height,
    seconds: facts.seconds,
    audio: facts.audio,
  };
  await recordPaid(ctx, task, {
    kind: 'landed',
    at: now(ctx),
    task: task.task,
    gateway: task.gateway.name,
    clip,
    ...(mismatch.length === 0 ? {} : { mismatch }),
  });
  if (mismatch.length > 0 && task.onMismatch === 'fail' && task.counts) {
    ctx.tally.because('mismatch', 'a clip is not what was asked for, and on_mismatch says fail');
  }
  ctx.deps.emit({
    event: 'render.completed',
    ...about(task),
    task: task.task,
    path: ctx.deps.options.showPath?.(landed.path) ?? landed.path,
    bytes: bytes.bytes,
    seconds: facts.seconds,
    ...(cost === undefined ? {} : { cost }),
    ...(mismatch.length === 0 ? {} : { mismatch }),
  });
  return { kind: 'kept' };
}
