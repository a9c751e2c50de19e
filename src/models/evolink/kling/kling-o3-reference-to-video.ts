/** kling-o3-reference-to-video through EvoLink: one video, pictures and elements beside it. */
import type { Card } from '../../card/card.ts';
import { ratioRow } from '../../shared/common-rows.ts';
import { choice, flag, link, links, prompt, ratio3, seconds } from '../../shared/fields.ts';
import { evolinkModelParams } from '../../shared/model-params.ts';
import { evolinkRows, fillRow, insideRow, promptRow, tagRow } from '../../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../../shared/sources.ts';
import { klingPictures } from '../../shared/picture-limits.ts';

const ELEMENTS = 'model_params.element_list';

export const klingO3ReferenceToVideo: Card = {
  gateway: 'evolink',
  native: 'kling-o3-reference-to-video',
  title: 'Kling o3, reference to video (EvoLink)',
  sources: evolinkSources('kling-o3-reference-to-video'),
  lifecycle: LISTED,
  pictures: { rule: 'CE9', ...klingPictures(10) },
  fields: {
    prompt: prompt('At most 2500 characters. <<<video_1>>>, <<<image_1>>> and <<<element_1>>>.'),
    video_url: link('Video', 'mp4 or mov, 3 s and more, 200 MB at most.', ['mp4', 'mov']),
    keep_original_sound: flag('Sound of the video', 'Default true.', true),
    image_urls: links('Reference pictures', undefined, 'Pictures and elements: 4 at most.'),
    duration: seconds(3, 10),
    aspect_ratio: ratio3(),
    quality: choice('Quality', ['720p', '1080p'], '720p'),
    model_params: evolinkModelParams({ elements: 4 }),
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'quality',
    references: true,
    elements: true,
    watermark: 'model_params.watermark_info.enabled',
  },
  references: { images: 'image_urls', videos: 'video_url', oneVideo: true },
  elements: { as: 'ids', rule: 'ER5' },
  lacks: { audio: ': the sound is that of the video (keep_original_sound)' },
  longestPrompt: 2500,
  stray: 'ER11',
  rules: [
    ...evolinkRows({ links: true, formats: true }),
    insideRow,
    { rule: 'ER1', text: 'duration is 3 to 10 seconds.', fields: ['duration'] },
    { rule: 'ER2', text: 'quality is 720p or 1080p.', fields: ['quality'] },
    ratioRow('ER2'),
    promptRow('ER3', 2500),
    {
      rule: 'ER4',
      text: 'A video is given: without one, kling-o3-image-to-video does it for less.',
      verdict: 'warn',
      mark: 'assumed',
      oneOf: { fields: ['video_url'] },
      hint: 'Add a video under references, or use evolink/kling-o3-image-to-video.',
    },
    {
      rule: 'ER5',
      text: 'At most 4 pictures and elements.',
      fields: [ELEMENTS, `${ELEMENTS}.*`, `${ELEMENTS}.*.element_id`],
      atMost: { most: 4, of: ['image_urls', ELEMENTS] },
    },
    {
      rule: 'ER6',
      text: 'Elements are made from pictures, not from a video.',
      verdict: 'note',
      when: { [ELEMENTS]: { list: true } },
      at: ELEMENTS,
      says: 'an element that was made from a video is refused here',
    },
    fillRow('ER9', 'keep_original_sound', true),
    { rule: 'ER11', text: 'Fields of other models are refused.' },
    tagRow('ER12', '<<<image_#>>>', 'picture', ['image_urls']),
    tagRow('ER12', '<<<element_#>>>', 'element', [ELEMENTS]),
    tagRow('ER12', '<<<video_#>>>', 'video', ['video_url']),
  ],
  prices: {
    unit: 'evolink-credits',
    per: 'second',
    ...EVOLINK_PRICES,
    base: 8.1,
    least: 24.3,
    rows: [
      { when: { quality: '720p' }, rate: 1 },
      { when: { quality: '1080p' }, rate: 1.334 },
    ],
  },
};
