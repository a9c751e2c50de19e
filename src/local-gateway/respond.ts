/** One request: its endpoint, the fault that the script applies, and its line in the books. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GATEWAYS, type GatewayName } from '../ids.ts';
import { type Answer, deliveryOf, failure, type Fault, jsonAnswer, send } from './answer.ts';
import {
  type Asked,
  askMany,
  askOne,
  type AskRequest,
  balance,
  listTasks,
} from './requests/ask.ts';
import { catalogueAnswer, isPublic } from './requests/catalogue.ts';
import type { Context } from './context.ts';
import { type DrawClip, fetchMedia, mediaTask } from './clips/media.ts';
import { estimate } from './requests/estimate.ts';
import { submit } from './requests/submit.ts';
import { uploadImage } from './uploads/apimart-images.ts';
import { fileAnswer, uploadBase64, uploadStream, uploadUrl } from './uploads/evolink-files.ts';
import { fileMime, fileToken } from './uploads/files.ts';
import { upload } from './uploads/upload.ts';
import { newUploadToken, ownerOfBearer } from './uploads/upload-token.ts';

/** As the vendors' own clients cap it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** A little more than any file service takes: a larger one is refused by its own words. */
const MAX_UPLOAD_BYTES = 150 * 1024 * 1024;

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

  const file = fileToken(url.pathname);
  if (file !== undefined) {
    request.resume();
    return finish(storedFile(context, file), 'apimart');
  }
  const [, name = '', ...rest] = url.pathname.split('/');
  const isFiles = name === 'evolink-files';
  const gateway = GATEWAYS.find((known) => known === (isFiles ? 'evolink' : name));
  const path = rest.join('/');
  const takes =
    gateway === undefined ? undefined : uploadOf(request.method, gateway, isFiles, path);
  const bytes = await readBody(request, takes === undefined ? MAX_BODY_BYTES : MAX_UPLOAD_BYTES);
  const body = takes === undefined ? bytes?.toString('utf8') : '';
  if (gateway === undefined)
    return finish(
      jsonAnswer(404, { error: { message: 'use the base URLs /apimart and /evolink' } }),
      'apimart',
    );
  if (bytes === undefined || body === undefined)
    return finish(failure(gateway, 'too-large', requestId), gateway);
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const owner = bearer !== undefined && isFiles ? ownerOfBearer(context, bearer) : bearer;
  const isCheck = request.method === 'GET';
  const etag = request.headers['if-none-match'];
  const catalogue = isCheck
    ? catalogueAnswer(context, {
        gateway,
        path,
        query: url.searchParams,
        requestId,
        ...(etag === undefined ? {} : { etag }),
      })
    : undefined;
  if (catalogue !== undefined && isPublic(gateway, path)) return finish(catalogue, gateway);
  if (owner === undefined || context.keys[gateway]?.includes(owner) === false)
    return finish(failure(gateway, 'auth', requestId), gateway);

  if (catalogue !== undefined) return finish(catalogue, gateway);

  if (takes !== undefined) {
    const uploadId = request.headers['x-evo-upload-id'];
    const { answer, fault } = await upload(
      context,
      gateway,
      {
        owner,
        body: bytes,
        requestId,
        contentType: request.headers['content-type'] ?? '',
        ...(typeof uploadId === 'string' ? { uploadId } : {}),
      },
      takes,
    );
    return finish(answer, gateway, fault);
  }
  if (isFiles) {
    const inService = /^api\/v1\/files\/(.+)$/.exec(path)?.[1];
    const answer =
      inService === undefined
        ? undefined
        : fileAnswer(context, {
            method: request.method ?? 'GET',
            path: inService,
            query: url.searchParams,
            owner,
          });
    return finish(answer ?? failure(gateway, 'not-found', requestId), gateway);
  }
  if (request.method === 'POST' && gateway === 'evolink') {
    if (path === 'v1/agent-estimates') return finish(estimate(context, body, requestId), gateway);
    if (path === 'v1/files/upload-token')
      return finish(newUploadToken(context, owner, requestId), gateway);
  }
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

/** A path that is not encoded correctly matches nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The endpoint that takes a file, if it is one. */
function uploadOf(
  method: string | undefined,
  gateway: GatewayName,
  isFiles: boolean,
  path: string,
): Parameters<typeof upload>[3] | undefined {
  if (method !== 'POST') return undefined;
  if (!isFiles)
    return gateway === 'apimart' && path === 'v1/uploads/images' ? uploadImage : undefined;
  return {
    'api/v1/files/upload/stream': uploadStream,
    'api/v1/files/upload/base64': uploadBase64,
    'api/v1/files/upload/url': uploadUrl,
  }[path];
}

/** An uploaded picture, as the model behind the gateway would fetch it. */
function storedFile({ state, clock }: Context, token: string): Answer {
  const file = state.files.get(token);
  return file === undefined || file.expiresAtMs <= clock.now()
    ? { status: 404, headers: {}, body: '' }
    : { status: 200, headers: { 'content-type': fileMime(file) }, body: file.bytes };
}

/** `undefined`: more than any gateway takes. */
async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
