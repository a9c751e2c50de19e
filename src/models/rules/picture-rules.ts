/** Limits on pictures: judged where the bytes are known, which they are of files of the repository. */
import { breachOf, type PictureLimits } from '../../pictures/limits.ts';
import { readPlaceholder } from '../../pictures/placeholder.ts';
import type { JsonObject } from '../../scene.ts';
import type { Fields } from '../card/card.ts';
import { linksOf } from '../card/links-of.ts';
import type { ModelSettings } from '../model.ts';
import type { Breach } from '../rule.ts';

export const pictureJudge = (limits: PictureLimits, fields: Fields) =>
  function* (body: JsonObject, { pictureOf }: ModelSettings): Generator<Breach> {
    if (pictureOf === undefined) return;
    for (const { path, link } of linksOf(body, fields)) {
      const picture = pictureOf(link);
      const breach = picture === undefined ? undefined : breachOf(picture, limits);
      if (breach !== undefined)
        yield { path, message: `${readPlaceholder(link)?.path ?? 'the picture'} ${breach}` };
    }
  };
