/**
 * One expanded scene: templates filled in, cells read, checked against the language, and made into
 * a spec.
 */
import { foldCase, type Alias, parseName, type SceneId } from '../../ids.ts';
import type { Place } from '../../diagnostic.ts';
import type { Layer, Located, LocatedMap, SceneSpec, Writable } from '../../scene.ts';
import { BrokenKeys } from '../values/broken-keys.ts';
import { settleCells } from '../rows/cells.ts';
import { check } from '../language/check.ts';
import { sceneSchema } from '../language/schema/scene.ts';
import { layerOf, type LayerContext, lostLayer } from './layer.ts';
import {
  type Entries,
  get,
  getMap,
  getNumber,
  getText,
  getTexts,
  isNull,
  mapOf,
  quoted,
  without,
} from '../values/located.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Problem, Problems, Reach, Report } from '../values/problems.ts';
import type { Scope } from './parse-template.ts';
import { mayHoldTemplate } from './template.ts';

/** A scene before `extends` is followed. */
export interface Draft {
  readonly id: SceneId;
  /** Whether the id is what the scene says, and not one that stands in for it. */
  readonly isNamed: boolean;
  /**
   * The id, valid or not, and whether it is written where it is shown unchanged; absent if it is
   * missing, or could not be determined.
   */
  readonly written?: { readonly id: string; readonly isLiteral: boolean };
  readonly place: Place;
  /** The first value of a table's row that the id is made of, where the id is a text around it. */
  readonly idCell?: Place;
  /** Axes of its matrix that have several values and are not named in the id. */
  readonly axesOutsideId?: readonly string[];
  /** `spec.broken` where something is wrong with the scene itself. */
  readonly spec: SceneSpec;
  readonly parent?: { readonly id: string; readonly place: Place };
  /** The keys that the scene itself sets, so that the parent's value does not count. */
  readonly says: { readonly models: boolean; readonly takes: boolean; readonly tags: boolean };
  /** The aliases that it would be rendered on, as far as known: for diagnostics. */
  readonly reach: { readonly models?: readonly Alias[]; readonly takes: number };
}

export interface FilmContext extends Omit<LayerContext, 'scope'> {
  readonly problems: Problems;
  /** Every alias that the manifest names, sound or not. */
  readonly aliases: ReadonlySet<string>;
}

/**
 * The name of a scene whose id is not valid. It is never shown: such a scene is not
 * rendered.
 */
const STAND_IN = 'scene' as SceneId;

/** The readable parts of the scene; problems are reported. */
export function filmScene(
  entry: LocatedMap,
  scope: Scope,
  hasCells: boolean,
  context: FilmContext,
): Draft {
  const { problems, filler } = context;
  const [errorsBefore, lostBefore] = [problems.errors, filler.lost];
  let reach: Reach | undefined;
  const report = (problem: Problem): void => problems.add(problem, reach);

  const rawId = entry.entries.get('id');
  const filledId = rawId === undefined ? undefined : filler.fill(rawId.value, scope, report);
  const written =
    filledId?.kind === 'scalar' && typeof filledId.value === 'string' ? filledId.value : undefined;
  const cells =
    rawId === undefined || filledId === rawId.value || filledId?.place !== rawId.value.place
      ? []
      : filler.rowValues(rawId.value, scope);
  const empty = cells.find(({ value }) => value === null || String(value).trim() === '');
  if (empty !== undefined) report(emptyIdCell(empty.place, written, entry.place));
  const id = written === undefined || empty !== undefined ? undefined : parseName<SceneId>(written);
  if (id !== undefined) reach = { kind: 'scene', scene: id };

  const inner = withScene(scope, entry, filledId);
  // Of a scene that is written out, as most are, nothing is copied.
  const isIdKept = filledId === rawId?.value;
  const rest = without(
    entry,
    (key) => key === 'matrix' || key === 'rows' || (key === 'id' && !isIdKept),
  );
  let filled = filler.map(rest, inner, report);
  if (rawId !== undefined && filledId !== undefined && !isIdKept)
    filled = mapOf(
      new Map([['id', { key: rawId.key, value: filledId }], ...filled.entries]),
      entry.place,
    );
  const emptyCells = new Map<string, Place>();
  if (hasCells) filled = settleCells(filled, undefined, emptyCells);

  const wrong = new BrokenKeys();
  const label = id === undefined ? 'the scene' : `scene ${id}`;
  check({ schema: sceneSchema, value: filled, written: entry, label }, (problem, path, meant) => {
    wrong.add(path, meant);
    // Another id is only free when all are known. An empty cell is an id as well, and a bad one.
    const isToldLater =
      path[0] === 'id' &&
      (problem.code === 'bad-name' || (problem.code === 'absent-key' && written !== undefined));
    if (!isToldLater) report(problem);
  });
  if (filler.lost > lostBefore) wrong.addLost(filled);
  checkAliases(filled, context.aliases, report);

  const layers: LayerContext = {
    reader: context.reader,
    filler,
    folder: context.folder,
    scope: inner,
  };
  const layer = layerOf(filled, layers, report, wrong.keys);
  const overrides = overridesOf(filled, wrong, context.aliases, layers, report);
  const place = filledId?.place ?? entry.place;
  const parent = getText(filled, 'extends');
  const models = sceneModelsOf(filled, wrong, context.aliases);
  const takes = takesOf(filled, wrong);
  const isBroken = id === undefined || problems.errors > errorsBefore || filler.lost > lostBefore;
  const sound = wrong.keys.size === 0 ? filled : without(filled, (key) => wrong.keys.has(key));
  const spec: Writable<SceneSpec> = {
    id: id ?? STAND_IN,
    place,
    layer,
    overrides,
    takes: takes ?? 1,
    revision: getNumber(sound, 'revision') ?? 0,
    tags: textsOf(sound, 'tags'),
  };
  if (emptyCells.size > 0) spec.emptyCells = emptyCells;
  const skip = skipOf(sound);
  if (skip !== undefined) spec.skip = skip;
  if (Array.isArray(models)) spec.models = models;
  if (isBroken)
    spec.broken = {
      ...(id === undefined ? { id: true } : {}),
      ...(models === 'unknown' ? { models: true } : {}),
    };

  const reached: Writable<Draft['reach']> = { takes: takes ?? 1 };
  if (Array.isArray(models) && models.length > 0) reached.models = models.map(({ alias }) => alias);
  const says = {
    models: models !== undefined,
    takes: takes !== undefined,
    tags: get(filled, 'tags') !== undefined,
  };
  const draft: Writable<Draft> = {
    id: spec.id,
    isNamed: id !== undefined,
    place,
    spec,
    says,
    reach: reached,
  };
  if (cells[0] !== undefined) draft.idCell = cells[0].place;
  if (written !== undefined && empty === undefined)
    draft.written = { id: written, isLiteral: isIdKept || place !== rawId?.value.place };
  if (parent !== undefined) draft.parent = { id: parent.text, place: parent.place };
  return draft;
}

const emptyIdCell = (place: Place, written: string | undefined, scene: Place): Problem => ({
  code: 'bad-name',
  message: `the id of the scene needs this value, and it is empty${written === undefined ? '' : `: the id would be ${quoted(written)}`}`,
  place,
  also: [{ message: 'the scene', place: scene }],
  hint: 'Every row needs its own id, with letters and digits.',
});

/** What templates of the scene may name; one that holds none needs nothing more. */
function withScene(scope: Scope, entry: LocatedMap, id: Located | undefined): Scope {
  if (!mayHoldTemplate(entry)) return scope;
  const known: Entries = new Map();
  if (id !== undefined) known.set('id', { key: id.place, value: id });
  return new Map(scope).set('scene', mapOf(known, entry.place));
}

function takesOf(filled: LocatedMap, wrong: BrokenKeys): number | undefined {
  return wrong.keys.has('takes') ? undefined : getNumber(filled, 'takes');
}

type SceneModels = NonNullable<SceneSpec['models']>;

/**
 * What the scene is rendered on, `undefined` if it does not say. Of a wrong list as much as can
 * be made out, because the models have something to say of the rest of the scene: the names that
 * exist, and those that were probably meant.
 */
function sceneModelsOf(
  filled: LocatedMap,
  wrong: BrokenKeys,
  aliases: ReadonlySet<string>,
): SceneModels | 'unknown' | undefined {
  const key = wrong.writtenFor('models') ?? 'models';
  const value = get(filled, key);
  if (value === undefined) return wrong.keys.has('models') ? 'unknown' : undefined;
  const names =
    value.kind === 'scalar' && typeof value.value === 'string'
      ? [{ text: value.value, place: value.place }]
      : getTexts(filled, key);
  const found = names.flatMap(({ text, place }) => {
    const alias = aliases.has(text) ? text : nearest(text, aliases);
    return alias === undefined ? [] : [{ alias: alias as Alias, place }];
  });
  return found.length > 0 || aliases.size === 0 ? found : 'unknown';
}

function skipOf(filled: LocatedMap): SceneSpec['skip'] {
  const skip = get(filled, 'skip');
  if (skip?.kind !== 'scalar' || skip.value === false) return undefined;
  return typeof skip.value === 'string' ? { reason: skip.value } : {};
}

const textsOf = (filled: LocatedMap, key: string): readonly string[] =>
  getTexts(filled, key).map(({ text }) => text);

function overridesOf(
  filled: LocatedMap,
  wrong: BrokenKeys,
  aliases: ReadonlySet<string>,
  context: LayerContext,
  report: Report,
): ReadonlyMap<Alias, Layer> {
  const layers = new Map<Alias, Layer>();
  for (const [alias, { key, value }] of getMap(filled, 'overrides')?.entries ?? []) {
    // What stands under a misspelt alias was meant for the one that it is close to.
    const meant = (aliases.has(alias) ? alias : (nearest(alias, aliases) ?? alias)) as Alias;
    if (value.kind === 'map')
      layers.set(meant, layerOf(value, context, report, wrong.below(alias)));
    else if (!isNull(value)) layers.set(meant, lostLayer(key));
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
    else if (
      named.size > 0 &&
      !named.has(foldCase(alias)) &&
      getTexts(scene, 'models').every(({ text }) => aliases.has(text))
    ) {
      const message = `overrides.${alias} changes nothing: the scene is not rendered on ${alias}`;
      report({
        code: 'no-effect',
        severity: 'warning',
        message,
        place: key,
        hint: `Add ${alias} to models, or delete the override.`,
      });
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
        ? `Expected aliases, not models: ${all}.`
        : `The manifest has: ${all}.`;
  return {
    code: 'unknown-alias',
    message: `${quoted(alias)} is not an alias of this manifest`,
    place,
    hint,
  };
}
