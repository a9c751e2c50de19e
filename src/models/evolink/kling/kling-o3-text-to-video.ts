/**
 * kling-o3-text-to-video through EvoLink. The page (Korean) leaves the inside of model_params and
 * 4k out; both come from EvoLink's own client, whose parameter tables are generated from later docs
 * (evolink-mcp).
 */
import type { Card, Condition } from '../../card/card.ts';
import { modelRow, notBlankRow, ratioRow } from '../../shared/common-rows.ts';
import { callbackRow } from '../../shared/evolink-delivery.ts';
import { evolinkModelParams } from '../../shared/model-params.ts';
import { tagRow } from '../../shared/sheet-rows.ts';

/** The newer docs, by way of EvoLink's own client. */
const NEWER = 1;
const CUSTOMISED: Condition = {
  'model_params.multi_shot': true,
  'model_params.shot_type': 'customize',
};
const TEXT_ALONE = { rule: 'E13', hint: 'This model makes videos from text alone.' };
const INSIDE = { rule: 'E14', hint: 'It belongs inside model_params.' };
const QUALITY = 'Here it is quality: 720p, 1080p or 4k.';

export const klingO3TextToVideo: Card = {
  gateway: 'evolink',
  native: 'kling-o3-text-to-video',
  title: 'Kling o3, text to video (EvoLink)',
  sources: [
    { text: 'EvoLink API page kling-o3-text-to-video, Korean', read: '2026-11-20' },
    {
      text: 'github EvoLinkAI/evolink-mcp, packages/core/src/data/model-params.generated.ts',
      read: '2026-11-20',
    },
  ],
  lifecycle: { state: 'listed', asOf: '2026-11-20' },
  profiles: { legacy: 'The page without 4k: quality 720p or 1080p. Its limits warn.' },
  readings: {
    prompt: {
      text: 'prompt is sent beside shots of your own: the page says that it may be empty then, not that it is ignored.',
    },
  },
  profileOffers: { legacy: [{ resolution: ['720p', '1080p'] }] },
  fields: {
    prompt: {
      type: 'text',
      title: 'Prompt',
      about:
        'At most 2500 characters; not sent with shots of your own. <<<element_1>>> means the first element.',
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
      about: 'Default 16:9.',
    },
    quality: {
      type: 'choice',
      values: ['720p', '1080p', '4k'],
      default: '720p',
      title: 'Quality',
      about: 'Default 720p.',
    },
    sound: {
      type: 'choice',
      values: ['on', 'off'],
      default: 'off',
      title: 'Sound',
      about: 'The text on or off. Default off.',
    },
    model_params: evolinkModelParams({ shots: ['customize'], elements: 7 }),
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'quality',
    audio: { field: 'sound', values: { true: 'on', false: 'off' } },
    shots: true,
    elements: true,
    watermark: 'model_params.watermark_info.enabled',
  },
  lacks: {
    first_frame: ': it makes videos from text alone',
    last_frame: ': it makes videos from text alone',
  },
  // The limit of a shot's prompt is that of EvoLink's page of kling-v3; the page of o3 gives none.
  shots: {
    inside: 'model_params',
    types: ['customize'],
    seconds: 'text',
    longest: 512,
    automaticRule: 'E7',
  },
  elements: { as: 'ids', rule: 'E10' },
  longestPrompt: 2500,
  changes: ['E14', 'E4', 'E9', 'E6'],
  rules: [
    modelRow('R1'),
    { rule: 'E1', text: 'duration is a JSON integer, 3 to 15 seconds.', fields: ['duration'] },
    ratioRow('E2'),
    {
      rule: 'E3',
      text: 'quality is 720p, 1080p or 4k.',
      fields: ['quality'],
    },
    {
      rule: 'E3',
      text: 'Profile legacy: quality is 720p or 1080p.',
      verdict: 'warn',
      profile: 'legacy',
      when: { quality: '4k' },
      at: 'quality',
      says: 'quality is 4k, which the older page does not have',
      allowed: ['720p', '1080p'],
    },
    {
      rule: 'E3',
      text: '4k is offered by the newer docs; the page that we have does not list it.',
      verdict: 'note',
      source: NEWER,
      notProfile: 'legacy',
      when: { quality: '4k' },
      at: 'quality',
      says: 'quality 4k is known from the newer docs; the older page does not list it',
    },
    { rule: 'E4', text: 'sound is the text on or off.', fields: ['sound'] },
    {
      rule: 'E4',
      text: 'sound true or false is sent as on or off.',
      verdict: 'note',
      mark: 'assumed',
      map: {
        field: 'sound',
        values: [
          [true, 'on'],
          [false, 'off'],
        ],
        says: 'sound {from} is sent as "{to}"',
      },
    },
    {
      rule: 'E5',
      text: 'prompt has at most 2500 characters.',
      fields: ['prompt'],
      longest: { prompt: 2500 },
    },
    {
      rule: 'E5',
      text: 'prompt is not empty, unless the shots replace it (E6).',
      unless: CUSTOMISED,
      needed: { field: 'prompt' },
    },
    {
      rule: 'E6',
      text: 'With shots of your own (multi_shot and customize), prompt is ignored there and not sent.',
      verdict: 'note',
      source: NEWER,
      drop: { field: 'prompt', when: CUSTOMISED, because: 'the shots replace it' },
    },
    {
      rule: 'E7',
      text: 'multi_shot true needs shot_type customize, the only one here.',
      source: NEWER,
      fields: ['model_params.shot_type', 'model_params.multi_shot'],
      shots: 'type',
    },
    {
      rule: 'E7',
      text: 'shot_type and multi_prompt mean nothing without multi_shot true.',
      verdict: 'warn',
      mark: 'assumed',
      shots: 'stray',
    },
    {
      rule: 'E8',
      text: 'shot_type customize needs multi_prompt of 1 to 6 shots, each with index, prompt and duration.',
      source: NEWER,
      fields: [
        'model_params.multi_prompt',
        'model_params.multi_prompt.*',
        'model_params.multi_prompt.*.index',
        'model_params.multi_prompt.*.prompt',
      ],
      shots: 'list',
    },
    {
      rule: 'E8',
      text: 'multi_prompt[].index runs 1, 2, 3 … in order.',
      verdict: 'warn',
      mark: 'assumed',
      shots: 'index',
    },
    {
      rule: 'E8',
      text: "A shot's prompt says something, in at most 512 characters.",
      verdict: 'warn',
      mark: 'assumed',
      shots: 'blank-and-longest',
    },
    {
      rule: 'E9',
      text: 'Shot durations are texts of whole seconds and add up to duration.',
      source: NEWER,
      fields: ['model_params.multi_prompt.*.duration'],
      hint: 'Write whole seconds in quotes, such as "4".',
      shots: 'sum',
    },
    {
      rule: 'E9',
      text: 'Every shot lasts at least 1 second.',
      verdict: 'warn',
      mark: 'assumed',
      shots: 'least',
    },
    {
      rule: 'E9',
      text: 'Shot durations given as numbers are sent as texts.',
      verdict: 'note',
      source: NEWER,
      shots: 'texts',
    },
    {
      rule: 'E10',
      text: 'At most 7 elements, each with an element_id.',
      fields: [
        'model_params.element_list',
        'model_params.element_list.*',
        'model_params.element_list.*.element_id',
      ],
    },
    tagRow('E11', '<<<element_#>>>', 'element', ['model_params.element_list']),
    callbackRow('E12'),
    { rule: 'E13', text: 'No images, negative_prompt, mode, audio or watermark at the top level.' },
    {
      rule: 'E14',
      text: 'multi_shot, shot_type, multi_prompt and element_list belong inside model_params.',
      source: NEWER,
    },
    {
      rule: 'E14',
      text: 'multi_shot, shot_type, multi_prompt and element_list at the top level are sent inside model_params.',
      verdict: 'note',
      source: NEWER,
      inside: {
        parent: 'model_params',
        fields: ['multi_shot', 'shot_type', 'multi_prompt', 'element_list'],
      },
    },
    notBlankRow,
  ],
  elsewhere: {
    audio: { rule: 'E13', hint: 'Here it is sound: "on" or "off".' },
    mode: { rule: 'E13', hint: QUALITY },
    watermark: {
      rule: 'E13',
      hint: 'Here it is model_params: { watermark_info: { enabled: true } }.',
    },
    negative_prompt: {
      rule: 'E13',
      hint: 'This model takes none: say in the prompt what should be seen.',
    },
    image_urls: TEXT_ALONE,
    image_start: TEXT_ALONE,
    image_end: TEXT_ALONE,
    last_frame_image: TEXT_ALONE,
    multi_shot: INSIDE,
    shot_type: INSIDE,
    multi_prompt: INSIDE,
    element_list: {
      rule: 'E14',
      hint: 'It belongs inside model_params, as a list of { element_id }.',
    },
    watermark_info: 'It belongs inside model_params.',
    resolution: QUALITY,
    size: 'Here it is aspect_ratio.',
    webhook: 'EvoLink calls it callback_url.',
    language: 'EvoLink has no language of error texts.',
  },
  prices: {
    unit: 'evolink-credits',
    per: 'second',
    least: 16.2,
    kind: 'estimated',
    asOf: '2026-10-10',
    source: 'EvoLink price rules as in its command-line client',
    base: 5.4,
    rows: [
      { when: { quality: '4k' }, rate: 5 },
      { when: { quality: '720p', sound: 'off' }, rate: 1 },
      { when: { quality: '1080p', sound: 'on' }, rate: 1.667 },
      { when: { quality: '720p', sound: 'on' }, rate: 1.334 },
      { when: { quality: '1080p', sound: 'off' }, rate: 1.334 },
    ],
  },
};
