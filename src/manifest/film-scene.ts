/** One expanded scene: templates filled in, cells read, checked against the language, and made into a spec. */
import { foldCase, type Alias, parseName, type SceneId } from '../ids.ts';
import type { Place } from '../diagnostic.ts';
import type { Layer, LocatedMap, SceneSpec } from '../scene.ts';
import { settleCells } from './cells.ts';
import { check } from './issues.ts';
import { sceneSchema } from './language.ts';
import { layerOf, type LayerContext } from './layer.ts';
import { get, getMap, getNumber, getText, getTexts, mapOf, quoted, scalar, without } from './located.ts';
import { nearest } from './nearest.ts';
import type { Problem, Problems, Reach, Report } from './problems.ts';
import type { Scope } from './template.ts';

/** A scene before `extends` is followed. */
export interface Draft {
  readonly id: SceneId;
  readonly place: Place;
  /** `undefined` where something is wrong with the scene itself. */
  readonly spec?: SceneSpec;
  readonly parent?: { readonly id: string; readonly place: Place };
  /** What the scene says by itself, so that the parent's value does not count. */
  readonly says: { readonly models: boolean; readonly takes: boolean; readonly tags: boolean };
  /** What it would be rendered on, as far as that can be made out: for diagnostics. */
  readonly reach: { readonly models?: readonly Alias[]; readonly takes: number };
}

export interface FilmContext extends Omit<LayerContext, 'scope'> {
  readonly problems: Problems;
  /** Every alias that the manifest names, sound or not. */
  readonly aliases: ReadonlySet<string>;
}

/** The scene, or `undefined` if it has no id that could be worked with; whatever is wrong is reported. */
export function filmScene(entry: LocatedMap, scope: Scope, hasCells: boolean, context: FilmContext): Draft | undefined {
  const { problems, filler } = context;
  const errorsBefore = problems.errors;
  let reach: Reach | undefined;
  const report = (problem: Problem): void => problems.add(problem, reach);

  const rawId = entry.entries.get('id');
  const filledId = rawId === undefined ? undefined : filler.fill(rawId.value, scope, report);
  const id = filledId?.kind === 'scalar' && typeof filledId.value === 'string' ? parseName<SceneId>(filledId.value) : undefined;
  if (id !== undefined) reach = { kind: 'scene', scene: id };

  const scene = mapOf(new Map(filledId === undefined ? [] : [['id', { key: filledId.place, value: filledId }]]), entry.place);
  const inner: Scope = new Map(scope).set('scene', scene);
  // Of a scene that is written out, as most are, nothing is copied.
  const isIdKept = filledId === rawId?.value;
  const rest = without(entry, (key) => key === 'matrix' || key === 'rows' || (key === 'id' && !isIdKept));
  let filled = filler.map(rest, inner, report);
  if (rawId !== undefined && filledId !== undefined && !isIdKept)
    filled = mapOf(new Map([['id', { key: rawId.key, value: filledId }], ...filled.entries]), entry.place);
  if (hasCells) filled = settleCells(filled);

  // An id that a template could not make was reported where the template stands.
  const lostId = rawId !== undefined && filledId === undefined;
  const judged = lostId
    ? mapOf(new Map([['id', { key: rawId.key, value: scalar('lost', rawId.key) }], ...filled.entries]), entry.place)
    : filled;
  const bad = new Set<string>();
  const label = id === undefined ? 'the scene' : `scene ${id}`;
  check({ schema: sceneSchema, value: judged, written: entry, label }, (problem, path) => {
    bad.add(String(path[0] ?? ''));
    report(problem);
  });
  checkAliases(filled, context.aliases, report);
  if (id === undefined) return undefined;

  const good = bad.size === 0 ? filled : without(filled, (key) => bad.has(key));
  const within = { ...context, scope: inner };
  const layer = layerOf(good, within, report);
  const overrides = overridesOf(good, within, report);
  const models =
    get(filled, 'models') === undefined
      ? undefined
      : getTexts(filled, 'models').map(({ text, place }) => ({ alias: text as Alias, place }));
  const takes = getNumber(filled, 'takes');
  const place = filledId?.place ?? entry.place;
  const parent = getText(filled, 'extends');
  const known = models?.filter(({ alias }) => context.aliases.has(alias));
  return {
    id,
    place,
    ...(problems.errors === errorsBefore ? { spec: specOf(id, place, filled, layer, overrides, models) } : {}),
    ...(parent === undefined ? {} : { parent: { id: parent.text, place: parent.place } }),
    says: { models: models !== undefined, takes: takes !== undefined, tags: get(filled, 'tags') !== undefined },
    reach: {
      takes: takes !== undefined && Number.isInteger(takes) && takes >= 1 && takes <= 999 ? takes : 1,
      ...(known === undefined || known.length === 0 ? {} : { models: known.map(({ alias }) => alias) }),
    },
  };
}

function specOf(
  id: SceneId,
  place: Place,
  filled: LocatedMap,
  layer: Layer,
  overrides: ReadonlyMap<Alias, Layer>,
  models: SceneSpec['models'],
): SceneSpec {
  const skip = get(filled, 'skip');
  const skipped =
    skip?.kind === 'scalar' && skip.value !== false ? (typeof skip.value === 'string' ? { reason: skip.value } : {}) : undefined;
  return {
    id,
    place,
    layer,
    ...(models === undefined ? {} : { models }),
    overrides,
    takes: getNumber(filled, 'takes') ?? 1,
    revision: getNumber(filled, 'revision') ?? 0,
    ...(skipped === undefined ? {} : { skip: skipped }),
    tags: getTexts(filled, 'tags').map(({ text }) => text),
  };
}

function overridesOf(filled: LocatedMap, context: LayerContext, report: Report): ReadonlyMap<Alias, Layer> {
  const layers = new Map<Alias, Layer>();
  for (const [alias, { value }] of getMap(filled, 'overrides')?.entries ?? []) {
    if (value.kind === 'map') layers.set(alias as Alias, layerOf(value, context, report));
  }
  return layers;
}

/** Every alias that a scene names must be one of the manifest's. */
function checkAliases(scene: LocatedMap, aliases: ReadonlySet<string>, report: Report): void {
  // Without a single alias that is the mistake, and this would be its echo.
  if (aliases.size === 0) return;
  const named = new Map<string, Place>();
  for (const { text, place } of getTexts(scene, 'models')) {
    const twin = named.get(foldCase(text));
    if (!aliases.has(text)) report(unknownAlias(text, place, aliases));
    else if (twin !== undefined) {
      report({
        code: 'wrong-value',
        message: `models names ${text} twice`,
        place,
        also: [{ message: 'first here', place: twin }],
        hint: 'For a second clip of the same request write takes: 2.',
      });
    }
    named.set(foldCase(text), place);
  }
  for (const [alias, { key }] of getMap(scene, 'overrides')?.entries ?? []) {
    if (!aliases.has(alias)) report(unknownAlias(alias, key, aliases));
    else if (named.size > 0 && !named.has(foldCase(alias))) {
      const message = `overrides.${alias} changes nothing: the scene is not rendered on ${alias}`;
      report({ code: 'no-effect', severity: 'warning', message, place: key, hint: `Add ${alias} to models, or delete the override.` });
    }
  }
}

/** An alias that the manifest does not have. */
export function unknownAlias(alias: string, place: Place, aliases: ReadonlySet<string>): Problem {
  const near = nearest(alias, aliases);
  const all = [...aliases].join(', ');
  const hint =
    near !== undefined
      ? `Did you mean ${near}?`
      : alias.includes('/')
        ? `Aliases are wanted here, not models: ${all}.`
        : `The manifest has: ${all}.`;
  return { code: 'unknown-alias', message: `${quoted(alias)} is no alias of this manifest`, place, hint };
}
