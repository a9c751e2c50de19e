/**
 * The nine ids of seedance-2.0 through EvoLink: standard, fast and mini, each for text, for frames
 * and for references.
 */
import { defined } from '../../defined.ts';
import type { Card, Condition, Field, PriceRow, RuleRow } from '../card/card.ts';
import { choice, flag, prompt, seconds } from '../shared/fields.ts';
import { evolinkRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../shared/sources.ts';
import { SEEDANCE_PICTURES } from '../shared/picture-limits.ts';
import {
  type Kind,
  lackingWords,
  pictureModels,
  seedanceKinds,
} from './evolink-seedance-2-kinds.ts';

const SIZES = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', 'adaptive'] as const;
const LIST = { list: true } as const;

interface Family {
  readonly name: string;
  readonly title: string;
  readonly base: number;
  readonly least: number;
  /** Factor of each quality, without and with a reference video. */
  readonly factors: Readonly<Record<string, readonly [number, number]>>;
  readonly search: boolean;
}

export const STANDARD: Family = {
  name: 'seedance-2.0',
  title: 'Seedance 2.0',
  base: 13.5,
  least: 25.002,
  factors: { '480p': [0.465, 0.284], '720p': [1, 0.609], '1080p': [2.5, 1.52], '4k': [5.1, 3.15] },
  search: true,
};
export const FAST: Family = {
  name: 'seedance-2.0-fast',
  title: 'Seedance 2.0 fast',
  base: 8.2013,
  least: 15.1893,
  factors: { '480p': [0.465, 0.277], '720p': [1, 0.595] },
  search: true,
};
export const MINI: Family = {
  name: 'seedance-2.0-mini',
  title: 'Seedance 2.0 mini',
  base: 2.7,
  least: 5.0004,
  factors: { '480p': [0.465, 0.284], '720p': [1, 0.609] },
  search: false,
};

export function evolinkSeedanceCard(family: Family, kind: Kind): Card {
  const native = `${family.name}-${kind}-to-video`;
  const qualities = Object.keys(family.factors);
  const hasSearch = kind === 'text' && family.search;
  const { fields, rules, frames, references } = seedanceKinds[kind];
  return {
    gateway: 'evolink',
    native,
    title: `${family.title}, ${kind} to video (EvoLink)`,
    sources: evolinkSources(native),
    lifecycle: LISTED,
    ...(kind === 'text' ? {} : { pictures: { rule: 'CE9', ...SEEDANCE_PICTURES } }),
    fields: {
      prompt: prompt('What happens; 1000 words at most are advised.'),
      duration: seconds(4, 15),
      quality: choice('Quality', qualities, '720p'),
      aspect_ratio: choice('Aspect ratio', SIZES, 'adaptive'),
      generate_audio: flag('Sound', 'No extra price. Default true.', true),
      content_filter: flag('Content filter', 'false costs a tenth more. Default true.', true),
      ...fields,
      ...(hasSearch
        ? {
            model_params: {
              type: 'object',
              title: 'Model parameters',
              fields: {
                web_search: flag(
                  'Web search',
                  '0.04 credits for each search. Default false.',
                  false,
                ),
              },
            } satisfies Field,
          }
        : {}),
    },
    words: {
      prompt: 'prompt',
      duration: 'duration',
      aspect_ratio: 'aspect_ratio',
      resolution: 'quality',
      audio: 'generate_audio',
      ...(frames === undefined ? {} : { first_frame: true, last_frame: true }),
      ...(references === undefined ? {} : { references: true }),
    },
    ...(frames === undefined ? {} : { frames, ratioFrom: ['image_urls'] }),
    ...defined({ references }),
    lacks: lackingWords(family.name, kind),
    stray: 'ES18',
    ...(kind === 'text' ? { elsewhere: pictureModels(family.name) } : {}),
    rules: [
      ...evolinkRows(kind === 'text' ? {} : { links: true, formats: true }),
      { rule: 'ES1', text: 'duration is 4 to 15 seconds.', fields: ['duration'] },
      { rule: 'ES2', text: `quality is ${qualities.join(', ')}.`, fields: ['quality'] },
      { rule: 'ES3', text: `aspect_ratio is ${SIZES.join(', ')}.`, fields: ['aspect_ratio'] },
      ...(kind === 'text'
        ? [
            {
              rule: 'ES16',
              text: 'Without pictures, adaptive is sent as 16:9.',
              verdict: 'note',
              mark: 'assumed',
              map: { field: 'aspect_ratio', values: [['adaptive', '16:9']] },
            } satisfies RuleRow,
            fillRow('ES3', 'aspect_ratio', '16:9'),
          ]
        : [fillRow('ES3', 'aspect_ratio', 'adaptive')]),
      promptRow('ES4'),
      {
        rule: 'ES5',
        text: 'The limit of a prompt is in tokens: beyond 4000 characters it may be cut.',
        verdict: 'warn',
        mark: 'assumed',
        longest: { prompt: 4000 },
      },
      fillRow('ES6', 'generate_audio', true),
      {
        rule: 'ES7',
        text: 'content_filter false costs a tenth more.',
        verdict: 'note',
        when: { content_filter: false },
        at: 'content_filter',
        says: 'content_filter false costs a tenth more',
      },
      ...(hasSearch
        ? [
            {
              rule: 'ES8',
              text: 'content_filter false and web_search true exclude each other.',
              when: { content_filter: false, 'model_params.web_search': true },
              at: 'model_params.web_search',
              says: 'web_search is true, and content_filter is false: the service refuses both together',
            } satisfies RuleRow,
          ]
        : []),
      ...rules,
      { rule: 'ES18', text: 'Fields of other models are refused.' },
    ],
    prices: {
      unit: 'evolink-credits',
      per: 'second',
      ...EVOLINK_PRICES,
      base: family.base,
      least: family.least,
      rows: Object.entries(family.factors).flatMap(([quality, [plain, withVideo]]) =>
        [false, true].flatMap((filtered): PriceRow[] => {
          const row = (when: Condition, factor: number): PriceRow => ({
            when: { quality, content_filter: filtered, ...when },
            rate: filtered ? factor : factor * 1.1,
            ...(filtered ? {} : { kind: 'estimated' }),
          });
          return kind === 'reference'
            ? [row({ video_urls: { list: false } }, plain), row({ video_urls: LIST }, withVideo)]
            : [
                // How often it searches, and so what is added, is not known before.
                ...(hasSearch
                  ? [
                      {
                        ...row({ 'model_params.web_search': true }, plain),
                        kind: 'estimated' as const,
                      },
                    ]
                  : []),
                row({}, plain),
              ];
        }),
      ),
      ...(kind === 'reference'
        ? {
            extras: [
              { of: 'video_urls', seconds: 15, leastClips: 1, text: 'seconds of the videos' },
            ],
          }
        : {}),
    },
  };
}
