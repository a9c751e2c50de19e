/** Differences between the ids of wan3.0: text, frames and references. */
import type { Card, Fields, RuleRow } from '../card/card.ts';
import { link, links } from '../shared/fields.ts';
import { fillRow, promptRow, tagRow } from '../shared/sheet-rows.ts';

const PICTURES = ['jpeg', 'jpg', 'png', 'bmp', 'webp'];
const LISTS = ['image_urls', 'video_urls', 'audio_urls'] as const;
const FRAMES = ['image_start', 'image_end'] as const;

export type WanKind = 'text' | 'image' | 'reference';
/** Native name of the id for each kind: wan3.0 and wan3.0-prime have three each. */
export type WanIds = Readonly<Record<WanKind, string>>;

/** Fields of the two other ids, with the id that takes them. */
const strays = (
  rule: string,
  fields: readonly string[],
  id: string,
): NonNullable<Card['elsewhere']> =>
  Object.fromEntries(fields.map((field) => [field, { rule, hint: `evolink/${id} takes it.` }]));

const tag = (noun: string, of: string, what: string): RuleRow =>
  tagRow('EW17', `${noun} #`, what, [of], `"${noun} N"`);

interface Own extends Pick<Card, 'frames' | 'references' | 'ratioFrom' | 'elsewhere'> {
  readonly fields: Fields;
  readonly rules: readonly RuleRow[];
}

export const wanKinds: Readonly<Record<WanKind, (ids: WanIds) => Own>> = {
  text: (ids) => ({
    fields: {},
    elsewhere: {
      ...strays('EW18', FRAMES, ids.image),
      ...strays('EW18', LISTS, ids.reference),
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
  }),
  image: (ids) => ({
    fields: {
      image_start: {
        ...link('First frame', 'No alpha channel; 20 MB at most.', PICTURES),
        required: true,
      },
      image_end: link('Last frame', 'Needs image_start.', PICTURES),
    },
    frames: { first: 'image_start', last: 'image_end' },
    ratioFrom: ['image_start'],
    elsewhere: strays('EW8', LISTS, ids.reference),
    rules: [
      { rule: 'EW6', text: 'image_start is there.', fields: ['image_start'] },
      { rule: 'EW8', text: 'The image model takes frames only.' },
    ],
  }),
  reference: (ids) => ({
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
    elsewhere: strays('EW9', FRAMES, ids.image),
    rules: [
      { rule: 'EW9', text: 'The reference model takes no frames.' },
      {
        rule: 'EW10',
        text: 'A picture, video, sound, document or page is given: else the text model does it.',
        verdict: 'warn',
        mark: 'assumed',
        oneOf: { fields: [...LISTS, 'model_params.file_url', 'model_params.link_url'] },
        hint: `Use evolink/${ids.text}.`,
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
  }),
};
