/**
 * The contract of a model: one file per model, pure. Adding a model is adding that file and one
 * line in `catalogue.ts`.
 */
import type * as z from 'zod';
import type { GatewayName, ModelName } from '../ids.ts';
import type { MicroUsd } from '../money.ts';
import type { Measured, PictureLimits } from '../pictures/limits.ts';
import type { ClipRatio, Json, JsonObject, Ratio, Resolution, Word, Words } from '../scene.ts';

/** A path inside the native body. */
export type BodyPath = readonly (string | number)[];

/**
 * Something that a rule says of one body. `refuse` stops everything before money; `warn` (rules
 * that the sheets mark as assumptions) and `note` (what was changed, by a rule that says drop, map,
 * normalise or convert) do not.
 */
export interface RuleFinding {
  /**
   * Number of the rule in the provider sheets, `R3` or `E12`; `body` for a native table that the
   * body does not fit.
   */
  readonly rule: string;
  readonly verdict: 'refuse' | 'warn' | 'note';
  /** One sentence: the native field, the value found, the allowed values. */
  readonly message: string;
  /** Native path of the culprit; `[]` for the whole body. */
  readonly path: BodyPath;
  /**
   * The part of the text at that path that is meant: UTF-16 offsets, half open. Absent for all of
   * it.
   */
  readonly part?: readonly [start: number, end: number];
  /** The field itself is wrong, not its value: point at the key. */
  readonly key?: true;
  readonly hint?: string;
  /** The values that are allowed, where they are a short list: for nearest-value hints. */
  readonly allowed?: readonly Json[];
}

/** One rule of a model, as `rushes models <model>` prints it and as the tests name it. */
export interface RuleText {
  readonly rule: string;
  readonly text: string;
  readonly verdict: RuleFinding['verdict'];
  /**
   * `documented`: on a page of the vendor or a copy of it. `observed`: read in a public client or
   * seen in a paid run. `assumed`: no source says so; such a rule warns.
   */
  readonly mark: 'documented' | 'observed' | 'assumed';
  /** Index into {@link Model.sources}; absent if it is assumed. */
  readonly source?: number;
}

/** Where a fact comes from, with the ISO date on which it was read. */
export interface Source {
  readonly text: string;
  readonly read: string;
}

/**
 * A word that the model does not offer in this form. The place that supplied the word is found by
 * the plan room.
 */
export interface WordFinding {
  readonly word: Word;
  /** Below the word, such as `[1, 'prompt']` for the second shot. */
  readonly path: BodyPath;
  /**
   * The part of the text at that path that is meant: UTF-16 offsets, half open. Absent for all of
   * it.
   */
  readonly part?: readonly [start: number, end: number];
  readonly verdict: 'refuse' | 'warn' | 'note';
  readonly message: string;
  readonly hint?: string;
  readonly allowed?: readonly Json[];
  /** The rule behind it, where the sheets number one. */
  readonly rule?: string;
}

export interface Translation {
  /**
   * Native body without `params`, with `model` set; only what the words say, never a documented
   * default.
   */
  readonly body: JsonObject;
  /**
   * Which word each native field came from: native path joined with `.` -> word and path below it.
   * `image_urls.1` -> `['last_frame']`.
   */
  readonly origin: Readonly<Record<string, readonly [Word, ...(string | number)[]]>>;
  readonly findings: readonly WordFinding[];
}

/** A price, and its certainty. */
export type Price =
  /**
   * `exact`: a published table gives exactly this. `estimated`: a reading of a published or
   * observed price.
   */
  | {
      readonly kind: 'exact' | 'estimated';
      /** The higher end of a range: estimates, caps and the lock use it. */
      readonly usd: MicroUsd;
      /** The cheaper end, where dated sources disagree or something is not known beforehand. */
      readonly from?: MicroUsd;
      readonly credits?: number;
      /**
       * ISO date on which the price was read; absent for an amount that the manifest's `prices:`
       * states.
       */
      readonly asOf?: string;
      /** The source of the higher end of a range. */
      readonly source: string;
      /** Where the cheaper end comes from, if that is another source. */
      readonly fromSource?: string;
    }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * The expected clip of a body, for checks and slates. Absent means that the model does not
 * promise it.
 */
export interface AskedClip {
  /** The most, where the model chooses the length. */
  readonly seconds: number;
  /** The least, where the model chooses the length; else absent. */
  readonly leastSeconds?: number;
  /** Pixels of the shorter and the longer side as the resolution promises them. */
  readonly resolution?: Resolution;
  /** Absent when an image decides. */
  readonly ratio?: ClipRatio;
  /** `undefined`: the model does not say (sora-2 always has sound). */
  readonly audio?: boolean;
}

/**
 * Which values of a word a model offers: for `fit: nearest`, hints, editor schemas and `rushes
 * models`.
 */
export interface Offers {
  /** Whole seconds, ascending. */
  readonly duration: readonly number[];
  readonly resolution: readonly Resolution[];
  readonly aspect_ratio: readonly Ratio[];
  /** Words with no counterpart on this model. */
  readonly unsupported: readonly Word[];
  /** Longest prompt in Unicode code points, where a page states one. */
  readonly promptCodePoints?: number;
}

export type Lifecycle =
  | { readonly state: 'listed'; readonly asOf: string }
  /** `goneOn`: ISO date after which refusals are expected. */
  | {
      readonly state: 'retiring';
      readonly asOf: string;
      readonly goneOn?: string;
      readonly why: string;
    }
  | { readonly state: 'gone'; readonly asOf: string; readonly why: string };

/**
 * `element`: name, description and pictures. `element-id`: an id made at the gateway. `numbered`:
 * pictures that the prompt names by their number. `pictures`: beside the description. `words`: the
 * description alone.
 */
export type CastForm =
  | { readonly kind: 'element'; readonly least: number; readonly most?: number }
  | { readonly kind: 'numbered'; readonly mark: string }
  | { readonly kind: 'element-id' | 'pictures' | 'words' };

export interface ModelSettings {
  /**
   * Name of a profile of {@link Model.profiles}, such as `legacy`; `undefined` for the newest page.
   */
  readonly profile?: string;
  /** Fields of {@link Model.readings} that are sent as their second reading has it. */
  readonly send?: readonly string[];
  /**
   * Known facts about the picture of a placeholder. Nothing is known about a link: limits
   * on pictures do not apply to it.
   */
  readonly pictureOf?: (placeholder: string) => Measured | undefined;
  /** The manifest has a cast: the translation reports a `@name` that names nothing. */
  readonly hasCast?: true;
}

export interface Model {
  readonly name: ModelName;
  readonly gateway: GatewayName;
  /** The `model` field of the body. */
  readonly native: string;
  readonly title: string;
  /** Where the facts come from, with the date they were read. */
  readonly sources: readonly Source[];
  readonly lifecycle: Lifecycle;
  /**
   * The native body as a strict schema: types, enumerations, lengths, unknown fields. Source of the
   * editor's `params` hints. Made on the first call: those of all models cost a fifth of a short
   * command.
   */
  readonly bodySchema: () => z.ZodType;
  readonly profiles: Readonly<Record<string, string>>;
  /**
   * Fields that the pages leave open: what is sent if an alias says `send: [field]`. Absent: none.
   */
  readonly readings?: Readonly<Record<string, string>>;
  readonly offers: Offers;
  /**
   * What is offered of a body under these settings: under a profile fewer durations and resolutions
   * than {@link offers}. `body`: translated and normalised.
   */
  offersFor?(body: JsonObject, settings: ModelSettings): Offers;
  /** Documented defaults, by native field. They serve checks and prices and are never sent. */
  readonly defaults: JsonObject;
  /** Notification fields, which do not change the clip: left out of the fingerprint. */
  readonly deliveryFields: readonly string[];
  /** The field that `notify:` sets. */
  readonly notifyField: string;
  /** The field that `seed` sets, and its largest value; absent if the model takes no seed. */
  readonly seed?: { readonly field: string; readonly most: number };
  readonly rules: readonly RuleText[];
  /** Rules that a body alone cannot break: of pictures, and of words with one value. */
  readonly rulesBesideBody: readonly RuleText[];
  /** Limits on pictures, with the number of their rule; absent if no page states any. */
  readonly pictures?: PictureLimits & { readonly rule: string };
  /** Forms of a cast member, the first that its facts allow; a description is the last resort. */
  readonly cast: readonly CastForm[];

  /**
   * Portable words -> native fields. A word that the model cannot take is a finding and leaves no
   * field.
   */
  translate(words: Words, settings: ModelSettings): Translation;
  /**
   * `params` over the translation, key by key (`null` takes a field away), a native synonym
   * (`size`, `last_frame_image`) replacing its counterpart; then whatever the sheets' breach
   * columns say to drop, map, normalise or convert, each as a note.
   */
  normalise(
    body: JsonObject,
    params: JsonObject,
    settings: ModelSettings,
  ): {
    readonly body: JsonObject;
    readonly findings: readonly RuleFinding[];
    /**
     * Fields that stand elsewhere in the body than in `params`: native path joined with `.` -> path
     * below `params`. `image_urls.1` -> `['last_frame_image']`.
     */
    readonly moved?: Readonly<Record<string, BodyPath>>;
  };
  /**
   * Every rule over the final body; also what the embedded gateway refuses by. Total: any JSON
   * object is judged, none throws.
   */
  check(body: JsonObject, settings: ModelSettings): readonly RuleFinding[];
  /** For a body that `check` does not refuse. */
  price(body: JsonObject): Price;
  asked(body: JsonObject): AskedClip;
}

/** The models that exist, by name. Rooms that need them get them as an argument. */
export type Catalogue = ReadonlyMap<string, Model>;
