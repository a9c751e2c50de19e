/** MiniMax-Hailuo-2.3 through EvoLink: text or a first frame; its price is not published. */
import type { Card } from '../card/card.ts';
import { choice, flag, links, prompt, secondsOf } from '../shared/fields.ts';
import { evolinkRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { evolinkSources, LISTED } from '../shared/sources.ts';
import { megabytes } from '../../pictures/limits.ts';

const OPTIMIZER = 'model_params.prompt_optimizer';

export const evolinkHailuo23: Card = {
  gateway: 'evolink',
  native: 'MiniMax-Hailuo-2.3',
  title: 'MiniMax Hailuo 2.3 (EvoLink)',
  sources: evolinkSources('MiniMax-Hailuo-2.3').slice(0, 1),
  lifecycle: LISTED,
  pictures: {
    rule: 'CE9',
    types: ['jpeg', 'png', 'webp'],
    mostBytes: megabytes(20),
    leastSide: 301,
    ratio: [0.4, 2.5],
  },
  fields: {
    prompt: prompt(
      'What happens; at most 2000 characters. Camera moves in brackets, such as [Push in].',
    ),
    image_urls: links('First frame', 1, 'One picture, 20 MB at most.', {
      formats: ['jpg', 'jpeg', 'png', 'webp'],
    }),
    quality: choice('Quality', ['768p', '1080p'], '768p'),
    duration: secondsOf([6, 10], 6),
    model_params: {
      type: 'object',
      title: 'Model parameters',
      fields: {
        prompt_optimizer: flag(
          'Prompt optimizer',
          'The service rewrites the prompt. Its default is true; false is sent if nothing is said.',
          true,
        ),
        fast_pretreatment: flag('Fast optimizer', 'Default false.', false),
      },
    },
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    resolution: 'quality',
    first_frame: true,
  },
  frames: { list: 'image_urls', last: false },
  longestPrompt: 2000,
  stray: 'EH8',
  rules: [
    ...evolinkRows({ links: true, formats: true }),
    { rule: 'EH1', text: 'duration is 6 or 10 seconds.', fields: ['duration'] },
    { rule: 'EH2', text: 'quality is 768p or 1080p.', fields: ['quality'] },
    {
      rule: 'EH3',
      text: '10 seconds are not made in 1080p.',
      when: { duration: 10, quality: '1080p' },
      at: 'duration',
      says: 'duration is 10, and quality is 1080p, which takes 6 only',
      hint: 'Use duration: 6, or resolution: 768p.',
      allowed: [6],
    },
    promptRow('EH4', 2000),
    { rule: 'EH5', text: 'At most one picture.', fields: ['image_urls', 'image_urls.*'] },
    fillRow('EH6', OPTIMIZER, false),
    {
      rule: 'EH7',
      text: 'fast_pretreatment means nothing without prompt_optimizer.',
      verdict: 'warn',
      mark: 'assumed',
      when: { 'model_params.fast_pretreatment': true, [OPTIMIZER]: false },
      at: 'model_params.fast_pretreatment',
      says: 'fast_pretreatment is true, and prompt_optimizer is not',
    },
    { rule: 'EH8', text: 'Fields of other models are refused.' },
  ],
  prices: { unknown: 'the public price rules of 2026-10-10 do not hold MiniMax-Hailuo-2.3' },
};
