/** Limits on pictures: checked if the bytes are known, as for files of the repository. */
import { breachOf } from '../../pictures/limits.ts';
import { readPlaceholder } from '../../pictures/placeholder.ts';
import type { JsonObject } from '../../scene.ts';
import type { Card } from '../card/card.ts';
import { linksOf } from '../card/links-of.ts';
import type { ModelSettings, RuleFinding } from '../model.ts';

export function pictureFindings(
  { pictures: limits, fields }: Card,
  body: JsonObject,
  { pictureOf }: ModelSettings,
): RuleFinding[] {
  if (limits === undefined || pictureOf === undefined) return [];
  return [...linksOf(body, fields)].flatMap(({ path, link }) => {
    const picture = pictureOf(link);
    const breach = picture === undefined ? undefined : breachOf(picture, limits);
    const name = readPlaceholder(link)?.path ?? 'the picture';
    return breach === undefined
      ? []
      : [{ rule: limits.rule, verdict: 'refuse', message: `${name} ${breach}`, path }];
  });
}
