/** Where the facts of the model sheets (docs/providers) come from. */
import type { Source } from '../model.ts';

export const apimartSources = (page: string): readonly Source[] => [
  {
    text: `APIMart API page ${page}, as noted in public with its price centre`,
    read: '2026-08-30',
  },
  {
    text: 'APIMart price lists of 2026-09-14 and 2026-10-03, saved in public clients',
    read: '2026-11-20',
  },
];

export const APIMART_PRICES = {
  source: 'APIMart price lists of 2026-09-14 and 2026-10-03, which agree',
  asOf: '2026-10-03',
} as const;

export const evolinkSources = (page: string): readonly Source[] => [
  { text: `EvoLink input schema of ${page}, in its command-line client`, read: '2026-10-10' },
  { text: 'EvoLink public price rules, saved in its command-line client', read: '2026-10-10' },
];

export const EVOLINK_PRICES = {
  source: 'EvoLink public price rules, saved in its command-line client',
  asOf: '2026-10-10',
} as const;

export const LISTED = { state: 'listed', asOf: '2026-11-20' } as const;
