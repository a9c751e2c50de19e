/**
 * The nine ids of seedance-2.0 through EvoLink: standard, fast and mini, each for text, for frames
 * and for references.
 */
import { defined } from '../../defined.ts';
import type {
  Card,
  Field,
  Fields,
  Frames,
  PriceRow,
  References,
  RuleRow,
  Condition,
} from '../card/card.ts';
import { choice, flag, links, prompt, seconds } from '../shared/fields.ts';
import { evolinkRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../shared/sources.ts';
import { SEEDANCE_PICTURES } from '../shared/picture-limits.ts';

const SIZES = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'] as const;
const FORMATS = ['jpg', 'jpeg', 'png', 'webp'];
const LIST = { list: true } as const;

interface Family {
  readonly name: string;
  readonly title: string;
  readonly base: number;
  readonly least: number;
  /** Factor of each quality, without and with a reference video. */
  readonly factors: Readonly<Record<string, readonly [number, number]>>;
  readonly search: boolean;
}

export const STANDARD: Family = {
  name: 'seedance-2.0',
  title: 'Seedance 2.0',
  base: 13.5,
  least: 25.002,
  factors: { '480p': [0.465, 0.284], '720p': [1, 0.609], '1080p': [2.5, 1.52], '4k': [5.1, 3.15] },
  search: true,
};
export const FAST: Family = {
  name: 'seedance-2.0-fast',
  title: 'Seedance 2.0 fast',
  base: 8.2013,
  least: 15.1893,
  factors: { '480p': [0.465, 0.277], '720p': [1, 0.595] },
  search: true,
};
export const MINI: Family = {
  name: 'seedance-2.0-mini',
  title: 'Seedance 2.0 mini',
  base: 2.7,
  least: 5.0004,
  factors: { '480p': [0.465, 0.284], '720p': [1, 0.609] },
  search: false,
};

export type Kind = 'text' | 'image' | 'reference';

export function evolinkSeedanceCard(family: Family, kind: Kind): Card {
  const native = `${family.name}-${kind}-to-video`;
  const qualities = Object.keys(family.factors);
  const hasSearch = kind === 'text' && family.search;
  const { fields, rules, frames, references } = KINDS[kind];
  return {
    gateway: 'evolink',
    native,
    title: `${family.title}, ${kind} to video (EvoLink)`,
    sources: evolinkSources(native),
    lifecycle: LISTED,
    ...(kind === 'text' ? {} : { pictures: { rule: 'CE9', ...SEEDANCE_PICTURES } }),
    fields: {
      prompt: prompt('What happens; 1000 words at most are advised.'),
      duration: seconds(4, 15),
      quality: choice('Quality', qualities, '720p'),
      aspect_ratio: choice('Aspect ratio', SIZES, 'adaptive'),
      generate_audio: flag('Sound', 'No extra price. Default true.', true),
      content_filter: flag('Content filter', 'false costs a tenth more. Default true.', true),
      ...fields,
      ...(hasSearch
        ? {
            model_params: {
              type: 'object',
              title: 'Model parameters',
              fields: {
                web_search: flag(
                  'Web search',
                  '0.04 credits for each search. Default false.',
                  false,
                ),
              },
            } satisfies Field,
          }
        : {}),
    },
    words: {
      prompt: 'prompt',
      duration: 'duration',
      aspect_ratio: 'aspect_ratio',
      resolution: 'quality',
      audio: 'generate_audio',
      ...(frames === undefined ? {} : { first_frame: true, last_frame: true }),
      ...(references === undefined ? {} : { references: true }),
    },
    ...(frames === undefined ? {} : { frames, ratioFrom: ['image_urls'] }),
    ...defined({ references }),
    lacks: lacking(family.name, kind),
    stray: 'ES18',
    ...(kind === 'text' ? { elsewhere: pictureModels(family.name) } : {}),
    rules: [
      ...evolinkRows(kind === 'text' ? {} : { links: true, formats: true }),
      { rule: 'ES1', text: 'duration is 4 to 15 seconds.', fields: ['duration'] },
      { rule: 'ES2', text: `quality is ${qualities.join(', ')}.`, fields: ['quality'] },
      { rule: 'ES3', text: `aspect_ratio is ${SIZES.join(', ')}.`, fields: ['aspect_ratio'] },
      ...(kind === 'text'
        ? [
            {
              rule: 'ES16',
              text: 'Without pictures, adaptive is sent as 16:9.',
              verdict: 'note',
              mark: 'assumed',
              map: { field: 'aspect_ratio', values: [['adaptive', '16:9']] },
            } satisfies RuleRow,
            fillRow('ES3', 'aspect_ratio', '16:9'),
          ]
        : [fillRow('ES3', 'aspect_ratio', 'adaptive')]),
      promptRow('ES4'),
      {
        rule: 'ES5',
        text: 'The limit of a prompt is in tokens: beyond 4000 characters it may be cut.',
        verdict: 'warn',
        mark: 'assumed',
        longest: { prompt: 4000 },
      },
      fillRow('ES6', 'generate_audio', true),
      {
        rule: 'ES7',
        text: 'content_filter false costs a tenth more.',
        verdict: 'note',
        when: { content_filter: false },
        at: 'content_filter',
        says: 'content_filter false costs a tenth more',
      },
      ...(hasSearch
        ? [
            {
              rule: 'ES8',
              text: 'content_filter false and web_search true exclude each other.',
              when: { content_filter: false, 'model_params.web_search': true },
              at: 'model_params.web_search',
              says: 'web_search is true, and content_filter is false: the service refuses both together',
            } satisfies RuleRow,
          ]
        : []),
      ...rules,
      { rule: 'ES18', text: 'Fields of other models are refused.' },
    ],
    prices: {
      unit: 'evolink-credits',
      per: 'second',
      ...EVOLINK_PRICES,
      base: family.base,
      least: family.least,
      rows: Object.entries(family.factors).flatMap(([quality, [plain, withVideo]]) =>
        [false, true].flatMap((filtered): PriceRow[] => {
          const row = (when: Condition, factor: number): PriceRow => ({
            when: { quality, content_filter: filtered, ...when },
            rate: filtered ? factor : factor * 1.1,
            ...(filtered ? {} : { kind: 'estimated' }),
          });
          return kind === 'reference'
            ? [row({ video_urls: { list: false } }, plain), row({ video_urls: LIST }, withVideo)]
            : [row({}, plain)];
        }),
      ),
      ...(kind === 'reference'
        ? {
            extras: [
              { of: 'video_urls', seconds: 15, leastClips: 1, text: 'seconds of the videos' },
            ],
          }
        : {}),
    },
  };
}

const lacking = (name: string, kind: Kind): NonNullable<Card['lacks']> => ({
  ...(kind === 'image'
    ? {}
    : {
        first_frame: `: evolink/${name}-image-to-video takes frames`,
        last_frame: `: evolink/${name}-image-to-video takes frames`,
      }),
  ...(kind === 'reference'
    ? {}
    : { references: `: evolink/${name}-reference-to-video takes references` }),
});

const pictureModels = (name: string): NonNullable<Card['elsewhere']> =>
  Object.fromEntries(
    ['image_urls', 'video_urls', 'audio_urls'].map((field) => [
      field,
      {
        rule: 'ES10',
        hint: `Use evolink/${name}-image-to-video for frames, -reference-to-video for references.`,
      },
    ]),
  );

const tag = (noun: string, field: string, what: string): RuleRow => ({
  rule: 'ES15',
  text: `Every @${noun}N in a prompt has a ${what} number N.`,
  verdict: 'warn',
  mark: 'assumed',
  tags: { mark: `@${noun}#`, of: [field], noun: what },
});

const KINDS: Readonly<
  Record<
    Kind,
    {
      readonly fields: Fields;
      readonly rules: readonly RuleRow[];
      readonly frames?: Frames;
      readonly references?: References;
    }
  >
> = {
  text: {
    fields: {},
    rules: [{ rule: 'ES10', text: 'The text model takes no pictures, videos or sounds.' }],
  },
  image: {
    fields: {
      image_urls: links('Frames', 2, 'First, or first and last frame.', { formats: FORMATS }),
    },
    frames: { list: 'image_urls' },
    rules: [
      {
        rule: 'ES11',
        text: 'image_urls holds 1 or 2 pictures: first, last.',
        fields: ['image_urls', 'image_urls.*'],
        needed: { field: 'image_urls' },
      },
      {
        rule: 'ES17',
        text: 'With frames, a ratio of its own may crop them.',
        verdict: 'warn',
        mark: 'assumed',
        when: { aspect_ratio: { present: true, not: 'adaptive' } },
        at: 'aspect_ratio',
        says: 'aspect_ratio is {aspect_ratio} with a first frame, which may be cropped',
        hint: 'Keep the ratio of the frame with `aspect_ratio: adaptive`.',
      },
    ],
  },
  reference: {
    fields: {
      image_urls: links('Pictures', 9, '@image1 in the prompt means the first.', {
        formats: FORMATS,
      }),
      video_urls: links(
        'Videos',
        3,
        '@video1 in the prompt means the first; together 15 s at most.',
        { formats: ['mp4', 'mov'] },
      ),
      audio_urls: links('Sounds', 3, '@audio1 in the prompt means the first; not alone.', {
        formats: ['wav', 'mp3'],
      }),
    },
    references: { images: 'image_urls', videos: 'video_urls', audios: 'audio_urls' },
    rules: [
      {
        rule: 'ES12',
        text: 'At most 9 pictures, 3 videos and 3 sounds, and at least one picture or video.',
        fields: [
          'image_urls',
          'video_urls',
          'audio_urls',
          'image_urls.*',
          'video_urls.*',
          'audio_urls.*',
        ],
        oneOf: { fields: ['image_urls', 'video_urls'] },
      },
      tag('image', 'image_urls', 'picture'),
      tag('video', 'video_urls', 'video'),
      tag('audio', 'audio_urls', 'sound'),
    ],
  },
};
