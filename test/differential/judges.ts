/**
 * A second opinion on native bodies: one strict judge per model, written from the providers' pages
 * and sheets alone, without a look at `src/models`, so that the two can disagree. Each complaint
 * names the row it rests on (R… for APIMart, E… for EvoLink, "table" for a parameter table). Rows
 * that the sheets mark as assumptions are no complaint: they only deserve a warning.
 */
export type Body = Readonly<Record<string, unknown>>;
export type Judge = (body: Body) => readonly string[];

const RATIOS = ['16:9', '9:16', '1:1'];

/** Keeps what is wrong; each method looks at one thing and says so. */
export class Complaints {
  readonly list: string[] = [];

  that(wrong: boolean, complaint: string): void {
    if (wrong) this.list.push(complaint);
  }

  onlyKeys(value: Body, keys: readonly string[], where: string): void {
    for (const key of Object.keys(value))
      this.that(!keys.includes(key), `table: ${where} has no ${key}`);
  }

  /** Absent is right; a value of another type is not. */
  type(body: Body, key: string, type: 'string' | 'boolean'): void {
    const value = body[key];
    this.that(value !== undefined && typeof value !== type, `table: ${key} is a ${type}`);
  }

  oneOf(body: Body, key: string, values: readonly unknown[], row: string): void {
    const value = body[key];
    this.that(
      value !== undefined && !values.includes(value),
      `${row}: ${key} is one of ${values.join(', ')}`,
    );
  }

  objects(value: unknown, where: string): readonly Body[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.list.push(`table: ${where} is a list`);
      return [];
    }
    this.that(!value.every(isObject), `table: ${where} holds objects`);
    return value.filter(isObject);
  }

  urls(value: unknown, where: string): readonly string[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.list.push(`table: ${where} is a list`);
      return [];
    }
    for (const url of value)
      this.that(!isPublicUrl(url), `R31: ${where} holds public http(s) links`);
    return value.filter((url) => typeof url === 'string');
  }
}

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== '';
export const codePoints = (value: unknown): number =>
  typeof value === 'string' ? [...value].length : 0;
export const within = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && low <= Number(value) && Number(value) <= high;

function urlOf(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}

export function isPublicUrl(
  value: unknown,
  protocols: readonly string[] = ['http:', 'https:'],
): boolean {
  const url = urlOf(value);
  return url !== undefined && protocols.includes(url.protocol) && !isPrivateHost(url.hostname);
}

/** Of a host as URL writes it: dotted decimal, or IPv6 in brackets. */
function isPrivateHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (host.startsWith('[')) return /^\[(::1?\]|f[cd]|fe[89ab])/u.test(host);
  return /^(0|10|127)\.[\d.]+$|^192\.168\.[\d.]+$|^169\.254\.[\d.]+$|^172\.(1[6-9]|2\d|3[01])\.[\d.]+$/u.test(
    host,
  );
}

/** Section 6 of the APIMart sheet. Both fields steer delivery, on every model. */
export function judgeDelivery(body: Body, complaints: Complaints): void {
  const { webhook, language } = body;
  if (webhook !== undefined) {
    const url = urlOf(webhook);
    const port = url?.port ?? '';
    complaints.that(
      !isPublicUrl(webhook) ||
        !['', '80', '443'].includes(port) ||
        /(^|\.)apimart\.ai$/u.test(url?.hostname ?? ''),
      'section 6: webhook is a public http(s) address on port 80 or 443, not of APIMart',
    );
  }
  // The words of section 3 are those of the status query; of the request, 9.1 only says that it is
  // a string.
  complaints.that(
    language !== undefined && typeof language !== 'string',
    'table: language is a string',
  );
}

/** Shots as both gateways list them: 1 to 6, numbered, described, as long together as the whole. */
function judgeShots(
  shots: readonly Body[],
  total: number,
  complaints: Complaints,
  rows: { count: string; index?: string; sum: string },
): void {
  complaints.that(shots.length < 1 || shots.length > 6, `${rows.count}: 1 to 6 shots`);
  for (const [position, shot] of shots.entries()) {
    complaints.that(
      rows.index !== undefined && shot['index'] !== position + 1,
      `${rows.index ?? ''}: index runs from 1 without gaps`,
    );
  }
  const sum = shots.reduce((all, shot) => all + Number(shot['duration']), 0);
  complaints.that(
    Math.abs(sum - total) > 1e-9,
    `${rows.sum}: shot durations add up to ${String(total)}`,
  );
}

const klingV3: Judge = (body) => {
  const complaints = new Complaints();
  complaints.onlyKeys(
    body,
    (
      'model prompt negative_prompt mode duration aspect_ratio image_urls last_frame_image watermark audio ' +
      'multi_shot shot_type multi_prompt element_list size nsfw_check webhook language'
    ).split(' '),
    'kling-v3',
  );
  judgeDelivery(body, complaints);
  for (const key of ['prompt', 'negative_prompt', 'last_frame_image'])
    complaints.type(body, key, 'string');
  for (const key of ['watermark', 'audio', 'multi_shot', 'nsfw_check'])
    complaints.type(body, key, 'boolean');
  const duration = body['duration'] ?? 5;
  complaints.that(!within(duration, 3, 15), 'R2, R3: duration is an integer of 3 to 15');
  complaints.oneOf(body, 'mode', ['std', 'pro', '4k'], 'R5');
  complaints.oneOf(body, 'aspect_ratio', RATIOS, 'R6');
  complaints.oneOf(body, 'size', RATIOS, 'R19');
  complaints.that(
    body['size'] !== undefined &&
      body['aspect_ratio'] !== undefined &&
      body['size'] !== body['aspect_ratio'],
    'R19: size and aspect_ratio differ',
  );
  const images = complaints.urls(body['image_urls'], 'image_urls');
  complaints.that(images.length > 2, 'R7: at most 2 images');
  if (body['last_frame_image'] !== undefined) {
    complaints.that(images.length !== 1, 'R8: a last frame needs exactly one image before it');
    complaints.that(
      !isPublicUrl(body['last_frame_image']),
      'R31: last_frame_image is a public http(s) link',
    );
  }
  complaints.that(
    body['multi_shot'] !== true && !isFilled(body['prompt']),
    'R9: prompt is required',
  );
  complaints.oneOf(body, 'shot_type', ['customize', 'intelligence'], 'R10');
  complaints.that(
    body['multi_shot'] === true && body['shot_type'] === undefined,
    'R10: multi_shot needs shot_type',
  );
  const shots = complaints.objects(body['multi_prompt'], 'multi_prompt');
  for (const shot of shots) {
    complaints.onlyKeys(shot, ['index', 'prompt', 'duration'], 'a shot');
    complaints.that(!Number.isInteger(shot['index']), 'table: index is an integer');
    complaints.that(typeof shot['prompt'] !== 'string', 'table: a shot has a prompt');
    complaints.that(
      typeof shot['duration'] !== 'number',
      'table: the duration of a shot is a number',
    );
    complaints.that(codePoints(shot['prompt']) > 512, 'R13: at most 512 characters');
    complaints.that(
      typeof shot['duration'] === 'number' && shot['duration'] < 1,
      'R14: a shot lasts at least 1 s',
    );
  }
  complaints.that(
    body['multi_shot'] === true &&
      body['shot_type'] === 'customize' &&
      body['multi_prompt'] === undefined,
    'R11: no shots',
  );
  if (body['multi_prompt'] !== undefined)
    judgeShots(shots, Number(duration), complaints, { count: 'R11', index: 'R12', sum: 'R14' });
  const elements = complaints.objects(body['element_list'], 'element_list');
  complaints.that(elements.length > 3, 'R17: at most 3 elements');
  for (const element of elements) {
    complaints.onlyKeys(element, ['name', 'description', 'element_input_urls'], 'an element');
    complaints.that(
      !isFilled(element['name']) || !isFilled(element['description']),
      'R17: an element has name and description',
    );
    const urls = complaints.urls(element['element_input_urls'], 'element_input_urls');
    complaints.that(urls.length < 2 || urls.length > 4, 'R17: an element has 2 to 4 links');
  }
  return complaints.list;
};

const klingV26: Judge = (body) => {
  const complaints = new Complaints();
  complaints.onlyKeys(
    body,
    [
      'model',
      'prompt',
      'mode',
      'duration',
      'aspect_ratio',
      'negative_prompt',
      'image_urls',
      'audio',
      'watermark',
      'webhook',
      'language',
    ],
    'kling-v2-6',
  );
  judgeDelivery(body, complaints);
  for (const key of ['prompt', 'negative_prompt']) complaints.type(body, key, 'string');
  for (const key of ['watermark', 'audio']) complaints.type(body, key, 'boolean');
  complaints.oneOf(body, 'duration', [5, 10], 'R2, R20');
  complaints.oneOf(body, 'mode', ['std', 'pro'], 'R21');
  complaints.oneOf(body, 'aspect_ratio', RATIOS, 'R6');
  const images = complaints.urls(body['image_urls'], 'image_urls');
  complaints.that(images.length > 2, 'R7: at most 2 images');
  const pro = body['mode'] === 'pro';
  complaints.that(body['audio'] === true && !pro, 'R22: audio needs pro');
  complaints.that(images.length === 2 && !pro, 'R23: two images need pro');
  complaints.that(
    body['audio'] === true && images.length === 2,
    'R24: audio and two images exclude each other',
  );
  complaints.that(
    !isFilled(body['prompt']) || codePoints(body['prompt']) > 2500,
    'R25: prompt is required, at most 2500 characters',
  );
  return complaints.list;
};

const sora =
  (resolutions: readonly string[]): Judge =>
  (body) => {
    const complaints = new Complaints();
    complaints.onlyKeys(
      body,
      [
        'model',
        'prompt',
        'duration',
        'resolution',
        'aspect_ratio',
        'image_urls',
        'webhook',
        'language',
      ],
      'sora-2',
    );
    judgeDelivery(body, complaints);
    complaints.that(!isFilled(body['prompt']), 'table: prompt is required');
    complaints.oneOf(body, 'duration', [4, 8, 12, 16, 20], 'R2, R26');
    complaints.oneOf(body, 'resolution', resolutions, 'R27');
    complaints.that(
      complaints.urls(body['image_urls'], 'image_urls').length > 1,
      'R28: at most one image',
    );
    complaints.oneOf(body, 'aspect_ratio', ['16:9', 'landscape', '9:16', 'portrait'], 'R30');
    return complaints.list;
  };

const MOVED = ['multi_shot', 'shot_type', 'multi_prompt', 'element_list'] as const;

const klingO3: Judge = (body) => {
  const complaints = new Complaints();
  const given = body['model_params'];
  complaints.that(given !== undefined && !isObject(given), 'table: model_params is an object');
  // E14: what belongs inside model_params may be moved there.
  const inside: Record<string, unknown> = isObject(given) ? { ...given } : {};
  for (const key of MOVED) {
    complaints.that(
      body[key] !== undefined && inside[key] !== undefined,
      `E14: ${key} is here and in model_params`,
    );
    if (body[key] !== undefined) inside[key] ??= body[key];
  }
  complaints.onlyKeys(
    body,
    [
      'model',
      'prompt',
      'duration',
      'aspect_ratio',
      'quality',
      'sound',
      'model_params',
      'callback_url',
      ...MOVED,
    ],
    'kling-o3 (E13)',
  );
  complaints.onlyKeys(inside, [...MOVED, 'watermark_info'], 'model_params');
  complaints.type(body, 'prompt', 'string');
  const duration = body['duration'] ?? 5;
  complaints.that(!within(duration, 3, 15), 'E1: duration is an integer of 3 to 15');
  complaints.oneOf(body, 'aspect_ratio', RATIOS, 'E2');
  complaints.oneOf(body, 'quality', ['720p', '1080p', '4k'], 'E3');
  complaints.oneOf(body, 'sound', ['on', 'off', true, false], 'E4');
  complaints.type(inside, 'multi_shot', 'boolean');
  complaints.oneOf(inside, 'shot_type', ['customize'], 'E7');
  const told = inside['multi_shot'] === true && inside['shot_type'] === 'customize';
  complaints.that(!told && !isFilled(body['prompt']), 'E5: prompt is required');
  complaints.that(!told && codePoints(body['prompt']) > 2500, 'E5: at most 2500 characters');
  complaints.that(
    inside['multi_shot'] === true && inside['shot_type'] === undefined,
    'E7: multi_shot needs shot_type',
  );
  const shots = complaints.objects(inside['multi_prompt'], 'multi_prompt');
  for (const shot of shots) {
    complaints.onlyKeys(shot, ['index', 'prompt', 'duration'], 'a shot');
    complaints.that(!Number.isInteger(shot['index']), 'table: index is an integer');
    complaints.that(typeof shot['prompt'] !== 'string', 'table: a shot has a prompt');
    const seconds = shot['duration'];
    complaints.that(
      !(typeof seconds === 'string' && /^-?\d+$/u.test(seconds)) && !Number.isInteger(seconds),
      'E9: the duration of a shot is a whole number, as a text or to be made one',
    );
  }
  complaints.that(told && inside['multi_prompt'] === undefined, 'E8: no shots');
  if (inside['multi_prompt'] !== undefined)
    judgeShots(shots, Number(duration), complaints, { count: 'E8', sum: 'E9' });
  const elements = complaints.objects(inside['element_list'], 'element_list');
  complaints.that(elements.length > 7, 'E10: at most 7 elements');
  for (const element of elements) {
    complaints.onlyKeys(element, ['element_id'], 'an element');
    complaints.that(!isFilled(element['element_id']), 'E10: an element has its element_id');
  }
  const mark = inside['watermark_info'];
  complaints.that(mark !== undefined && !isObject(mark), 'table: watermark_info is an object');
  if (isObject(mark)) {
    complaints.onlyKeys(mark, ['enabled'], 'watermark_info');
    complaints.that(
      typeof mark['enabled'] !== 'boolean',
      'table: watermark_info is {enabled boolean}',
    );
  }
  const callback = body['callback_url'];
  complaints.that(
    callback !== undefined && (!isPublicUrl(callback, ['https:']) || codePoints(callback) > 2048),
    'E12: callback_url is https, public, at most 2048 long',
  );
  return complaints.list;
};

/** By the name that stands in a body's `model`. */
export const PAGE_JUDGES: Readonly<Record<string, Judge>> = {
  'kling-v3': klingV3,
  'kling-v2-6': klingV26,
  'sora-2': sora(['720p']),
  'sora-2-pro': sora(['720p', '1024p', '1080p']),
  'kling-o3-text-to-video': klingO3,
};
