/** Rules SD1 to SD28 of seedance-2.0, -fast and -mini through APIMart. */
import type { RuleRow } from '../card/card.ts';
import {
  ASSUMED,
  doubleFrames,
  framed,
  framesBesideLists,
  framesBesideReferences,
  lastNeedsFirst,
} from '../shared/role-rows.ts';
import { apimartRows, fillRow } from '../shared/sheet-rows.ts';

export const SIZES = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'] as const;
const LIST = { list: true } as const;
const NO_PICTURE_OR_VIDEO = {
  image_urls: { list: false },
  image_with_roles: { list: false },
  video_urls: { list: false },
} as const;

/** The small ids have fewer resolutions, which is a separate rule. */
export const seedance2Rules = (resolutions: readonly string[]): readonly RuleRow[] => [
  ...apimartRows({ links: true }),
  { rule: 'SD1', text: 'duration is 4 to 15 seconds.', fields: ['duration'] },
  {
    rule: 'SD2',
    text: `size is ${SIZES.join(', ')}; the name aspect_ratio is not used.`,
    fields: ['size'],
  },
  {
    rule: resolutions.includes('1080p') ? 'SD3' : 'SD4',
    text: `resolution is ${resolutions.join(', ')}.`,
    fields: ['resolution'],
  },
  {
    rule: 'SD5',
    text: 'prompt is there and not blank, unless there is a picture or video.',
    fields: ['prompt'],
    cases: [
      {
        when: {
          prompt: { present: false },
          ...NO_PICTURE_OR_VIDEO,
        },
        at: 'prompt',
        says: 'prompt is missing',
      },
      {
        when: {
          prompt: { blank: true },
          ...NO_PICTURE_OR_VIDEO,
        },
        at: 'prompt',
        says: 'prompt is blank',
      },
    ],
  },
  { rule: 'SD6', text: 'prompt has at most 4000 characters.', longest: { prompt: 4000 } },
  {
    rule: 'SD7',
    text: 'A prompt of at most 500 characters is advised.',
    verdict: 'warn',
    longest: { prompt: 500 },
  },
  {
    rule: 'SD8',
    text: 'image_urls and image_with_roles exclude each other.',
    excludes: ['image_urls', 'image_with_roles'],
  },
  { rule: 'SD9', text: 'At most 9 image_urls.', fields: ['image_urls', 'image_urls.*'] },
  {
    rule: 'SD9',
    text: 'At most 9 image_with_roles.',
    ...ASSUMED,
    atMost: { most: 9, of: ['image_with_roles'] },
  },
  {
    rule: 'SD10',
    text: 'At most one first_frame and one last_frame.',
    ...ASSUMED,
    cases: doubleFrames,
  },
  lastNeedsFirst('SD11', ASSUMED),
  {
    rule: 'SD12',
    text: 'first_frame and last_frame exclude video_urls and audio_urls.',
    cases: framesBesideLists(),
  },
  framesBesideReferences('SD13'),
  {
    rule: 'SD14',
    text: 'audio_urls needs a picture or a video.',
    when: {
      audio_urls: LIST,
      ...NO_PICTURE_OR_VIDEO,
    },
    at: 'audio_urls',
    says: 'audio_urls is given without a picture or a video',
  },
  { rule: 'SD15', text: 'At most 3 video_urls.', fields: ['video_urls', 'video_urls.*'] },
  { rule: 'SD16', text: 'At most 3 audio_urls.', fields: ['audio_urls', 'audio_urls.*'] },
  fillRow('SD17', 'generate_audio', true),
  {
    rule: 'SD19',
    text: 'One picture in image_urls may be taken as the first frame.',
    ...ASSUMED,
    when: {
      image_urls: { list: true, count: 1 },
      video_urls: { list: false },
      audio_urls: { list: false },
    },
    at: 'image_urls',
    says: 'image_urls holds one picture, which may be taken as the first frame',
    hint: 'Use first_frame for a first frame, or add a second reference.',
  },
  {
    rule: 'SD20',
    text: 'With frames, size adaptive is safe: another ratio may crop.',
    verdict: 'warn',
    mark: 'observed',
    when: { [framed('first_frame')]: LIST, size: { present: true, not: 'adaptive' } },
    at: 'size',
    says: 'size is {size} with a first frame; adaptive keeps its ratio',
    hint: 'Write `aspect_ratio: adaptive`.',
  },
  {
    rule: 'SD21',
    text: 'size adaptive needs a picture or video to adapt to.',
    ...ASSUMED,
    when: {
      size: 'adaptive',
      ...NO_PICTURE_OR_VIDEO,
    },
    at: 'size',
    says: 'size is adaptive without a picture or video',
  },
  {
    rule: 'SD22',
    text: 'tools is one web_search.',
    fields: ['tools', 'tools.*', 'tools.*.type'],
  },
  {
    rule: 'SD23',
    text: 'The price of web_search is not listed.',
    ...ASSUMED,
    when: { tools: LIST },
    at: 'tools',
    says: 'web_search may cost extra: its price is not listed',
  },
  { rule: 'SD24', text: 'seed is a whole number of 0 or more.', fields: ['seed'] },
  { rule: 'SD25', text: 'Fields of other models are refused.' },
  {
    rule: 'SD27',
    text: 'With a video, its seconds are billed too.',
    verdict: 'note',
    when: { video_urls: LIST },
    at: 'video_urls',
    says: 'the seconds of the reference videos are billed too: at most 15.2 are counted',
  },
  { rule: 'SD28', text: 'return_last_frame is true or false.', fields: ['return_last_frame'] },
];
