/** Differences between the ids of seedance-2.0 through EvoLink: text, frames, references. */
import type { Card, Fields, RuleRow } from '../card/card.ts';
import { links } from '../shared/fields.ts';
import { tagRow } from '../shared/sheet-rows.ts';

const FORMATS = ['jpg', 'jpeg', 'png', 'webp'];

export type Kind = 'text' | 'image' | 'reference';

export const lackingWords = (name: string, kind: Kind): NonNullable<Card['lacks']> => ({
  ...(kind === 'image'
    ? {}
    : {
        first_frame: `: evolink/${name}-image-to-video takes frames`,
        last_frame: `: evolink/${name}-image-to-video takes frames`,
      }),
  ...(kind === 'reference'
    ? {}
    : { references: `: evolink/${name}-reference-to-video takes references` }),
});

export const pictureModels = (name: string): NonNullable<Card['elsewhere']> =>
  Object.fromEntries(
    ['image_urls', 'video_urls', 'audio_urls'].map((field) => [
      field,
      {
        rule: 'ES10',
        hint: `Use evolink/${name}-image-to-video for frames, -reference-to-video for references.`,
      },
    ]),
  );

const tag = (noun: string, field: string, what: string): RuleRow =>
  tagRow('ES15', `@${noun}#`, what, [field]);

interface Own extends Pick<Card, 'frames' | 'references'> {
  readonly fields: Fields;
  readonly rules: readonly RuleRow[];
}

export const seedanceKinds: Readonly<Record<Kind, Own>> = {
  text: {
    fields: {},
    rules: [{ rule: 'ES10', text: 'The text model takes no pictures, videos or sounds.' }],
  },
  image: {
    fields: {
      image_urls: links('Frames', 2, 'First, or first and last frame.', { formats: FORMATS }),
    },
    frames: { list: 'image_urls' },
    rules: [
      {
        rule: 'ES11',
        text: 'image_urls holds 1 or 2 pictures: first, last.',
        fields: ['image_urls', 'image_urls.*'],
        needed: { field: 'image_urls' },
      },
      {
        rule: 'ES17',
        text: 'With frames, a ratio of its own may crop them.',
        verdict: 'warn',
        mark: 'assumed',
        when: { aspect_ratio: { present: true, not: 'adaptive' } },
        at: 'aspect_ratio',
        says: 'aspect_ratio is {aspect_ratio} with a first frame, which may be cropped',
        hint: 'Keep the ratio of the frame with `aspect_ratio: adaptive`.',
      },
    ],
  },
  reference: {
    fields: {
      image_urls: links('Pictures', 9, '@image1 in the prompt means the first.', {
        formats: FORMATS,
      }),
      video_urls: links(
        'Videos',
        3,
        '@video1 in the prompt means the first; together 15 s at most.',
        { formats: ['mp4', 'mov'] },
      ),
      audio_urls: links('Sounds', 3, '@audio1 in the prompt means the first; not alone.', {
        formats: ['wav', 'mp3'],
      }),
    },
    references: { images: 'image_urls', videos: 'video_urls', audios: 'audio_urls' },
    rules: [
      {
        rule: 'ES12',
        text: 'At most 9 pictures, 3 videos and 3 sounds, and at least one picture or video.',
        fields: [
          'image_urls',
          'video_urls',
          'audio_urls',
          'image_urls.*',
          'video_urls.*',
          'audio_urls.*',
        ],
        oneOf: { fields: ['image_urls', 'video_urls'] },
      },
      tag('image', 'image_urls', 'picture'),
      tag('video', 'video_urls', 'video'),
      tag('audio', 'audio_urls', 'sound'),
    ],
  },
};
