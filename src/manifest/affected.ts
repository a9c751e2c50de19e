/**
 * Which renders a problem breaks: found at the end, when it is known what every scene is rendered
 * on.
 */
import { defined } from '../defined.ts';
import { type Diagnostic } from '../diagnostic.ts';
import { type Alias, renderId, type RenderId, type SceneId } from '../ids.ts';
import type { AliasSpec, Layer, SceneSpec } from '../scene.ts';
import type { Draft } from './scenes/build-scene.ts';
import type { InsteadOfScene, Reach, Reached } from './values/problems.ts';

interface SceneRenders {
  readonly id: SceneId;
  readonly models: readonly Alias[];
  readonly takes: number;
  readonly spec?: SceneSpec;
}

export interface Roster {
  readonly drafts: readonly Draft[];
  readonly scenes: readonly SceneSpec[];
  /** Every alias that the manifest names. */
  readonly aliases: readonly Alias[];
  readonly specs: readonly AliasSpec[];
}

export function diagnosticsOf(found: readonly Reached[], roster: Roster): Diagnostic[] {
  if (found.every(({ reach, problem }) => reach.length === 0 && !problem.insteadOfScene))
    return found.map(({ problem }) => ({ ...problem, renders: [] }));
  const byScene = sceneRendersOf(roster);
  const layers = new Map(roster.specs.map(({ alias, layer }) => [alias, layer]));
  return found.map(({ problem: { insteadOfScene, ...problem }, reach }) => ({
    ...problem,
    ...defined({ hint: hintOfFrame(insteadOfScene, byScene) ?? problem.hint }),
    renders: rendersOf(reach, byScene, layers),
  }));
}

/** `first_frame: hall`, where hall is a scene: its clip is meant, from which this one goes on. */
function hintOfFrame(
  instead: InsteadOfScene | undefined,
  scenes: ReadonlyMap<string, SceneRenders>,
): string | undefined {
  if (instead === undefined) return undefined;
  const { word, path } = instead;
  const [id = '', alias, ...rest] = path.split('/');
  const scene = scenes.get(id);
  if (scene === undefined || rest.length > 0) return undefined;
  const model = scene.models.find((one) => one === alias);
  if (alias !== undefined && model === undefined) return undefined;
  const frame = word === 'first_frame' ? 'last' : 'first';
  const of = [
    `scene: ${flowText(id)}`,
    ...(model === undefined ? [] : [`model: ${flowText(model)}`]),
  ];
  return `${id} is a scene: write ${word}: { ${[...of, `frame: ${frame}`].join(', ')} }`;
}

/** A word that YAML would take for a number, a truth value or nothing needs quotes. */
const flowText = (word: string): string =>
  /^\p{L}/u.test(word) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(word)
    ? word
    : JSON.stringify(word);

function sceneRendersOf({ drafts, scenes, aliases }: Roster): ReadonlyMap<SceneId, SceneRenders> {
  const specs = new Map(scenes.map((scene) => [scene.id, scene]));
  return new Map(
    // A scene without a valid id has a name that stands in for it, and no renders.
    drafts
      .filter(({ isNamed }) => isNamed)
      .map(({ id, reach }) => {
        const spec = specs.get(id);
        const models = spec?.models?.map(({ alias }) => alias) ?? reach.models ?? aliases;
        return [id, { id, models, takes: spec?.takes ?? reach.takes, ...defined({ spec }) }];
      }),
  );
}

function rendersOf(
  reaches: readonly Reach[],
  byScene: ReadonlyMap<SceneId, SceneRenders>,
  layers: ReadonlyMap<Alias, Layer>,
): readonly RenderId[] {
  const renders = new Set<RenderId>();
  const add = ({ id, models, takes }: SceneRenders, wanted: (alias: Alias) => boolean): void => {
    for (const alias of models) {
      if (!wanted(alias)) continue;
      for (let take = 1; take <= takes; take++) renders.add(renderId(id, alias, take));
    }
  };
  for (const reach of reaches) {
    if (reach.kind === 'scene') {
      const scene = byScene.get(reach.scene);
      if (scene !== undefined)
        add(scene, (alias) => reach.alias === undefined || alias === reach.alias);
      continue;
    }
    const { key } = reach;
    for (const scene of byScene.values()) {
      add(scene, (alias) => {
        if (reach.kind === 'alias' && alias !== reach.alias) return false;
        if (key === undefined) return true;
        const above = [
          reach.kind === 'defaults' ? layers.get(alias) : undefined,
          scene.spec?.layer,
          scene.spec?.overrides.get(alias),
        ];
        return !above.some((layer) => layer !== undefined && sets(layer, key));
      });
    }
  }
  return [...renders];
}

/** Whether a layer replaces what lies beneath it under a key; maps merge, so they do not. */
function sets(layer: Layer, key: string): boolean {
  if (key === 'fit' || key === 'drop' || key === 'notify') return layer[key] !== undefined;
  const value = layer.words.entries.get(key)?.value;
  return value !== undefined && value.kind !== 'map';
}
