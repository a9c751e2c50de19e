/**
 * Scenes and models brought together: every render of a project with the exact body that would be
 * sent, and everything that is wrong with it. This is all of `rushes validate`: no lock, no disk,
 * no clock.
 */
import type { Alias, RenderId } from '../../ids.ts';
import type { Catalogue } from '../../models/model.ts';
import type { AliasSpec, Project, SceneSpec } from '../../scene.ts';
import { linkFrames } from './frames/link-frames.ts';
import { Patterns, plainScene } from './request-cache.ts';
import { areNamesApart, duplicateRenders, sameTargets } from './findings/collisions.ts';
import { Folding } from './findings/problem-folding.ts';
import { baseLayer } from './layers.ts';
import type { Resolved, ResolvedRender } from '../plan.ts';
import { idsOf } from './render-ids.ts';
import { checkAlias } from './resolve-alias.ts';
import { reportUnusedCast } from './findings/unused-cast.ts';
import { sameByDefault } from './same-by-default.ts';
import { type ResolvedAlias, resolveScene, settingsOf } from './resolve-scene.ts';

/**
 * Every scene on every alias it asks for, times its takes, in manifest order. What cannot be made
 * is left out and named by an error. Diagnostics are folded, in no particular order:
 * `inSourceOrder` sorts them. `today`: ISO date, for the end dates of models.
 */
export function resolveProject(project: Project, catalogue: Catalogue, today?: string): Resolved {
  const folding = new Folding();
  const aliases = new Map(project.aliases.map((spec) => [spec.alias, spec]));
  const known = new Map<Alias, ResolvedAlias>();
  for (const spec of project.aliases) {
    const model = checkAlias(spec, catalogue, () => idsOn(project, spec.alias), folding, today);
    if (model !== undefined)
      known.set(spec.alias, {
        spec,
        model,
        settings: settingsOf(project, spec),
        base: baseLayer(project, spec),
        patterns: new Patterns(),
      });
  }

  const all: ResolvedRender[] = [];
  let broken = 0;
  for (const scene of project.scenes) {
    if (scene.broken !== undefined && ++broken > MAX_BROKEN) continue;
    const on = wantedAliases(project, scene, aliases).flatMap(
      (alias) => known.get(alias.alias) ?? [],
    );
    const like = plainScene(scene);
    if (scene.broken?.models === true) judgeOnAll(project, scene, on, folding);
    else for (const alias of on) all.push(...resolveScene(project, scene, alias, folding, like));
  }
  reportUnusedCast(project, folding);
  const linked = linkFrames(project, all);
  for (const problem of linked.problems) folding.add(problem);
  const { renders } = linked;
  for (const problem of duplicateRenders(renders)) folding.add(problem);
  for (const problem of sameByDefault(renders)) folding.add(problem);
  if (!areNamesApart(project))
    for (const problem of sameTargets([{ project, renders }])) folding.add(problem);
  return { project, renders, diagnostics: folding.diagnostics() };
}

/**
 * At most this many scenes with errors are also checked by models: people fix no more before the
 * next run.
 */
const MAX_BROKEN = 500;

/**
 * The models of the scene are unknown: problems that every model reports about the same value are
 * reported.
 */
function judgeOnAll(
  project: Project,
  scene: SceneSpec,
  on: readonly ResolvedAlias[],
  folding: Folding,
): void {
  const [first, ...others] = on.map((alias) => {
    const own = new Folding();
    resolveScene(project, scene, alias, own);
    return own;
  });
  for (const problem of first?.problems() ?? [])
    if (others.every((other) => other.hasAt(problem))) folding.add(problem);
}

/** The aliases of a scene: those it names, each once, or all. */
function wantedAliases(
  project: Project,
  scene: SceneSpec,
  aliases: ReadonlyMap<Alias, AliasSpec>,
): readonly AliasSpec[] {
  if (scene.models === undefined) return project.aliases;
  return [...new Set(scene.models.map(({ alias }) => alias))].flatMap(
    (alias) => aliases.get(alias) ?? [],
  );
}

/** The renders that an alias would make, for diagnostics about the alias itself. */
function idsOn(project: Project, alias: Alias): readonly RenderId[] {
  return project.scenes.flatMap((scene) => {
    const isOn =
      scene.broken?.id !== true &&
      (scene.models === undefined || scene.models.some((wanted) => wanted.alias === alias));
    return isOn ? idsOf(scene, alias) : [];
  });
}
