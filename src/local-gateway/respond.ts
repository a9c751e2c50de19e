/** One request: which endpoint it is for, what the script does to it, and its line in the books. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GATEWAYS, type GatewayName } from '../ids.ts';
import { type Answer, deliveryOf, failure, type Fault, jsonAnswer, send } from './answer.ts';
import { type Asked, askMany, askOne, type AskRequest, balance, listTasks } from './ask.ts';
import { catalogueAnswer, isPublic } from './catalogue-answers.ts';
import type { Context } from './context.ts';
import { type DrawClip, fetchMedia, mediaTask } from './media.ts';
import { submit } from './submit.ts';

/** As the vendors' own clients cap it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface Tools {
  readonly drawn: DrawClip;
  /** The server closes: nothing waits any longer. */
  readonly closing: AbortSignal;
}

type Finish = (answer: Answer, gateway: GatewayName, fault?: Fault) => Promise<void>;

/** Resolves when the answer is out. Rejects only for a fault of our own. */
export async function respond(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  tools: Tools,
): Promise<void> {
  const { clock, state } = context;
  const url = new URL(request.url ?? '/', context.origin);
  state.requests += 1;
  const requestId = `req-${state.requests}`;
  state.books.settle(clock.now());
  response.setHeader('date', new Date(clock.now()).toUTCString());
  const finish: Finish = (answer, gateway, fault) =>
    send(
      response,
      deliveryOf(answer, fault?.action, gateway, requestId, clock.now()),
      clock,
      tools.closing,
    );

  const media = mediaTask(url.pathname);
  if (media !== undefined)
    return respondMedia(context, request, {
      task: media,
      query: url.searchParams,
      drawn: tools.drawn,
      finish,
    });

  const [, name, ...rest] = url.pathname.split('/');
  const gateway = GATEWAYS.find((known) => known === name);
  const path = rest.join('/');
  const body = await readBody(request);
  if (gateway === undefined)
    return finish(
      jsonAnswer(404, { error: { message: 'use the base URLs /apimart and /evolink' } }),
      'apimart',
    );
  if (body === undefined) return finish(failure(gateway, 'too-large', requestId), gateway);
  const owner = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const isCheck = request.method === 'GET' && path.startsWith('v1/');
  const catalogue = isCheck
    ? catalogueAnswer(context, { gateway, path, query: url.searchParams, requestId })
    : undefined;
  if (catalogue !== undefined && isPublic(gateway, path)) return finish(catalogue, gateway);
  if (owner === undefined || context.keys[gateway]?.includes(owner) === false)
    return finish(failure(gateway, 'auth', requestId), gateway);

  if (catalogue !== undefined) return finish(catalogue, gateway);

  if (request.method === 'POST' && path === 'v1/videos/generations') {
    const idempotencyKey = request.headers['idempotency-key'];
    const { answer, fault } = submit(context, {
      gateway,
      owner,
      body,
      requestId,
      contentType: request.headers['content-type'] ?? '',
      isVersioned: request.headers['x-apimart-response-version'] !== undefined,
      ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
    });
    return finish(answer, gateway, fault);
  }
  const endpoint = endpointOf(request.method ?? 'GET', path, gateway);
  const asked = endpoint?.ask(
    context,
    { gateway, owner, requestId },
    { body, query: url.searchParams },
  );
  if (endpoint === undefined || asked === undefined)
    return finish(failure(gateway, 'not-found', requestId), gateway);
  const at = clock.now();
  const delivery = deliveryOf(asked.answer, asked.fault?.action, gateway, requestId, at);
  state.books.note({
    kind: endpoint.kind,
    at,
    gateway,
    tasks: asked.tasks,
    status: delivery.kind === 'answer' ? delivery.answer.status : 0,
    ...(asked.fault === undefined ? {} : { rule: asked.fault.rule }),
  });
  return send(response, delivery, clock, tools.closing);
}

async function respondMedia(
  context: Context,
  request: IncomingMessage,
  {
    task: path,
    query,
    drawn,
    finish,
  }: {
    readonly task: string;
    readonly query: URLSearchParams;
    readonly drawn: DrawClip;
    readonly finish: Finish;
  },
): Promise<void> {
  request.resume();
  const fetched = await fetchMedia(context, { task: path, query, headers: request.headers, drawn });
  if (fetched === undefined) return finish({ status: 404, headers: {}, body: '' }, 'apimart');
  const { answer, task, fault } = fetched;
  context.state.books.note({
    kind: 'download',
    at: context.clock.now(),
    gateway: task.gateway,
    task: task.id,
    status: answer.status,
    bytes: answer.cutAfter ?? answer.body.length,
    leakedKey: request.headers.authorization !== undefined,
    ...(request.headers.range === undefined ? {} : { range: request.headers.range }),
    ...(fault === undefined ? {} : { rule: fault.rule }),
  });
  return finish(answer, task.gateway, fault);
}

interface Endpoint {
  readonly kind: 'ask' | 'batch' | 'list' | 'balance';
  ask(
    context: Context,
    request: AskRequest,
    details: { readonly body: string; readonly query: URLSearchParams },
  ): Asked;
}

function endpointOf(method: string, path: string, gateway: GatewayName): Endpoint | undefined {
  if (method === 'POST') {
    return path === 'v1/tasks/batch'
      ? { kind: 'batch', ask: (context, request, { body }) => askMany(context, request, body) }
      : undefined;
  }
  if (method !== 'GET') return undefined;
  if (path === 'v1/tasks')
    return {
      kind: 'list',
      ask: (context, request, { query }) => listTasks(context, request, query),
    };
  const balances = gateway === 'apimart' ? ['v1/balance', 'v1/user/balance'] : ['v1/credits'];
  if (balances.includes(path)) return { kind: 'balance', ask: balance };
  const id = /^v1\/tasks\/([^/]+)$/.exec(path)?.[1];
  return id === undefined
    ? undefined
    : { kind: 'ask', ask: (context, request) => askOne(context, request, decoded(id)) };
}

/** A path that is not well encoded names nothing, and is said to. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `undefined`: more than any gateway takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
