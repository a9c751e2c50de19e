/** The Veo models of the APIMart sheet (sections 6 and 7). */
import * as fc from 'fast-check';
import { type Judge, judgeDelivery, within } from '../judges.ts';
import { flag, link, links, optional, words } from './parts.ts';
import { sent, Sheet } from './sheet.ts';

const cheap =
  (kinds: readonly string[]): Judge =>
  (raw) => {
    const own = kinds.length === 0 ? '' : ' image_urls generation_type';
    const sheet = new Sheet(
      sent(raw),
      `model prompt duration aspect_ratio resolution webhook language${own}`,
    );
    judgeDelivery(sheet.body, sheet);
    sheet.text('prompt');
    sheet.prompt('VE4');
    sheet.one('duration', [8], 'VE1');
    sheet.one('aspect_ratio', ['16:9', '9:16'], 'VE2');
    sheet.one('resolution', ['720p', '1080p', '4k'], 'VE3');
    if (kinds.length === 0) return sheet.list;
    sheet.one('generation_type', kinds, 'VE7');
    const pictures = sheet.links('image_urls', 3, 'VE8');
    sheet.that(pictures.length > 0 && !sheet.has('generation_type'), 'VE9');
    return sheet.list;
  };

const official: Judge = (raw) => {
  const sheet = new Sheet(
    sent(raw),
    'model prompt negative_prompt duration aspect_ratio resolution first_frame_image last_frame_image seed generate_audio person_generation webhook language',
  );
  judgeDelivery(sheet.body, sheet);
  sheet.text('prompt', 'negative_prompt');
  sheet.flag('generate_audio');
  sheet.prompt('VO4');
  sheet.one('duration', [4, 6, 8], 'VO1');
  sheet.one('aspect_ratio', ['16:9', '9:16'], 'VO2');
  // VO3: 4k is sent as 4K.
  sheet.one('resolution', ['720p', '1080p', '4K', '4k'], 'VO3');
  sheet.link('first_frame_image');
  sheet.link('last_frame_image');
  sheet.that(sheet.has('last_frame_image') && !sheet.has('first_frame_image'), 'VO5');
  sheet.that(sheet.has('seed') && !within(sheet.body['seed'], 0, 4_294_967_295), 'VO6');
  sheet.one('person_generation', ['allow_adult', 'disallow'], 'VO8');
  return sheet.list;
};

export const VEO_JUDGES: Readonly<Record<string, Judge>> = {
  'veo3.1-fast': cheap(['frame', 'reference']),
  'veo3.1-quality': cheap(['frame']),
  'veo3.1-lite': cheap([]),
  'veo3.1-fast-official': official,
  'veo3.1-quality-official': official,
};

const plain = {
  prompt: words,
  duration: optional(fc.constant(8)),
  aspect_ratio: optional(fc.constantFrom('16:9', '9:16')),
  resolution: optional(fc.constantFrom('720p', '1080p', '4k')),
};
const pictures = (kinds: readonly string[]) =>
  fc.oneof(
    fc.record(plain),
    fc.record({
      ...plain,
      image_urls: links(1, 2),
      generation_type: fc.constantFrom(...kinds),
    }),
  );
const officialBodies = fc.record({
  ...plain,
  duration: optional(fc.constantFrom(4, 6, 8)),
  resolution: optional(fc.constantFrom('720p', '1080p', '4K', '4k')),
  negative_prompt: optional(words),
  first_frame_image: link,
  last_frame_image: optional(link),
  seed: optional(fc.nat()),
  generate_audio: optional(flag),
  person_generation: optional(fc.constantFrom('allow_adult', 'disallow')),
});

export const VEO_BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'apimart/veo3.1-fast': pictures(['frame', 'reference']),
  'apimart/veo3.1-quality': pictures(['frame']),
  'apimart/veo3.1-lite': fc.record(plain),
  'apimart/veo3.1-fast-official': officialBodies,
  'apimart/veo3.1-quality-official': officialBodies,
};
