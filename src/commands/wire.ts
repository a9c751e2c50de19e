/**
 * The network of one command: HTTP, the gateways, and for a draft the embedded gateway in their
 * place.
 */
import type { OpenedGateway } from '../gateways/open.ts';
import { keysIn, openGateways } from '../gateways/open.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { GatewayName } from '../ids.ts';
import type { FaultScript } from '../local-gateway/script.ts';
import type { Http } from '../ports/http.ts';
import { undiciHttp } from '../ports/undici-http.ts';
import { redactor } from '../redact.ts';
import type { Io } from './shared/io.ts';

export interface Wire {
  readonly http: Http;
  readonly gateways: ReadonlyMap<GatewayName, Gateway>;
  /** What stands in the way of the gateways that are not open. */
  readonly opened: ReadonlyMap<GatewayName, OpenedGateway>;
  /** The same in words. `remedy`: what to do, such as `set APIMART_API_KEY`. */
  readonly closed: ReadonlyMap<GatewayName, { readonly problem: string; readonly remedy: string }>;
  readonly redact: (text: string) => string;
  close(): Promise<void>;
}

export interface WireOptions {
  readonly draft?: boolean | undefined;
  /** For the draft. */
  readonly faults?: FaultScript | undefined;
  /** The render that an attempt is for: the embedded gateway writes it on the slate. */
  readonly label?: (attempt: string) => string | undefined;
}

/** Any text will do: the embedded gateway only wants that there is a key. */
const DRAFT_KEY = 'draft';

export async function openWire(io: Io, options: WireOptions): Promise<Wire> {
  const http = undiciHttp();
  const embedded = options.draft === true ? await startEmbedded(io, options) : undefined;
  const env =
    embedded === undefined
      ? io.env
      : {
          APIMART_API_KEY: DRAFT_KEY,
          EVOLINK_API_KEY: DRAFT_KEY,
          APIMART_BASE_URL: embedded.baseUrls.apimart,
          EVOLINK_BASE_URL: embedded.baseUrls.evolink,
        };
  const opened = openGateways({ env, http, now: () => io.clock.now() });
  const gateways = new Map<GatewayName, Gateway>();
  const closed = new Map<GatewayName, { readonly problem: string; readonly remedy: string }>();
  for (const [name, one] of opened) {
    if ('gateway' in one) gateways.set(name, one.gateway);
    else if ('missingKey' in one)
      closed.set(name, {
        problem: `${one.missingKey} is not set`,
        remedy: `set ${one.missingKey}`,
      });
    else {
      const { variable, message } = one.badSetting;
      closed.set(name, { problem: `${variable} ${message}`, remedy: `correct ${variable}` });
    }
  }
  return {
    http,
    gateways,
    opened,
    closed,
    redact: redactor(keysIn(io.env)),
    close: async () => {
      await http.close();
      await embedded?.close();
    },
  };
}

async function startEmbedded(io: Io, { faults, label }: WireOptions) {
  const [{ startLocalGateway }, { catalogue }] = await Promise.all([
    import('../local-gateway/server.ts'),
    import('../models/catalogue.ts'),
  ]);
  return startLocalGateway({
    catalogue,
    clock: io.clock,
    ...(label === undefined ? {} : { label }),
    ...(faults === undefined ? {} : { script: faults }),
  });
}
