/** The three ids of wan3.0 through EvoLink: for text, for frames and for references. */
import type { Card, Fields, RuleRow } from '../card/card.ts';
import { choice, flag, link, links, prompt, seed } from '../shared/fields.ts';
import { evolinkRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../shared/sources.ts';
import { megabytes } from '../../pictures/limits.ts';

const RATIOS = ['adaptive', '16:9', '9:16', '1:1', '4:3', '3:4'] as const;
const PICTURES = ['jpeg', 'jpg', 'png', 'bmp', 'webp'];
const LISTS = ['image_urls', 'video_urls', 'audio_urls'] as const;
const FRAMES = ['image_start', 'image_end'] as const;

export type WanKind = 'text' | 'image' | 'reference';

const NATIVE: Readonly<Record<WanKind, string>> = {
  text: 'wan3.0-text-to-video',
  image: 'wan3.0-image-to-video',
  reference: 'wan3.0-reference-video',
};

/** Fields of the two other ids, with the id that takes them. */
const strays = (
  rule: string,
  fields: readonly string[],
  kind: WanKind,
): NonNullable<Card['elsewhere']> =>
  Object.fromEntries(
    fields.map((field) => [field, { rule, hint: `evolink/${NATIVE[kind]} takes it.` }]),
  );

const tag = (noun: string, of: string, what: string): RuleRow => ({
  rule: 'EW17',
  text: `Every "${noun} N" in a prompt has a ${what} number N.`,
  verdict: 'warn',
  mark: 'assumed',
  tags: { mark: `${noun} #`, of: [of], noun: what },
});

interface Own extends Pick<Card, 'frames' | 'references' | 'ratioFrom' | 'elsewhere'> {
  readonly fields: Fields;
  readonly rules: readonly RuleRow[];
}

const OWN: Readonly<Record<WanKind, Own>> = {
  text: {
    fields: {},
    elsewhere: {
      ...strays('EW18', FRAMES, 'image'),
      ...strays('EW18', LISTS, 'reference'),
    },
    rules: [
      promptRow('EW4'),
      {
        rule: 'EW3',
        text: 'From text alone, adaptive is sent as 16:9.',
        verdict: 'note',
        mark: 'assumed',
        map: { field: 'aspect_ratio', values: [['adaptive', '16:9']] },
      },
      fillRow('EW3', 'aspect_ratio', '16:9'),
    ],
  },
  image: {
    fields: {
      image_start: {
        ...link('First frame', 'No alpha channel; 20 MB at most.', PICTURES),
        required: true,
      },
      image_end: link('Last frame', 'Needs image_start.', PICTURES),
    },
    frames: { first: 'image_start', last: 'image_end' },
    ratioFrom: ['image_start'],
    elsewhere: strays('EW8', LISTS, 'reference'),
    rules: [
      { rule: 'EW6', text: 'image_start is there.', fields: ['image_start'] },
      { rule: 'EW8', text: 'The image model takes frames only.' },
    ],
  },
  reference: {
    fields: {
      image_urls: links('Pictures', 10, 'Image 1 in the prompt means the first.', {
        formats: PICTURES,
      }),
      video_urls: links('Videos', 5, '15 s together; they are billed.', {
        formats: ['mp4', 'mov'],
      }),
      audio_urls: links('Sounds', 5, '15 s together.', { formats: ['wav', 'mp3'] }),
      model_params: {
        type: 'object',
        title: 'Model parameters',
        fields: {
          file_url: link('Document', 'One, 100 MB and 50 pages at most; not with link_url.'),
          link_url: link('Web page', 'One; not with file_url.'),
        },
      },
    },
    references: { images: 'image_urls', videos: 'video_urls', audios: 'audio_urls' },
    elsewhere: strays('EW9', FRAMES, 'image'),
    rules: [
      { rule: 'EW9', text: 'The reference model takes no frames.' },
      {
        rule: 'EW10',
        text: 'A picture, video, sound, document or page is given: else the text model does it.',
        verdict: 'warn',
        mark: 'assumed',
        oneOf: { fields: [...LISTS, 'model_params.file_url', 'model_params.link_url'] },
        hint: 'Use evolink/wan3.0-text-to-video.',
      },
      {
        rule: 'EW11',
        text: 'At most 10 pictures, 5 videos and 5 sounds.',
        fields: LISTS.flatMap((name) => [name, `${name}.*`]),
      },
      {
        rule: 'EW13',
        text: 'file_url and link_url exclude each other.',
        excludes: ['model_params.file_url', 'model_params.link_url'],
      },
      tag('Image', 'image_urls', 'picture'),
      tag('Video', 'video_urls', 'video'),
      tag('Audio', 'audio_urls', 'sound'),
    ],
  },
};

export const wan3Card = (kind: WanKind): Card => {
  const { fields, rules, ...own } = OWN[kind];
  return {
    gateway: 'evolink',
    native: NATIVE[kind],
    title: `Wan 3.0, ${kind} to video (EvoLink)`,
    sources: evolinkSources(NATIVE[kind]),
    lifecycle: LISTED,
    ...(kind === 'text'
      ? {}
      : {
          pictures: {
            rule: 'CE9',
            mostBytes: megabytes(20),
            leastSide: 240,
            mostSide: 8000,
            ratio: [0.125, 8],
            alpha: false,
          },
        }),
    fields: {
      prompt: prompt('What happens; at most 20000 characters.'),
      duration: {
        type: 'whole',
        from: 2,
        to: 30,
        also: [-1],
        default: 5,
        title: 'Duration',
        about: 'Whole seconds, 2 to 30; -1: the model chooses. Default 5.',
      },
      quality: choice('Quality', ['480p', '720p', '1080p'], '720p'),
      aspect_ratio: choice('Aspect ratio', RATIOS, 'adaptive'),
      generate_audio: flag('Sound', 'No extra price. Default true.', true),
      seed: seed(0, 2_147_483_647),
      ...fields,
    },
    words: {
      prompt: 'prompt',
      duration: 'duration',
      aspect_ratio: 'aspect_ratio',
      resolution: 'quality',
      audio: 'generate_audio',
      seed: 'seed',
      ...(own.frames === undefined ? {} : { first_frame: true, last_frame: true }),
      ...(own.references === undefined ? {} : { references: true }),
    },
    ...own,
    elsewhere: {
      ...own.elsewhere,
      content_filter: { rule: 'EW18', hint: 'This model has no switch for it.' },
    },
    lacks: {
      ...(kind === 'image'
        ? {}
        : {
            first_frame: `: evolink/${NATIVE.image} takes frames`,
            last_frame: `: evolink/${NATIVE.image} takes frames`,
          }),
      ...(kind === 'reference' ? {} : { references: `: evolink/${NATIVE.reference} takes them` }),
    },
    longestPrompt: 20_000,
    secondsWhen: [{ when: { duration: -1 }, seconds: 30, least: 2 }],
    stray: 'EW18',
    rules: [
      ...evolinkRows(kind === 'text' ? {} : { links: true, formats: true }),
      { rule: 'EW1', text: 'duration is 2 to 30 seconds, or -1.', fields: ['duration'] },
      { rule: 'EW2', text: 'quality is 480p, 720p or 1080p.', fields: ['quality'] },
      { rule: 'EW3', text: `aspect_ratio is ${RATIOS.join(', ')}.`, fields: ['aspect_ratio'] },
      {
        rule: 'EW5',
        text: 'prompt has at most 20000 characters: the service cuts longer ones.',
        longest: { prompt: 20_000 },
      },
      ...rules,
      { rule: 'EW14', text: 'seed is 0 to 2147483647.', fields: ['seed'] },
      fillRow('EW15', 'generate_audio', true),
      fillRow('EW15', 'duration', 5),
      fillRow('EW15', 'quality', '720p'),
      {
        rule: 'EW16',
        text: 'Where the model chooses the length, 30 seconds are reserved.',
        verdict: 'note',
        when: { duration: -1 },
        at: 'duration',
        says: 'duration is -1: the model chooses, and 30 seconds are reserved',
      },
      { rule: 'EW18', text: 'Fields of other models are refused.' },
    ],
    prices: {
      unit: 'evolink-credits',
      per: 'second',
      ...EVOLINK_PRICES,
      base: 2.55,
      least: 5.1,
      rows: [
        { when: { quality: '480p' }, rate: 1 },
        { when: { quality: '720p' }, rate: 2 },
        { when: { quality: '1080p' }, rate: 4 },
      ],
      ...(kind === 'reference'
        ? {
            extras: [
              { of: 'video_urls', seconds: 15, leastSeconds: 1, text: 'seconds of the videos' },
            ],
          }
        : {}),
    },
  };
};
