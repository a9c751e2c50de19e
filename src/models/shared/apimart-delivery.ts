/**
 * Callback fields of APIMart: two fields that every model there takes and that no clip
 * depends on.
 */
import { isPublicHost } from '../../ports/http/public-address.ts';
import { text } from '../fields.ts';
import type { Fields } from '../card/card.ts';
import type { Rule } from '../rule.ts';
import { oneOf, quoted } from '../format-value.ts';
import { blankProblem } from '../text/links.ts';

export const APIMART_DELIVERY = ['webhook', 'language'] as const;

export const apimartDeliveryFields: Fields = {
  webhook: {
    type: 'text',
    title: 'Webhook',
    about: 'Base URL for news of the task: APIMart posts to it with /callback appended.',
  },
  language: {
    type: 'text',
    title: 'Language',
    about: 'Language of error texts: en, zh, ja, ko, ru, fr, de, id, pt or es.',
  },
};

/** Public docs, status page. Case does not matter; regions (`pt-BR`) are not known. */
const LANGUAGES = ['en', 'zh', 'ja', 'ko', 'ru', 'fr', 'de', 'id', 'pt', 'es'] as const;

export const apimartDeliveryRules: readonly Rule[] = [
  {
    rule: 'webhook',
    text: 'webhook is an http(s) URL of a public host on port 80 or 443, not one of APIMart; anything else is dropped there without an error.',
    verdict: 'refuse',
    mark: 'documented',
    about: ['webhook'],
    *breaches(body) {
      const webhook = text(body, 'webhook');
      const problem = webhook === undefined ? undefined : webhookProblem(webhook);
      if (webhook !== undefined && problem !== undefined) {
        yield {
          path: ['webhook'],
          message: `webhook is ${quoted(webhook)}, ${problem}; APIMart would drop it without a word`,
          hint: 'Use a public http(s) URL on port 80 or 443.',
        };
      }
    },
  },
  {
    rule: 'webhook',
    text: 'APIMart appends /callback to webhook.',
    verdict: 'warn',
    mark: 'documented',
    about: ['webhook'],
    *breaches(body) {
      const webhook = text(body, 'webhook');
      if (
        webhook !== undefined &&
        URL.canParse(webhook) &&
        /\/callback\/?$/.test(new URL(webhook).pathname)
      ) {
        yield {
          path: ['webhook'],
          message: 'webhook ends in /callback, and APIMart appends /callback once more',
          hint: 'Leave /callback off.',
        };
      }
    },
  },
  {
    rule: 'language',
    text: `language is one of ${LANGUAGES.join(', ')}.`,
    verdict: 'warn',
    mark: 'documented',
    about: ['language'],
    *breaches(body) {
      const language = text(body, 'language');
      if (language !== undefined && !LANGUAGES.some((known) => known === language.toLowerCase())) {
        yield {
          path: ['language'],
          message: `language is ${quoted(language)}; known: ${oneOf(LANGUAGES)}`,
          allowed: LANGUAGES,
        };
      }
    },
  },
];

function webhookProblem(webhook: string): string | undefined {
  const blank = blankProblem(webhook);
  if (blank !== undefined) return blank.why;
  if (!/^https?:\/\//i.test(webhook) || !URL.canParse(webhook))
    return 'which is not an http(s) URL';
  const { hostname, port } = new URL(webhook);
  if (!isPublicHost(hostname)) return 'whose host is not on the public internet';
  if (!['', '80', '443'].includes(port)) return `which names port ${port}`;
  if (/(?:^|\.)apimart\.ai\.?$/i.test(hostname)) return 'which is a host of APIMart itself';
  return undefined;
}
