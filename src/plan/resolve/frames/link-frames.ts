/**
 * Edges of a manifest: each frame of another clip is linked to the render that it comes from, and
 * the request names that clip by its digest or, while it is still to be made, by its request. Pure:
 * the same renders, picks and clips give the same links.
 */
import type { Fingerprint, RenderId } from '../../../ids.ts';
import { frameText } from '../../../pictures/frame-text.ts';
import { withPlaceholders } from '../../../pictures/placeholder.ts';
import type { Project } from '../../../scene.ts';
import type { ResolvedRender, UsedFrame } from '../../plan.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Problem } from '../findings/problem-folding.ts';
import { FrameTargets, type TargetOptions } from './frame-targets.ts';
import { circleProblem } from './circles.ts';

export interface LinkOptions extends TargetOptions {
  /** sha256 of the clip that a render has, 64 hex digits; `undefined`: it is still to be made. */
  readonly clipOf?: ((upstream: ResolvedRender) => string | undefined) | undefined;
}

export interface Linked {
  /** In the order given, without those that are wrong or need one that is. */
  readonly renders: readonly ResolvedRender[];
  readonly problems: readonly Problem[];
}

export const hasFrames = (renders: readonly ResolvedRender[]): boolean =>
  renders.some(({ frames }) => frames !== undefined);

export function linkFrames(
  project: Project,
  renders: readonly ResolvedRender[],
  options: LinkOptions = {},
): Linked {
  if (!hasFrames(renders)) return { renders, problems: [] };
  const { targeted, problems, broken } = withTargets(project, renders, options);
  const order = inStages(targeted);
  for (const circle of order.circles) problems.push(circleProblem(circle, targeted));
  const linked = new Map<RenderId, ResolvedRender>();
  for (const id of order.ids) {
    const render = targeted.get(id);
    if (render === undefined) continue;
    const made = linkOne(render, linked, options);
    if (made !== undefined && !broken.has(id)) linked.set(id, made);
  }
  return {
    renders: renders.flatMap(({ id }) => linked.get(id) ?? []),
    problems,
  };
}

interface Targeted {
  readonly targeted: ReadonlyMap<RenderId, ResolvedRender>;
  readonly problems: Problem[];
  readonly broken: ReadonlySet<RenderId>;
}

function withTargets(
  project: Project,
  renders: readonly ResolvedRender[],
  options: LinkOptions,
): Targeted {
  const targets = new FrameTargets(project, renders, options);
  const problems: Problem[] = [];
  const broken = new Set<RenderId>();
  const targeted = new Map<RenderId, ResolvedRender>();
  for (const render of renders) {
    const frames = render.frames?.map((used): UsedFrame => {
      const target = targets.of(render, used);
      const { upstream: _before, ...rest } = used;
      if (target.kind === 'render') return { ...rest, upstream: target.id };
      if (target.kind === 'problem') {
        broken.add(render.id);
        if (target.problem !== undefined) problems.push(target.problem);
      }
      return rest;
    });
    targeted.set(render.id, frames === undefined ? render : { ...render, frames });
  }
  return { targeted, problems, broken };
}

/** Upstream first; `circles`: renders that wait for each other, each for the next one. */
function inStages(renders: ReadonlyMap<RenderId, ResolvedRender>): {
  readonly ids: readonly RenderId[];
  readonly circles: readonly (readonly RenderId[])[];
} {
  const missing = new Map<RenderId, number>();
  const waiting = new Map<RenderId, RenderId[]>();
  const ids: RenderId[] = [];
  for (const { id, frames = [] } of renders.values()) {
    const upstreams = upstreamsOf({ frames });
    if (upstreams.length === 0) ids.push(id);
    else missing.set(id, upstreams.length);
    for (const upstream of upstreams) {
      const list = waiting.get(upstream);
      if (list === undefined) waiting.set(upstream, [id]);
      else list.push(id);
    }
  }
  // The list grows while it is walked.
  for (const done of ids)
    for (const id of waiting.get(done) ?? []) {
      const left = (missing.get(id) ?? 0) - 1;
      missing.set(id, left);
      if (left === 0) ids.push(id);
    }
  return { ids, circles: circlesAmong(renders, new Set(ids)) };
}

/**
 * Circles among the renders that no order can hold. Those that only wait for a circle are in none.
 */
function circlesAmong(
  renders: ReadonlyMap<RenderId, ResolvedRender>,
  placed: ReadonlySet<RenderId>,
): readonly (readonly RenderId[])[] {
  const seen = new Set<RenderId>(placed);
  const circles: (readonly RenderId[])[] = [];
  for (const start of renders.keys()) {
    const path: RenderId[] = [];
    const at = new Map<RenderId, number>();
    for (let id: RenderId | undefined = start; id !== undefined && !placed.has(id);) {
      const before = at.get(id);
      if (before !== undefined) circles.push(path.slice(before));
      if (seen.has(id)) break;
      seen.add(id);
      at.set(id, path.length);
      path.push(id);
      id = upstreamsOf(renders.get(id)).find((one) => renders.has(one) && !placed.has(one));
    }
  }
  return circles;
}

/** The renders whose clips a render needs, each once. */
export const upstreamsOf = (
  render: Pick<ResolvedRender, 'frames'> | undefined,
): readonly RenderId[] => [
  ...new Set(render?.frames?.flatMap(({ upstream }) => upstream ?? []) ?? []),
];

/** `undefined` if a render that it needs cannot be made. */
function linkOne(
  render: ResolvedRender,
  linked: ReadonlyMap<RenderId, ResolvedRender>,
  { clipOf }: LinkOptions,
): ResolvedRender | undefined {
  const { frames } = render;
  if (frames === undefined) return render;
  const upstreams = upstreamsOf(render);
  if (upstreams.some((id) => !linked.has(id))) return undefined;
  const textOf = (used: UsedFrame, sha256: string | undefined): string => {
    const { upstream, reference } = used;
    const planned = upstream === undefined ? undefined : linked.get(upstream);
    if (upstream === undefined || planned === undefined) return used.placeholder;
    return frameText({
      render: upstream,
      frame: reference.frame,
      of:
        sha256 === undefined
          ? { kind: 'request', hex: hexOf(planned.planned ?? planned.fingerprint) }
          : { kind: 'sha256', hex: sha256 },
    });
  };
  const known = ({ upstream }: UsedFrame): string | undefined => {
    const from = upstream === undefined ? undefined : linked.get(upstream);
    return from === undefined ? undefined : clipOf?.(from);
  };
  const now = frames.map((used) => ({ ...used, placeholder: textOf(used, known(used)) }));
  const request = withFrames(render.request, now);
  const planned = fingerprintWith(
    render,
    withFrames(
      render.request,
      frames.map((used) => ({ ...used, placeholder: textOf(used, undefined) })),
    ),
  );
  return {
    ...render,
    frames: now,
    request,
    planned,
    fingerprint: fingerprintWith(render, request),
  };
}

/** The body with these texts in the places of its frames. */
export function withFrames(
  request: ResolvedRender['request'],
  frames: readonly UsedFrame[],
): ResolvedRender['request'] {
  const texts = new Map(frames.map(({ at, placeholder }) => [at.join('\0'), placeholder]));
  return withPlaceholders(request, (text, at) => texts.get(at.join('\0')) ?? text);
}

export const fingerprintWith = (
  { model, take, revision }: ResolvedRender,
  body: ResolvedRender['request'],
): Fingerprint =>
  fingerprintOf({
    gateway: model.gateway,
    take,
    revision,
    body,
    deliveryFields: model.deliveryFields,
  });

const hexOf = (fingerprint: Fingerprint): string => fingerprint.slice('sha256:'.length);
