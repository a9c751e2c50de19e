/**
 * The embedded twin of both gateways, over real HTTP on 127.0.0.1: APIMart below `/apimart`,
 * EvoLink below `/evolink`. Stricter than the real ones, free, with slates for clips, and with bad
 * days on request.
 */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayName } from '../ids.ts';
import { drawSlate, type SlateSpec } from '../clip/slate/slate.ts';
import { openSlateThread } from '../clip/slate/slate-thread.ts';
import type { AskedClip, Catalogue, Model } from '../models/model.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Books, GatewayEvent } from './books.ts';
import { openCallbacks } from './requests/callbacks.ts';
import { type Context, type GatewayState, newState } from './context.ts';
import { seededRandom } from './faults/random.ts';
import { respond } from './respond.ts';
import { openRules } from './faults/rules.ts';
import { type FaultScript, faultScriptSchema } from './faults/script.ts';
import { openSlates } from './clips/slates.ts';

export interface LocalGatewayOptions {
  readonly catalogue: Catalogue;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default the system's. It decides when tasks end, links expire and answers come late. */
  readonly clock?: Clock;
  /** Of all random choices. Default 1. */
  readonly seed?: number;
  /** Default: no faults. */
  readonly script?: FaultScript;
  /** Called with every line of the books when it is written. */
  readonly onEvent?: (event: GatewayEvent) => void;
  /** The API keys that are good. Default: any. */
  readonly keys?: Readonly<Partial<Record<GatewayName, readonly string[]>>>;
  /** How long a task takes. Default 0.2. */
  readonly taskSeconds?: number | ((model: Model, asked: AskedClip) => number);
  /**
   * The name of the render of an Idempotency-Key; slates show it. Default: the task
   * id.
   */
  readonly label?: (attempt: string) => string | undefined;
  /** Makes a complete MP4 of what was asked for. Default: a slate with the words of the task. */
  readonly draw?: (spec: SlateSpec) => Promise<Uint8Array>;
  /**
   * Receiver of callbacks of ended tasks whose request names one. Default: nowhere; never to the
   * address in the request.
   */
  readonly callbacksTo?: string;
  /** Continues with the tasks and books of a gateway that was closed. Default: empty. */
  readonly state?: GatewayState;
}

export interface LocalGateway extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** For `APIMART_BASE_URL` and `EVOLINK_BASE_URL`. */
  readonly baseUrls: Readonly<Record<GatewayName, string>>;
  /** For `EVOLINK_FILES_BASE_URL`. */
  readonly filesUrl: string;
  readonly state: GatewayState;
  /** A copy, up to now. */
  books(): Books;
  /**
   * Another day begins: rules and their counters start again. Throws on a script that the schema
   * refuses.
   */
  setScript(script: FaultScript): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

const DEFAULT_TASK_SECONDS = 0.2;

/**
 * The thread that draws, where this is compiled; from the bundle in `dist/cli` it is the same way
 * as from `dist/local-gateway`.
 */
const SLATE_WORKER = import.meta.url.endsWith('.ts')
  ? undefined
  : new URL('../clip/slate/slate-worker.js', import.meta.url);

/** Rejects when the port is taken; throws on a script that the schema refuses. */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const {
    catalogue,
    port = 0,
    clock = systemClock,
    seed = 1,
    keys = {},
    taskSeconds = DEFAULT_TASK_SECONDS,
  } = options;
  const state = options.state ?? newState(seed);
  state.listener = options.onEvent ?? (() => undefined);
  const closing = new AbortController();
  // One listener for each answer that is being sent.
  setMaxListeners(0, closing.signal);
  const thread =
    options.draw === undefined && SLATE_WORKER !== undefined
      ? openSlateThread(SLATE_WORKER)
      : undefined;
  const draw = options.draw ?? thread?.draw ?? drawSlate;
  const drawn = openSlates((spec) => {
    if (closing.signal.aborted) return Promise.reject(new Error('the gateway was closed'));
    return draw(spec);
  });
  const servers: Server[] = [];
  let other: Promise<string> | undefined;

  const listen = async (onPort: number): Promise<string> => {
    const server = createServer((request, response) => void handle(request, response));
    // Longer than any client's, so that a pooled connection is never closed while a request is on
    // its way.
    server.keepAliveTimeout = 60_000;
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(onPort, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const prepared = (script: FaultScript): Pick<Context, 'script' | 'rules'> => {
    const checked = faultScriptSchema.parse(script);
    return { script: checked, rules: openRules(checked, seededRandom(seed + 1)) };
  };
  const context: Context = {
    state,
    catalogue,
    clock,
    keys,
    secondsOf: typeof taskSeconds === 'number' ? () => taskSeconds : taskSeconds,
    label: options.label ?? (() => undefined),
    ...prepared(options.script ?? {}),
    origin: '',
    onAccepted: () => undefined,
    otherOrigin: () => (other ??= listen(0)),
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await respond(context, request, response, { drawn, closing: closing.signal });
    } catch (error) {
      // A fault of our own must not look like an answer that a gateway could give.
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(`local gateway: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  context.origin = await listen(port);
  const callbacks =
    options.callbacksTo === undefined ? undefined : openCallbacks(context, options.callbacksTo);
  if (callbacks !== undefined) context.onAccepted = (task) => callbacks.expect(task);
  const close = async (): Promise<void> => {
    closing.abort();
    await callbacks?.close();
    await thread?.close();
    await Promise.all(
      servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      ),
    );
  };
  return {
    url: context.origin,
    baseUrls: { apimart: `${context.origin}/apimart`, evolink: `${context.origin}/evolink` },
    filesUrl: `${context.origin}/evolink-files`,
    state,
    books() {
      state.books.settle(clock.now());
      return state.books.read();
    },
    setScript: (script) => void Object.assign(context, prepared(script)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
