/** `extends:`: the settings of another scene are used below those of this one. */
import { defined } from '../../defined.ts';
import { type Alias, foldCase, nameProblem, suggestName } from '../../ids.ts';
import { type Layer, type LocatedMap, type SceneSpec, stackBroken } from '../../scene.ts';
import type { Draft } from './build-scene.ts';
import { lostLayer } from './layer.ts';
import { type Entries, mapOf, quoted } from '../values/located.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Problems } from '../values/problems.ts';

/**
 * The specs of all scenes in the same order, with what they inherit. Linear in their number.
 * `allKnown`: whether there are no other scenes than these, such as those of a file that cannot be
 * read.
 */
export function inherit(
  drafts: readonly Draft[],
  allKnown: boolean,
  problems: Problems,
): readonly SceneSpec[] {
  const byId = new Map<string, Draft>();
  for (const draft of drafts) {
    const name = draft.isNamed ? draft.id : draft.written?.id;
    if (name !== undefined && !byId.has(name)) byId.set(name, draft);
  }
  const isNameless = ({ isNamed, written }: Draft): boolean => !isNamed && written === undefined;
  const nameless = drafts.filter(isNameless).length;
  /** Whether a parent that is not there may be a scene whose id could not be made out. */
  const mayBe = (child: Draft): boolean => !allKnown || nameless > (isNameless(child) ? 1 : 0);
  const done = new Map<Draft, SceneSpec>();
  for (const draft of drafts) {
    // Most scenes stand on their own.
    if (draft.parent === undefined) {
      done.set(draft, draft.spec);
      continue;
    }
    const chain: Draft[] = [];
    const inChain = new Set<Draft>();
    let at: Draft | undefined = draft;
    while (at !== undefined && !done.has(at)) {
      if (inChain.has(at)) {
        reportCircle(chain.slice(chain.indexOf(at)), problems);
        for (const scene of chain.splice(chain.indexOf(at))) done.set(scene, orphan(scene.spec));
        break;
      }
      chain.push(at);
      inChain.add(at);
      if (at.parent !== undefined && !byId.has(at.parent.id)) {
        if (!mayBe(at)) reportUnknown(at, byId, problems);
        done.set(at, orphan(at.spec));
      }
      at = at.parent === undefined ? undefined : byId.get(at.parent.id);
    }
    for (const scene of chain.reverse()) {
      if (done.has(scene)) continue;
      const parent = scene.parent === undefined ? undefined : byId.get(scene.parent.id);
      const beneath = parent === undefined ? undefined : done.get(parent);
      done.set(scene, beneath === undefined ? scene.spec : child(scene, beneath));
    }
  }
  return drafts.flatMap((draft) => done.get(draft) ?? []);
}

/** A scene whose parent does not exist: its inherited values are unknown. */
function orphan(spec: SceneSpec): SceneSpec {
  return {
    ...spec,
    layer: stackLayers(lostLayer(spec.place), spec.layer),
    broken: { ...spec.broken, ...(spec.models === undefined ? { models: true } : {}) },
  };
}

function child({ says, spec: own }: Draft, parent: SceneSpec): SceneSpec {
  const overrides = new Map<Alias, Layer>(parent.overrides);
  for (const [alias, layer] of own.overrides) {
    const beneath = overrides.get(alias);
    overrides.set(alias, beneath === undefined ? layer : stackLayers(beneath, layer));
  }
  const models = says.models ? own.models : parent.models;
  return {
    ...own,
    layer: stackLayers(parent.layer, own.layer),
    overrides,
    ...defined({ models }),
    takes: says.takes ? own.takes : parent.takes,
    tags: says.tags ? own.tags : parent.tags,
    ...(own.broken === undefined && parent.broken === undefined
      ? {}
      : { broken: brokenOf(says.models, own, parent) }),
  };
}

/** A scene on a broken one is broken too: it would be rendered without what that one lost. */
function brokenOf(
  setsModels: boolean,
  own: SceneSpec,
  parent: SceneSpec,
): NonNullable<SceneSpec['broken']> {
  const unknownCast = setsModels ? own.broken?.models : parent.broken?.models;
  return {
    ...(own.broken?.id === true ? { id: true } : {}),
    ...(unknownCast === true ? { models: true } : {}),
  };
}

function stackLayers(below: Layer, above: Layer): Layer {
  const broken = stackBroken(below.broken, above);
  const params =
    below.params === undefined
      ? above.params
      : above.params === undefined
        ? below.params
        : stack(below.params, above.params);
  return {
    ...below,
    ...above,
    words: stack(below.words, above.words),
    ...defined({ params, broken }),
  };
}

/**
 * One map over another. Unlike `overlay` it keeps nulls: they must still reach what lies beneath
 * both.
 */
function stack(below: LocatedMap, above: LocatedMap): LocatedMap {
  const entries: Entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const under = entries.get(key)?.value;
    const value =
      entry.value.kind === 'map' && under?.kind === 'map' ? stack(under, entry.value) : entry.value;
    entries.set(key, { key: entry.key, value });
  }
  return mapOf(entries, above.place);
}

function reportUnknown(
  { id, parent }: Draft,
  byId: ReadonlyMap<string, Draft>,
  problems: Problems,
): void {
  if (parent === undefined) return;
  const hint = (): string => {
    const near = nearest(parent.id, byId.keys());
    return near === undefined ? 'Name the id of a scene of this project.' : `Did you mean ${near}?`;
  };
  problems.add(
    {
      code: 'unknown-scene',
      message: `${quoted(parent.id)} is not a scene of this project`,
      place: parent.place,
      hint,
    },
    { kind: 'scene', scene: id },
  );
}

function reportCircle(circle: readonly Draft[], problems: Problems): void {
  const [first] = circle;
  if (first?.parent === undefined) return;
  const names = [...circle.map(({ id }) => id), first.id];
  const shown = names.length > 8 ? [...names.slice(0, 4), '…', ...names.slice(-3)] : names;
  const also = circle
    .slice(1, 6)
    .flatMap(({ parent }) =>
      parent === undefined ? [] : [{ message: 'and here', place: parent.place }],
    );
  for (const { id } of circle) {
    problems.add(
      {
        code: 'extends-circle',
        message: `scenes extend each other in a circle: ${shown.join(' → ')}`,
        place: first.parent.place,
        also,
        hint: 'Remove extends from one of them.',
      },
      { kind: 'scene', scene: id },
    );
  }
}

/** Ids that cannot be ids, each with one that can and that no scene has. */
export function reportBadIds(drafts: readonly Draft[], problems: Problems): void {
  const bad = drafts.filter(({ isNamed, written }) => !isNamed && written !== undefined);
  if (bad.length === 0) return;
  const taken = new Set(drafts.flatMap(({ id, isNamed }) => (isNamed ? [foldCase(id)] : [])));
  for (const [index, { written, place, idCell }] of bad.entries()) {
    const { id = '', isLiteral = true } = written ?? {};
    const free = index < MAX_SUGGESTIONS ? suggestName(id, taken) : undefined;
    const hint =
      free === undefined
        ? 'Every scene needs its own id, with letters and digits.'
        : isLiteral
          ? `Write ${free}`
          : `It could be ${free}: change the value that the template names.`;
    problems.add({
      code: 'bad-name',
      message: `scene id ${quoted(id)} ${nameProblem(id) ?? ''}`,
      place: idCell ?? place,
      ...(idCell === undefined ? {} : { also: [{ message: 'the id', place }] }),
      hint,
    });
    if (free !== undefined) taken.add(foldCase(free));
  }
}

/** More than these are not shown. */
const MAX_SUGGESTIONS = 500;

/**
 * One scene per id: folders of clips must differ even where a file system knows no case. Of two,
 * the later one is broken.
 */
export function distinct(drafts: readonly Draft[], problems: Problems): readonly Draft[] {
  const first = new Map<string, Draft>();
  return drafts.map((draft) => {
    if (!draft.isNamed) return draft;
    const key = foldCase(draft.id);
    const twin = first.get(key);
    if (twin === undefined) {
      first.set(key, draft);
      return draft;
    }
    reportTwin(draft, twin, problems);
    return { ...draft, spec: { ...draft.spec, broken: { ...draft.spec.broken } } };
  });
}

function reportTwin(draft: Draft, twin: Draft, problems: Problems): void {
  const isSame = draft.id === twin.id;
  const [place, other] = [draft.idCell ?? draft.place, twin.idCell ?? twin.place];
  const samePlace = place.start === other.start && place.source === other.source;
  const message = isSame
    ? samePlace
      ? `more than one scene made here has the id ${draft.id}`
      : `two scenes have the id ${draft.id}`
    : `the ids ${twin.id} and ${draft.id} differ only in case: their clips would share a folder on some machines`;
  const outside = (draft.axesOutsideId ?? []).map((axis) => `\${{ matrix.${axis} }}`);
  const hint = samePlace
    ? outside.length > 0
      ? `The id does not contain ${outside.join(' and ')}: put ${outside.length === 1 ? 'it' : 'them'} into the id.`
      : 'Put a value that differs into the id, as in weather-${{ matrix.sky }} or ${{ row.id }}.'
    : isSame
      ? 'Rename one of them. For several clips of one scene write takes: 2.'
      : 'Rename one of them.';
  const reach = { kind: 'scene', scene: draft.id } as const;
  problems.add(
    {
      code: 'duplicate-scene',
      message,
      place,
      ...(samePlace ? {} : { also: [{ message: 'the other one', place: other }] }),
      hint,
    },
    reach,
  );
}
