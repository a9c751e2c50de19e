/** The facts that a gateway gives about its models, free of charge, in our own terms. */
import type { JsonObject } from '../../scene.ts';

/** A model as the gateway describes it; facts that it does not state are absent. */
export interface ModelFacts {
  readonly id: string;
  /** The gateway calls it a model of videos. */
  readonly isVideo: boolean;
  readonly lifecycle?: 'active' | 'deprecated' | 'retired';
  /** Native values of parameters that the gateway lists, by native field. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Least and most of numbers, by native field. */
  readonly ranges?: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** The price of one body. Absent: no price is listed. */
  readonly price?: (body: JsonObject, seconds: number, keys: readonly string[]) => ListedPrice;
}

export type ListedPrice =
  | { readonly usd: number; readonly credits?: number }
  /** The listed amounts contain the expected one, or none that could match. */
  | { readonly among: readonly number[]; readonly likely?: number; readonly per: 'second' | 'clip' }
  | { readonly unknown: string };

export interface CatalogueFacts {
  readonly models: ReadonlyMap<string, ModelFacts>;
  /** Older names of listed models, and their current names. */
  readonly renamed: ReadonlyMap<string, string>;
  /** All models are named: one that is not there is gone. Else its absence says nothing. */
  readonly isComplete: boolean;
  /** Questions that had no answer, with the reason. */
  readonly unanswered: readonly string[];
}
