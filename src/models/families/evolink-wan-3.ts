/** wan3.0 and wan3.0-prime through EvoLink: one body, two price tables, three ids each. */
import { megabytes } from '../../pictures/limits.ts';
import type { Card, Prices } from '../card/card.ts';
import { choice, flag, prompt, seed } from '../shared/fields.ts';
import { evolinkRows, fillRow, openLengthRow } from '../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../shared/sources.ts';
import { type WanIds, type WanKind, wanKinds } from './evolink-wan-3-kinds.ts';

const RATIOS = ['adaptive', '16:9', '9:16', '1:1', '4:3', '3:4'] as const;

interface Tier extends Pick<Prices, 'base' | 'least'> {
  readonly title: string;
  readonly ids: WanIds;
  /** Of 480p, 720p and 1080p. */
  readonly rates: readonly [number, number, number];
}

const idsOf = (name: string): WanIds => ({
  text: `${name}-text-to-video`,
  image: `${name}-image-to-video`,
  reference: `${name}-reference-video`,
});

const TIERS = {
  standard: { title: 'Wan 3.0', ids: idsOf('wan3.0'), base: 2.55, least: 5.1, rates: [1, 2, 4] },
  prime: {
    title: 'Wan 3.0 Prime',
    ids: idsOf('wan3.0-prime'),
    base: 3.9304,
    least: 7.8608,
    rates: [1, 2.06, 4.12],
  },
} satisfies Record<string, Tier>;

export const wan3Card = (kind: WanKind, tier: keyof typeof TIERS = 'standard'): Card => {
  const { title, ids, base, least, rates }: Tier = TIERS[tier];
  const { fields, rules, ...own } = wanKinds[kind](ids);
  const [sd, hd, fullHd] = rates;
  return {
    gateway: 'evolink',
    native: ids[kind],
    title: `${title}, ${kind} to video (EvoLink)`,
    sources: evolinkSources(ids[kind]),
    lifecycle: LISTED,
    ...(kind === 'text'
      ? {}
      : {
          pictures: {
            rule: 'CE9',
            mostBytes: megabytes(20),
            leastSide: 240,
            mostSide: 8000,
            ratio: [0.125, 8],
            alpha: false,
          },
        }),
    fields: {
      prompt: prompt('What happens; at most 20000 characters.'),
      duration: {
        type: 'whole',
        from: 2,
        to: 30,
        also: [-1],
        default: 5,
        title: 'Duration',
        about: 'Whole seconds, 2 to 30; -1: the model chooses. Default 5.',
      },
      quality: choice('Quality', ['480p', '720p', '1080p'], '720p'),
      aspect_ratio: choice('Aspect ratio', RATIOS, 'adaptive'),
      generate_audio: flag('Sound', 'No extra price. Default true.', true),
      seed: seed(0, 2_147_483_647),
      ...fields,
    },
    words: {
      prompt: 'prompt',
      duration: 'duration',
      aspect_ratio: 'aspect_ratio',
      resolution: 'quality',
      audio: 'generate_audio',
      seed: 'seed',
      ...(own.frames === undefined ? {} : { first_frame: true, last_frame: true }),
      ...(own.references === undefined ? {} : { references: true }),
    },
    ...own,
    elsewhere: {
      ...own.elsewhere,
      content_filter: { rule: 'EW18', hint: 'This model has no switch for it.' },
    },
    lacks: {
      ...(kind === 'image'
        ? {}
        : {
            first_frame: `: evolink/${ids.image} takes frames`,
            last_frame: `: evolink/${ids.image} takes frames`,
          }),
      ...(kind === 'reference' ? {} : { references: `: evolink/${ids.reference} takes them` }),
    },
    longestPrompt: 20_000,
    secondsWhen: [{ when: { duration: -1 }, seconds: 30, least: 2 }],
    stray: 'EW18',
    rules: [
      ...evolinkRows(kind === 'text' ? {} : { links: true, formats: true }),
      { rule: 'EW1', text: 'duration is 2 to 30 seconds, or -1.', fields: ['duration'] },
      { rule: 'EW2', text: 'quality is 480p, 720p or 1080p.', fields: ['quality'] },
      { rule: 'EW3', text: `aspect_ratio is ${RATIOS.join(', ')}.`, fields: ['aspect_ratio'] },
      {
        rule: 'EW5',
        text: 'prompt has at most 20000 characters: the service cuts longer ones.',
        longest: { prompt: 20_000 },
      },
      ...rules,
      { rule: 'EW14', text: 'seed is 0 to 2147483647.', fields: ['seed'] },
      fillRow('EW15', 'generate_audio', true),
      fillRow('EW15', 'duration', 5),
      fillRow('EW15', 'quality', '720p'),
      openLengthRow('EW16', 30),
      { rule: 'EW18', text: 'Fields of other models are refused.' },
    ],
    prices: {
      unit: 'evolink-credits',
      per: 'second',
      ...EVOLINK_PRICES,
      base,
      least,
      rows: [
        { when: { quality: '480p' }, rate: sd },
        { when: { quality: '720p' }, rate: hd },
        { when: { quality: '1080p' }, rate: fullHd },
      ],
      ...(kind === 'reference'
        ? {
            extras: [
              { of: 'video_urls', seconds: 15, leastSeconds: 1, text: 'seconds of the videos' },
            ],
          }
        : {}),
    },
  };
};
