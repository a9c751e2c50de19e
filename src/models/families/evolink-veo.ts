/** veo-3.1-fast-generate-preview and veo-3.1-generate-preview through EvoLink: prices differ. */
import { defined } from '../../defined.ts';
import type { Card, Prices } from '../card/card.ts';
import { choice, flag, links, negativePrompt, prompt, secondsOf, seed } from '../shared/fields.ts';
import { evolinkRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../shared/sources.ts';
import { megabytes } from '../../pictures/limits.ts';

const LIST = { list: true } as const;
const REFERENCE = { generation_type: 'REFERENCE' } as const;
const NO_PICTURES = { image_urls: { list: false } } as const;
const ADVANCED = ['negative_prompt', 'seed', 'person_generation', 'resize_mode'] as const;

export const evolinkVeoCard = (
  native: string,
  title: string,
  price: Pick<Prices, 'base' | 'least'> & {
    /** Factors of silent 4k, sound, and sound at 4k. */
    readonly factors: readonly [silent4k: number, sound: number, sound4k: number];
  },
): Card => ({
  gateway: 'evolink',
  native,
  title,
  sources: evolinkSources(native),
  lifecycle: LISTED,
  pictures: { rule: 'EV18', mostBytes: megabytes(10) },
  fields: {
    prompt: prompt('What happens; at most 2000 characters.'),
    image_urls: links(
      'Pictures',
      3,
      'First, or first and last frame (FIRST&LAST); or references (REFERENCE).',
    ),
    generation_type: choice(
      'Kind',
      ['TEXT', 'FIRST&LAST', 'REFERENCE'],
      undefined,
      'What image_urls means.',
    ),
    aspect_ratio: choice('Aspect ratio', ['auto', '16:9', '9:16'], 'auto'),
    duration: secondsOf([4, 6, 8], 4),
    quality: choice('Quality', ['720p', '1080p', '4k'], '720p'),
    generate_audio: flag('Sound', 'Default true.', true),
    n: choice('Clips', [1], 1, 'One clip for each request.'),
    seed: seed(1, 4_294_967_295),
    negative_prompt: negativePrompt,
    person_generation: choice('People', ['allow_adult', 'dont_allow'], 'allow_adult'),
    resize_mode: choice('Fit of pictures', ['pad', 'crop'], 'pad'),
  },
  words: {
    prompt: 'prompt',
    negative_prompt: 'negative_prompt',
    duration: 'duration',
    aspect_ratio: {
      field: 'aspect_ratio',
      values: { '16:9': '16:9', '9:16': '9:16', adaptive: 'auto' },
    },
    resolution: 'quality',
    audio: 'generate_audio',
    first_frame: true,
    last_frame: true,
    references: true,
    seed: 'seed',
  },
  frames: { list: 'image_urls', with: { generation_type: 'FIRST&LAST' } },
  references: { images: 'image_urls', with: { generation_type: 'REFERENCE' } },
  longestPrompt: 2000,
  ratioFrom: [],
  stray: 'EV19',
  rules: [
    ...evolinkRows({ links: true }),
    { rule: 'EV1', text: 'duration is 4, 6 or 8 seconds.', fields: ['duration'] },
    fillRow('EV1', 'duration', 8, REFERENCE),
    fillRow('EV1', 'duration', 4),
    promptRow('EV2', 2000),
    {
      rule: 'EV3',
      text: 'generation_type is TEXT, FIRST&LAST or REFERENCE.',
      fields: ['generation_type'],
    },
    fillRow('EV3', 'generation_type', 'TEXT', NO_PICTURES),
    {
      rule: 'EV4',
      text: 'generation_type TEXT takes no pictures.',
      verdict: 'warn',
      mark: 'assumed',
      when: { generation_type: 'TEXT', image_urls: LIST },
      at: 'image_urls',
      says: 'image_urls is given, and generation_type is TEXT',
    },
    {
      rule: 'EV5',
      text: 'FIRST&LAST needs 1 or 2 pictures: first, last.',
      when: { generation_type: 'FIRST&LAST' },
      needs: { image_urls: { count: [1, 2] } },
      at: 'generation_type',
      says: 'generation_type is FIRST&LAST, and image_urls holds {#image_urls}; it takes 1 or 2',
    },
    { rule: 'EV6', text: 'At most 3 pictures.', fields: ['image_urls', 'image_urls.*'] },
    {
      rule: 'EV6',
      text: 'REFERENCE needs a picture.',
      verdict: 'warn',
      mark: 'assumed',
      when: { ...REFERENCE, ...NO_PICTURES },
      at: 'generation_type',
      says: 'generation_type is REFERENCE without image_urls',
    },
    {
      rule: 'EV7',
      text: 'REFERENCE is 8 seconds at 16:9.',
      cases: [
        {
          when: { ...REFERENCE, duration: { not: 8 } },
          at: 'duration',
          says: 'duration is {duration}; with references it is 8',
          allowed: [8],
        },
        {
          when: { ...REFERENCE, aspect_ratio: { not: '16:9' } },
          at: 'aspect_ratio',
          says: 'aspect_ratio is {aspect_ratio}; with references it is 16:9',
          allowed: ['16:9'],
        },
      ],
    },
    {
      rule: 'EV8',
      text: `REFERENCE takes none of ${ADVANCED.join(', ')}.`,
      cases: ADVANCED.map((name) => ({
        when: { ...REFERENCE, [name]: { present: true } },
        at: name,
        says: `${name} is given, which the model does not take with references`,
      })),
    },
    {
      rule: 'EV9',
      text: 'Whether REFERENCE takes another quality than 720p is not said.',
      verdict: 'warn',
      mark: 'assumed',
      when: { ...REFERENCE, quality: { not: '720p' } },
      at: 'quality',
      says: 'quality is {quality} with references; only 720p is sure',
    },
    { rule: 'EV10', text: 'aspect_ratio is auto, 16:9 or 9:16.', fields: ['aspect_ratio'] },
    {
      rule: 'EV10',
      text: 'Without pictures, auto is sent as 16:9.',
      verdict: 'note',
      mark: 'assumed',
      map: { field: 'aspect_ratio', values: [['auto', '16:9']], when: NO_PICTURES },
    },
    fillRow('EV10', 'aspect_ratio', '16:9', NO_PICTURES),
    fillRow('EV10', 'aspect_ratio', '16:9', REFERENCE),
    { rule: 'EV11', text: 'quality is 720p, 1080p or 4k.', fields: ['quality'] },
    {
      rule: 'EV12',
      text: 'High resolutions may need 8 seconds.',
      verdict: 'warn',
      mark: 'assumed',
      when: { quality: ['1080p', '4k'], duration: { not: 8 } },
      at: 'quality',
      says: 'quality is {quality} with {duration} seconds; the model behind it makes these in 8 seconds',
    },
    { rule: 'EV13', text: 'n is 1: one request, one clip.', fields: ['n'] },
    { rule: 'EV14', text: 'seed is 1 to 4294967295.', fields: ['seed'] },
    fillRow('EV15', 'generate_audio', true),
    {
      rule: 'EV16',
      text: 'resize_mode means nothing without pictures.',
      verdict: 'note',
      drop: { field: 'resize_mode', when: NO_PICTURES, because: 'there are no pictures' },
    },
    {
      rule: 'EV17',
      text: 'person_generation is allow_adult or dont_allow.',
      fields: ['person_generation'],
    },
    { rule: 'EV19', text: 'Fields of other models are refused.' },
  ],
  prices: {
    unit: 'evolink-credits',
    per: 'second',
    ...EVOLINK_PRICES,
    ...defined({ base: price.base, least: price.least }),
    rows: [
      { when: { quality: ['720p', '1080p'], generate_audio: false }, rate: 1 },
      { when: { quality: '4k', generate_audio: false }, rate: price.factors[0] },
      { when: { quality: ['720p', '1080p'], generate_audio: true }, rate: price.factors[1] },
      { when: { quality: '4k', generate_audio: true }, rate: price.factors[2] },
    ],
  },
});
