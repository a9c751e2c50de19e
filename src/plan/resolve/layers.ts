/**
 * Layers of settings, weakest first: `defaults`, the alias, the scene, `overrides.<alias>`. What
 * they come to for one scene on one alias, and which part of it the scene itself said.
 */
import { defined } from '../../defined.ts';
import type { Place } from '../../diagnostic.ts';
import {
  type AliasSpec,
  type Layer,
  locatedAt,
  type LocatedMap,
  overlay,
  type Project,
  type SceneSpec,
  stackBroken,
} from '../../scene.ts';

/** All layers in one, with what is needed to say where a value came from. */
export interface Merged {
  readonly words: LocatedMap;
  readonly params: LocatedMap;
  readonly fit?: Layer['fit'];
  readonly drop?: Layer['drop'];
  readonly notify?: Layer['notify'];
  readonly broken?: Layer['broken'];
}

const emptyMap = (place: Place): LocatedMap => ({ kind: 'map', entries: new Map(), place });

/** `defaults`, the alias and the cast: the same for every scene, so made once per alias. */
export function baseLayer(project: Project, alias: AliasSpec): Merged {
  const { cast } = project;
  const words = emptyMap(alias.place);
  const nothing: Merged = {
    words:
      cast === undefined || cast === 'broken'
        ? words
        : { ...words, entries: new Map([['cast', { key: cast.place, value: cast }]]) },
    params: emptyMap(alias.place),
  };
  return over(over(nothing, project.defaults), alias.layer);
}

/** The base with what one scene says over it. */
export function sceneLayer(base: Merged, scene: SceneSpec, alias: AliasSpec): Merged {
  const own = over(base, scene.layer);
  const override = scene.overrides.get(alias.alias);
  return override === undefined ? own : over(own, override);
}

function over(below: Merged, layer: Layer): Merged {
  const fit = layer.fit ?? below.fit;
  const drop = layer.drop ?? below.drop;
  const notify = layer.notify ?? below.notify;
  const broken = stackBroken(below.broken, layer);
  return {
    words: overlay(below.words, layer.words),
    params: layer.params === undefined ? below.params : overParams(below.params, layer.params),
    ...defined({ fit, drop, notify, broken }),
  };
}

/**
 * As `overlay`, but a `null` stays: in `params` it also takes away what the portable words became,
 * which only the model knows.
 */
function overParams(below: LocatedMap, above: LocatedMap): LocatedMap {
  const entries = new Map(below.entries);
  for (const [key, { key: place, value }] of above.entries) {
    const under = entries.get(key)?.value;
    entries.set(key, {
      key: place,
      value: value.kind === 'map' && under?.kind === 'map' ? overParams(under, value) : value,
    });
  }
  return { kind: 'map', place: above.place, entries };
}

/** Whether the value at a path is from the base: `defaults` or the alias set it, and no scene. */
export function isFromBase(
  base: LocatedMap,
  merged: LocatedMap,
  path: readonly (string | number)[],
): boolean {
  const value = locatedAt(merged, path);
  return value !== merged && value === locatedAt(base, path);
}
