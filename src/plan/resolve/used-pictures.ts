/** The pictures of the repository that a request needs a link for. */
import type { GatewayName } from '../../ids.ts';
import type { Model } from '../../models/model.ts';
import { isFrameText } from '../../pictures/frame-text.ts';
import { MOST_UPLOAD_BYTES } from '../../pictures/limits.ts';
import type { Picture } from '../../pictures/picture.ts';
import { withPlaceholders } from '../../pictures/placeholder.ts';
import type { JsonObject } from '../../scene.ts';
import type { UsedPicture } from '../plan.ts';
import type { Judgement } from './findings/report-findings.ts';

/** Fields that hold words. A placeholder in one of them was typed by a person. */
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
  { gateway, pictures: limits }: Pick<Model, 'gateway' | 'pictures'>,
  judgement: Judgement,
): UsedPicture[] {
  const used: UsedPicture[] = [];
  withPlaceholders(request, (placeholder, at) => {
    if (isFrameText(placeholder)) return placeholder;
    const picture = TEXTS.has(at.at(-1)) ? undefined : pictures.get(placeholder);
    if (picture === undefined)
      judgement.refuse(
        'local-image',
        `${at.join('.')} contains the placeholder of a picture`,
        at,
        'Write the path of the picture in first_frame, last_frame, elements or references.',
      );
    else used.push({ at, placeholder, picture });
    return placeholder;
  });
  // A model that states its own smallest size needs no further check.
  const smallSide = limits?.leastSide === undefined ? SMALL_SIDE : 0;
  for (const { at, picture } of used) judge(picture, at, { gateway, smallSide }, judgement);
  return used;
}

function judge(
  { path, bytes, width, height }: Picture,
  at: UsedPicture['at'],
  { gateway, smallSide }: { readonly gateway: GatewayName; readonly smallSide: number },
  judgement: Judgement,
): void {
  const most = MOST_UPLOAD_BYTES[gateway];
  if (bytes > most)
    judgement.refuse(
      'picture-too-large',
      `${path} has ${bytes.toLocaleString('en')} bytes; ${gateway} takes at most ${most.toLocaleString('en')}`,
      at,
      'Save it as JPEG, or with fewer pixels.',
    );
  else if (Math.min(width, height) < smallSide)
    judgement.warn(
      'picture-small',
      `${path} has ${width} x ${height} pixels; services often refuse sides below ${smallSide}`,
      at,
      'Use a larger picture.',
    );
}
