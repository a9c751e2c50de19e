/** seedance-2.5 through APIMart: up to 30 s, frames or many references, settled by tokens. */
import type { Card, PriceRow } from '../../card/card.ts';
import { seedance25Rules } from '../../families/apimart-seedance-2.5-rules.ts';
import {
  choice,
  flag,
  imageWithRoles,
  links,
  nsfwCheck,
  prompt,
  seed,
} from '../../shared/fields.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../../shared/sources.ts';
import { SEEDANCE_PICTURES } from '../../shared/picture-limits.ts';

const SIZES = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'];
const ROLES = ['first_frame', 'last_frame', 'reference_image'];
const ASSETS = { assets: true } as const;

/** USD per second: without and with a video, whose seconds are billed too. */
const RATES: Readonly<Record<string, readonly [plain: number, withVideo: number]>> = {
  '480p': [0.09608, 0.0576],
  '720p': [0.216, 0.1296],
  '1080p': [0.38488, 0.22992],
};
/** Tokens decide in the end; a paid run was a hundredth above the list. */
const RESERVE = 1.1;

export const seedance25: Card = {
  gateway: 'apimart',
  native: 'seedance-2.5',
  title: 'Seedance 2.5 (APIMart)',
  sources: apimartSources('seedance-2.5'),
  lifecycle: LISTED,
  pictures: { rule: 'CM9', ...SEEDANCE_PICTURES },
  fields: {
    prompt: prompt('What happens. @图片1, @视频1 and @音频1 mean the first of each list.'),
    resolution: choice('Resolution', Object.keys(RATES), '720p'),
    size: choice('Size', SIZES, 'adaptive', 'Width to height; adaptive with frames.'),
    duration: {
      type: 'whole',
      from: 4,
      to: 30,
      also: [-1],
      default: 5,
      title: 'Duration',
      about: 'Whole seconds, 4 to 30; -1: the model chooses. Default 5.',
    },
    generate_audio: flag('Sound', 'Default true.', true),
    watermark: flag('Watermark', 'The mark "AI made". Default false.', false),
    seed: seed(0, 2_147_483_647),
    output_format: choice('Format', ['mp4', 'mov'], 'mp4'),
    omni_reference_task_type: choice(
      'Task',
      ['auto', 'reference', 'edit', 'extend'],
      'auto',
      'What is done with references.',
    ),
    image_urls: links('Reference pictures', 30, 'Not with image_with_roles.', ASSETS),
    image_with_roles: imageWithRoles(ROLES, 30, ASSETS),
    video_urls: links('Reference videos', 10, '2 to 30 s each, 30 s together; they are billed.', {
      formats: ['mp4', 'mov'],
      ...ASSETS,
    }),
    audio_urls: links('Reference sounds', 10, '2 to 30 s each, 30 s together.', {
      formats: ['wav', 'mp3'],
    }),
    return_last_frame: flag('Last frame', 'Adds a link to the last frame. Default false.', false),
    tools: {
      type: 'list',
      of: {
        type: 'object',
        fields: { type: { type: 'choice', values: ['web_search'], required: true } },
      },
      most: 1,
      title: 'Tools',
      about: 'One web_search.',
    },
    nsfw_check: nsfwCheck,
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'size',
    resolution: 'resolution',
    audio: 'generate_audio',
    watermark: 'watermark',
    first_frame: true,
    last_frame: true,
    references: true,
    seed: 'seed',
  },
  frames: { roles: 'image_with_roles' },
  references: {
    images: 'image_urls',
    roleBesideFrames: 'reference_image',
    videos: 'video_urls',
    audios: 'audio_urls',
  },
  ratioFrom: ['image_with_roles[first_frame]', 'image_with_roles[last_frame]'],
  secondsWhen: [
    { when: { omni_reference_task_type: 'edit' }, seconds: 30, least: 4 },
    { when: { duration: -1 }, seconds: 30, least: 4 },
  ],
  stray: 'SF22',
  elsewhere: { camera_fixed: { rule: 'SF22', hint: 'The page does not have it any more.' } },
  rules: seedance25Rules,
  prices: {
    unit: 'usd',
    per: 'second',
    ...APIMART_PRICES,
    kind: 'estimated',
    rows: Object.entries(RATES).flatMap(([resolution, [plain, withVideo]]): PriceRow[] => [
      { when: { resolution, video_urls: { list: false } }, rate: plain, upTo: plain * RESERVE },
      {
        when: { resolution, video_urls: { list: true } },
        rate: withVideo,
        upTo: withVideo * RESERVE,
      },
    ]),
    extras: [{ of: 'video_urls', seconds: 30, leastSeconds: 2, text: 'seconds of the videos' }],
  },
};
