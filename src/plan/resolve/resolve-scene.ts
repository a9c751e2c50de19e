/**
 * One scene on one alias: layers, changes that the writer allowed, translation, rules; then the
 * takes, which share all of it.
 */
import type { Alias } from '../../ids.ts';
import type {
  BodyPath,
  Model,
  ModelSettings,
  RuleFinding,
  WordFinding,
} from '../../models/model.ts';
import type { FindSecrets } from '../../secrets/find-secrets.ts';
import {
  type AliasSpec,
  type Json,
  type JsonObject,
  plain,
  type Project,
  type SceneSpec,
  type Words,
  type Writable,
} from '../../scene.ts';
import type { Pattern, Patterns, PlainScene } from './request-cache.ts';
import { type Findings, type Meaning, withoutEchoes } from './findings/consequential-findings.ts';
import { fingerprintOf, unwritableIn } from './fingerprint.ts';
import type { Folding } from './findings/problem-folding.ts';
import { Judgement } from './findings/report-findings.ts';
import { type Merged, sceneLayer } from './layers.ts';
import { allowChanges } from './fit-and-drop.ts';
import { type Provenance, suppliedAt } from './provenance.ts';
import type { ResolvedRender } from '../plan.ts';
import { priceOf } from './price-of.ts';
import { idsOf } from './render-ids.ts';
import { secretLinks } from './secrets/secret-link.ts';
import { secretValues } from './secrets/secret-value.ts';
import { usedFrames } from './frames/used-frames.ts';
import { usedPictures } from './used-pictures.ts';
import { wordsOf } from './words.ts';

/** An alias whose model exists, with everything that is the same for all its scenes. */
export interface ResolvedAlias {
  readonly spec: AliasSpec;
  readonly model: Model;
  readonly settings: ModelSettings;
  readonly base: Merged;
  readonly patterns: Patterns;
}

export const settingsOf = (project: Project, spec: AliasSpec): ModelSettings => ({
  ...(project.pictures.size === 0
    ? {}
    : { pictureOf: (placeholder) => project.pictures.get(placeholder) }),
  ...(project.cast === undefined ? {} : { hasCast: true }),
  ...(spec.profile === undefined ? {} : { profile: spec.profile.name }),
  ...(spec.send === undefined ? {} : { send: spec.send.map(({ text }) => text) }),
});

/**
 * The renders of a scene on an alias; none if anything was refused, which `folding` then holds.
 * `like`: the scene as far as it can be like others on this alias.
 */
export function resolveScene(
  project: Project,
  scene: SceneSpec,
  on: ResolvedAlias,
  folding: Folding,
  like?: PlainScene,
): ResolvedRender[] {
  const { spec, model, settings, base, patterns } = on;
  const pattern = patterns.of(scene, spec.alias, like);
  if (pattern !== undefined && like !== undefined && project.secretsIn(like.prompt).length === 0) {
    const request = { ...pattern.request, prompt: like.prompt };
    return rendersOf(project, scene, on, {
      ...pattern,
      request,
    });
  }

  const merged = sceneLayer(base, scene, spec);
  const params = plain(merged.params) as JsonObject;
  const said = wordsOf(merged.words);
  const { words, notes, translation, normalised, request } = requestOf(
    said,
    params,
    merged,
    model,
    settings,
  );

  const ids = scene.broken?.id === true ? [] : idsOf(scene, spec.alias);
  const from: Provenance = {
    alias: spec,
    scene,
    model,
    base,
    merged,
    origin: translation.origin,
    moved: normalised.moved ?? {},
  };
  const judgement = new Judgement(folding, from, ids);
  const found: Findings = {
    words: translation.findings.filter(
      (finding) => !isOverridden(finding, words, request, { model, settings, params }),
    ),
    rules: [...normalised.findings, ...model.check(request, settings)],
  };
  const keys = keysInDoubt(merged, found);
  const findings =
    keys === undefined
      ? found
      : withoutEchoes(found, {
          keys,
          lost: merged.broken ?? new Set(),
          words: said,
          body: request,
          model,
          judge: (meaning) => meant(meaning, params, merged, model, settings),
        });
  for (const finding of findings.words) judgement.word(finding);
  judgeBody(request, model, project.secretsIn, findings.rules, judgement);
  const pictures = usedPictures(request, project.pictures, model, judgement);
  const frames = usedFrames(request, words);
  if (judgement.refused || scene.broken !== undefined || merged.broken !== undefined) return [];

  const asked = model.asked(request);
  const shared = {
    asked,
    price: priceOf(model, request, asked.seconds, project.prices.get(spec.alias)),
    notes: [...notes, ...judgement.notes],
    ...(pictures.length === 0 ? {} : { pictures }),
    ...(frames.length === 0 ? {} : { frames }),
  };
  const seed = seedOf(words, translation.origin, request, model);
  const last = seed === undefined ? 0 : seed.value + scene.takes - 1;
  if (seed !== undefined && last > seed.most) {
    judgement.word({
      word: 'seed',
      path: [],
      verdict: 'refuse',
      message: `seed is ${seed.value}, and take ${scene.takes} would be sent with ${last}; ${model.name} takes at most ${seed.most}`,
      hint: 'Choose a lower seed.',
    });
    return [];
  }
  // If each take has its own seed, the common part is not the whole request.
  const made = { request, shared, source: { origin: from.origin, moved: from.moved } };
  if (!judgement.warned && seed === undefined) patterns.learn(scene, spec.alias, like, made);
  return rendersOf(project, scene, on, made, seed);
}

function rendersOf(
  project: Project,
  scene: SceneSpec,
  on: ResolvedAlias,
  { request: common, shared, source, fingerprints }: Pattern,
  seed?: Seed,
): ResolvedRender[] {
  const { spec, model } = on;
  const { asked, price, notes, pictures, frames } = shared;
  const placeOf = lazyPlaces(scene, on, source);
  return idsOf(scene, spec.alias).map((id, index) => {
    const request = withSeed(common, seed, index + 1);
    const inputs = {
      gateway: model.gateway,
      take: index + 1,
      revision: scene.revision,
      body: request,
      deliveryFields: model.deliveryFields,
    };
    const render: Writable<ResolvedRender> = {
      id,
      scene: scene.id,
      alias: spec.alias,
      take: index + 1,
      model,
      tags: scene.tags,
      request,
      fingerprint: fingerprints?.of(inputs) ?? fingerprintOf(inputs),
      revision: scene.revision,
      asked,
      price,
      target: targetOf(project, scene, spec.alias, index + 1),
      notes:
        seed === undefined || index === 0
          ? notes
          : [...notes, `take ${index + 1} is sent with seed ${seed.value + index}`],
      place: scene.place,
      placeOf,
    };
    if (pictures !== undefined) render.pictures = pictures;
    if (frames !== undefined) render.frames = frames;
    if (spec.profile !== undefined) render.profile = spec.profile.name;
    if (scene.skip !== undefined) render.skip = scene.skip;
    return render;
  });
}

interface Seed {
  readonly field: string;
  readonly value: number;
  readonly most: number;
}

/** The seed that the word set: each take has its own. A seed in `params` is sent unchanged. */
function seedOf(
  { seed: value }: Words,
  origin: Provenance['origin'],
  request: JsonObject,
  { seed: how }: Model,
): Seed | undefined {
  if (value === undefined || how === undefined) return undefined;
  const { field, most } = how;
  return origin[field]?.[0] === 'seed' && request[field] === value
    ? { field, value, most }
    : undefined;
}

const withSeed = (request: JsonObject, seed: Seed | undefined, take: number): JsonObject =>
  seed === undefined || take === 1 ? request : { ...request, [seed.field]: seed.value + take - 1 };

/** The way of the words into the body that would be sent. */
function requestOf(
  said: Words,
  params: JsonObject,
  merged: Merged,
  model: Model,
  settings: ModelSettings,
) {
  const { words, notes } = allowChanges(said, model, merged, { params, settings });
  const translation = model.translate(words, settings);
  const normalised = model.normalise(translation.body, params, settings);
  return {
    words,
    notes,
    translation,
    normalised,
    request: withNotify(normalised.body, model, merged),
  };
}

/**
 * What is refused, and what the manifest room took out: what belongs there is unknown.
 * `undefined` if nothing is.
 */
function keysInDoubt({ broken }: Merged, { words }: Findings): ReadonlySet<string> | undefined {
  const refused = words.filter(({ verdict }) => verdict === 'refuse').map(({ word }) => word);
  return broken === undefined && refused.length === 0
    ? undefined
    : new Set([...(broken ?? []), ...refused]);
}

/** The model's findings for one reading of a key in doubt. */
function meant(
  { words, fit, drop, field }: Meaning,
  params: JsonObject,
  merged: Merged,
  model: Model,
  settings: ModelSettings,
): Findings {
  const { place } = merged.words;
  const allowed: Merged = {
    ...merged,
    ...(fit === undefined ? {} : { fit: { value: 'nearest', place } }),
    ...(drop === undefined ? {} : { drop: { words: drop, place } }),
  };
  const given = field === undefined ? params : { ...params, [field.name]: field.value };
  const { translation, normalised, request } = requestOf(words, given, allowed, model, settings);
  return {
    words: translation.findings,
    rules: [...normalised.findings, ...model.check(request, settings)],
  };
}

/**
 * Places are asked for where something changed or is wrong: layers are worked out again on the
 * first question, and nothing is kept for them but what is shared anyway.
 */
function lazyPlaces(
  scene: SceneSpec,
  { spec, model, base }: ResolvedAlias,
  source: Pattern['source'],
): ResolvedRender['placeOf'] {
  let from: Provenance | undefined;
  return (path) => {
    from ??= {
      alias: spec,
      scene,
      model,
      base,
      merged: sceneLayer(base, scene, spec),
      ...source,
    };
    return suppliedAt(from, path).place;
  };
}

/** Clips go to `<output>/<project>/<scene>/<alias>[.take-N].mp4`. */
function targetOf(project: Project, scene: SceneSpec, alias: Alias, take: number): string {
  return `${project.outputPath}/${project.name}/${scene.id}/${alias}${take === 1 ? '' : `.take-${take}`}.mp4`;
}

/** `notify` as the gateway's callback field; a field that `params` sets itself is not changed. */
function withNotify(
  body: JsonObject,
  { notifyField }: Model,
  { notify, params }: Merged,
): JsonObject {
  return notify === undefined || params.entries.has(notifyField)
    ? body
    : { ...body, [notifyField]: notify.url };
}

function judgeBody(
  body: JsonObject,
  { deliveryFields }: Model,
  secretsIn: FindSecrets,
  findings: readonly RuleFinding[],
  judgement: Judgement,
): void {
  const unwritable = unwritableIn(body);
  if (unwritable !== undefined) {
    judgement.refuse(
      'unwritable-value',
      `${unwritable.path.join('.')} contains ${unwritable.what}, which JSON cannot express`,
      unwritable.path,
      'Write an ordinary number or text.',
    );
  }
  for (const { path, what } of secretValues(body, secretsIn)) {
    judgement.refuse(
      'secret-value',
      `${path.length === 0 ? 'params' : path.join('.')} contains ${what}: it would be sent, and written into the lock`,
      path,
      'Remove it. If the file was ever pushed, revoke the key.',
    );
  }
  for (const { path, message, hint } of secretLinks(body, deliveryFields)) {
    judgement.refuse(
      'secret-link',
      `${path.join('.')} ${message}: it would be a secret in git`,
      path,
      hint,
    );
  }
  for (const finding of findings) judgement.rule(finding);
}

/**
 * Whether `params` has set the native field that the refused word would have become: then the word
 * no longer matters.
 */
function isOverridden(
  { word, verdict }: WordFinding,
  words: Words,
  request: JsonObject,
  { model, settings, params }: Asking,
): boolean {
  if (verdict !== 'refuse' || Object.keys(params).length === 0) return false;
  if (word !== 'duration' && word !== 'resolution' && word !== 'aspect_ratio') return false;
  // A value that the model does offer shows which field it is: the refused one left none.
  const [offered] = model.offers[word];
  if (offered === undefined) return false;
  const { origin } = model.translate({ ...words, [word]: offered }, settings);
  return Object.entries(origin).some(
    ([path, from]) => from[0] === word && isAt(request, path.split('.')),
  );
}

interface Asking {
  readonly model: Model;
  readonly settings: ModelSettings;
  readonly params: JsonObject;
}

/** Whether a body has a value at a path that is not the whole of it. */
function isAt(body: JsonObject, path: BodyPath): boolean {
  let at: Json = body;
  for (const step of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return false;
    at = (at as JsonObject)[step] ?? null;
  }
  return path.length > 0;
}
