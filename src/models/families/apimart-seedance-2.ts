/** seedance-2.0, -fast and -mini through APIMart share one page: sizes and prices differ. */
import type { Card, PriceRow } from '../card/card.ts';
import {
  choice,
  flag,
  imageWithRoles,
  links,
  nsfwCheck,
  prompt,
  seconds,
  seed,
} from '../shared/fields.ts';
import { FRAME_ROLES, framed } from '../shared/role-rows.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../shared/sources.ts';
import { SIZES, seedance2Rules } from './apimart-seedance-2-rules.ts';

const LIST = { list: true } as const;
/** USD per second by resolution: without and with a video, where input seconds count too. */
type Rates = Readonly<Record<string, readonly [silent: number, withVideo: number]>>;

export function seedance2Card(native: string, title: string, rates: Rates): Card {
  const resolutions = Object.keys(rates);
  return {
    gateway: 'apimart',
    native,
    title,
    sources: apimartSources('seedance-2.0'),
    lifecycle: LISTED,
    pictures: { rule: 'CM9', ratio: [0.5, 2.5] },
    fields: {
      prompt: prompt(
        'What happens; at most 4000 characters, 500 are advised. Optional with a picture or video.',
      ),
      duration: seconds(4, 15),
      size: choice('Size', SIZES, '16:9', 'Width to height; adaptive with frames.'),
      resolution: choice('Resolution', resolutions, '720p'),
      seed: seed(0, 2_147_483_647),
      generate_audio: flag('Sound', 'Default true.', true),
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
      image_urls: links(
        'Reference pictures',
        9,
        'Public http(s) URLs or asset://. Not with image_with_roles.',
        { assets: true },
      ),
      image_with_roles: imageWithRoles([...FRAME_ROLES, 'reference_image'], undefined, {
        assets: true,
      }),
      video_urls: links(
        'Reference videos',
        3,
        'Public http(s) URLs; together 1.8 to 15.2 s. Not with frames.',
      ),
      audio_urls: links(
        'Reference sounds',
        3,
        'Public http(s) URLs; together 15 s at most. Not alone, not with frames.',
      ),
      nsfw_check: nsfwCheck,
    },
    words: {
      prompt: 'prompt',
      duration: 'duration',
      aspect_ratio: 'size',
      resolution: 'resolution',
      audio: 'generate_audio',
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
    longestPrompt: 4000,
    ratioFrom: FRAME_ROLES.map(framed),
    stray: 'SD25',
    rules: seedance2Rules(resolutions),
    prices: {
      unit: 'usd',
      per: 'second',
      ...APIMART_PRICES,
      rows: Object.entries(rates).flatMap(([resolution, [silent, withVideo]]): PriceRow[] => {
        const rows: readonly PriceRow[] = [
          { when: { resolution, video_urls: { list: false } }, rate: silent },
          { when: { resolution, video_urls: LIST }, rate: withVideo },
        ];
        // What a search costs is not listed.
        const searching = rows.map(({ when, rate }): PriceRow => ({
          when: { ...when, tools: LIST },
          rate,
          kind: 'estimated',
        }));
        return [...searching, ...rows];
      }),
      extras: [
        { of: 'video_urls', seconds: 15.2, leastSeconds: 1.8, text: 'seconds of the videos' },
      ],
    },
  };
}
