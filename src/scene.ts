/**
 * What the manifest room hands on: scenes and aliases whose every value remembers the file, line
 * and column that it came from. No model knows of places, no place knows of models;
 * `plan/resolve.ts` brings them together.
 */
import type { Diagnostic, Place } from './diagnostic.ts';
import type { Alias, ModelName, SceneId } from './ids.ts';
import type { MicroUsd } from './money.ts';
import type { Picture } from './pictures/picture.ts';
import type { FindSecrets } from './secrets/find-secrets.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * For a value that is set field by field where fields may be absent: of thousands, spreading what
 * is not there is most of the work.
 */
export type Writable<Made> = { -readonly [Key in keyof Made]: Made[Key] };

/** A JSON value in which every part has a place. Maps keep the order in which keys were written. */
export type Located = LocatedScalar | LocatedList | LocatedMap;
export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly place: Place;
}
export interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly Located[];
  readonly place: Place;
}
export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly key: Place; readonly value: Located }>;
  readonly place: Place;
}

/** The plain value, without places. A key `__proto__` becomes an own property like any other. */
export function plain(located: Located): Json {
  switch (located.kind) {
    case 'scalar':
      return located.value;
    case 'list':
      return located.items.map(plain);
    case 'map':
      return plainMap(located);
  }
}

function plainMap({ entries }: LocatedMap): JsonObject {
  if (entries.has('__proto__'))
    return Object.fromEntries([...entries].map(([key, { value }]) => [key, plain(value)]));
  const object: Record<string, Json> = {};
  for (const [key, { value }] of entries) object[key] = plain(value);
  return object;
}

/** The located part at a path, or its nearest ancestor. */
export function locatedAt(root: Located, path: readonly (string | number)[]): Located {
  let at: Located = root;
  for (const step of path) {
    const next: Located | undefined =
      at.kind === 'map'
        ? at.entries.get(String(step))?.value
        : at.kind === 'list' && typeof step === 'number'
          ? at.items[step]
          : undefined;
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/**
 * One layer over another: maps merge key by key, lists and scalars replace, `null` takes the key
 * away ("as if never set"). Neither argument is changed.
 */
export function overlay(below: LocatedMap, above: LocatedMap): LocatedMap {
  if (above.entries.size === 0) return below;
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const { value } = entry;
    const under = entries.get(key);
    if (value.kind === 'scalar' && value.value === null) entries.delete(key);
    else if (value.kind === 'map' && under?.value.kind === 'map')
      entries.set(key, { key: entry.key, value: overlay(under.value, value) });
    else if (value.kind === 'map')
      entries.set(key, { key: entry.key, value: overlay({ ...value, entries: new Map() }, value) });
    else entries.set(key, entry);
  }
  return { kind: 'map', place: above.place, entries };
}

/** `adaptive`: the model takes the ratio of a picture, or chooses one. */
export const RATIOS = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'] as const;
export type Ratio = (typeof RATIOS)[number];
/** A ratio that a clip can be measured by. */
export type ClipRatio = Exclude<Ratio, 'adaptive'>;
/** The words for the three ratios; they mean the same and have the same fingerprint. */
export const RATIO_WORDS = {
  landscape: '16:9',
  portrait: '9:16',
  square: '1:1',
} as const satisfies Record<string, Ratio>;
/** Ascending. */
export const RESOLUTIONS = ['480p', '720p', '768p', '1024p', '1080p', '2k', '4k'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
/** Pixels of the shorter side that a resolution promises. */
export const SHORTER_SIDE: Readonly<Record<Resolution, number>> = {
  '480p': 480,
  '720p': 720,
  '768p': 768,
  '1024p': 1024,
  '1080p': 1080,
  '2k': 1440,
  '4k': 2160,
};

/**
 * The portable words of a scene after layers, templates and prompt files: what every model is asked
 * to translate.
 */
export interface Words {
  readonly prompt?: string;
  readonly negative_prompt?: string;
  /** Whole seconds. */
  readonly duration?: number;
  /** `landscape`, `portrait` and `square` arrive here as ratios already. */
  readonly aspect_ratio?: Ratio;
  readonly resolution?: Resolution;
  readonly audio?: boolean;
  readonly watermark?: boolean;
  /**
   * An http(s) URL, or the placeholder of a picture of the repository or of a frame of another
   * render's clip.
   */
  readonly first_frame?: string;
  readonly last_frame?: string;
  /**
   * `auto`: the model splits the clip. A list: its durations add up to the duration of the scene.
   */
  readonly shots?: 'auto' | readonly { readonly prompt: string; readonly duration: number }[];
  readonly elements?: readonly SceneElement[];
  /** Take n is sent with seed + n - 1. */
  readonly seed?: number;
  /** Pictures, videos and sounds that are not frames. A list holds pictures. */
  readonly references?: readonly string[] | SceneReferences;
  /**
   * People, places and things of the whole manifest, by name; only what a prompt mentions as
   * `@name` is sent. It stands beside the layers: no scene sets it.
   */
  readonly cast?: Readonly<Record<string, CastMember>>;
}

/** Each model takes a member in its own way: as an element, as references, or in words. */
export interface CastMember {
  readonly description?: string;
  /** Public http(s) URLs or placeholders of pictures, the first one frontal. */
  readonly images?: readonly string[];
  /** Ids of elements made beforehand: `{ evolink: … }`. */
  readonly ids?: Readonly<Record<string, string>>;
}

/** http(s) URLs; among the images also placeholders of pictures. */
export interface SceneReferences {
  readonly images?: readonly string[];
  readonly videos?: readonly string[];
  readonly audios?: readonly string[];
}
export type Word = keyof Words;
export const WORDS = [
  'prompt',
  'negative_prompt',
  'duration',
  'aspect_ratio',
  'resolution',
  'audio',
  'watermark',
  'first_frame',
  'last_frame',
  'shots',
  'elements',
  'seed',
  'references',
] as const satisfies readonly Word[];

/**
 * Something that stays itself from shot to shot; `@name` in a prompt means it, but only if an
 * element of that name is declared.
 */
export interface SceneElement {
  readonly name: string;
  readonly description?: string;
  /** Public http(s) URLs or placeholders of pictures, the first one frontal. */
  readonly images?: readonly string[];
  /** Ids made beforehand, for gateways that take made elements: `{ evolink: … }`. */
  readonly ids?: Readonly<Record<string, string>>;
}

/**
 * Settings that a layer (defaults, alias, scene, override) may carry. `words` holds the portable
 * words as written; their shape is checked by the manifest room, what a model can do with them is
 * not.
 */
export interface Layer {
  /** Portable words only ({@link WORDS}); a value may be `null`. */
  readonly words: LocatedMap;
  /** Native fields; `undefined` if the layer has none. */
  readonly params?: LocatedMap;
  /** Allow the nearest offered duration or resolution. */
  readonly fit?: { readonly value: 'nearest'; readonly place: Place };
  /** Words that may be left out for a model that does not know them. */
  readonly drop?: { readonly words: readonly Word[]; readonly place: Place };
  /** The gateway's callback; sets `callback_url` or `webhook`. */
  readonly notify?: { readonly url: string; readonly place: Place };
  /**
   * Keys whose value is wrong, as has been said. The layer is without them, and what lies beneath
   * them does not count either.
   */
  readonly broken?: ReadonlySet<string>;
}

/** What of a lower layer's broken keys is still in doubt under a layer, with that layer's own. */
export function stackBroken(below: Layer['broken'], above: Layer): Layer['broken'] {
  if (below === undefined) return above.broken;
  const { words, fit, drop, notify } = above;
  // Params lie over params key by key, so a lower layer's are never out of sight.
  const said: Readonly<Record<string, unknown>> = { fit, drop, notify };
  const left = [...below].filter((key) => !words.entries.has(key) && said[key] === undefined);
  if (left.length === 0) return above.broken;
  return new Set([...left, ...(above.broken ?? [])]);
}

export interface AliasSpec {
  readonly alias: Alias;
  readonly place: Place;
  /** As written after `use:`; whether such a model exists is the plan room's to say. */
  readonly use: {
    readonly model: ModelName | (string & {});
    readonly place: Place;
    /** What the file holds, where `use` names a model card of the project's own. */
    readonly card?: LocatedMap;
  };
  /** Older or other rule set of the same model, `legacy`. */
  readonly profile?: { readonly name: string; readonly place: Place };
  /** Native fields whose second reading is sent. */
  readonly send?: readonly { readonly text: string; readonly place: Place }[];
  readonly layer: Layer;
}

export interface SceneSpec {
  readonly id: SceneId;
  /** Where the id is written (for a row: the row's id cell). */
  readonly place: Place;
  readonly layer: Layer;
  /**
   * Aliases to render on, in the order written; `undefined` means every alias. Every name exists.
   */
  readonly models?: readonly { readonly alias: Alias; readonly place: Place }[];
  readonly overrides: ReadonlyMap<Alias, Layer>;
  /** At least 1. */
  readonly takes: number;
  /** Part of the fingerprint when above 0: raising it makes new clips of unchanged words. */
  readonly revision: number;
  readonly skip?: { readonly reason?: string };
  readonly tags: readonly string[];
  /** Keys that a cell of a table leaves empty, as if never set: where that cell is. */
  readonly emptyCells?: ReadonlyMap<string, Place>;
  /**
   * Something of the scene is wrong, as has been said: models judge what is left, and nothing is
   * rendered. `id`: its id is not its own. `models`: what it is rendered on is unknown.
   */
  readonly broken?: { readonly id?: true; readonly models?: true };
}

/**
 * As in the manifest; what is absent there is absent here, and the run fills in the documented
 * defaults.
 */
export interface Limits {
  /** Tasks accepted and not finished, all gateways together. Default 6. */
  readonly in_flight?: number;
  readonly gateways: Readonly<
    Partial<Record<string, { readonly in_flight?: number; readonly submits_per_minute?: number }>>
  >;
  /** By alias. */
  readonly models: Readonly<
    Record<string, { readonly in_flight?: number; readonly submits_per_minute?: number }>
  >;
  /** Default 4. */
  readonly downloads?: number;
  /**
   * How long one run follows a task, from when it began to follow it. Milliseconds; default 45
   * minutes.
   */
  readonly deadlineMs?: number;
}

/** `prices:` of a manifest: an amount for a whole alias, instead of the model's own table. */
export interface PriceOverride {
  readonly usdPerSecond?: number;
  readonly usdPerClip?: number;
  readonly place: Place;
}

/**
 * One manifest with all that it includes, expanded and checked as far as it can be without models
 * and lock.
 */
export interface Project {
  /** The manifest's path relative to the working folder, `/` as separator: what people see. */
  readonly manifest: string;
  /** Absolute. */
  readonly manifestPath: string;
  /**
   * Absolute: the nearest folder above the manifest that holds `.git`, else `package.json`, else
   * the manifest's folder.
   */
  readonly root: string;
  /** Name of the project: the folder below `output`. */
  readonly name: string;
  /** Absolute path of the folder that holds `<project>/`; below the root. */
  readonly outputPath: string;
  readonly aliases: readonly AliasSpec[];
  readonly defaults: Layer;
  /** Members by name; `broken`: one of them has an error, already reported. */
  readonly cast?: LocatedMap | 'broken';
  readonly scenes: readonly SceneSpec[];
  readonly limits: Limits;
  readonly budget?: {
    readonly usd?: MicroUsd;
    readonly unpriced: readonly Alias[];
    readonly place: Place;
  };
  /** Further paid attempts that a run may make automatically after such a failure. Default 0. */
  readonly retries: { readonly service: number; readonly timeout: number };
  readonly prices: ReadonlyMap<Alias, PriceOverride>;
  readonly moved: readonly { readonly from: string; readonly to: string; readonly place: Place }[];
  readonly onMismatch: 'warn' | 'fail';
  /** Finds what no request may hold: keys of this environment, texts with a token's form. */
  readonly secretsIn: FindSecrets;
  /**
   * Every file that was read (manifest, includes, rows, prompt texts): path relative to the root ->
   * `sha256:<hex>` of its bytes.
   */
  readonly digests: ReadonlyMap<string, string>;
  /** Every picture of the repository that a scene names, by the placeholder that stands for it. */
  readonly pictures: ReadonlyMap<string, Picture>;
}

/**
 * What reading one manifest gives: a project where one could be made out, and everything that is
 * wrong or worth a word.
 */
export interface Loaded {
  readonly project?: Project;
  readonly diagnostics: readonly Diagnostic[];
}
