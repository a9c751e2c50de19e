/**
 * kling-v3 through APIMart. Two pages of it are known: the newer one (Korean, R3 and R5) is the
 * rule; the older one (Japanese, R4) is the `legacy` profile. `last_frame_image` of the older page
 * is accepted and sent as the second image.
 */
import type { JsonObject } from '../../../scene.ts';
import type { Card } from '../../card/card.ts';
import type { Merging } from '../../card/merging.ts';
import { field, list, text, withField, without } from '../../fields.ts';
import { seen } from '../../format-value.ts';
import {
  framesRows,
  linksRow,
  modelRow,
  notBlankRow,
  ratioOfImageRow,
  ratioRow,
  wholeDurationRow,
} from '../../shared/common-rows.ts';
import { RATIOS_3 } from '../../shared/fields.ts';
import { APIMART_PRICES } from '../../shared/sources.ts';
import { linkProblem } from '../../text/links.ts';

const OLDER = 1;
const ONLY_NEWER = ['audio', 'multi_shot', 'shot_type', 'multi_prompt', 'element_list'];
const MODE = 'Here it is mode: std (720p), pro (1080p) or 4k.';

const card: Card = {
  gateway: 'apimart',
  native: 'kling-v3',
  title: 'Kling v3 (APIMart)',
  sources: [
    { text: 'APIMart API page kling-v3, Korean, newer generation', read: '2026-11-20' },
    {
      text: 'APIMart API page kling-v3, Japanese, older generation (profile legacy)',
      read: '2026-11-20',
    },
    { text: 'https://docs.apimart.ai/llms.txt', read: '2026-11-20' },
  ],
  lifecycle: { state: 'listed', asOf: '2026-11-20' },
  profiles: {
    legacy:
      'The older page: 5, 10 or 15 seconds, at most 10 with an image; std or pro; no audio, shots or elements. Its limits warn.',
  },
  readings: {
    size: {
      text: 'aspect_ratio is sent as size, as in one example of the newer page.',
      insteadOf: 'aspect_ratio',
    },
    last_frame_image: {
      text: 'A last frame is sent as last_frame_image, as on the older page, not as the second of image_urls.',
      insteadOf: 'image_urls.1',
    },
  },
  profileOffers: {
    legacy: [
      {
        when: { image_urls: { list: true } },
        duration: [5, 10],
        resolution: ['720p', '1080p'],
      },
      { duration: [5, 10, 15], resolution: ['720p', '1080p'] },
    ],
  },
  fields: {
    prompt: {
      type: 'text',
      title: 'Prompt',
      about:
        'What happens. English is advised; may be left out with multi_shot. @name means an element.',
    },
    negative_prompt: { type: 'text', title: 'Negative prompt', about: 'What should not be seen.' },
    mode: {
      type: 'choice',
      values: ['std', 'pro', '4k'],
      default: 'std',
      title: 'Mode',
      about: 'std is 720p, pro is 1080p. Default std.',
    },
    duration: {
      type: 'whole',
      from: 3,
      to: 15,
      default: 5,
      title: 'Duration',
      about: 'Whole seconds, 3 to 15. Default 5.',
    },
    aspect_ratio: {
      type: 'choice',
      values: ['16:9', '9:16', '1:1'],
      default: '16:9',
      title: 'Aspect ratio',
      about: 'Default 16:9; with an image, the ratio of the image may win.',
    },
    image_urls: {
      type: 'list',
      of: { type: 'link' },
      most: 2,
      title: 'Images',
      about: 'First frame, or first and last frame: public http(s) URLs.',
    },
    last_frame_image: {
      type: 'link',
      title: 'Last frame',
      about: 'Older page only; needs one image in image_urls and is sent as the second.',
    },
    watermark: { type: 'flag', title: 'Watermark' },
    audio: {
      type: 'flag',
      default: false,
      title: 'Audio',
      about: 'Whether the clip has sound. Default false.',
    },
    multi_shot: {
      type: 'flag',
      default: false,
      title: 'Several shots',
      about: 'Needs shot_type. Default false.',
    },
    shot_type: {
      type: 'choice',
      values: ['customize', 'intelligence'],
      title: 'Shot type',
      about: 'customize: the shots of multi_prompt. intelligence: the model splits by itself.',
    },
    multi_prompt: {
      type: 'list',
      of: {
        type: 'object',
        fields: {
          index: { type: 'whole', required: true },
          prompt: { type: 'text', required: true },
          duration: { type: 'number', required: true },
        },
      },
      least: 1,
      most: 6,
      title: 'Shots',
      about: '1 to 6 shots; index counts from 1, durations add up to duration.',
    },
    element_list: {
      type: 'list',
      of: {
        type: 'object',
        fields: {
          name: { type: 'text', filled: true, required: true },
          description: { type: 'text', filled: true, required: true },
          element_input_urls: {
            type: 'list',
            of: { type: 'link' },
            least: 2,
            most: 4,
            required: true,
          },
        },
      },
      most: 3,
      title: 'Elements',
      about:
        'Up to 3, each with 2 to 4 images, the first one frontal. @name in a prompt means one.',
    },
    size: {
      type: 'choice',
      values: ['16:9', '9:16', '1:1'],
      title: 'Size',
      about: 'Another name of aspect_ratio in one example; sent as aspect_ratio.',
    },
    nsfw_check: { type: 'flag', title: 'Extra moderation', about: 'Default false.' },
  },
  words: {
    prompt: 'prompt',
    negative_prompt: 'negative_prompt',
    resolution: { field: 'mode', values: { '720p': 'std', '1080p': 'pro', '4k': '4k' } },
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    first_frame: true,
    last_frame: true,
    watermark: 'watermark',
    audio: 'audio',
    shots: true,
    elements: true,
  },
  frames: { list: 'image_urls' },
  ratioFrom: ['image_urls'],
  shots: { types: ['customize', 'intelligence'], seconds: 'number', longest: 512 },
  elements: { as: 'described', rule: 'R17' },
  rules: [
    modelRow('R1'),
    wholeDurationRow('R2'),
    { rule: 'R3', text: 'duration is 3 to 15 seconds.', fields: ['duration'] },
    {
      rule: 'R4',
      text: 'Profile legacy: duration is 5, 10 or 15 seconds, and at most 10 with an image.',
      verdict: 'warn',
      source: OLDER,
      profile: 'legacy',
      cases: [
        {
          when: { image_urls: { list: true }, duration: { not: [5, 10] } },
          at: 'duration',
          says: 'duration is {duration}; the older page allows 5 or 10 with an image',
          allowed: [5, 10],
        },
        {
          when: { image_urls: { list: false }, duration: { not: [5, 10, 15] } },
          at: 'duration',
          says: 'duration is {duration}; the older page allows 5, 10 or 15',
          allowed: [5, 10, 15],
        },
      ],
    },
    {
      rule: 'R4',
      text: 'Profile legacy: the older page has no 4k mode, audio, shots or elements.',
      verdict: 'warn',
      source: OLDER,
      profile: 'legacy',
      cases: [
        {
          when: { mode: '4k' },
          at: 'mode',
          says: 'mode is 4k, which the older page does not have',
          allowed: ['std', 'pro'],
        },
        ...ONLY_NEWER.map((name) => ({
          when: { [name]: { present: true } },
          at: name,
          says: `${name} is not a field of the older page`,
        })),
      ],
    },
    { rule: 'R5', text: 'mode is std, pro or 4k.', fields: ['mode'] },
    ratioRow('R6'),
    ...framesRows,
    {
      rule: 'R8',
      text: 'last_frame_image needs exactly one image in image_urls.',
      source: OLDER,
      fields: ['last_frame_image'],
      cases: [
        {
          when: { last_frame_image: { present: true }, image_urls: { list: false } },
          at: 'last_frame_image',
          says: 'last_frame_image has no first frame in image_urls',
          hint: 'Put the first frame into image_urls.',
        },
        {
          when: {
            last_frame_image: { present: true },
            image_urls: { list: true, count: [2, 1e9] },
          },
          at: 'last_frame_image',
          says: 'last_frame_image comes on top of {#image_urls} image_urls',
          hint: 'Give two image_urls, or one and last_frame_image.',
        },
      ],
    },
    {
      rule: 'R8',
      text: 'last_frame_image is sent as the second of image_urls.',
      verdict: 'note',
      mark: 'assumed',
    },
    {
      rule: 'R9',
      text: 'prompt is not empty, unless multi_shot is true.',
      fields: ['prompt'],
      needed: { field: 'prompt', unless: { multi_shot: true } },
    },
    {
      rule: 'R10',
      text: 'multi_shot true needs shot_type customize or intelligence.',
      fields: ['shot_type', 'multi_shot'],
      shots: 'type',
    },
    {
      rule: 'R11',
      text: 'shot_type customize needs multi_prompt of 1 to 6 shots.',
      fields: ['multi_prompt', 'multi_prompt.*'],
      shots: 'list',
    },
    {
      rule: 'R12',
      text: 'multi_prompt[].index runs 1, 2, 3 … in order without a gap.',
      fields: ['multi_prompt.*.index'],
      shots: 'index',
    },
    {
      rule: 'R13',
      text: "Every shot's prompt has at most 512 characters.",
      fields: ['multi_prompt.*.prompt'],
      shots: 'longest',
    },
    {
      rule: 'R13',
      text: "Every shot's prompt says something.",
      verdict: 'warn',
      mark: 'assumed',
      shots: 'blank',
    },
    {
      rule: 'R14',
      text: "Every shot's duration is at least 1 and at most duration, and they add up to duration.",
      fields: ['multi_prompt.*.duration'],
      shots: 'seconds',
    },
    {
      rule: 'R15',
      text: 'shot_type and multi_prompt mean nothing without multi_shot true.',
      verdict: 'warn',
      mark: 'assumed',
      shots: 'stray',
    },
    {
      rule: 'R16',
      text: 'shot_type intelligence needs a prompt and has no multi_prompt.',
      verdict: 'warn',
      mark: 'assumed',
      shots: 'automatic',
    },
    {
      rule: 'shots-with-images',
      text: 'The page does not say what multi_shot does with image_urls.',
      verdict: 'warn',
      mark: 'assumed',
      when: { multi_shot: true, image_urls: { list: true } },
      at: 'image_urls',
      says: 'image_urls together with multi_shot is in no example of the page',
    },
    {
      rule: 'R17',
      text: 'At most 3 elements, each with name, description and 2 to 4 images.',
      hint: 'Each element has a name, a description and 2 to 4 images, the first one frontal.',
      fields: [
        'element_list',
        'element_list.*',
        'element_list.*.name',
        'element_list.*.description',
        'element_list.*.element_input_urls',
        'element_list.*.element_input_urls.*',
      ],
    },
    {
      rule: 'R17',
      text: 'No two elements have one name.',
      verdict: 'warn',
      mark: 'assumed',
      elements: 'unique',
    },
    {
      rule: 'R18',
      text: 'Every @name in the prompts names an element, and every element is used.',
      verdict: 'warn',
      mark: 'assumed',
      elements: 'mentioned',
    },
    {
      rule: 'R19',
      text: 'size has the values of aspect_ratio, and the two never differ.',
      fields: ['size'],
      *breaches(body) {
        const [size, ratio] = [text(body, 'size'), text(body, 'aspect_ratio')];
        if (RATIOS_3.some((known) => known === size) && ratio !== undefined && size !== ratio)
          yield {
            path: ['size'],
            message: `size is ${seen(size)} and aspect_ratio is ${seen(ratio)}`,
            hint: 'Keep aspect_ratio alone.',
          };
      },
    },
    {
      rule: 'R19',
      text: 'size is sent as aspect_ratio.',
      verdict: 'note',
      mark: 'assumed',
      alias: { from: 'size', to: 'aspect_ratio' },
    },
    linksRow('R31'),
    ratioOfImageRow,
    {
      rule: 'R33',
      text: 'The page names no longest prompt; kling-v2-6 takes 2500 characters, counted in Unicode code points.',
      verdict: 'warn',
      mark: 'assumed',
      longest: { prompt: 2500, negative_prompt: 2500 },
      hint: 'The page of kling-v3 names no limit; kling-v2-6 takes 2500.',
    },
    notBlankRow,
  ],
  elsewhere: {
    resolution: MODE,
    quality: MODE,
    sound: 'Here it is audio: true or false.',
    callback_url: 'APIMart calls it webhook.',
    model_params:
      'That is EvoLink: here multi_shot, shot_type, multi_prompt and element_list stand at the top level.',
    watermark_info: 'Here it is watermark: true or false.',
    image_start: 'Here it is the first of image_urls.',
    image_end: 'Here it is the second of image_urls.',
  },
  prices: {
    unit: 'usd',
    per: 'second',
    ...APIMART_PRICES,
    rows: [
      { when: { mode: 'std', audio: false }, rate: 0.0672 },
      { when: { mode: 'std', audio: true }, rate: 0.1008 },
      { when: { mode: 'pro', audio: false }, rate: 0.0896 },
      { when: { mode: 'pro', audio: true }, rate: 0.1344 },
      { when: { mode: '4k' }, rate: 0.42856 },
    ],
  },
  normalise: lastFrame,
};

/** R8 as a change of a body. */
function lastFrame(
  body: JsonObject,
  { translated, params, note, moved, sends }: Merging,
): JsonObject {
  // In the second reading a last frame of the words stands there: images of params replace both.
  if (sends('last_frame_image'))
    return Object.hasOwn(params, 'image_urls') && !Object.hasOwn(params, 'last_frame_image')
      ? without(body, 'last_frame_image')
      : body;
  const last = text(params, 'last_frame_image');
  const images = list(params, 'image_urls') ?? list(translated, 'image_urls')?.slice(0, 1);
  // A link that no service could fetch is left where it stands, so that R31 refuses it there.
  if (
    last === undefined ||
    linkProblem(last) !== undefined ||
    images?.length !== 1 ||
    field(params, 'image_urls') === null
  )
    return body;
  moved(['image_urls', 1], ['last_frame_image']);
  note(
    { rule: 'R8' },
    { path: ['image_urls', 1], message: 'last_frame_image is sent as the second of image_urls' },
  );
  return withField(without(body, 'last_frame_image'), 'image_urls', [...images, last]);
}

export const klingV3: Card = card;
