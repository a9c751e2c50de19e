/** EvoLink: `/v1/catalog/models` and `/v1/catalog/pricing-rules`, both without a key. */
import { toUsd, fromEvolinkCredits } from '../../money.ts';
import { asList, asObject, asText, type Json, asNumber } from '../answers/json.ts';
import { priceOfRule } from './price-rule.ts';
import type { CatalogueFacts, ListedPrice, ModelFacts } from './facts.ts';
import type { AskFree } from './ask-once.ts';

const SCHEMA_VERSION = '2';
const PROTOCOL = 'evolink-video-generations';

export async function evolinkCatalogue(ask: AskFree): Promise<CatalogueFacts> {
  const [listed, rules] = await Promise.all([
    ask('/v1/catalog/models'),
    ask('/v1/catalog/pricing-rules?modality=video&view=full'),
  ]);
  const unanswered = [listed, rules].flatMap((answer) =>
    'unanswered' in answer ? [answer.unanswered] : [],
  );
  const models = new Map<string, ModelFacts>();
  const renamed = new Map<string, string>();
  const entries = 'json' in listed ? asList(asObject(listed.json)?.['models']) : [];
  for (const entry of entries) {
    const model = asObject(entry) ?? {};
    const id = asText(model['model_id']);
    if (id === undefined) continue;
    models.set(id, fromEntry(id, model));
    for (const alias of asList(model['aliases']))
      if (typeof alias === 'string') renamed.set(alias, id);
  }
  const isComplete = models.size > 0;
  if ('json' in listed && !isComplete) unanswered.push('/v1/catalog/models names no model');
  if ('json' in rules) {
    const document = asObject(rules.json) ?? {};
    const version = asText(asObject(document['meta'])?.['schema_version']);
    if (version === SCHEMA_VERSION)
      for (const one of asList(document['models'])) withRule(models, asObject(one) ?? {});
    else unanswered.push(`price rules of version ${version ?? 'unknown'} are not known here`);
  }
  return { models, renamed, isComplete, unanswered };
}

function fromEntry(id: string, model: Json): ModelFacts {
  const lifecycle = asText(model['lifecycle']);
  return {
    id,
    isVideo: asList(model['protocols']).includes(PROTOCOL),
    ...(lifecycle === 'deprecated' || lifecycle === 'retired'
      ? { lifecycle }
      : { lifecycle: 'active' }),
  };
}

function withRule(models: Map<string, ModelFacts>, rule: Json): void {
  const id = asText(rule['model_id']);
  if (id === undefined) return;
  const values: Record<string, readonly string[]> = {};
  const ranges: Record<string, readonly [number, number]> = {};
  for (const one of asList(rule['parameters'])) {
    const { name, minimum, maximum, values: listed } = asObject(one) ?? {};
    const field = name === 'duration_seconds' ? 'duration' : asText(name);
    if (field === undefined) continue;
    const texts = asList(listed).flatMap((value) => asText(value) ?? []);
    const [least, most] = [asNumber(minimum), asNumber(maximum)];
    if (texts.length > 0) values[field] = texts;
    else if (least !== undefined && most !== undefined) ranges[field] = [least, most];
  }
  models.set(id, {
    ...(models.get(id) ?? { id, isVideo: true }),
    values,
    ranges,
    price(body): ListedPrice {
      const price = priceOfRule(rule, body);
      return 'unknown' in price
        ? price
        : { usd: toUsd(fromEvolinkCredits(price.credits)), credits: price.credits };
    },
  });
}
