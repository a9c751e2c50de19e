/** The media host: links that expire, ranges, and everything that can replace a clip. */
import type { IncomingHttpHeaders } from 'node:http';
import { defined } from '../../defined.ts';
import type { Answer, Fault } from '../answer.ts';
import type { Context } from '../context.ts';
import type { Action } from '../faults/script.ts';
import { type DrawnClip, slateOf } from './slates.ts';
import { linkEndsAtMs, stateAt, type Task } from '../task.ts';

/** A link as a gateway gives it: signed, so that it must not be written down. */
export const mediaUrl = (origin: string, task: Task): string =>
  `${origin}/media/${task.gateway}/${task.id}.mp4?signature=${task.link.token}`;

const PATH = /^\/media\/(?:apimart|evolink)\/([^/]+)\.mp4$/;
/** Task of a media path, as written; `undefined` for any other path. */
export const mediaTask = (pathname: string): string | undefined => PATH.exec(pathname)?.[1];

export interface Fetched {
  readonly answer: Answer;
  readonly task: Task;
  readonly fault?: Fault;
}

/** `undefined`: no such task, so nothing for the books. */
export async function fetchMedia(
  context: Context,
  request: {
    readonly task: string;
    readonly query: URLSearchParams;
    readonly headers: IncomingHttpHeaders;
    readonly drawn: DrawClip;
  },
): Promise<Fetched | undefined> {
  const { headers, query } = request;
  const task = context.state.tasks.get(request.task);
  if (task === undefined) return undefined;
  const { gateway, model, id, bodyText } = task;
  const fault = query.has('moved')
    ? undefined
    : context.rules.act({
        step: 'download',
        gateway,
        model: model.native,
        task: id,
        body: bodyText,
      });
  const fetched = (answer: Answer): Fetched => ({
    answer,
    task,
    ...defined({ fault }),
  });
  const refuse = (status: number, why: string): Fetched =>
    fetched({
      status,
      headers: { 'content-type': 'application/xml' },
      body: `<Error><Code>${why}</Code></Error>`,
    });

  if (headers.authorization !== undefined) return refuse(400, 'KeySentToMediaHost');
  // Observed at EvoLink's media host.
  if (gateway === 'evolink' && headers['user-agent'] === undefined)
    return refuse(403, 'NoUserAgent');
  const now = context.clock.now();
  if (stateAt(task, now).state !== 'completed') return refuse(404, 'NoSuchKey');
  if (fault?.action.fault === 'expire') {
    task.link.dead = true;
    return refuse(fault.action.status ?? 403, 'AccessDenied');
  }
  if (query.get('signature') !== task.link.token || task.link.dead || now >= linkEndsAtMs(task))
    return refuse(403, 'AccessDenied');
  if (fault?.action.fault === 'redirect')
    return fetched(await redirectAnswer(context, fault.action, task));
  if (fault?.action.fault === 'replace') return fetched(replacement(fault.action));
  const clip = await request.drawn(task.id, () =>
    slateOf(
      task,
      task.idempotencyKey === undefined ? undefined : context.label(task.idempotencyKey),
    ),
  );
  return fetched(clipAnswer(clip, headers, fault?.action));
}

/** Draws the slate of a key, or finds it. */
export type DrawClip = (key: string, spec: () => ReturnType<typeof slateOf>) => Promise<DrawnClip>;

async function redirectAnswer(
  context: Context,
  action: Extract<Action, { fault: 'redirect' }>,
  task: Task,
): Promise<Answer> {
  const direct = mediaUrl('', task);
  const location = {
    same: () => `${direct}&moved=1`,
    cross: async () => `${await context.otherOrigin()}${direct}&moved=1`,
    private: () => `http://10.0.0.1${direct}`,
    loop: () => direct,
  }[action.to];
  return { status: action.status ?? 302, headers: { location: await location() }, body: '' };
}

const REPLACEMENTS = {
  html: Buffer.from('<!DOCTYPE html><html><body>Please log in</body></html>'),
  png: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
  webm: Buffer.concat([
    Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
    Buffer.alloc(200),
  ]),
  json: Buffer.from('{"error":{"code":"not_ready","message":"try again later"}}'),
  empty: Buffer.alloc(0),
} as const;

const replacement = (action: Extract<Action, { fault: 'replace' }>): Answer => ({
  status: 200,
  headers: { 'content-type': action.contentType ?? 'video/mp4' },
  body: REPLACEMENTS[action.with],
});

function clipAnswer(
  clip: DrawnClip,
  headers: IncomingHttpHeaders,
  action: Action | undefined,
): Answer {
  const share =
    action?.fault === 'short' ? Math.floor(clip.bytes.length * action.at) : clip.bytes.length;
  const bytes =
    action?.fault === 'zeroed'
      ? Buffer.from(clip.bytes).fill(0, Math.floor(clip.bytes.length * action.at))
      : clip.bytes.subarray(0, share);
  if (action?.fault === 'no-length')
    return {
      status: 200,
      headers: { 'content-type': 'video/mp4', 'transfer-encoding': 'chunked' },
      body: bytes,
    };
  const common = {
    'content-type': action?.fault === 'content-type' ? action.contentType : 'video/mp4',
    etag: clip.etag,
    'accept-ranges': action?.fault === 'no-range' ? 'none' : 'bytes',
  };
  const range =
    action?.fault === 'no-range' ? undefined : rangeOf(headers, bytes.length, clip.etag);
  if (range === 'unsatisfiable')
    return {
      status: 416,
      headers: { ...common, 'content-range': `bytes */${bytes.length}` },
      body: '',
    };
  const [from, to] = range ?? [0, bytes.length];
  const part = bytes.subarray(from, to);
  const cut =
    action?.fault === 'cut'
      ? { cutAfter: Math.floor(part.length * action.at) }
      : action?.fault === 'drip'
        ? { drip: { bytes: action.bytes, pauseMs: action.seconds * 1000 } }
        : {};
  if (range === undefined) return { status: 200, headers: common, body: part, ...cut };
  return {
    status: 206,
    headers: { ...common, 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` },
    body: part,
    ...cut,
  };
}

/**
 * One range, as [from, to) ; `undefined` for the whole, also when If-Range or If-Match names other
 * bytes. RFC 9110 section 14.
 */
function rangeOf(
  headers: IncomingHttpHeaders,
  length: number,
  etag: string,
): readonly [number, number] | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const only = headers['if-range'];
  if (only !== undefined && only !== etag) return undefined;
  if (first === '')
    return Number(last) === 0 ? 'unsatisfiable' : [Math.max(0, length - Number(last)), length];
  const from = Number(first);
  const to = last === '' ? length : Math.min(length, Number(last) + 1);
  return from >= length || to <= from ? 'unsatisfiable' : [from, to];
}
