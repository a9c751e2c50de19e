/** What a gateway says of its models, free of charge, in our own words. */
import type { JsonObject } from '../../scene.ts';

/** A model as the gateway describes it; what it does not state is absent. */
export interface ModelFacts {
  readonly id: string;
  /** The gateway calls it a model of videos. */
  readonly isVideo: boolean;
  readonly lifecycle?: 'active' | 'deprecated' | 'retired';
  /** Native values of parameters that the gateway lists, by native field. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Least and most of numbers, by native field. */
  readonly ranges?: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** What one body costs. Absent: no price is listed. */
  readonly price?: (body: JsonObject, seconds: number, keys: readonly string[]) => ListedPrice;
}

export type ListedPrice =
  | { readonly usd: number; readonly credits?: number }
  /** The listed amounts hold the expected one somewhere, or none that could be meant. */
  | { readonly among: readonly number[]; readonly likely?: number; readonly per: 'second' | 'clip' }
  | { readonly unknown: string };

export interface CatalogueFacts {
  readonly models: ReadonlyMap<string, ModelFacts>;
  /** Older names of models that are listed, and what they are called now. */
  readonly renamed: ReadonlyMap<string, string>;
  /** All models are named: one that is not there is gone. Else its absence says nothing. */
  readonly isComplete: boolean;
  /** Questions that had no answer, with the reason. */
  readonly unanswered: readonly string[];
}
