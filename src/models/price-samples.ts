/** Prices of typical clips of a model: for its page, the table, and the check against gateways. */
import { defined } from '../defined.ts';
import { type JsonObject, RESOLUTIONS, type Resolution } from '../scene.ts';
import type { Model, Price } from './model.ts';
import { smallestWords } from './smallest-words.ts';

/** A price that was asked for one typical body. */
export interface PriceSample {
  /** Such as `5 s, 1080p, sound`. */
  readonly what: string;
  /** Seconds of that clip. */
  readonly seconds: number;
  readonly resolution: Resolution;
  /** Absent if the model takes no such word. */
  readonly audio?: boolean;
  /** The body that would be sent. */
  readonly body: JsonObject;
  readonly price: Price;
}

/**
 * The shortest clip in every resolution, without and with sound, as far as the model takes such a
 * scene.
 */
export function priceSamples(model: Model): PriceSample[] {
  const seconds = model.offers.duration.includes(5) ? 5 : (model.offers.duration[0] ?? 5);
  const sound = model.offers.unsupported.includes('audio') ? [undefined] : [false, true];
  const needed = smallestWords(model);
  const resolutions = RESOLUTIONS.filter((resolution) =>
    model.offers.resolution.includes(resolution),
  );
  return resolutions.flatMap((resolution) =>
    sound.flatMap((audio) => {
      const words = {
        prompt: 'a price',
        duration: seconds,
        resolution,
        ...defined({ audio }),
        ...needed,
      };
      const { body, findings } = model.translate(words, {});
      if (findings.some(({ verdict }) => verdict === 'refuse')) return [];
      const normal = model.normalise(body, {}, {});
      if (
        [...normal.findings, ...model.check(normal.body, {})].some(
          ({ verdict }) => verdict === 'refuse',
        )
      )
        return [];
      return [
        {
          what: `${seconds} s, ${resolution}${audio === undefined ? '' : audio ? ', with sound' : ', silent'}`,
          seconds,
          resolution,
          ...defined({ audio }),
          body: normal.body,
          price: model.price(normal.body),
        },
      ];
    }),
  );
}
