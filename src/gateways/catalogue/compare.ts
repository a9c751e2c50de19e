/** Models of the catalogue beside what a gateway says of them. Pure: a person changes the card. */
import type { GatewayName, ModelName } from '../../ids.ts';
import type { Model } from '../../models/model.ts';
import { type PriceSample, priceSamples } from '../../models/price-samples.ts';
import { toUsd } from '../../money.ts';
import type { CatalogueFacts, ModelFacts } from './facts.ts';

export interface MovedModel {
  readonly model: ModelName;
  readonly what: 'gone' | 'lifecycle' | 'price' | 'field';
  /** Such as `5 s, 720p, silent` or `duration`. */
  readonly of?: string;
  /** The value on the card. */
  readonly ours: string;
  /** The value of the gateway. */
  readonly theirs: string;
}

export interface CheckedGateway {
  readonly gateway: GatewayName;
  /** Models of the catalogue that the gateway was heard about. */
  readonly models: number;
  /** Prices that were compared. */
  readonly prices: number;
  /** Video models that the gateway has and the catalogue does not. */
  readonly others: readonly string[];
  /** Questions without an answer, and why. */
  readonly unanswered: readonly string[];
}

export interface ModelsCheck {
  readonly moved: readonly MovedModel[];
  readonly gateways: readonly CheckedGateway[];
}

export function compareModels(
  gateway: GatewayName,
  facts: CatalogueFacts,
  models: readonly Model[],
  catalogue: ReadonlyMap<string, Model>,
): { readonly moved: readonly MovedModel[]; readonly gateway: CheckedGateway } {
  const moved: MovedModel[] = [];
  let heard = 0;
  let prices = 0;
  for (const model of models) {
    const found = facts.models.get(model.native);
    if (found === undefined) {
      if (!facts.isComplete || model.lifecycle.state === 'gone') continue;
      heard += 1;
      const name = facts.renamed.get(model.native);
      moved.push({
        model: model.name,
        what: 'gone',
        ours: model.lifecycle.state,
        theirs: name === undefined ? 'not in the list of models' : `called ${name} now`,
      });
      continue;
    }
    heard += 1;
    moved.push(...lifecycleMoved(model, found), ...fieldsMoved(model, found));
    for (const sample of priceSamples(model)) {
      const change = priceMoved(sample, found);
      if (change === 'unknown') continue;
      prices += 1;
      if (change !== 'same')
        moved.push({ model: model.name, what: 'price', of: sample.what, ...change });
    }
  }
  const others = [...facts.models.values()]
    .filter(
      ({ id, isVideo, lifecycle }) =>
        isVideo && lifecycle !== 'retired' && !catalogue.has(`${gateway}/${id}`),
    )
    .map(({ id }) => id)
    .sort();
  const { unanswered } = facts;
  return { moved, gateway: { gateway, models: heard, prices, others, unanswered } };
}

function lifecycleMoved({ name, lifecycle }: Model, found: ModelFacts): readonly MovedModel[] {
  const { state } = lifecycle;
  const said = found.lifecycle;
  if (said === 'retired' && state !== 'gone')
    return [{ model: name, what: 'gone', ours: state, theirs: said }];
  if ((said === 'deprecated' && state === 'listed') || (said === 'active' && state !== 'listed'))
    return [{ model: name, what: 'lifecycle', ours: state, theirs: said }];
  return [];
}

/** Durations and resolutions; both gateways name the values of EvoLink as the language does. */
function fieldsMoved({ name, offers }: Model, found: ModelFacts): readonly MovedModel[] {
  const moved: MovedModel[] = [];
  const add = (of: string, ours: string, theirs: string): void => {
    if (ours !== theirs) moved.push({ model: name, what: 'field', of, ours, theirs });
  };
  const { duration: seconds, resolution } = offers;
  const range = found.ranges?.['duration'];
  const [first, last] = [seconds[0] ?? 0, seconds.at(-1) ?? 0];
  // A least of -1 or 0 stands for a length that the model chooses.
  if (range !== undefined)
    add('duration', `${first} to ${last}`, `${range[0] > 0 ? range[0] : first} to ${range[1]}`);
  const listed = found.values?.['duration']?.filter((value) => Number(value) > 0);
  if (listed !== undefined) add('duration', seconds.join(', '), numeric(listed).join(', '));
  const qualities = found.values?.['quality'];
  if (qualities !== undefined)
    add('quality', [...resolution].sort().join(', '), [...qualities].sort().join(', '));
  return moved;
}

const numeric = (values: readonly string[]): readonly number[] =>
  values.map(Number).sort((a, b) => a - b);

type PriceChange = 'same' | 'unknown' | Pick<MovedModel, 'ours' | 'theirs'>;

/** Less than the smallest amount of either gateway. */
const SAME = 2e-6;

function priceMoved(sample: PriceSample, { price: listed }: ModelFacts): PriceChange {
  const { price, seconds, body, resolution, audio } = sample;
  const theirs = listed?.(body, seconds, keysOf(resolution, audio));
  if (theirs === undefined || 'unknown' in theirs) return 'unknown';
  if ('usd' in theirs) {
    const said = amount(theirs.usd, theirs.credits);
    if (price.kind === 'unknown') return { ours: 'unknown', theirs: said };
    const isSame =
      theirs.credits === undefined || price.credits === undefined
        ? Math.abs(theirs.usd - toUsd(price.usd)) < SAME
        : Math.abs(theirs.credits - price.credits) < 1e-4;
    return isSame ? 'same' : { ours: amount(toUsd(price.usd), price.credits), theirs: said };
  }
  const { among, likely, per } = theirs;
  const unit = per === 'clip' ? 'a clip' : 'a second';
  const said =
    likely === undefined
      ? `one of ${[...new Set(among)].map((usd) => `$${usd}`).join(', ')} ${unit}`
      : `$${likely} ${unit}`;
  if (price.kind === 'unknown') return { ours: 'unknown', theirs: said };
  const ours = toUsd(price.from ?? price.usd) / (per === 'clip' ? 1 : seconds);
  return among.some((usd) => Math.abs(usd - ours) < SAME)
    ? 'same'
    : { ours: `$${Number(ours.toFixed(6))} ${unit}`, theirs: said };
}

const amount = (usd: number, credits: number | undefined): string =>
  `$${Number(usd.toFixed(4))}${credits === undefined ? '' : ` (${Number(credits.toFixed(4))} credits)`}`;

const MODES: Readonly<Record<string, string>> = { '720p': 'std', '1080p': 'pro', '4k': '4k' };

/** Names that the price page may have for such a clip, the most exact one first. */
function keysOf(resolution: string, audio: boolean | undefined): readonly string[] {
  const mode = MODES[resolution] ?? resolution;
  return audio === true
    ? [
        `${resolution}-audio`,
        mode === 'std' ? 'sound' : `${mode}-sound`,
        'audio',
        resolution,
        mode,
        'default',
      ]
    : [resolution, mode, 'default'];
}
