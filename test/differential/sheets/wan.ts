/** wan3.0 of the EvoLink sheet (section 10); "wan3.0-prime-* has the same body". */
import * as fc from 'fast-check';
import { codePoints, isObject, isPublicUrl, type Judge, within } from '../judges.ts';
import { flag, link, links, optional, video, words } from './parts.ts';
import { callback, sent, Sheet } from './sheet.ts';

const RATIOS = ['adaptive', '16:9', '9:16', '1:1', '4:3', '3:4'];
const OWN = {
  text: '',
  image: ' image_start image_end',
  reference: ' image_urls video_urls audio_urls model_params',
} as const;

const wan =
  (kind: keyof typeof OWN): Judge =>
  (raw) => {
    const sheet = new Sheet(
      sent(raw),
      `model prompt duration quality aspect_ratio generate_audio seed callback_url${OWN[kind]}`,
    );
    const { body } = sheet;
    callback(sheet);
    sheet.text('prompt');
    sheet.flag('generate_audio');
    const { duration } = body;
    sheet.that(duration !== undefined && duration !== -1 && !within(duration, 2, 30), 'EW1');
    sheet.one('quality', ['480p', '720p', '1080p'], 'EW2');
    sheet.one('aspect_ratio', RATIOS, 'EW3');
    sheet.that(codePoints(body['prompt']) > 20_000, 'EW5');
    sheet.that(sheet.has('seed') && !within(body['seed'], 0, 2_147_483_647), 'EW14');
    if (kind === 'text') sheet.prompt('EW4');
    if (kind === 'image') {
      sheet.that(!sheet.has('image_start'), 'EW6, EW7');
      sheet.link('image_start');
      sheet.link('image_end');
    }
    if (kind !== 'reference') return sheet.list;
    sheet.links('image_urls', 10, 'EW11');
    sheet.links('video_urls', 5, 'EW11');
    sheet.links('audio_urls', 5, 'EW11');
    const params = body['model_params'];
    sheet.that(params !== undefined && !isObject(params), 'table: model_params is an object');
    if (!isObject(params)) return sheet.list;
    sheet.onlyKeys(params, ['file_url', 'link_url'], 'model_params');
    sheet.that(params['file_url'] !== undefined && params['link_url'] !== undefined, 'EW13');
    for (const key of ['file_url', 'link_url'])
      sheet.that(params[key] !== undefined && !isPublicUrl(params[key]), 'CE3');
    return sheet.list;
  };

const FAMILIES = ['wan3.0', 'wan3.0-prime'];

export const WAN_JUDGES: Readonly<Record<string, Judge>> = Object.fromEntries(
  FAMILIES.flatMap((family) => [
    [`${family}-text-to-video`, wan('text')],
    [`${family}-image-to-video`, wan('image')],
    [`${family}-reference-video`, wan('reference')],
  ]),
);

const bodies = (own: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({
    prompt: words,
    duration: optional(fc.constantFrom(-1, 2, 7, 30)),
    quality: optional(fc.constantFrom('480p', '720p', '1080p')),
    aspect_ratio: optional(fc.constantFrom(...RATIOS)),
    generate_audio: optional(flag),
    seed: optional(fc.nat()),
    callback_url: optional(fc.constant('https://hooks.example.com/done')),
    ...own,
  });

const bodiesOf = (family: string): Readonly<Record<string, fc.Arbitrary<object>>> => ({
  [`evolink/${family}-text-to-video`]: bodies({}),
  [`evolink/${family}-image-to-video`]: bodies({ image_start: link, image_end: optional(link) }),
  [`evolink/${family}-reference-video`]: bodies({
    image_urls: optional(links(1, 10)),
    video_urls: optional(fc.array(video, { maxLength: 5 })),
    audio_urls: optional(fc.array(video, { maxLength: 5 })),
    model_params: optional(
      fc.constantFrom(
        { file_url: 'https://example.com/a.pdf' },
        { link_url: 'https://example.com/' },
      ),
    ),
  }),
});

export const WAN_BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = Object.assign(
  {},
  ...FAMILIES.map(bodiesOf),
);
