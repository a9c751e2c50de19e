/** veo3.1-fast, -quality and -lite through APIMart: one page, priced by the call. */
import type { Card, RuleRow } from '../card/card.ts';
import { choice, links, prompt, secondsOf } from '../shared/fields.ts';
import { apimartRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../shared/sources.ts';
import { upTo10Megabytes } from '../shared/picture-limits.ts';

const LIST = { list: true } as const;
const NO_PICTURES = { image_urls: { list: false } } as const;
const NEVER_SENT = { rule: 'VE16', hint: 'It is never sent: it changes what is paid for.' };

/** The possible meanings of image_urls; -lite has none. */
type Kind = 'frame' | 'reference';

const pictureRows = (kinds: readonly Kind[]): readonly RuleRow[] => [
  {
    rule: 'VE7',
    text: `generation_type is ${kinds.join(' or ')}.`,
    fields: ['generation_type'],
  },
  { rule: 'VE8', text: 'At most 3 pictures.', fields: ['image_urls', 'image_urls.*'] },
  {
    rule: 'VE9',
    text: 'image_urls needs generation_type: without it a picture is not kept as the first frame.',
    mark: 'observed',
    when: { image_urls: LIST },
    needs: { generation_type: { present: true } },
    at: 'image_urls',
    says: 'image_urls is given without generation_type',
    hint: 'Add generation_type: frame.',
  },
  {
    rule: 'VE10',
    text: 'frame takes 1 or 2 pictures: first, last.',
    verdict: 'warn',
    mark: 'assumed',
    when: { generation_type: 'frame', image_urls: { count: 3 } },
    at: 'image_urls',
    says: 'image_urls holds 3, and generation_type frame takes a first and a last one',
  },
  {
    rule: 'VE11',
    text: 'generation_type means nothing without pictures.',
    verdict: 'warn',
    mark: 'assumed',
    when: { generation_type: { present: true }, ...NO_PICTURES },
    at: 'generation_type',
    says: 'generation_type is given without image_urls',
  },
  ...(kinds.includes('reference')
    ? [
        {
          rule: 'VE12',
          text: 'Whether references go with 9:16 is not said.',
          verdict: 'warn',
          mark: 'assumed',
          when: { generation_type: 'reference', aspect_ratio: '9:16' },
          at: 'aspect_ratio',
          says: 'aspect_ratio is 9:16 with references; only 16:9 is sure',
        } satisfies RuleRow,
      ]
    : []),
];

export const apimartVeoCard = (
  native: string,
  title: string,
  kinds: readonly Kind[],
  usd: { readonly clip: number; readonly clip4k: number },
): Card => ({
  gateway: 'apimart',
  native,
  title,
  sources: apimartSources(native),
  lifecycle: LISTED,
  ...(kinds.length === 0 ? {} : { pictures: { rule: 'VE13', ...upTo10Megabytes } }),
  fields: {
    prompt: prompt('What happens; an older page stops at 1000 characters.'),
    duration: secondsOf([8], 8),
    aspect_ratio: choice('Aspect ratio', ['16:9', '9:16']),
    resolution: choice('Resolution', ['720p', '1080p', '4k'], '720p'),
    ...(kinds.length === 0
      ? {}
      : {
          image_urls: links('Pictures', 3, 'What they are is said by generation_type.', {
            formats: ['jpeg', 'jpg', 'png', 'webp'],
          }),
          generation_type: choice('Kind', kinds, undefined, 'frame: first, or first and last.'),
        }),
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'resolution',
    audio: { only: true, rule: 'VE14', says: 'this model always makes sound' },
    ...(kinds.length === 0 ? {} : { first_frame: true, last_frame: true }),
    ...(kinds.includes('reference') ? { references: true } : {}),
  },
  ...(kinds.length === 0
    ? {}
    : { frames: { list: 'image_urls', with: { generation_type: 'frame' } } }),
  ...(kinds.includes('reference')
    ? { references: { images: 'image_urls', with: { generation_type: 'reference' } } }
    : {}),
  stray: 'VE16',
  elsewhere: {
    official_fallback: NEVER_SENT,
    enable_gif: NEVER_SENT,
    ...(kinds.length === 0
      ? Object.fromEntries(
          ['image_urls', 'generation_type'].map((field) => [
            field,
            {
              rule: 'VE6',
              hint: 'This model takes text alone; apimart/veo3.1-fast takes pictures.',
            },
          ]),
        )
      : {}),
  },
  rules: [
    ...apimartRows({
      nsfw: false,
      ...(kinds.length === 0 ? {} : { links: true, formats: true }),
    }),
    { rule: 'VE1', text: 'duration is 8 seconds.', fields: ['duration'] },
    { rule: 'VE2', text: 'aspect_ratio is 16:9 or 9:16.', fields: ['aspect_ratio'] },
    fillRow('VE2', 'aspect_ratio', '16:9'),
    { rule: 'VE3', text: 'resolution is 720p, 1080p or 4k.', fields: ['resolution'] },
    promptRow('VE4'),
    {
      rule: 'VE5',
      text: 'An older page takes at most 1000 characters.',
      verdict: 'warn',
      longest: { prompt: 1000 },
    },
    ...(kinds.length === 0
      ? [{ rule: 'VE6', text: 'This model takes no pictures.' } satisfies RuleRow]
      : pictureRows(kinds)),
    { rule: 'VE16', text: 'Fields of other models, official_fallback and enable_gif are refused.' },
  ],
  prices: {
    unit: 'usd',
    per: 'clip',
    ...APIMART_PRICES,
    rows: [{ when: { resolution: '4k' }, rate: usd.clip4k }, { rate: usd.clip }],
  },
});
