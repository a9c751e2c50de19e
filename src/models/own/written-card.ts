/** The shape of a card of a project's own, as the manifest room has checked it. */
import type { GatewayName } from '../../ids.ts';
import type { PictureType } from '../../pictures/picture.ts';
import type { JsonObject } from '../../scene.ts';
import type { Card, Condition, Prices, PriceRow, References, Frames } from '../card/card.ts';

export interface WrittenCard {
  readonly gateway: GatewayName;
  readonly model: string;
  readonly title?: string;
  readonly sources: Card['sources'];
  readonly fields: Readonly<Record<string, JsonObject>>;
  readonly words: Readonly<Record<string, WrittenBinding>>;
  readonly frames?: Frames;
  readonly references?: Pick<References, 'images' | 'videos' | 'audios'> & {
    readonly one_video?: true;
    readonly role_beside_frames?: string;
  };
  readonly shots?: WrittenShots;
  readonly elements?: WrittenElements;
  readonly pictures?: WrittenPictures;
  readonly longest_prompt?: number;
  readonly rules?: readonly JsonObject[];
  readonly prices: 'unknown' | WrittenPrices;
}

type WrittenBinding =
  | string
  | {
      readonly field: string;
      readonly values?: Readonly<Record<string, string | number | boolean>>;
    };

/** `multi_shot`, `shot_type` and `multi_prompt`, as Kling's pages have them. */
export interface WrittenShots {
  /** The object field that holds them; absent for the top level. */
  readonly inside?: string;
  readonly types: readonly ('customize' | 'intelligence')[];
  readonly seconds: 'number' | 'text';
  readonly most?: number;
  readonly longest?: number;
}

/** `element_list`, with pictures at the top level or with ids in `model_params`. */
export interface WrittenElements {
  readonly as: 'described' | 'ids';
  readonly most?: number;
  /** Of `described`: fewest and most pictures of one element. */
  readonly pictures?: readonly [least: number, most: number];
}

export interface WrittenPictures {
  readonly types?: readonly PictureType[];
  readonly most_megabytes?: number;
  readonly least_side?: number;
  readonly most_side?: number;
  readonly ratio?: readonly [least: number, most: number];
  readonly alpha?: false;
}

type WrittenPrices = Omit<Prices, 'asOf' | 'rows' | 'kind' | 'extras'> & {
  readonly read: string;
  readonly rows: readonly (Pick<PriceRow, 'rate'> & {
    readonly when?: Condition;
    readonly up_to?: number;
    readonly up_to_source?: string;
    readonly up_to_read?: string;
  })[];
};
