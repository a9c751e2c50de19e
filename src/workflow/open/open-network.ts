/**
 * The network of one command: HTTP, the gateways, and for a draft the embedded gateway in their
 * place.
 */
import { defined } from '../../defined.ts';
import type { OpenedGateway } from '../../gateways/open.ts';
import { keysIn, openGateways } from '../../gateways/open.ts';
import type { Gateway } from '../../gateways/gateway.ts';
import type { GatewayName } from '../../ids.ts';
import type { FaultScript } from '../../local-gateway/faults/script.ts';
import type { Model } from '../../models/model.ts';
import type { Http } from '../../ports/http/http.ts';
import { undiciHttp } from '../../ports/http/undici-http.ts';
import { redactor } from '../../secrets/redact.ts';
import type { Surroundings } from './surroundings.ts';

export interface Network {
  readonly http: Http;
  readonly gateways: ReadonlyMap<GatewayName, Gateway>;
  /** What stands in the way of the gateways that are not open. */
  readonly opened: ReadonlyMap<GatewayName, OpenedGateway>;
  /** The same in words. `remedy`: the next step, such as `set APIMART_API_KEY`. */
  readonly closed: ReadonlyMap<GatewayName, { readonly problem: string; readonly remedy: string }>;
  readonly redact: (text: string) => string;
  /** A second call does nothing more. */
  close(): Promise<void>;
}

export interface NetworkOptions {
  /** The embedded gateway, in this process, in place of both real ones. Default false. */
  readonly draft?: boolean | undefined;
  /** For the draft. */
  readonly faults?: FaultScript | undefined;
  /** The render that an attempt is for: the embedded gateway writes it on the slate. */
  readonly label?: (attempt: string) => string | undefined;
  /** Models of the project's own cards, which the embedded gateway plays too. */
  readonly models?: readonly Model[];
}

/** Any text: the embedded gateway only requires that a key exists. */
const DRAFT_KEY = 'draft';

export async function openNetwork(
  at: Pick<Surroundings, 'env' | 'clock'>,
  options: NetworkOptions,
): Promise<Network> {
  const http = undiciHttp({ env: at.env });
  const embedded = options.draft === true ? await startEmbedded(at, options) : undefined;
  const env =
    embedded === undefined
      ? at.env
      : {
          APIMART_API_KEY: DRAFT_KEY,
          EVOLINK_API_KEY: DRAFT_KEY,
          APIMART_BASE_URL: embedded.baseUrls.apimart,
          EVOLINK_BASE_URL: embedded.baseUrls.evolink,
          EVOLINK_FILES_BASE_URL: embedded.filesUrl,
        };
  const closeAll = async (): Promise<void> => {
    await http.close();
    await embedded?.close();
  };
  let closing: Promise<void> | undefined;
  const opened = openGateways({ env, http, now: () => at.clock.now() });
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
    redact: redactor(keysIn(at.env)),
    close: () => (closing ??= closeAll()),
  };
}

async function startEmbedded(
  { clock }: Pick<Surroundings, 'clock'>,
  { faults, label, models = [] }: NetworkOptions,
) {
  const [{ startLocalGateway }, { catalogue }] = await Promise.all([
    import('../../local-gateway/server.ts'),
    import('../../models/catalogue.ts'),
  ]);
  return startLocalGateway({
    catalogue: new Map<string, Model>([
      ...catalogue,
      ...models.map((model) => [`${model.gateway}/${model.native}`, model] as const),
    ]),
    clock,
    ...defined({ label, script: faults }),
  });
}
