/**
 * A model card: the input of one model, as data. It reads like the page of the vendor: a table of
 * native fields, the portable words that they serve, numbered rules, prices, sources. Code stands
 * beside it only for what a table cannot say.
 */
import type { GatewayName } from '../../ids.ts';
import type { Json, JsonObject, Resolution, Word } from '../../scene.ts';
import type { Lifecycle, ModelSettings, Source } from '../model.ts';
import type { Breach } from '../rule.ts';
import type { PictureLimits } from '../../pictures/limits.ts';
import type { Merging } from './merging.ts';

export type Scalar = string | number | boolean;

/** Properties of every field. Editors show `about`. */
interface AnyField {
  readonly title?: string;
  readonly about?: string;
  readonly required?: true;
  /**
   * The documented default. It serves rules and prices; it is sent only where a rule says `fill`.
   */
  readonly default?: Scalar;
}

export type Field =
  | (AnyField & {
      readonly type: 'text';
      /** The empty text is refused. */
      readonly filled?: true;
      /** A text with the digits of a whole number. */
      readonly whole?: true;
    })
  /** A link that the service fetches itself, or an asset of the gateway (`asset://`). */
  | (AnyField & { readonly type: 'link'; readonly assets?: true; readonly formats?: Formats })
  | (AnyField & {
      readonly type: 'whole';
      readonly from?: number;
      readonly to?: number;
      /** Whole numbers outside of the range that mean something, such as -1. */
      readonly also?: readonly number[];
    })
  | (AnyField & { readonly type: 'number' })
  | (AnyField & { readonly type: 'flag' })
  | (AnyField & { readonly type: 'choice'; readonly values: readonly (string | number)[] })
  | (AnyField & {
      readonly type: 'list';
      readonly of: Field;
      readonly least?: number;
      readonly most?: number;
    })
  | (AnyField & { readonly type: 'object'; readonly fields: Fields });

export type Fields = Readonly<Record<string, Field>>;

/** Extensions of the files that the service reads, and its other rules for them. */
export type Formats = readonly string[];

/**
 * A condition holds if every path (`mode`, `model_params.multi_shot`) matches. An absent
 * field counts as its default; a value of the wrong type matches nothing.
 */
export type Condition = Readonly<Record<string, Matcher>>;
export type Matcher = Scalar | readonly Scalar[] | Demands;

/** Everything that is named must hold. */
export interface Demands {
  /** There, and no empty list. */
  readonly given?: boolean;
  /** There at all. */
  readonly present?: boolean;
  /** A list with something in it. */
  readonly list?: boolean;
  readonly not?: Scalar | readonly Scalar[];
  /** Items of a list; an absent list has none. */
  readonly count?: number | readonly [least: number, most: number];
  readonly over?: number;
  readonly under?: number;
  /** A blank text. */
  readonly blank?: boolean;
  /** A regular expression, without regard to case. */
  readonly matches?: string;
}

/** One way to break a rule: `when` holds and `needs` does not. */
export interface Case {
  readonly when?: Condition;
  readonly needs?: Condition;
  /** Path of the culprit; `image_urls.1` is the second image. */
  readonly at: string;
  /** One sentence. `{mode}` stands for the value, `{#image_urls}` for the number of items. */
  readonly says: string;
  readonly hint?: string;
  readonly allowed?: readonly Json[];
}

export interface RuleRow extends Partial<Case> {
  /** Number of the rule in the provider sheets. */
  readonly rule: string;
  readonly text: string;
  /** Default `refuse`. */
  readonly verdict?: 'refuse' | 'warn' | 'note';
  /** Default `documented`. */
  readonly mark?: 'documented' | 'observed' | 'assumed';
  /** Index into the sources of the card. Default 0: the page itself. */
  readonly source?: number;
  /** Fields whose types, values and bounds are this rule; `*` is any index of a list. */
  readonly fields?: readonly string[];
  readonly types?: readonly string[];
  readonly hint?: string;
  /** Nothing is reported if this holds. */
  readonly unless?: Condition;
  /** Judged under this profile alone. */
  readonly profile?: string;
  /** Judged under every profile but this one. */
  readonly notProfile?: string;

  readonly cases?: readonly Case[];
  /** Fields of which at most one is given. */
  readonly excludes?: readonly string[];
  /** Fields that mean nothing unless the condition holds. */
  readonly only?: { readonly fields: readonly string[]; readonly with: Condition };
  /** At most so many items in all of the lists (a link counts as one). */
  readonly atMost?: {
    readonly most: number;
    readonly of: readonly string[];
    readonly when?: Condition;
  };
  /** At least one of the fields is given. */
  readonly oneOf?: {
    readonly fields: readonly string[];
    readonly when?: Condition;
    readonly hint?: string;
  };
  /** Longest text of each field, in Unicode code points. */
  readonly longest?: Readonly<Record<string, number>>;
  /** Texts that hold more than blanks, where they are there at all. */
  readonly notBlank?: readonly string[];
  /** The field is there, and says something, when the condition holds. */
  readonly needed?: { readonly field: string; readonly unless?: Condition; readonly blank?: true };
  /** Every link of the body is one that the service can fetch. */
  readonly links?: 'public' | 'https' | 'no-user-info';
  /** File names of links do not contradict the formats of their field; a text names the file. */
  readonly formats?: true | string;
  /** `<<<image_#>>>` in a prompt has a picture of that number. */
  readonly tags?: { readonly mark: string; readonly of: readonly string[]; readonly noun: string };
  readonly shots?: ShotAspect;
  readonly elements?: 'unique' | 'mentioned';
  readonly breaches?: (body: JsonObject, settings: ModelSettings) => Iterable<Breach>;

  /** Left out of the body when the condition holds, with the reason. */
  readonly drop?: {
    readonly field: string;
    readonly when?: Condition;
    readonly because: string;
    readonly value?: true;
  };
  /** Values that are written in another way. */
  readonly map?: {
    readonly field: string;
    readonly values: readonly (readonly [from: Scalar, to: Scalar])[];
    readonly when?: Condition;
    readonly says?: string;
  };
  /** Sent although it was not set. */
  readonly fill?: { readonly field: string; readonly value: Scalar; readonly when?: Condition };
  /** Another name of a field. */
  readonly alias?: { readonly from: string; readonly to: string };
  /** Fields that belong inside another one. */
  readonly inside?: { readonly parent: string; readonly fields: readonly string[] };
  /** Empty texts and lists are never sent. */
  readonly empties?: true;
}

export type ShotAspect =
  /** multi_shot needs a shot_type. */
  | 'type'
  /** customize needs a list. */
  | 'list'
  /** index counts 1, 2, 3. */
  | 'index'
  /** No prompt of a shot is longer than allowed. */
  | 'longest'
  /** Every shot says something. */
  | 'blank'
  | 'blank-and-longest'
  /** Every shot lasts 1 second or more. */
  | 'least'
  /** The durations add up to the duration. */
  | 'sum'
  /** intelligence takes no list. */
  | 'unlisted'
  /** `least`, no shot longer than all, and `sum`. */
  | 'seconds'
  /** shot_type and multi_prompt mean nothing without multi_shot. */
  | 'stray'
  /** intelligence needs a prompt and takes no list. */
  | 'automatic'
  /** Durations given as numbers are sent as texts. */
  | 'texts';

/** How the model takes shots. Its fields are `multi_shot`, `shot_type` and `multi_prompt`. */
export interface Shots {
  /** The object field that holds them; absent for the top level. */
  readonly inside?: string;
  readonly types: readonly ('customize' | 'intelligence')[];
  readonly seconds: 'number' | 'text';
  /** Longest prompt of a shot, in code points. */
  readonly longest: number;
  /** The rule that `shots: auto` breaks where only `customize` is known. */
  readonly automaticRule?: string;
}

/** The native form of a portable word. */
export type Binding =
  /** The field of that name; values as they are. */
  | string
  | {
      readonly field: string;
      /** Portable value -> native value; values that are not named are not offered. */
      readonly values?: Readonly<Record<string, Scalar>>;
      readonly only?: undefined;
    }
  /** Nothing is sent: the model does this always. Any other value is refused under the rule. */
  | {
      readonly only: Scalar;
      readonly rule: string;
      readonly says: string;
      readonly field?: undefined;
    };

/** How frames and references stand in the body. */
export type Frames =
  /** Two fields. */
  | {
      readonly first: string;
      readonly last?: string;
      readonly lastAlone?: true;
      readonly with?: JsonObject;
    }
  /** One list: first, or first and last. */
  | { readonly list: string; readonly last?: false; readonly with?: JsonObject }
  /** One list of { url, role }. */
  | { readonly roles: string; readonly with?: JsonObject };

/** Rates of a model: the first row whose condition holds is the price. */
export interface Prices {
  readonly unit: 'usd' | 'evolink-credits';
  readonly per: 'second' | 'clip';
  /** Factor for the rates of the rows; default 1. */
  readonly base?: number;
  /** Least amount of one clip. */
  readonly least?: number;
  readonly rows: readonly PriceRow[];
  readonly source: string;
  /** ISO date on which the price was read. */
  readonly asOf: string;
  /** Default `exact`: a published table. */
  readonly kind?: 'exact' | 'estimated';
  /** Price in addition to the seconds of the clip. */
  readonly extras?: readonly PriceExtra[];
}

export interface PriceRow {
  readonly when?: Condition;
  readonly rate: number;
  /** The higher figure, if sources disagree or the vendor calls its own an estimate. */
  readonly upTo?: number;
  /** Where `upTo` comes from, and the ISO date on which that was read, if not from `source`. */
  readonly upToSource?: string;
  readonly upToAsOf?: string;
  readonly source?: string;
  readonly asOf?: string;
  readonly kind?: 'exact' | 'estimated';
}

export type PriceExtra =
  /**
   * Seconds of reference videos, whose length is unknown before: the price is a range from the
   * least to the most that is allowed.
   */
  | {
      readonly of: string;
      readonly seconds: number;
      /** Default 0. */
      readonly leastSeconds?: number;
      /** At least as many as the clip has, times this; default 0. */
      readonly leastClips?: number;
      readonly text: string;
    }
  /** Items of a list beyond the free ones. */
  | { readonly of: string; readonly free: number; readonly each: number };

export interface Card {
  readonly gateway: GatewayName;
  /** The `model` field of the body. */
  readonly native: string;
  readonly title: string;
  readonly sources: readonly Source[];
  readonly lifecycle: Lifecycle;
  readonly fields: Fields;
  /** In the order of the translation. Words that are not named are not offered. */
  readonly words: Readonly<Partial<Record<Word, Binding | true>>>;
  /**
   * What the page says of pictures, under the number of its rule; only pictures of the repository
   * can be checked. Absent: no limits are stated.
   */
  readonly pictures?: PictureLimits & { readonly rule: string };
  readonly frames?: Frames;
  readonly references?: References;
  readonly shots?: Shots;
  readonly elements?: Elements;
  /** Messages for words that the model does not support. */
  readonly lacks?: Readonly<Partial<Record<Word, string>>>;
  readonly rules: readonly RuleRow[];
  /** Fields of other models, with what to write here instead. */
  readonly elsewhere?: Readonly<
    Record<string, string | { readonly rule?: string; readonly hint: string }>
  >;
  /** The rule that fields of other models break, where `elsewhere` does not name one. */
  readonly stray?: string;
  /**
   * What each profile is. The limits of a profile warn, on every model; `--strict` enforces them.
   */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Second readings, by native field: an alias chooses them with `send: [field]`. */
  readonly readings?: Readonly<Record<string, Reading>>;
  /** The reduced offer of a profile: the first row whose condition holds. */
  readonly profileOffers?: Readonly<Record<string, readonly ProfileOffers[]>>;
  /** Longest prompt in code points that a page states, where it refuses longer ones. */
  readonly longestPrompt?: number;
  /**
   * Seconds of the clip where `duration` does not say them: the first that holds. `least`: the
   * model chooses a length from there to `seconds`.
   */
  readonly secondsWhen?: readonly {
    readonly when: Condition;
    readonly seconds: number;
    readonly least?: number;
  }[];
  /** Fields that make the ratio of the clip that of a picture. */
  readonly ratioFrom?: readonly string[];
  readonly prices: Prices | { readonly unknown: string };
  /** Order of the rules that change a body; default: the order of the rules. */
  readonly changes?: readonly string[];
  /** Changes that a table cannot say. */
  readonly normalise?: (merged: JsonObject, merging: Merging) => JsonObject;
}

/** A field that the pages leave open, read in the other way. */
interface Reading {
  /** The value that is sent then. */
  readonly text: string;
  /** Where the words stand in the first reading: a field, or the second item of a list. */
  readonly insteadOf?: string;
}

/** Values of words that a profile offers; words that are not named are those of the model. */
interface ProfileOffers {
  readonly when?: Condition;
  readonly duration?: readonly number[];
  readonly resolution?: readonly Resolution[];
}

interface Elements {
  /**
   * `described`: name, description, pictures, in `element_list`. `ids`: made beforehand at the
   * gateway, in `model_params.element_list`.
   */
  readonly as: 'described' | 'ids';
  /** The rule that an incomplete element breaks. */
  readonly rule: string;
}

/** Pictures, videos and sounds that are not frames. */
export interface References {
  /** Fields of the lists; `video_url` where `oneVideo` is set. */
  readonly images?: string;
  readonly videos?: string;
  readonly audios?: string;
  /** One link in place of a list of videos. */
  readonly oneVideo?: true;
  /** A list of videos contains objects: the field of the link, and the fields beside it. */
  readonly videoItem?: { readonly link: string; readonly with: JsonObject };
  /** Pictures beside frames stand with them, in this role. */
  readonly roleBesideFrames?: string;
  /** Fields that are set with references. */
  readonly with?: JsonObject;
}
