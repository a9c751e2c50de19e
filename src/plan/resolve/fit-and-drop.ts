/**
 * `fit: nearest` and `drop`: the two ways in which a writer allows a value to change. Each change
 * is a note.
 */
import type { Model, ModelSettings, Offers } from '../../models/model.ts';
import {
  type JsonObject,
  RESOLUTIONS,
  type Resolution,
  SHORTER_SIDE,
  type Word,
  type Words,
} from '../../scene.ts';
import type { Merged } from './layers.ts';

/**
 * The offered value nearest to the wanted one; a tie goes to the smaller. `offered` is ascending.
 */
function nearestOf<Value>(
  wanted: number,
  offered: readonly Value[],
  size: (value: Value) => number,
): Value | undefined {
  let best: Value | undefined;
  for (const value of offered) {
    if (best === undefined || Math.abs(size(value) - wanted) < Math.abs(size(best) - wanted))
      best = value;
  }
  return best;
}

/** The duration that `fit: nearest` would take, if the model does not offer the requested one. */
function fittingDuration(wanted: number, offers: Offers): number | undefined {
  return offers.duration.includes(wanted)
    ? undefined
    : nearestOf(wanted, offers.duration, (seconds) => seconds);
}

/** The resolution that `fit: nearest` would take, if the model does not offer the requested one. */
function fittingResolution(wanted: Resolution, offers: Offers): Resolution | undefined {
  if (offers.resolution.includes(wanted)) return undefined;
  const ascending = RESOLUTIONS.filter((resolution) => offers.resolution.includes(resolution));
  return nearestOf(SHORTER_SIDE[wanted], ascending, (resolution) => SHORTER_SIDE[resolution]);
}

/** The words after `drop` and `fit`, with a sentence for each change. */
export function allowChanges(
  words: Words,
  model: Model,
  { drop, fit }: Merged,
  { params, settings }: { readonly params: JsonObject; readonly settings: ModelSettings },
): { readonly words: Words; readonly notes: readonly string[] } {
  const notes: string[] = [];
  let left = words;
  for (const word of drop?.words ?? []) {
    if (left[word] === undefined || !model.offers.unsupported.includes(word)) continue;
    left = without(left, word);
    notes.push(`${word} is left out: ${model.name} has no such setting (drop)`);
  }
  if (fit === undefined) return { words: left, notes };
  const { duration, resolution, shots } = left;
  const { profile } = settings;
  const offers = offersFor(left, model, params, settings);
  const whose = profile === undefined ? model.name : `${model.name} under profile ${profile}`;
  // The durations of listed shots add up to the duration: changing the sum alone would only break
  // them.
  const seconds =
    duration === undefined || Array.isArray(shots) ? undefined : fittingDuration(duration, offers);
  if (seconds !== undefined) {
    left = { ...left, duration: seconds };
    notes.push(
      `duration ${duration} became ${seconds}, the nearest that ${whose} offers (fit: nearest)`,
    );
  }
  const size = resolution === undefined ? undefined : fittingResolution(resolution, offers);
  if (size !== undefined) {
    left = { ...left, resolution: size };
    notes.push(
      `resolution ${resolution} became ${size}, the nearest that ${whose} offers (fit: nearest)`,
    );
  }
  return { words: left, notes };
}

/** A profile narrows what is offered, and some of it hangs on other fields, such as an image. */
function offersFor(
  words: Words,
  model: Model,
  params: JsonObject,
  settings: ModelSettings,
): Offers {
  if (settings.profile === undefined || model.offersFor === undefined) return model.offers;
  const { body } = model.normalise(model.translate(words, settings).body, params, settings);
  return model.offersFor(body, settings);
}

const without = (words: Words, word: Word): Words =>
  Object.fromEntries(Object.entries(words).filter(([key]) => key !== word));
