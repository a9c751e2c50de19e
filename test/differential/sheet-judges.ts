/**
 * A second opinion on the bodies of the model sheets (docs/providers/apimart-models.md and
 * evolink-models.md), written from the sheets alone. What a sheet marks as assumed is no complaint:
 * it only deserves a warning. Empty texts and lists are "never sent" (CM14, CE13): judged as
 * absent.
 */
import { codePoints, isObject, isPublicUrl, judgeDelivery, within, type Judge } from './judges.ts';
import { callback, isAsset, isBlank, listOf, sent, SEVEN, Sheet, THREE } from './sheets/sheet.ts';
import { isCustomised, klingParams, moved } from './sheets/kling-params.ts';
import { KLING_TURBO_JUDGES } from './sheets/kling-turbo.ts';
import { MINIMAX_JUDGES } from './sheets/minimax.ts';
import { SEEDANCE_25_JUDGES } from './sheets/seedance-2.5.ts';
import { VEO_JUDGES } from './sheets/veo.ts';
import { WAN_JUDGES } from './sheets/wan.ts';

const SOUND = ['on', 'off', true, false];

const omni: Judge = (raw) => {
  const sheet = new Sheet(
    sent(raw),
    'model prompt negative_prompt mode duration aspect_ratio image_urls image_with_roles video_list multi_shot shot_type multi_prompt element_list watermark audio nsfw_check webhook language',
  );
  const { body } = sheet;
  judgeDelivery(body, sheet);
  sheet.text('prompt', 'negative_prompt');
  sheet.flag('multi_shot', 'watermark', 'audio', 'nsfw_check');
  sheet.prompt('KO4');
  sheet.that(codePoints(body['negative_prompt']) > 2500, 'KO6');
  sheet.one('mode', ['std', 'pro', '4k'], 'KO2');
  sheet.one('aspect_ratio', THREE, 'KO3');
  sheet.one('shot_type', ['customize', 'intelligence'], 'KO21');
  sheet.links('image_urls', Number.POSITIVE_INFINITY, 'KO10');
  sheet.that(sheet.has('image_urls') && sheet.has('image_with_roles'), 'KO7');
  const roles = sheet.roles(['first_frame', 'last_frame', 'reference'], 'KO8');
  sheet.that(roles.includes('last_frame') && !roles.includes('first_frame'), 'KO9');
  const videos = sheet.objects(body['video_list'], 'video_list');
  sheet.that(videos.length > 1, 'KO13');
  for (const video of videos) {
    sheet.onlyKeys(video, ['video_url', 'refer_type', 'keep_original_sound'], 'video_list');
    sheet.that(!isPublicUrl(video['video_url']), 'KO13: video_url');
    sheet.oneOf(video, 'refer_type', ['base', 'feature'], 'KO14');
    sheet.oneOf(video, 'keep_original_sound', ['yes', 'no', true, false], 'KO15');
  }
  const kind = videos[0] === undefined ? undefined : (videos[0]['refer_type'] ?? 'base');
  sheet.that(
    kind === 'base' && (roles.includes('first_frame') || roles.includes('last_frame')),
    'KO16',
  );
  sheet.that(kind === 'feature' && listOf(body['image_urls']).length > 1, 'KO19');
  sheet.that(body['audio'] === true && videos.length > 0, 'KO20');
  // KO17: with a video to edit a whole duration is dropped; the shots are then held against 5.
  const isDropped = kind === 'base' && Number.isInteger(body['duration']);
  if (!isDropped) sheet.seconds('KO1', 3, 15);
  sheet.that(body['multi_shot'] === true && body['shot_type'] === undefined, 'KO21');
  sheet.that(
    body['multi_shot'] === true &&
      body['shot_type'] === 'customize' &&
      body['multi_prompt'] === undefined,
    'KO22',
  );
  const shots = isDropped
    ? new Sheet({ ...body, duration: 5 }, Object.keys(body).concat('duration').join(' '))
    : sheet;
  shots.shots(body['multi_prompt'], false, { index: true, texts: false });
  if (isDropped) for (const complaint of shots.list) sheet.that(true, complaint);
  const elements = sheet.objects(body['element_list'], 'element_list');
  sheet.that(elements.length > 3, 'KO27');
  for (const element of elements) {
    sheet.onlyKeys(element, ['name', 'description', 'element_input_urls'], 'an element');
    for (const key of ['name', 'description'])
      sheet.that(typeof element[key] !== 'string' || element[key] === '', 'KO27');
    const urls = element['element_input_urls'];
    sheet.that(
      !Array.isArray(urls) ||
        urls.length < 2 ||
        urls.length > 4 ||
        !urls.every((url) => isPublicUrl(url)),
      'KO27: 2 to 4 pictures',
    );
  }
  return sheet.list;
};

const seedance =
  (resolutions: readonly string[]): Judge =>
  (raw) => {
    const sheet = new Sheet(
      sent(raw),
      'model prompt duration size resolution seed generate_audio return_last_frame tools image_urls image_with_roles video_urls audio_urls nsfw_check webhook language',
    );
    const { body } = sheet;
    const allowed = (url: unknown): boolean => isPublicUrl(url) || isAsset(url);
    judgeDelivery(body, sheet);
    sheet.text('prompt');
    sheet.flag('generate_audio', 'return_last_frame', 'nsfw_check');
    sheet.seconds('SD1', 4, 15);
    sheet.one('size', SEVEN, 'SD2');
    sheet.one('resolution', resolutions, 'SD3, SD4');
    const pictures = sheet.links('image_urls', 9, 'SD9', allowed);
    const roles = sheet.roles(['first_frame', 'last_frame', 'reference_image'], 'table', allowed);
    const videos = sheet.links('video_urls', 3, 'SD15');
    const sounds = sheet.links('audio_urls', 3, 'SD16');
    const seen = pictures.length + roles.length + videos.length;
    sheet.that(seen === 0 && (body['prompt'] === undefined || isBlank(body['prompt'])), 'SD5');
    sheet.that(codePoints(body['prompt']) > 4000, 'SD6');
    sheet.that(pictures.length > 0 && roles.length > 0, 'SD8');
    const hasFrame = roles.includes('first_frame') || roles.includes('last_frame');
    sheet.that(hasFrame && (videos.length > 0 || sounds.length > 0), 'SD12');
    sheet.that(sounds.length > 0 && seen === 0, 'SD14');
    const tools = sheet.objects(body['tools'], 'tools');
    sheet.that(tools.length > 1, 'SD22');
    for (const tool of tools) {
      sheet.onlyKeys(tool, ['type'], 'tools');
      sheet.that(tool['type'] !== 'web_search', 'SD22');
    }
    sheet.that(sheet.has('seed') && !within(body['seed'], 0, 2_147_483_647), 'SD24');
    return sheet.list;
  };

const o3image: Judge = (raw) => {
  const sheet = new Sheet(
    moved(sent(raw)),
    'model prompt image_start image_end image_urls duration aspect_ratio quality sound model_params callback_url',
  );
  const { body } = sheet;
  callback(sheet);
  sheet.text('prompt');
  sheet.prompt('EI5', 2500);
  sheet.link('image_start');
  sheet.link('image_end');
  const references = sheet.links('image_urls', Number.POSITIVE_INFINITY, 'EI10');
  sheet.seconds('EI1', 3, 15);
  sheet.one('aspect_ratio', THREE, 'EI2');
  sheet.one('quality', ['720p', '1080p', '4k'], 'EI3');
  sheet.one('sound', SOUND, 'EI4');
  klingParams(sheet, ['customize'], 7, false);
  const params = body['model_params'];
  const elements = isObject(params) ? listOf(params['element_list']).length : 0;
  const pictures =
    Number(sheet.has('image_start')) + Number(sheet.has('image_end')) + references.length;
  sheet.that(sheet.has('image_end') && !sheet.has('image_start'), 'EI8');
  sheet.that(sheet.has('image_end') && pictures > 2, 'EI9');
  sheet.that(pictures + elements > 7, 'EI10');
  sheet.that(sheet.has('image_start') && elements > 3, 'EI11');
  return sheet.list;
};

const v3text: Judge = (raw) => {
  const sheet = new Sheet(
    moved(sent(raw)),
    'model prompt negative_prompt duration aspect_ratio quality sound model_params callback_url',
  );
  const { body } = sheet;
  callback(sheet);
  sheet.text('prompt', 'negative_prompt');
  sheet.seconds('ET1', 3, 15);
  sheet.one('aspect_ratio', THREE, 'ET1');
  sheet.one('quality', ['720p', '1080p', '4k'], 'ET1');
  sheet.one('sound', SOUND, 'ET1');
  if (!isCustomised(body['model_params'])) sheet.prompt('ET3', 2500);
  klingParams(sheet, ['customize', 'intelligence'], undefined, true);
  return sheet.list;
};

const v3image: Judge = (raw) => {
  const sheet = new Sheet(
    moved(sent(raw)),
    'model image_start image_end prompt negative_prompt duration aspect_ratio quality sound model_params callback_url',
  );
  const { body } = sheet;
  callback(sheet);
  sheet.text('prompt', 'negative_prompt');
  sheet.that(!sheet.has('image_start'), 'EM1');
  sheet.link('image_start');
  sheet.link('image_end');
  sheet.seconds('EM2', 3, 15);
  // EM5: dropped, if it is a ratio at all.
  sheet.one('aspect_ratio', THREE, 'EM5');
  sheet.one('quality', ['720p', '1080p', '4k'], 'EM2');
  sheet.one('sound', SOUND, 'EM2');
  if (!isCustomised(body['model_params'])) sheet.that(codePoints(body['prompt']) > 2500, 'EM4');
  klingParams(sheet, ['customize', 'intelligence'], 3, true);
  return sheet.list;
};

const veo: Judge = (raw) => {
  const sheet = new Sheet(
    sent(raw),
    'model prompt image_urls generation_type aspect_ratio duration quality generate_audio n seed negative_prompt person_generation resize_mode callback_url',
  );
  const { body } = sheet;
  callback(sheet);
  sheet.text('prompt', 'negative_prompt');
  sheet.flag('generate_audio');
  sheet.prompt('EV2', 2000);
  const pictures = sheet.links('image_urls', 3, 'EV18');
  sheet.one('generation_type', ['TEXT', 'FIRST&LAST', 'REFERENCE'], 'EV3');
  sheet.one('aspect_ratio', ['auto', '16:9', '9:16'], 'EV10');
  sheet.one('duration', [4, 6, 8], 'EV1');
  sheet.one('quality', ['720p', '1080p', '4k'], 'EV11');
  sheet.one('n', [1], 'EV13');
  sheet.one('person_generation', ['allow_adult', 'dont_allow'], 'EV17');
  sheet.one('resize_mode', ['pad', 'crop'], 'table');
  sheet.that(sheet.has('seed') && !within(body['seed'], 1, 4_294_967_295), 'EV14');
  const kind = body['generation_type'];
  sheet.that(kind === 'FIRST&LAST' && (pictures.length < 1 || pictures.length > 2), 'EV5');
  if (kind !== 'REFERENCE') return sheet.list;
  sheet.that(sheet.has('duration') && body['duration'] !== 8, 'EV7');
  // Without pictures auto would be sent as 16:9 (EV10).
  const ratio = body['aspect_ratio'];
  sheet.that(
    ratio !== undefined && ratio !== '16:9' && !(ratio === 'auto' && pictures.length === 0),
    'EV7',
  );
  for (const key of ['negative_prompt', 'seed', 'person_generation'])
    sheet.that(sheet.has(key), 'EV8');
  // EV16: without pictures resize_mode is dropped.
  sheet.that(sheet.has('resize_mode') && pictures.length > 0, 'EV8');
  return sheet.list;
};

const seedanceEvolink =
  (kind: string, family: string): Judge =>
  (raw) => {
    const own =
      { text: '', image: ' image_urls', reference: ' image_urls video_urls audio_urls' }[kind] ??
      '';
    const hasSearch = kind === 'text' && family !== 'mini';
    const sheet = new Sheet(
      sent(raw),
      `model prompt duration quality aspect_ratio generate_audio content_filter callback_url${own}${hasSearch ? ' model_params' : ''}`,
    );
    const { body } = sheet;
    callback(sheet);
    sheet.text('prompt');
    sheet.flag('generate_audio', 'content_filter');
    sheet.prompt('ES4');
    sheet.seconds('ES1', 4, 15);
    sheet.one('quality', family === '' ? ['480p', '720p', '1080p', '4k'] : ['480p', '720p'], 'ES2');
    sheet.one('aspect_ratio', SEVEN, 'ES3');
    const params = body['model_params'];
    if (hasSearch && params !== undefined) {
      sheet.that(!isObject(params), 'table');
      if (isObject(params)) {
        sheet.onlyKeys(params, ['web_search'], 'model_params');
        sheet.type(params, 'web_search', 'boolean');
        sheet.that(params['web_search'] === true && body['content_filter'] === false, 'ES8');
      }
    }
    if (kind === 'image') {
      sheet.links('image_urls', 2, 'ES11');
      sheet.that(!sheet.has('image_urls'), 'ES11');
    } else if (kind === 'reference') {
      const pictures = sheet.links('image_urls', 9, 'ES12');
      const videos = sheet.links('video_urls', 3, 'ES12');
      sheet.links('audio_urls', 3, 'ES12');
      sheet.that(
        pictures.length + videos.length === 0 &&
          !sheet.has('image_urls') &&
          !sheet.has('video_urls'),
        'ES12',
      );
    }
    return sheet.list;
  };

export const SHEET_JUDGES: Readonly<Record<string, Judge>> = {
  ...KLING_TURBO_JUDGES,
  ...MINIMAX_JUDGES,
  ...SEEDANCE_25_JUDGES,
  ...VEO_JUDGES,
  ...WAN_JUDGES,
  'kling-v3-omni': omni,
  'seedance-2.0': seedance(['480p', '720p', '1080p', '4k']),
  'seedance-2.0-fast': seedance(['480p', '720p']),
  'seedance-2.0-mini': seedance(['480p', '720p']),
  'kling-o3-image-to-video': o3image,
  'kling-v3-text-to-video': v3text,
  'kling-v3-image-to-video': v3image,
  'veo-3.1-fast-generate-preview': veo,
  'veo-3.1-generate-preview': veo,
  ...Object.fromEntries(
    ['', 'fast', 'mini'].flatMap((family) =>
      ['text', 'image', 'reference'].map((kind) => [
        `seedance-2.0${family === '' ? '' : `-${family}`}-${kind}-to-video`,
        seedanceEvolink(kind, family),
      ]),
    ),
  ),
};
