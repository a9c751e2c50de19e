/** The pictures of the repository that a request needs a link for. */
import type { GatewayName } from '../../ids.ts';
import { inMegabytes, MOST_UPLOAD_BYTES } from '../../pictures/limits.ts';
import type { Picture } from '../../pictures/picture.ts';
import { withPlaceholders } from '../../pictures/placeholder.ts';
import type { JsonObject } from '../../scene.ts';
import type { UsedPicture } from '../plan.ts';
import type { Judgement } from './report-findings.ts';

/** Fields that hold words. A placeholder in one of them is a text that somebody typed. */
const TEXTS: ReadonlySet<string | number | undefined> = new Set([
  'prompt',
  'negative_prompt',
  'description',
  'name',
  'text',
]);
/** A side of fewer pixels is refused by most services; docs/providers/uploads.md, rule UP12. */
const SMALL_SIDE = 300;

/** In the order of the body. A placeholder that stands for no picture of the project is refused. */
export function usedPictures(
  request: JsonObject,
  pictures: ReadonlyMap<string, Picture>,
  gateway: GatewayName,
  judgement: Judgement,
): UsedPicture[] {
  const used: UsedPicture[] = [];
  withPlaceholders(request, (placeholder, at) => {
    const picture = TEXTS.has(at.at(-1)) ? undefined : pictures.get(placeholder);
    if (picture === undefined)
      judgement.refuse(
        'local-image',
        `${at.join('.')} holds the placeholder of a picture`,
        at,
        'Write the path of the picture in first_frame, last_frame, elements or references.',
      );
    else used.push({ at, placeholder, picture });
    return placeholder;
  });
  for (const { at, picture } of used) judge(picture, at, gateway, judgement);
  return used;
}

function judge(
  { path, bytes, width, height }: Picture,
  at: UsedPicture['at'],
  gateway: GatewayName,
  judgement: Judgement,
): void {
  const most = MOST_UPLOAD_BYTES[gateway];
  if (bytes > most)
    judgement.refuse(
      'picture-too-large',
      `${path} has ${inMegabytes(bytes)}; ${gateway} takes at most ${inMegabytes(most)}`,
      at,
      'Save it as JPEG, or with fewer pixels.',
    );
  else if (Math.min(width, height) < SMALL_SIDE)
    judgement.warn(
      'picture-small',
      `${path} has ${width} x ${height} pixels; services often refuse sides below ${SMALL_SIDE}`,
      at,
      'Use a larger picture.',
    );
}
