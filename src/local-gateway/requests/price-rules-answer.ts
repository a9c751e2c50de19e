/**
 * EvoLink: GET /v1/catalog/pricing-rules and /v1/catalog/models/{id}/pricing-rules (checks sheet,
 * section 4.1): filters, the short view, and 304 for rules that the client has.
 */
import { createHash } from 'node:crypto';
import type { Model } from '../../models/model.ts';
import type { JsonObject } from '../../scene.ts';
import { type Answer, failure, jsonAnswer } from '../answer.ts';
import type { Context } from '../context.ts';
import { priceMeta, priceRuleOf } from './price-rules.ts';

const FILTERS: Readonly<Record<string, RegExp>> = {
  product_id: /^[A-Za-z0-9._:-]+$/,
  operation: /^[a-z0-9._:-]+$/,
  modality: /^(?:text|image|video|audio)$/,
  lifecycle: /^(?:active|preview|deprecated)$/,
  view: /^(?:summary|full)$/,
};

/** `undefined`: the path is another one. */
export function priceRulesAnswer(
  { clock }: Context,
  models: readonly Model[],
  asked: {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly etag?: string;
    readonly requestId: string;
  },
): Answer | undefined {
  const { path, query, requestId } = asked;
  const id = /^v1\/catalog\/models\/([A-Za-z0-9._:-]+)\/pricing-rules$/.exec(path)?.[1];
  if (id === undefined && path !== 'v1/catalog/pricing-rules') return undefined;
  for (const [name, value] of query)
    if (FILTERS[name]?.test(value) !== true)
      return failure('evolink', 'invalid', requestId, { param: name });
  const rules = models
    .flatMap((model): JsonObject[] => {
      const rule = priceRuleOf(model)?.rule;
      return rule === undefined ? [] : [rule];
    })
    .filter((rule) => id === undefined || rule['model_id'] === id)
    .filter((rule) => [...query].every(([name, value]) => name === 'view' || rule[name] === value))
    .map((rule) => (query.get('view') === 'summary' ? summaryOf(rule) : rule));
  const [only] = rules;
  if (id !== undefined && only === undefined) return failure('evolink', 'not-found', requestId);
  const etag = `"${createHash('sha256').update(JSON.stringify(rules)).digest('hex')}"`;
  if (asked.etag === etag) return { status: 304, headers: { etag }, body: '' };
  const meta = priceMeta(rules, clock.now());
  return jsonAnswer(
    200,
    only !== undefined && id !== undefined ? { meta, model: only } : { meta, models: rules },
    {
      etag,
    },
  );
}

/** Without what a price is computed by. */
const summaryOf = ({ components, ...rule }: JsonObject): JsonObject => ({
  ...rule,
  components: Array.isArray(components)
    ? components.flatMap((one) => (isObject(one) ? [withoutRules(one)] : []))
    : [],
});

const RULES: readonly string[] = ['condition', 'quantity_rule', 'rounding'];
const withoutRules = (component: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(component).filter(([name]) => !RULES.includes(name)));

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
