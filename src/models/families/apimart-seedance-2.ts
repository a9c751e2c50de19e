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
import { apimartRows, fillRow } from '../shared/sheet-rows.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../shared/sources.ts';

const SIZES = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'] as const;
const FRAMES = ['first_frame', 'last_frame'] as const;
const framed = (role: string): string => `image_with_roles[${role}]`;
const LIST = { list: true } as const;

/** USD per second by resolution: without and with a video, where input seconds count too. */
type Rates = Readonly<Record<string, readonly [silent: number, withVideo: number]>>;

export function seedance2Card(native: string, title: string, rates: Rates): Card {
  const resolutions = Object.keys(rates);
  const isSmall = !resolutions.includes('1080p');
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
      image_with_roles: imageWithRoles([...FRAMES, 'reference_image'], undefined, { assets: true }),
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
    ratioFrom: FRAMES.map(framed),
    stray: 'SD25',
    rules: [
      ...apimartRows({ links: true }),
      { rule: 'SD1', text: 'duration is 4 to 15 seconds.', fields: ['duration'] },
      {
        rule: 'SD2',
        text: `size is ${SIZES.join(', ')}; the name aspect_ratio is not used.`,
        fields: ['size'],
      },
      {
        rule: isSmall ? 'SD4' : 'SD3',
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
              image_urls: { list: false },
              image_with_roles: { list: false },
              video_urls: { list: false },
            },
            at: 'prompt',
            says: 'prompt is missing',
          },
          {
            when: {
              prompt: { blank: true },
              image_urls: { list: false },
              image_with_roles: { list: false },
              video_urls: { list: false },
            },
            at: 'prompt',
            says: 'prompt holds nothing but blanks',
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
        verdict: 'warn',
        mark: 'assumed',
        atMost: { most: 9, of: ['image_with_roles'] },
      },
      {
        rule: 'SD10',
        text: 'At most one first_frame and one last_frame.',
        verdict: 'warn',
        mark: 'assumed',
        cases: FRAMES.map((role) => ({
          when: { [framed(role)]: { count: [2, 1e6] as const } },
          at: 'image_with_roles',
          says: `image_with_roles has more than one ${role}`,
        })),
      },
      {
        rule: 'SD11',
        text: 'last_frame needs first_frame.',
        verdict: 'warn',
        mark: 'assumed',
        when: { [framed('last_frame')]: LIST },
        needs: { [framed('first_frame')]: LIST },
        at: 'image_with_roles',
        says: 'a last_frame is given without a first_frame',
      },
      {
        rule: 'SD12',
        text: 'first_frame and last_frame exclude video_urls and audio_urls.',
        cases: FRAMES.flatMap((role) =>
          ['video_urls', 'audio_urls'].map((name) => ({
            when: { [framed(role)]: LIST, [name]: LIST },
            at: name,
            says: `${name} is given together with ${role}`,
            hint: 'Use frames, or references.',
          })),
        ),
      },
      {
        rule: 'SD13',
        text: 'Frames and reference_image are not described together.',
        verdict: 'warn',
        mark: 'assumed',
        cases: FRAMES.map((role) => ({
          when: { [framed(role)]: LIST, [framed('reference_image')]: LIST },
          at: 'image_with_roles',
          says: `${role} together with reference_image is not described`,
        })),
      },
      {
        rule: 'SD14',
        text: 'audio_urls needs a picture or a video.',
        when: {
          audio_urls: LIST,
          image_urls: { list: false },
          image_with_roles: { list: false },
          video_urls: { list: false },
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
        verdict: 'warn',
        mark: 'assumed',
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
        verdict: 'warn',
        mark: 'assumed',
        when: {
          size: 'adaptive',
          image_urls: { list: false },
          image_with_roles: { list: false },
          video_urls: { list: false },
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
        verdict: 'warn',
        mark: 'assumed',
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
    ],
    prices: {
      unit: 'usd',
      per: 'second',
      ...APIMART_PRICES,
      rows: Object.entries(rates).flatMap(([resolution, [silent, withVideo]]): PriceRow[] => [
        { when: { resolution, video_urls: { list: false } }, rate: silent },
        { when: { resolution, video_urls: LIST }, rate: withVideo },
      ]),
      extras: [
        { of: 'video_urls', seconds: 15.2, leastSeconds: 1.8, text: 'seconds of the videos' },
      ],
    },
  };
}
