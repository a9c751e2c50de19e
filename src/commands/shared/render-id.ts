/**
 * The render that a person means: `crab/kling`, or `film:crab/kling` where several manifests have
 * one of that name.
 */
import { manifestName, parseRenderId, type RenderId, splitQualified } from '../../ids.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Plan, PlannedRender, ProjectPlan } from '../../plan/plan.ts';
import { UsageError } from './io.ts';

interface WantedId {
  /** Before the colon, if there is one: the name of a manifest. */
  readonly manifest: string | undefined;
  readonly id: RenderId;
}

/** Throws a usage error if the text is not a render id. */
function parseWanted(text: string): WantedId {
  const { manifest, id } = splitQualified(text);
  const parsed = parseRenderId(id);
  if (parsed === undefined)
    throw new UsageError(
      `${JSON.stringify(text)} is not a render id`,
      'A render id is scene/alias, or scene/alias/2 for take 2 and up.',
    );
  return { manifest, id: parsed.id };
}

const isOf = (wanted: WantedId, manifest: string): boolean =>
  wanted.manifest === undefined ||
  wanted.manifest === manifest ||
  wanted.manifest === manifestName(manifest);

export function findRender(
  plan: Plan,
  text: string,
): { readonly part: ProjectPlan; readonly planned: PlannedRender } {
  const wanted = parseWanted(text);
  const found = plan.projects.flatMap((part) =>
    isOf(wanted, part.project.manifest)
      ? part.renders
          .filter(({ render }) => render.id === wanted.id)
          .map((planned) => ({ part, planned }))
      : [],
  );
  return only(
    text,
    found,
    ({ part }) => part.project.manifest,
    plan.projects.flatMap(({ renders }) => renders.map(({ render }) => render.id)),
  );
}

function only<Found>(
  text: string,
  found: readonly Found[],
  manifestOf: (found: Found) => string,
  known: readonly string[],
): Found {
  const [first, second] = found;
  if (first === undefined) {
    const near = nearest(splitQualified(text).id, known);
    throw new UsageError(
      `no render is called ${JSON.stringify(text)}`,
      near === undefined ? 'rushes plan and rushes status list them.' : `Did you mean ${near}?`,
    );
  }
  if (second !== undefined) {
    const names = found.map((one) => `${manifestName(manifestOf(one))}:${splitQualified(text).id}`);
    throw new UsageError(
      `${JSON.stringify(text)} is in several manifests`,
      `Say which: ${names.join(' or ')}`,
    );
  }
  return first;
}
