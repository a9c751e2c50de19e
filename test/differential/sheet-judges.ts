/**
 * A second opinion on the bodies of the model sheets (docs/providers/apimart-models.md and
 * evolink-models.md), written from the sheets alone. What a sheet marks as assumed is no complaint:
 * it only deserves a warning. Empty texts and lists are "never sent" (CM14, CE13): judged as absent.
 */
import {
  codePoints,
  isObject,
  isPublicUrl,
  judgeDelivery,
  Complaints,
  within,
  type Body,
  type Judge,
} from './judges.ts';

const THREE = ['16:9', '9:16', '1:1'];
const SEVEN = [...THREE, '4:3', '3:4', '21:9', 'adaptive'];

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** CM14, CE13. */
const sent = (body: Body): Body =>
  Object.fromEntries(
    Object.entries(body).filter(
      ([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

class Sheet extends Complaints {
  readonly body: Body;

  constructor(body: Body, keys: string) {
    super();
    this.body = body;
    this.onlyKeys(body, keys.split(' '), 'the model');
  }

  text(...keys: readonly string[]): void {
    for (const key of keys) this.type(this.body, key, 'string');
  }

  flag(...keys: readonly string[]): void {
    for (const key of keys) this.type(this.body, key, 'boolean');
  }

  has(key: string): boolean {
    return this.body[key] !== undefined;
  }

  /** Required, not blank, and short enough. */
  prompt(row: string, most = Number.POSITIVE_INFINITY): void {
    const { prompt } = this.body;
    this.that(prompt === undefined || isBlank(prompt), `${row}: prompt is there`);
    this.that(codePoints(prompt) > most, `${row}: prompt has at most ${most}`);
  }

  seconds(row: string, low: number, high: number): void {
    const { duration } = this.body;
    this.that(duration !== undefined && !within(duration, low, high), `${row}: duration`);
  }

  one(key: string, values: readonly unknown[], row: string): void {
    this.oneOf(this.body, key, values, row);
  }

  links(
    key: string,
    most: number,
    row: string,
    isAllowed = (url: unknown) => isPublicUrl(url),
  ): readonly unknown[] {
    const value = this.body[key];
    if (value === undefined) return [];
    this.that(!Array.isArray(value), `table: ${key} is a list`);
    const list = listOf(value);
    this.that(list.length > most, `${row}: at most ${most} ${key}`);
    this.that(!list.every(isAllowed), `CM3, CE3: ${key} holds public links`);
    return list;
  }

  link(key: string): void {
    this.that(this.has(key) && !isPublicUrl(this.body[key]), `CM3, CE3: ${key} is a public link`);
  }

  /** Pictures with roles; the roles that are there. */
  roles(
    names: readonly string[],
    row: string,
    isAllowed = (url: unknown) => isPublicUrl(url),
  ): readonly unknown[] {
    const items = this.objects(this.body['image_with_roles'], 'image_with_roles');
    for (const item of items) {
      this.onlyKeys(item, ['url', 'role'], 'image_with_roles');
      this.that(!isAllowed(item['url']), 'CM3: url is a public link');
      this.that(!names.includes(String(item['role'])), `${row}: role`);
    }
    return items.map((item) => item['role']);
  }

  /** A list of shots with texts or numbers as durations. */
  shots(list: unknown, asText: boolean, rows: { index: boolean; texts: boolean }): void {
    if (list === undefined) return;
    const shots = this.objects(list, 'multi_prompt');
    this.that(shots.length < 1 || shots.length > 6, 'shots: 1 to 6');
    let sum = 0;
    for (const [at, shot] of shots.entries()) {
      this.onlyKeys(shot, ['index', 'prompt', 'duration'], 'a shot');
      const { index, prompt, duration } = shot;
      this.that(!Number.isInteger(index), 'shots: index is whole');
      this.that(rows.index && index !== at + 1, 'shots: index runs from 1');
      this.that(typeof prompt !== 'string', 'shots: prompt');
      this.that(
        rows.texts && (isBlank(prompt) || codePoints(prompt) > 512),
        'shots: prompt says something, 512 at most',
      );
      // A number becomes a text where texts are sent.
      const isWhole =
        Number.isInteger(duration) ||
        (asText && typeof duration === 'string' && /^-?\d{1,6}$/.test(duration));
      this.that(!isWhole, 'shots: whole seconds');
      this.that(isWhole && Number(duration) < 1, 'shots: 1 second at least');
      sum += Number(duration);
    }
    const total = this.body['duration'] ?? 5;
    this.that(typeof total !== 'number' || sum !== total, 'shots: they add up to duration');
  }
}

/** CE5: shot fields at the top level are moved, unless they are in both places. */
function moved(body: Body): Body {
  const inner = body['model_params'];
  if (inner !== undefined && !isObject(inner)) return body;
  const top = { ...body };
  const params = { ...inner };
  for (const key of ['multi_shot', 'shot_type', 'multi_prompt', 'element_list', 'watermark_info']) {
    if (top[key] === undefined || (inner !== undefined && Object.hasOwn(inner, key))) continue;
    params[key] = top[key];
    delete top[key];
  }
  return Object.keys(params).length === 0 && inner === undefined
    ? top
    : { ...top, model_params: params };
}

function callback(sheet: Sheet): void {
  const { callback_url: url } = sheet.body;
  sheet.that(
    url !== undefined && (!isPublicUrl(url, ['https:']) || codePoints(url) > 2048),
    'CE8: callback_url is https, public, at most 2048',
  );
}

/** `model_params` of the kling models: whether the shots are the writer's own. */
function klingParams(
  sheet: Sheet,
  types: readonly string[],
  elements: number | undefined,
  orderIsRefused: boolean,
): void {
  const params = sheet.body['model_params'];
  if (params === undefined) return;
  if (!isObject(params)) {
    sheet.that(true, 'table: model_params is an object');
    return;
  }
  sheet.onlyKeys(
    params,
    [
      'multi_shot',
      'shot_type',
      'multi_prompt',
      'watermark_info',
      ...(elements === undefined ? [] : ['element_list']),
    ],
    'model_params',
  );
  sheet.type(params, 'multi_shot', 'boolean');
  sheet.oneOf(params, 'shot_type', types, 'shot_type');
  sheet.that(
    params['multi_shot'] === true && params['shot_type'] === undefined,
    'multi_shot needs shot_type',
  );
  sheet.that(
    isCustomised(params) && params['multi_prompt'] === undefined,
    'customize needs multi_prompt',
  );
  sheet.shots(params['multi_prompt'], true, { index: orderIsRefused, texts: true });
  const mark = params['watermark_info'];
  if (mark !== undefined) {
    sheet.that(
      !isObject(mark) || typeof mark['enabled'] !== 'boolean',
      'watermark_info is { enabled }',
    );
    if (isObject(mark)) sheet.onlyKeys(mark, ['enabled'], 'watermark_info');
  }
  const list = sheet.objects(params['element_list'], 'element_list');
  sheet.that(elements !== undefined && list.length > elements, 'elements: too many');
  for (const element of list) {
    sheet.onlyKeys(element, ['element_id'], 'an element');
    sheet.that(
      typeof element['element_id'] !== 'string' || element['element_id'] === '',
      'element_id is a text',
    );
  }
}

const isCustomised = (params: unknown): boolean =>
  isObject(params) && params['multi_shot'] === true && params['shot_type'] === 'customize';

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

const isAsset = (url: unknown): boolean => typeof url === 'string' && /^asset:\/\/./.test(url);

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
