/** Rules SF1 to SF23 of seedance-2.5 through APIMart. */
import type { Case, Condition, RuleRow } from '../card/card.ts';
import {
  ASSUMED,
  doubleFrames,
  FRAME_ROLES,
  framed,
  framesBesideLists,
  framesBesideReferences,
  lastNeedsFirst,
} from '../shared/role-rows.ts';
import { apimartRows, fillRow, openLengthRow, promptRow, tagRow } from '../shared/sheet-rows.ts';

const LIST = { list: true } as const;
const NO_LIST = { list: false } as const;
/** Lists that hold references. */
const REFERENCES = ['image_urls', 'video_urls', 'audio_urls', framed('reference_image')];
const task = (type: string): Condition => ({ omni_reference_task_type: type });
/** Requirements of a task that edits or continues a video. */
const videoTask = (type: string): readonly Case[] => [
  {
    when: { ...task(type), video_urls: NO_LIST },
    at: 'omni_reference_task_type',
    says: `omni_reference_task_type is ${type} without video_urls`,
  },
  {
    when: { ...task(type), size: { not: 'adaptive' } },
    at: 'size',
    says: `size is {size}; a task of type ${type} keeps the ratio of its video`,
    allowed: ['adaptive'],
  },
];
const VERBS = '(?<![a-z])(?:edit|extend|continue|delete|replace)|编辑|延长|续写|删除|替换';

export const seedance25Rules: readonly RuleRow[] = [
  ...apimartRows({ links: true, formats: true }),
  { rule: 'SF1', text: 'duration is 4 to 30 seconds, or -1.', fields: ['duration'] },
  { rule: 'SF2', text: 'resolution is 480p, 720p or 1080p.', fields: ['resolution'] },
  {
    rule: 'SF3',
    text: 'size is 16:9, 9:16, 1:1, 4:3, 3:4, 21:9 or adaptive.',
    fields: ['size'],
  },
  {
    rule: 'SF3',
    text: 'aspect_ratio is sent as size.',
    verdict: 'note',
    alias: { from: 'aspect_ratio', to: 'size' },
  },
  promptRow('SF4'),
  {
    rule: 'SF5',
    text: 'image_urls and image_with_roles exclude each other.',
    ...ASSUMED,
    excludes: ['image_urls', 'image_with_roles'],
  },
  {
    rule: 'SF6',
    text: 'At most 30 pictures, one first_frame and one last_frame.',
    fields: [
      'image_urls',
      'image_urls.*',
      'image_with_roles',
      'image_with_roles.*',
      'image_with_roles.*.url',
      'image_with_roles.*.role',
    ],
    cases: doubleFrames,
  },
  lastNeedsFirst('SF7', { text: 'last_frame comes with first_frame.', ...ASSUMED }),
  {
    rule: 'SF8',
    text: 'With frames, size is adaptive.',
    cases: FRAME_ROLES.map((role) => ({
      when: { [framed(role)]: LIST, size: { not: 'adaptive' } },
      at: 'size',
      says: `size is {size} with a ${role}; the frame decides`,
      allowed: ['adaptive'],
    })),
  },
  {
    rule: 'SF9',
    text: 'Frames beside video_urls or audio_urls become references.',
    ...ASSUMED,
    cases: framesBesideLists(', which then is a reference only'),
  },
  framesBesideReferences('SF10'),
  {
    rule: 'SF11',
    text: 'A task of type edit has a video, size adaptive and duration -1.',
    cases: [
      ...videoTask('edit'),
      {
        when: { ...task('edit'), duration: { not: -1 } },
        at: 'duration',
        says: 'duration is {duration}; the video to edit says how long the clip is',
        allowed: [-1],
      },
    ],
  },
  {
    rule: 'SF12',
    text: 'A task of type extend has a video and size adaptive.',
    cases: videoTask('extend'),
  },
  {
    rule: 'SF13',
    text: 'A task of type reference has a reference.',
    ...ASSUMED,
    when: { ...task('reference'), ...Object.fromEntries(REFERENCES.map((one) => [one, NO_LIST])) },
    at: 'omni_reference_task_type',
    says: 'omni_reference_task_type is reference without a reference',
  },
  ...REFERENCES.map((one) =>
    fillRow('SF14', 'omni_reference_task_type', 'reference', { [one]: LIST }),
  ),
  {
    rule: 'SF15',
    text: 'Where the task is reference, words such as edit or extend in the prompt may fail it.',
    verdict: 'warn',
    when: { ...task('reference'), prompt: { matches: VERBS } },
    at: 'prompt',
    says: 'prompt asks for an edit, and omni_reference_task_type is reference: the task may fail',
  },
  { rule: 'SF16', text: 'At most 10 video_urls.', fields: ['video_urls', 'video_urls.*'] },
  { rule: 'SF17', text: 'At most 10 audio_urls.', fields: ['audio_urls', 'audio_urls.*'] },
  tagRow('SF18', '@图片#', 'picture', ['image_urls', 'image_with_roles']),
  tagRow('SF18', '@视频#', 'video', ['video_urls']),
  tagRow('SF18', '@音频#', 'sound', ['audio_urls']),
  fillRow('SF19', 'generate_audio', true),
  fillRow('SF19', 'resolution', '720p'),
  fillRow('SF19', 'duration', -1, task('edit')),
  fillRow('SF19', 'duration', 5),
  fillRow('SF19', 'watermark', false),
  openLengthRow('SF20', 30),
  { rule: 'SF21', text: 'output_format is mp4 or mov.', fields: ['output_format'] },
  { rule: 'SF22', text: 'Fields of other models are refused.' },
  { rule: 'SF23', text: 'seed is a whole number of 0 or more.', fields: ['seed'] },
];
