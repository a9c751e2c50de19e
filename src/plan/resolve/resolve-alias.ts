/**
 * Checks of an alias before any scene: that its model exists, is still offered, and has the
 * profile.
 */
import { defined } from '../../defined.ts';
import { cutName } from '../../diagnostic.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { RenderId } from '../../ids.ts';
import type { Catalogue, Model } from '../../models/model.ts';
import { ownModel } from '../../models/own/own-card.ts';
import { type AliasSpec, type JsonObject, locatedAt, type LocatedMap, plain } from '../../scene.ts';
import type { Folding } from './findings/problem-folding.ts';

/** `kling-v3` without its gateway. */
function byNativeName(name: string, catalogue: Catalogue): string | undefined {
  const native = nearest(
    name,
    [...catalogue.values()].map((model) => model.native),
  );
  return [...catalogue.values()].find((model) => model.native === native)?.name;
}

/**
 * `today`: ISO date; without it, a passed end date is not reported.
 *
 * The model of the alias, or `undefined` if none can render for it; reported once, whatever the
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
  const model =
    use.card === undefined
      ? catalogue.get(use.model)
      : modelOfOwnCard(use.card, rendersOf, folding);
  if (model === undefined && use.card !== undefined) return undefined;
  if (model === undefined) {
    const near = nearest(use.model, catalogue.keys()) ?? byNativeName(use.model, catalogue);
    folding.add({
      code: 'unknown-model',
      severity: 'error',
      message: `use: ${cutName(use.model)} is not a model of the catalogue`,
      place: use.place,
      hint: near === undefined ? 'List the models with `rushes models`.' : `Did you mean ${near}?`,
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
      message: `profile: ${cutName(profile.name)} is not a profile of ${model.name}, which has ${names.length === 0 ? 'no profiles' : names.join(', ')}`,
      place: profile.place,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
      renders: rendersOf(),
    });
    return undefined;
  }
  const { readings = {} } = model;
  const unknown = spec.send?.find(({ text }) => !Object.hasOwn(readings, text));
  if (unknown !== undefined) {
    const names = Object.keys(readings);
    const near = nearest(unknown.text, names);
    folding.add({
      code: 'unknown-reading',
      severity: 'error',
      message: `send: ${cutName(unknown.text)} has no second reading on ${model.name}, which has ${names.length === 0 ? 'none' : names.join(', ')}`,
      place: unknown.place,
      hint:
        near === undefined
          ? '`rushes models <model>` lists the second readings of a model; other fields go under params'
          : `Did you mean ${near}?`,
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
      hint: 'Use another model. Existing clips stay as orphans until `rushes prune`.',
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

/** A card that the manifest brings along, or `undefined` after saying what does not fit in it. */
function modelOfOwnCard(
  card: LocatedMap,
  rendersOf: () => readonly RenderId[],
  folding: Folding,
): Model | undefined {
  const made = ownModel(plain(card) as JsonObject);
  if ('name' in made) return made;
  for (const { path, message, hint } of made)
    folding.add({
      code: 'broken-card',
      severity: 'error',
      message,
      place: locatedAt(card, path).place,
      ...defined({ hint }),
      renders: rendersOf(),
    });
  return undefined;
}
