/**
 * Free answers of a gateway about its models: APIMart `/v1/models`, `/v1/model-schema` and
 * `/v1/model-docs`, EvoLink `/v1/models` and `/v1/catalog/…` (checks sheet sections 2.3 to 2.6, 3.2
 * and 4).
 */
import type { GatewayName } from '../../ids.ts';
import type { Model } from '../../models/model.ts';
import type { JsonObject } from '../../scene.ts';
import { type Answer, failure, jsonAnswer } from '../answer.ts';
import { pricePage } from './price-page.ts';
import { LIFECYCLES } from './price-rules.ts';
import { priceRulesAnswer } from './price-rules-answer.ts';
import { type Context, findModel } from '../context.ts';

/** Paths that need no key. */
export const isPublic = (gateway: GatewayName, path: string): boolean =>
  gateway === 'evolink' ? path.startsWith('v1/catalog/') : path === PRICES;

/** Of the web site, which asks for no key. */
const PRICES = 'api/pricing/models/all';

const DOCS = 'v1/model-docs';

/** `undefined`: no such path here. */
export function catalogueAnswer(
  context: Context,
  {
    gateway,
    path,
    query,
    etag,
    requestId,
  }: {
    readonly gateway: GatewayName;
    readonly path: string;
    readonly query: URLSearchParams;
    /** `If-None-Match`, if it was sent. */
    readonly etag?: string;
    readonly requestId: string;
  },
): Answer | undefined {
  const models = [...context.catalogue.values()].filter((model) => model.gateway === gateway);
  if (path === 'v1/models')
    return jsonAnswer(
      200,
      gateway === 'apimart'
        ? { object: 'list', success: true, data: models.map(listed) }
        : { data: models.map(({ native }) => ({ id: native })) },
    );
  if (gateway === 'evolink') {
    if (path === 'v1/catalog/models') return jsonAnswer(200, { models: models.map(inCatalogue) });
    if (path === 'v1/catalog/health')
      return jsonAnswer(200, {
        models: models.map(({ native }) => ({ model_id: native, status: 'available' })),
      });
    const asked = { path, query, requestId, ...(etag === undefined ? {} : { etag }) };
    return priceRulesAnswer(context, models, asked);
  }
  if (path === PRICES) return jsonAnswer(200, pricePage(models));
  const native =
    path === 'v1/model-schema' || path === DOCS
      ? query.get('model')
      : /^v1\/models\/([A-Za-z0-9._-]+)\/schema$/.exec(path)?.[1];
  if (native === undefined) return undefined;
  const model = findModel(context.catalogue, gateway, native);
  if (model === undefined) return failure(gateway, 'model-gone', requestId);
  return jsonAnswer(200, path === DOCS ? docsOf(model, context) : schemaOf(model));
}

const listed = ({ native }: Model): JsonObject => ({
  id: native,
  object: 'model',
  created: 1_700_000_000,
  owned_by: 'rushes',
});

const inCatalogue = ({ native, title, lifecycle }: Model): JsonObject => ({
  model_id: native,
  display_name: title,
  aliases: [],
  capabilities: ['video'],
  protocols: ['evolink-video-generations'],
  lifecycle: LIFECYCLES[lifecycle.state],
});

/** A page, as the real one is; of its words only the title and the rules are here. */
function docsOf({ native, title, rules }: Model, { clock, origin }: Context): JsonObject {
  const page = `${origin}/docs/${native}`;
  return {
    object: 'model.documentation',
    model: native,
    doc_url: page,
    markdown_url: `${page}.md`,
    markdown: [`# ${title}`, '', ...rules.map(({ text }) => `- ${text}`), ''].join('\n'),
    fetched_at: Math.floor(clock.now() / 1000),
    cache_ttl_seconds: 604_800,
    stale: false,
  };
}

/** As loose as the real one: it says that the model is there and where to send. */
const schemaOf = ({ native }: Model): JsonObject => ({
  object: 'model.input_schema',
  model: native,
  operation: 'video_generation',
  endpoint: { method: 'POST', path: '/v1/videos/generations' },
  input_schema: { type: 'object', additionalProperties: true },
  idempotency: {
    header: 'Idempotency-Key',
    replay_header: 'Idempotency-Replayed',
    required: false,
    retention_seconds: 86_400,
    scope: 'api_key_endpoint',
  },
  response_contract: { header: 'X-APIMart-Response-Version', version: '2026-07-27' },
  schema_version: '2026-07-30',
  source: 'task_model_registry',
});
