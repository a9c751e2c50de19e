/**
 * What a request costs by the price tables of the sheets, written without a look at the cards. Only
 * prices that a sheet marks with certainty A; `undefined` for all others.
 */
import { type Body, isObject } from '../judges.ts';

/** US dollars: the least and the most, the same where nothing is open. */
export type Booked = readonly [least: number, most: number];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const has = (body: Body, key: string): boolean => listOf(body[key]).length > 0;
const secondsOf = (body: Body, byDefault = 5): number => Number(body['duration'] ?? byDefault);

/** The text of a field, or the documented default. */
const word = (body: Body, key: string, byDefault: string): string => {
  const value = body[key];
  return typeof value === 'string' ? value : byDefault;
};

/** Rates of APIMart, US dollars for each second of the clip. */
const perSecond = (rate: number | undefined, seconds: number): Booked | undefined =>
  rate === undefined ? undefined : [rate * seconds, rate * seconds];

/** A model with a video is billed for the seconds of the video too, which are not known. */
const withInput = (rate: number, seconds: number, least: number, most: number): Booked => [
  rate * (seconds + least),
  rate * (seconds + most),
];

type Book = (body: Body) => Booked | undefined;
type Table = Readonly<Record<string, readonly number[]>>;

const klingV3: Book = (body) => {
  const rates = { std: [0.0672, 0.1008], pro: [0.0896, 0.1344], '4k': [0.42856, 0.42856] } as Table;
  const rate = rates[word(body, 'mode', 'std')]?.[body['audio'] === true ? 1 : 0];
  return perSecond(rate, secondsOf(body));
};

const omni: Book = (body) => {
  const rates: Table = {
    std: [0.0672, 0.0896, 0.1008],
    pro: [0.0896, 0.112, 0.1344],
    '4k': [0.42856, 0.42856],
  };
  const [video] = listOf(body['video_list']);
  const column = video === undefined ? (body['audio'] === true ? 1 : 0) : 2;
  const rate = rates[word(body, 'mode', 'std')]?.[column];
  // A video to edit says how long the clip is.
  if (isObject(video) && (video['refer_type'] ?? 'base') === 'base') return undefined;
  return perSecond(rate, secondsOf(body));
};

const turbo: Book = (body) =>
  perSecond(body['resolution'] === '1080p' ? 0.1432 : 0.1144, secondsOf(body));

const seedance =
  (rates: Table): Book =>
  (body) => {
    const [plain = 0, video = 0] = rates[word(body, 'resolution', '720p')] ?? [];
    const seconds = secondsOf(body);
    return has(body, 'video_urls')
      ? withInput(video, seconds, 1.8, 15.2)
      : perSecond(plain, seconds);
  };

/** "Estimated" by the vendor: a tenth more is held ready. */
const seedance25: Book = (body) => {
  const rates: Table = {
    '480p': [0.09608, 0.0576],
    '720p': [0.216, 0.1296],
    '1080p': [0.38488, 0.22992],
  };
  const [plain = 0, video = 0] = rates[word(body, 'resolution', '720p')] ?? [];
  const isOpen = body['duration'] === -1;
  const [least, most] = isOpen ? [4, 30] : [secondsOf(body), secondsOf(body)];
  return has(body, 'video_urls')
    ? [video * (least + 2), video * (most + 30) * 1.1]
    : [plain * least, plain * most * 1.1];
};

const veoByCall =
  (clip: number, clip4k: number): Book =>
  (body) =>
    body['resolution'] === '4k' ? [clip4k, clip4k] : [clip, clip];

const veoOfficial =
  (rates: Table): Book =>
  (body) =>
    perSecond(
      rates[word(body, 'resolution', '720p')]?.[body['generate_audio'] === true ? 1 : 0],
      secondsOf(body, 8),
    );

const h3: Book = (body) => {
  const rate = body['resolution'] === '768P' ? 0.05712 : 0.09144;
  const pictures = Math.max(0, listOf(body['image_urls']).length - 5) * 0.02288;
  const seconds = secondsOf(body);
  return has(body, 'video_urls')
    ? [rate * (seconds + 2) + pictures, rate * (seconds + 15) + pictures]
    : [rate * seconds + pictures, rate * seconds + pictures];
};

/** EvoLink: credits, 68 for a dollar, never below the least charge. */
const credits = (amount: number, least: number): number =>
  Math.round(Math.max(amount, least) * 1e4) / 1e4 / 68;
const rated = (
  base: number,
  factor: number | undefined,
  least: number,
  [from, to]: readonly [number, number],
): Booked | undefined =>
  factor === undefined
    ? undefined
    : [credits(base * factor * from, least), credits(base * factor * to, least)];
const fixed = (body: Body, byDefault = 5): readonly [number, number] => [
  secondsOf(body, byDefault),
  secondsOf(body, byDefault),
];

const kling =
  (base: number, least: number, factors: Readonly<Record<'on' | 'off', Table>>): Book =>
  (body) =>
    rated(
      base,
      factors[body['sound'] === 'on' ? 'on' : 'off'][word(body, 'quality', '720p')]?.[0],
      least,
      fixed(body),
    );
const SILENT: Table = { '720p': [1], '1080p': [1.334], '4k': [5] };
const o3 = kling(5.4, 16.2, { off: SILENT, on: { '720p': [1.334], '1080p': [1.667], '4k': [5] } });
const v3 = kling(5.4, 16.2, { off: SILENT, on: { '720p': [1.5], '1080p': [2], '4k': [5] } });
const noSound = (table: Table) => ({ off: table, on: table });
const o3reference = kling(8.1, 24.3, noSound({ '720p': [1], '1080p': [1.334] }));
const v3turbo = kling(7.2, 21.6, noSound({ '720p': [1], '1080p': [1.25] }));

const veoPreview =
  (base: number, least: number, silent4k: number, sound: number, sound4k: number): Book =>
  (body) => {
    const is4k = body['quality'] === '4k';
    const factor =
      body['generate_audio'] === false ? (is4k ? silent4k : 1) : is4k ? sound4k : sound;
    return rated(base, factor, least, fixed(body, 4));
  };

const seedanceEvolink =
  (base: number, least: number, factors: Table): Book =>
  (body) => {
    // A tenth more without the filter is not in the price rules.
    if (body['content_filter'] === false) return undefined;
    const hasVideo = has(body, 'video_urls');
    const factor = factors[word(body, 'quality', '720p')]?.[hasVideo ? 1 : 0];
    const seconds = secondsOf(body);
    return rated(
      base,
      factor,
      least,
      hasVideo ? [2 * seconds, seconds + Math.max(15, seconds)] : [seconds, seconds],
    );
  };
const FAMILIES: Readonly<Record<string, Book>> = {
  'seedance-2.0': seedanceEvolink(13.5, 25.002, {
    '480p': [0.465, 0.284],
    '720p': [1, 0.609],
    '1080p': [2.5, 1.52],
    '4k': [5.1, 3.15],
  }),
  'seedance-2.0-fast': seedanceEvolink(8.2013, 15.1893, {
    '480p': [0.465, 0.277],
    '720p': [1, 0.595],
  }),
  'seedance-2.0-mini': seedanceEvolink(2.7, 5.0004, { '480p': [0.465, 0.284], '720p': [1, 0.609] }),
};

const wanRates =
  (base: number, least: number, factors: Table): Book =>
  (body) => {
    const factor = factors[word(body, 'quality', '720p')]?.[0];
    const isOpen = body['duration'] === -1;
    const [shortest, longest] = isOpen ? [2, 30] : [secondsOf(body), secondsOf(body)];
    const [first, last] = has(body, 'video_urls') ? [1, 15] : [0, 0];
    return rated(base, factor, least, [shortest + first, longest + last]);
  };
const wan = wanRates(2.55, 5.1, { '480p': [1], '720p': [2], '1080p': [4] });
const wanPrime = wanRates(3.9304, 7.8608, { '480p': [1], '720p': [2.06], '1080p': [4.12] });

const BOOKS: Readonly<Record<string, Book>> = {
  'kling-v3': klingV3,
  'kling-v3-omni': omni,
  'kling-3.0-turbo': turbo,
  'seedance-2.0': seedance({
    '480p': [0.066, 0.04],
    '720p': [0.142, 0.08584],
    '1080p': [0.3544, 0.21568],
    '4k': [0.722, 0.44432],
  }),
  'seedance-2.0-fast': seedance({ '480p': [0.03984, 0.02368], '720p': [0.0856, 0.05128] }),
  'seedance-2.0-mini': seedance({ '480p': [0.01056, 0.0064], '720p': [0.02288, 0.01384] }),
  'seedance-2.5': seedance25,
  'veo3.1-fast': veoByCall(0.14, 0.64),
  'veo3.1-quality': veoByCall(1, 1.5),
  'veo3.1-lite': veoByCall(0.07, 0.57),
  'veo3.1-fast-official': veoOfficial({
    '720p': [0.064, 0.08],
    '1080p': [0.08, 0.096],
    '4K': [0.2, 0.24],
  }),
  'veo3.1-quality-official': veoOfficial({
    '720p': [0.16, 0.32],
    '1080p': [0.16, 0.32],
    '4K': [0.32, 0.48],
  }),
  'MiniMax-H3': h3,
  'kling-o3-text-to-video': o3,
  'kling-o3-image-to-video': o3,
  'kling-o3-reference-to-video': o3reference,
  'kling-v3-text-to-video': v3,
  'kling-v3-image-to-video': v3,
  'kling-v3-turbo-text-to-video': v3turbo,
  'kling-v3-turbo-image-to-video': v3turbo,
  'veo-3.1-fast-generate-preview': veoPreview(6.336, 25.344, 3, 1.5, 3.51),
  'veo-3.1-generate-preview': veoPreview(12.672, 50.688, 2, 2, 3),
  'wan3.0-text-to-video': wan,
  'wan3.0-image-to-video': wan,
  'wan3.0-reference-video': wan,
  'wan3.0-prime-text-to-video': wanPrime,
  'wan3.0-prime-image-to-video': wanPrime,
  // Whether the seconds of a video count as they do for wan3.0 is not stated.
  'wan3.0-prime-reference-video': (body) => (has(body, 'video_urls') ? undefined : wanPrime(body)),
  ...Object.fromEntries(
    Object.entries(FAMILIES).flatMap(([family, book]) =>
      ['text', 'image', 'reference'].map((kind) => [`${family}-${kind}-to-video`, book]),
    ),
  ),
};

export function booked(body: Body): Booked | undefined {
  const model = typeof body['model'] === 'string' ? BOOKS[body['model']] : undefined;
  return model?.(body);
}
