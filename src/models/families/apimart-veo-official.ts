/** veo3.1-fast-official and veo3.1-quality-official through APIMart: priced by the second. */
import type { Card } from '../card/card.ts';
import { lastNeedsFirstRow } from '../shared/common-rows.ts';
import { choice, flag, link, negativePrompt, prompt, secondsOf, seed } from '../shared/fields.ts';
import { apimartRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../shared/sources.ts';

const NOT_SENT = 'Its name is not known for sure, so it is never sent: one request, one clip.';

/** USD per second by resolution: silent, and with sound. */
type Rates = Readonly<Record<'720p' | '1080p' | '4K', readonly [silent: number, sound: number]>>;

export const apimartVeoOfficialCard = (native: string, title: string, rates: Rates): Card => ({
  gateway: 'apimart',
  native,
  title,
  sources: apimartSources(native),
  lifecycle: LISTED,
  fields: {
    prompt: prompt('What happens.'),
    negative_prompt: negativePrompt,
    duration: secondsOf([4, 6, 8], 8),
    aspect_ratio: choice('Aspect ratio', ['16:9', '9:16'], '16:9'),
    resolution: choice('Resolution', Object.keys(rates), '720p', '4K with a capital K.'),
    first_frame_image: link('First frame', 'A public link.'),
    last_frame_image: link('Last frame', 'Needs first_frame_image.'),
    seed: seed(0, 4_294_967_295),
    generate_audio: flag('Sound', 'Always sent; false if nothing is said.'),
    person_generation: choice('People', ['allow_adult', 'disallow'], 'allow_adult'),
  },
  words: {
    prompt: 'prompt',
    negative_prompt: 'negative_prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: { field: 'resolution', values: { '720p': '720p', '1080p': '1080p', '4k': '4K' } },
    audio: 'generate_audio',
    first_frame: true,
    last_frame: true,
    seed: 'seed',
  },
  frames: { first: 'first_frame_image', last: 'last_frame_image' },
  stray: 'VO9',
  elsewhere: {
    sample_count: { rule: 'VO9', hint: NOT_SENT },
    n: { rule: 'VO9', hint: NOT_SENT },
    resize_mode: { rule: 'VO9', hint: 'Its name is not known for sure, so it is never sent.' },
    generation_type: {
      rule: 'VO9',
      hint: 'Here frames are first_frame_image and last_frame_image.',
    },
  },
  rules: [
    ...apimartRows({ links: true, nsfw: false }),
    { rule: 'VO1', text: 'duration is 4, 6 or 8 seconds.', fields: ['duration'] },
    { rule: 'VO2', text: 'aspect_ratio is 16:9 or 9:16.', fields: ['aspect_ratio'] },
    { rule: 'VO3', text: 'resolution is 720p, 1080p or 4K.', fields: ['resolution'] },
    {
      rule: 'VO3',
      text: 'resolution 4k is sent as 4K.',
      verdict: 'note',
      map: { field: 'resolution', values: [['4k', '4K']] },
    },
    promptRow('VO4'),
    lastNeedsFirstRow('VO5', 'last_frame_image', 'first_frame_image'),
    { rule: 'VO6', text: 'seed is 0 to 4294967295.', fields: ['seed'] },
    fillRow('VO7', 'generate_audio', false),
    {
      rule: 'VO8',
      text: 'person_generation is allow_adult or disallow.',
      fields: ['person_generation'],
    },
    { rule: 'VO9', text: 'Fields of other models, and the number of clips, are refused.' },
    {
      rule: 'VO10',
      text: '4K may need 8 seconds.',
      verdict: 'warn',
      mark: 'assumed',
      when: { resolution: '4K', duration: { not: 8 } },
      at: 'resolution',
      says: 'resolution is 4K with {duration} seconds; the model behind it makes 4K in 8 seconds',
    },
  ],
  prices: {
    unit: 'usd',
    per: 'second',
    ...APIMART_PRICES,
    rows: Object.entries(rates).flatMap(([resolution, [silent, sound]]) => [
      { when: { resolution, generate_audio: false }, rate: silent },
      { when: { resolution, generate_audio: true }, rate: sound },
    ]),
  },
});
