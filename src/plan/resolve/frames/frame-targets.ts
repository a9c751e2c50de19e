/** Which render each frame of another clip comes from, and what is wrong with a reference. Pure. */
import { renderWords } from '../../../command-words.ts';
import { type Alias, type RenderId, renderId, type SceneId } from '../../../ids.ts';
import { MOST_SEARCHES, nearest } from '../../../algorithms/nearest.ts';
import { frameWords } from '../../../pictures/frame-text.ts';
import type { Project } from '../../../scene.ts';
import type { ResolvedRender, UsedFrame } from '../../plan.ts';
import type { Problem } from '../findings/problem-folding.ts';

/** The pick of a scene in the lock, or that branches disagree about it. */
export type PickedRender = RenderId | { readonly oneOf: readonly RenderId[] } | undefined;

export interface TargetOptions {
  /** Absent: there is no lock to ask, as in `validate`. */
  readonly picked?: ((scene: SceneId) => PickedRender) | undefined;
}

/** `undefined` target: another error gives the reason, or the lock decides. */
export type Target =
  | { readonly kind: 'render'; readonly id: RenderId }
  | { readonly kind: 'open' }
  | { readonly kind: 'problem'; readonly problem?: Problem };

export class FrameTargets {
  readonly #project: Project;
  readonly #options: TargetOptions;
  readonly #renders: ReadonlyMap<RenderId, ResolvedRender>;
  readonly #scenes: ReadonlyMap<SceneId, Project['scenes'][number]>;
  readonly #near = new Map<string, string | undefined>();

  constructor(project: Project, renders: readonly ResolvedRender[], options: TargetOptions) {
    this.#project = project;
    this.#options = options;
    this.#renders = new Map(renders.map((render) => [render.id, render]));
    this.#scenes = new Map(project.scenes.map((scene) => [scene.id, scene]));
  }

  of(render: ResolvedRender, used: UsedFrame): Target {
    const { scene: id, alias, take, frame } = used.reference;
    const scene = this.#scenes.get(id);
    if (scene === undefined) return this.#unknownScene(render, used);
    if (alias !== undefined && !this.#project.aliases.some((spec) => spec.alias === alias))
      return this.#unknownAlias(render, used, alias);
    const picked = this.#pick(used);
    if (typeof picked === 'object')
      return problemAt(render, used, 'scene', {
        code: 'pick-conflict',
        message: `scene ${id} has several picks, so it is unknown which clip to continue`,
        hint: `Choose one: ${picked.oneOf.map((one) => `rushes pick ${this.#named(one)}`).join(' ; or: ')}`,
      });
    const wanted = picked ?? renderId(id, alias ?? render.alias, take ?? 1);
    const target = this.#renders.get(wanted);
    if (target === undefined) return this.#missing(render, used, scene);
    if (typeof frame === 'number' && frame >= target.asked.seconds)
      return problemAt(render, used, 'frame', {
        code: 'frame-past-end',
        message: `there is no ${frameWords(wanted, frame)}: the clip has ${target.asked.seconds} seconds`,
        hint: 'Name an earlier time, or last.',
      });
    return { kind: 'render', id: wanted };
  }

  /** The pick counts where the manifest leaves model or take open, and does not say otherwise. */
  #pick({ reference: { scene, alias, take } }: UsedFrame): PickedRender {
    if (take !== undefined) return undefined;
    const picked = this.#options.picked?.(scene);
    if (picked === undefined || (typeof picked === 'object' && alias === undefined)) return picked;
    if (typeof picked === 'object' || !this.#renders.has(picked)) return undefined;
    return alias === undefined || this.#renders.get(picked)?.alias === alias ? picked : undefined;
  }

  readonly #named = (id: RenderId): string => renderWords({ manifest: this.#project.manifest, id });

  #missing(render: ResolvedRender, used: UsedFrame, scene: Project['scenes'][number]): Target {
    const { reference } = used;
    const alias = reference.alias ?? render.alias;
    const isOn =
      scene.models === undefined || scene.models.some((wanted) => wanted.alias === alias);
    const take = reference.take ?? 1;
    // It cannot be made, and another error says why.
    if (isOn && take <= scene.takes) return { kind: 'problem' };
    if (isOn)
      return problemAt(render, used, 'take', {
        code: 'frame-of-render',
        message: `scene ${scene.id} has ${scene.takes === 1 ? 'one take' : `${scene.takes} takes`}, so there is no take ${take}`,
        hint: `Write takes: ${take} in scene ${scene.id}, or name another take.`,
      });
    if (
      reference.alias === undefined &&
      reference.take === undefined &&
      this.#options.picked === undefined
    )
      return { kind: 'open' };
    const models = scene.models?.map((wanted) => wanted.alias) ?? [];
    const example = models[0] ?? alias;
    return problemAt(render, used, reference.alias === undefined ? 'scene' : 'model', {
      code: 'frame-of-render',
      message: `scene ${scene.id} is not rendered on ${alias}${reference.alias === undefined ? ', and has no pick' : ''}; it is rendered on ${models.join(', ')}`,
      hint: `Name the model: { scene: ${scene.id}, frame: ${reference.frame}, model: ${example} }${reference.alias === undefined ? `, or choose a clip: rushes pick ${this.#named(renderId(scene.id, example, 1))}` : ''}.`,
    });
  }

  #unknownScene(render: ResolvedRender, used: UsedFrame): Target {
    const { scene } = used.reference;
    const near = this.#nearScene(scene);
    return problemAt(render, used, 'scene', {
      code: 'unknown-scene',
      message: `there is no scene ${JSON.stringify(scene)} in this manifest`,
      hint:
        near === undefined
          ? 'A frame can only come from a scene of the same manifest.'
          : `Did you mean ${near}? A frame can only come from a scene of the same manifest.`,
    });
  }

  #nearScene(scene: string): string | undefined {
    if (!this.#near.has(scene) && this.#near.size < MOST_SEARCHES)
      this.#near.set(scene, nearest(scene, this.#scenes.keys()));
    return this.#near.get(scene);
  }

  #unknownAlias(render: ResolvedRender, used: UsedFrame, alias: Alias): Target {
    const known = this.#project.aliases.map((spec) => spec.alias);
    const near = nearest(alias, known);
    return problemAt(render, used, 'model', {
      code: 'unknown-alias',
      message: `there is no model alias ${JSON.stringify(alias)}; this manifest has ${known.join(', ')}`,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    });
  }
}

const problemAt = (
  render: ResolvedRender,
  used: UsedFrame,
  key: 'scene' | 'frame' | 'model' | 'take',
  problem: Pick<Problem, 'code' | 'message' | 'hint'>,
): Target => ({
  kind: 'problem',
  problem: {
    severity: 'error',
    ...problem,
    place: render.placeOf([...used.at, key]),
    renders: [render.id],
  },
});
