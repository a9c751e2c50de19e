/** Two renders that are one: the same request twice, or two clips for one file. */
import { foldCase, type RenderId } from '../../../ids.ts';
import type { Project } from '../../../scene.ts';
import type { Diagnostic } from '../../../diagnostic.ts';
import { Folding, type Problem } from './problem-folding.ts';
import type { Resolved, ResolvedRender } from '../../plan.ts';

/**
 * Renders of one project that would send the same request: paid twice for one clip. Folded per pair
 * of scenes, or per pair of aliases where the aliases are what is equal. Skipped renders send
 * nothing.
 */
export function duplicateRenders(renders: readonly ResolvedRender[]): Problem[] {
  const firsts = new Map<string, ResolvedRender>();
  const problems: Problem[] = [];
  for (const render of renders) {
    if (render.skip !== undefined) continue;
    const first = firsts.get(render.fingerprint);
    if (first === undefined) firsts.set(render.fingerprint, render);
    else problems.push(duplicate(first, render));
  }
  return problems;
}

function duplicate(first: ResolvedRender, second: ResolvedRender): Problem {
  const pair: readonly RenderId[] = [first.id, second.id];
  if (first.scene === second.scene) {
    return {
      code: 'duplicate-render',
      severity: 'error',
      message: `aliases ${first.alias} and ${second.alias} send the same requests: the same model with the same settings`,
      place: second.placeOf(['model']),
      hint: 'Remove one of the aliases, or use `takes` to get more clips of one request.',
      related: [
        {
          kind: first.alias,
          message: `alias ${first.alias} is the same`,
          place: first.placeOf(['model']),
        },
      ],
      renders: pair,
    };
  }
  return {
    code: 'duplicate-render',
    severity: 'error',
    message: `scenes ${first.scene} and ${second.scene} send the same request on ${first.model.name}`,
    place: second.place,
    hint: `To get another clip of the same request, write \`takes: 2\` in ${first.scene} instead of a second scene.`,
    related: [
      { kind: first.scene, message: `scene ${first.scene} is the same`, place: first.place },
    ],
    renders: pair,
  };
}

/**
 * Whether scenes and aliases are distinguished by their names on every file system: then so are the
 * files of their clips.
 */
export const areNamesApart = ({ scenes, aliases }: Project): boolean =>
  [scenes.map(({ id }) => id), aliases.map(({ alias }) => alias)].every(
    (names) => new Set(names.map(foldCase)).size === names.length,
  );

/**
 * Renders that would write one file, also on a file system that does not tell upper from lower
 * case, within one project or across all that are given.
 */
export function sameTargets(
  parts: readonly { readonly project: Project; readonly renders: readonly ResolvedRender[] }[],
): Problem[] {
  const writers = new Map<string, { readonly project: Project; readonly render: ResolvedRender }>();
  const problems: Problem[] = [];
  for (const { project, renders } of parts) {
    for (const render of renders) {
      const key = foldCase(render.target);
      const first = writers.get(key);
      if (first === undefined) writers.set(key, { project, render });
      else problems.push(sameTarget(first, { project, render }));
    }
  }
  return problems;
}

type Writer = { readonly project: Project; readonly render: ResolvedRender };

function sameTarget(first: Writer, second: Writer): Problem {
  const across = first.project !== second.project;
  return {
    code: 'same-target',
    severity: 'error',
    message: across
      ? `${first.project.manifest} and ${second.project.manifest} write the same files: both are project ${first.project.name} with one output folder`
      : `${first.render.id} and ${second.render.id} write the same file${first.render.target === second.render.target ? '' : ' on file systems that ignore case'}`,
    place: second.render.place,
    // Across manifests one wrong project name is one mistake, however many scenes meet.
    ...(across ? { key: `${first.project.manifestPath}\n${second.project.manifestPath}` } : {}),
    hint: across
      ? 'Give one of them another `project:` or `output:`.'
      : 'Rename one of the scenes or aliases.',
    related: [
      { kind: 'first', message: `${first.render.id} writes it too`, place: first.render.place },
    ],
    renders: [first.render.id, second.render.id],
  };
}

/**
 * The check across manifests of one run; within one manifest `resolveProject` has made it. One
 * error per pair of manifests.
 */
export function targetCollisions(resolved: readonly Resolved[]): Diagnostic[] {
  if (resolved.length < 2) return [];
  const folding = new Folding();
  const pairs = new Map<string, Problem>();
  for (const problem of sameTargets(resolved)) {
    if (problem.key === undefined) continue;
    const first = pairs.get(problem.key) ?? problem;
    pairs.set(problem.key, first);
    folding.add(first.place === undefined ? problem : { ...problem, place: first.place });
  }
  return folding.diagnostics();
}
