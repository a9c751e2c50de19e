/**
 * What can be said of an alias before any scene: that its model exists, still answers, and has the
 * profile.
 */
import { nearest } from '../../nearest.ts';
import type { RenderId } from '../../ids.ts';
import type { Catalogue, Model } from '../../models/model.ts';
import type { AliasSpec } from '../../scene.ts';
import type { Folding } from './problem-folding.ts';

/** `kling-v3` without its gateway. */
function byNativeName(name: string, catalogue: Catalogue): string | undefined {
  const native = nearest(
    name,
    [...catalogue.values()].map((model) => model.native),
  );
  return [...catalogue.values()].find((model) => model.native === native)?.name;
}

/**
 * `today`: ISO date; without it nothing is said of whether an end date has passed.
 *
 * The model of the alias, or `undefined` where none can render for it; said once, whatever the
 * number of its renders.
 */
export function checkAlias(
  spec: AliasSpec,
  catalogue: Catalogue,
  rendersOf: () => readonly RenderId[],
  folding: Folding,
  today?: string,
): Model | undefined {
  const { use, profile } = spec;
  const model = catalogue.get(use.model);
  if (model === undefined) {
    const near = nearest(use.model, catalogue.keys()) ?? byNativeName(use.model, catalogue);
    folding.add({
      code: 'unknown-model',
      severity: 'error',
      message: `use: ${use.model} names no model of the catalogue`,
      place: use.place,
      hint:
        near === undefined
          ? '`rushes models` lists the models that exist'
          : `did you mean ${near}?`,
      renders: rendersOf(),
    });
    return undefined;
  }
  if (profile !== undefined && !Object.hasOwn(model.profiles, profile.name)) {
    const names = Object.keys(model.profiles);
    const near = nearest(profile.name, names);
    folding.add({
      code: 'unknown-profile',
      severity: 'error',
      message: `profile: ${profile.name} is not a profile of ${model.name}, which has ${names.length === 0 ? 'no profiles' : names.join(', ')}`,
      place: profile.place,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      renders: rendersOf(),
    });
    return undefined;
  }
  const { lifecycle } = model;
  if (lifecycle.state === 'gone') {
    folding.add({
      code: 'gone-model',
      severity: 'error',
      message: `${model.name} is gone (read ${lifecycle.asOf}): ${lifecycle.why}`,
      place: use.place,
      hint: 'use another model; clips that were made stay, as orphans, until `rushes prune`',
      renders: rendersOf(),
    });
    return undefined;
  }
  if (lifecycle.state !== 'retiring') return model;
  const renders = rendersOf();
  if (renders.length > 0) {
    const { goneOn } = lifecycle;
    const until =
      goneOn === undefined
        ? ''
        : today !== undefined && goneOn < today
          ? `; end date ${goneOn} has passed: requests will probably be refused`
          : `; expect refusals after ${goneOn}`;
    folding.add({
      code: 'retiring-model',
      severity: 'warning',
      message: `${model.name} is retiring (read ${lifecycle.asOf}): ${lifecycle.why}${until}`,
      place: use.place,
      renders,
    });
  }
  return model;
}
