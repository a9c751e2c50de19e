/**
 * MiniMax-H3 of the APIMart sheet (section 8), MiniMax-Hailuo-2.3 of the EvoLink sheet (section 9).
 */
import * as fc from 'fast-check';
import { isObject, type Judge, judgeDelivery } from '../judges.ts';
import { flag, link, links, optional, video, words } from './parts.ts';
import { callback, sent, SEVEN, Sheet } from './sheet.ts';

/** MH4: `size` and `ratio` become aspect_ratio, unless two of them differ. */
function asOneRatio(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const body = { ...raw };
  for (const key of ['size', 'ratio']) {
    if (body[key] === undefined) continue;
    if (body['aspect_ratio'] !== undefined && body['aspect_ratio'] !== body[key]) continue;
    body['aspect_ratio'] = body[key];
    delete body[key];
  }
  return body;
}

const h3: Judge = (raw) => {
  const sheet = new Sheet(
    asOneRatio(sent(raw)),
    'model prompt duration resolution aspect_ratio watermark first_frame_image last_frame_image image_urls video_urls audio_urls nsfw_check webhook language',
  );
  const { body } = sheet;
  judgeDelivery(body, sheet);
  sheet.text('prompt');
  sheet.flag('watermark', 'nsfw_check');
  sheet.prompt('MH1', 7000);
  sheet.seconds('MH2', 4, 15);
  sheet.one('resolution', ['2K', '768P', '2k', '768p'], 'MH3');
  sheet.one('aspect_ratio', SEVEN, 'MH4');
  sheet.link('first_frame_image');
  sheet.link('last_frame_image');
  const pictures = sheet.links('image_urls', 9, 'MH10');
  const videos = sheet.links('video_urls', 3, 'MH10');
  const sounds = sheet.links('audio_urls', 3, 'MH10');
  const hasFrame = sheet.has('first_frame_image') || sheet.has('last_frame_image');
  sheet.that(
    body['aspect_ratio'] === 'adaptive' && !hasFrame && pictures.length + videos.length === 0,
    'MH5',
  );
  sheet.that(hasFrame && pictures.length + videos.length + sounds.length > 0, 'MH8');
  sheet.that(sounds.length > 0 && pictures.length + videos.length === 0, 'MH9');
  return sheet.list;
};

const hailuo: Judge = (raw) => {
  const sheet = new Sheet(
    sent(raw),
    'model prompt image_urls quality duration model_params callback_url',
  );
  const { body } = sheet;
  callback(sheet);
  sheet.text('prompt');
  sheet.prompt('EH4', 2000);
  sheet.links('image_urls', 1, 'EH5');
  sheet.one('quality', ['768p', '1080p'], 'EH2');
  sheet.one('duration', [6, 10], 'EH1');
  sheet.that(body['duration'] === 10 && body['quality'] === '1080p', 'EH3');
  const params = body['model_params'];
  sheet.that(params !== undefined && !isObject(params), 'table: model_params is an object');
  if (!isObject(params)) return sheet.list;
  sheet.onlyKeys(params, ['prompt_optimizer', 'fast_pretreatment'], 'model_params');
  for (const key of ['prompt_optimizer', 'fast_pretreatment']) sheet.type(params, key, 'boolean');
  return sheet.list;
};

export const MINIMAX_JUDGES: Readonly<Record<string, Judge>> = {
  'MiniMax-H3': h3,
  'MiniMax-Hailuo-2.3': hailuo,
};

const plain = fc.record({
  prompt: words,
  duration: optional(fc.integer({ min: 4, max: 15 })),
  resolution: optional(fc.constantFrom('2K', '768P', '2k')),
  watermark: optional(flag),
  nsfw_check: optional(flag),
});

export const MINIMAX_BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'apimart/MiniMax-H3': plain.chain((body) =>
    fc.oneof(
      fc
        .constantFrom({ size: '21:9' }, { ratio: '4:3' }, { aspect_ratio: '1:1' }, {})
        .map((ratio) => ({ ...body, ...ratio })),
      fc
        .record({ first_frame_image: optional(link), last_frame_image: link })
        .map((frames) => ({ ...body, ...frames })),
      fc
        .record({
          aspect_ratio: optional(fc.constantFrom('adaptive', '16:9')),
          image_urls: links(1, 9),
          video_urls: optional(fc.array(video, { maxLength: 3 })),
          audio_urls: optional(fc.array(video, { maxLength: 3 })),
        })
        .map((references) => ({ ...body, ...references })),
    ),
  ),
  'evolink/MiniMax-Hailuo-2.3': fc
    .record({
      prompt: words,
      image_urls: optional(links(1, 1)),
      quality: optional(fc.constantFrom('768p', '1080p')),
      duration: optional(fc.constantFrom(6, 10)),
      model_params: optional(
        fc.record({ prompt_optimizer: optional(flag), fast_pretreatment: optional(flag) }),
      ),
    })
    .map((body) => (body.quality === '1080p' ? { ...body, duration: 6 } : body)),
};
