/**
 * kling-3.0-turbo of the APIMart sheet (section 3), kling-o3-reference-to-video and the turbo pair
 * of the EvoLink sheet (sections 3 and 6).
 */
import * as fc from 'fast-check';
import { codePoints, isObject, type Judge, judgeDelivery } from '../judges.ts';
import { flag, link, links, optional, ratio, video, words } from './parts.ts';
import { klingParams, moved } from './kling-params.ts';
import { callback, isBlank, listOf, sent, Sheet, THREE } from './sheet.ts';

const apimart: Judge = (raw) => {
  const sheet = new Sheet(
    sent(raw),
    'model prompt first_frame_image aspect_ratio resolution duration watermark nsfw_check webhook language',
  );
  const { prompt } = sheet.body;
  judgeDelivery(sheet.body, sheet);
  sheet.text('prompt');
  sheet.flag('watermark', 'nsfw_check');
  sheet.seconds('KT1', 3, 15);
  sheet.one('resolution', ['720p', '1080p'], 'KT2');
  const hasPicture = sheet.has('first_frame_image');
  sheet.that(!hasPicture && (prompt === undefined || isBlank(prompt)), 'KT3');
  sheet.that(codePoints(prompt) > 3072, 'KT4');
  sheet.link('first_frame_image');
  sheet.one('aspect_ratio', THREE, 'KT8');
  return sheet.list;
};

const evolink =
  (kind: 'text' | 'image'): Judge =>
  (raw) => {
    const sheet = new Sheet(
      sent(raw),
      `model prompt duration aspect_ratio quality callback_url${kind === 'image' ? ' image_start' : ''}`,
    );
    callback(sheet);
    sheet.text('prompt');
    sheet.seconds('EU1', 3, 15);
    sheet.one('quality', ['720p', '1080p'], 'EU1');
    // EU5: with a picture a ratio is dropped, if it is a ratio at all.
    sheet.one('aspect_ratio', THREE, 'EU2, EU5');
    if (kind === 'text') sheet.prompt('EU2', 2500);
    else {
      sheet.that(codePoints(sheet.body['prompt']) > 2500, 'EU2');
      sheet.that(!sheet.has('image_start'), 'EU3');
      sheet.link('image_start');
    }
    return sheet.list;
  };

const o3reference: Judge = (raw) => {
  const sheet = new Sheet(
    moved(sent(raw)),
    'model prompt video_url keep_original_sound image_urls duration aspect_ratio quality model_params callback_url',
  );
  const { body } = sheet;
  callback(sheet);
  sheet.text('prompt');
  sheet.flag('keep_original_sound');
  sheet.prompt('ER3', 2500);
  sheet.link('video_url');
  const pictures = sheet.links('image_urls', Number.POSITIVE_INFINITY, 'ER5');
  sheet.seconds('ER1', 3, 10);
  sheet.one('quality', ['720p', '1080p'], 'ER2');
  sheet.one('aspect_ratio', THREE, 'ER2');
  klingParams(sheet, undefined, 4, false);
  const params = body['model_params'];
  const elements = isObject(params) ? listOf(params['element_list']).length : 0;
  sheet.that(pictures.length + elements > 4, 'ER5');
  return sheet.list;
};

export const KLING_TURBO_JUDGES: Readonly<Record<string, Judge>> = {
  'kling-3.0-turbo': apimart,
  'kling-v3-turbo-text-to-video': evolink('text'),
  'kling-v3-turbo-image-to-video': evolink('image'),
  'kling-o3-reference-to-video': o3reference,
};

const turbo = {
  prompt: words,
  duration: optional(fc.integer({ min: 3, max: 15 })),
  aspect_ratio: optional(ratio),
  quality: optional(fc.constantFrom('720p', '1080p')),
  callback_url: optional(fc.constant('https://hooks.example.com/done')),
};

export const KLING_TURBO_BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'apimart/kling-3.0-turbo': fc.record({
    prompt: words,
    first_frame_image: optional(link),
    aspect_ratio: optional(ratio),
    resolution: optional(fc.constantFrom('720p', '1080p')),
    duration: optional(fc.integer({ min: 3, max: 15 })),
    watermark: optional(flag),
    nsfw_check: optional(flag),
  }),
  'evolink/kling-v3-turbo-text-to-video': fc.record(turbo),
  'evolink/kling-v3-turbo-image-to-video': fc.record({ ...turbo, image_start: link }),
  'evolink/kling-o3-reference-to-video': fc.record({
    ...turbo,
    duration: optional(fc.integer({ min: 3, max: 10 })),
    video_url: video,
    keep_original_sound: optional(flag),
    image_urls: optional(links(1, 3)),
    model_params: optional(
      fc.constantFrom(
        { element_list: [{ element_id: 'e1' }] },
        { watermark_info: { enabled: true } },
      ),
    ),
  }),
};
