/**
 * APIMart: `/v1/models` with the key, and the price page of its web site, which is public and not
 * documented as an interface.
 */
import { defined } from '../../defined.ts';
import { asAmount, asList, asObject, asText, type Json } from '../answers/json.ts';
import type { AskFree } from './ask-once.ts';
import type { CatalogueFacts, ListedPrice, ModelFacts } from './facts.ts';

/** `askPrices` asks the web site, without the key. */
export async function apimartCatalogue(
  ask: AskFree | { readonly unanswered: string },
  askPrices: AskFree,
): Promise<CatalogueFacts> {
  const [listed, prices] = await Promise.all([
    typeof ask === 'function' ? ask('/v1/models') : ask,
    askPrices('/api/pricing/models/all'),
  ]);
  const unanswered = [listed, prices].flatMap((answer) =>
    'unanswered' in answer ? [answer.unanswered] : [],
  );
  const models = new Map<string, ModelFacts>();
  const ids = 'json' in listed ? asList(asObject(listed.json)?.['data']) : [];
  for (const one of ids) {
    const id = asText(asObject(one)?.['id']);
    if (id !== undefined) models.set(id, { id, isVideo: false });
  }
  const isComplete = models.size > 0;
  if ('json' in listed && !isComplete) unanswered.push('/v1/models names no model');
  if ('json' in prices) {
    const data = asObject(asObject(prices.json)?.['data']);
    const videos = asList(asObject(data?.['models'])?.['video']);
    if (videos.length === 0) unanswered.push('the price page names no video model');
    for (const one of videos) {
      const model = asObject(one) ?? {};
      const id = spelled(asText(model['id']), models);
      const price = priceOf(model);
      if (id !== undefined) models.set(id, { id, isVideo: true, ...defined({ price }) });
    }
  }
  return { models, renamed: new Map(), isComplete, unanswered };
}

/** The price page spells ids in another case. */
function spelled(
  id: string | undefined,
  models: ReadonlyMap<string, ModelFacts>,
): string | undefined {
  if (id === undefined || models.has(id)) return id;
  return [...models.keys()].find((one) => one.toLowerCase() === id.toLowerCase()) ?? id;
}

const UNITS: ReadonlyMap<string, 'second' | 'clip'> = new Map([
  ['usd_per_second', 'second'],
  ['usd_per_call', 'clip'],
]);

function priceOf(model: Json): ModelFacts['price'] {
  const prices = asObject(model['fixed_prices']);
  if (prices === undefined) return undefined;
  const per = UNITS.get(asText(prices['unit']) ?? '');
  if (per === undefined) return () => ({ unknown: 'the price page has a unit that is not known' });
  const rows = asList(prices['items']).flatMap((item) => {
    const { key, after_discount: amount } = asObject(item) ?? {};
    const [name, usd] = [asText(key), asAmount(amount)];
    return name === undefined || usd === undefined ? [] : [{ key: name.toLowerCase(), usd }];
  });
  if (rows.length === 0) return () => ({ unknown: 'the price page has no amounts' });
  return (_body, _seconds, keys): ListedPrice => {
    const likely = keys
      .map((key) => rows.find((row) => row.key === key.toLowerCase())?.usd)
      .find((usd) => usd !== undefined);
    return {
      among: rows.map(({ usd }) => usd),
      per,
      ...defined({ likely }),
    };
  };
}
