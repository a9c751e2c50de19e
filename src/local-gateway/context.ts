/** Data that all parts of one running gateway share. */
import type { AskedClip, Catalogue, Model } from '../models/model.ts';
import type { GatewayName } from '../ids.ts';
import { fromUsd, type MicroUsd, subtractMoney } from '../money.ts';
import type { Clock } from '../ports/clock.ts';
import { apimartDialect } from './dialects/apimart.ts';
import { type Bookkeeper, type GatewayEvent, openBooks } from './books.ts';
import type { Dialect } from './dialect.ts';
import { evolinkDialect } from './dialects/evolink.ts';
import { type Random, seededRandom } from './faults/random.ts';
import type { Rules } from './faults/rules.ts';
import type { FaultScript } from './faults/script.ts';
import type { Task } from './task.ts';
import type { StoredFile, UploadToken } from './uploads/files.ts';

export const DIALECTS: Readonly<Record<GatewayName, Dialect>> = {
  apimart: apimartDialect,
  evolink: evolinkDialect,
};

/**
 * The memory of a gateway. Kept apart from the server, so that one can be closed and the next go
 * on with it.
 */
export interface GatewayState {
  readonly tasks: Map<string, Task>;
  /** Gateway, owner and key -> task. */
  readonly byKey: Map<string, Task>;
  /** Uploaded pictures, by the token in their link. */
  readonly files: Map<string, StoredFile>;
  /** EvoLink: by the token itself. */
  readonly uploadTokens: Map<string, UploadToken>;
  readonly books: Bookkeeper;
  readonly random: Random;
  /** Where the books' events go; the newest server listens. */
  listener: (event: GatewayEvent) => void;
  requests: number;
}

export function newState(seed: number): GatewayState {
  const state: GatewayState = {
    tasks: new Map(),
    byKey: new Map(),
    files: new Map(),
    uploadTokens: new Map(),
    books: openBooks((event) => state.listener(event)),
    random: seededRandom(seed),
    listener: () => undefined,
    requests: 0,
  };
  return state;
}

export interface Context {
  readonly state: GatewayState;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** The keys that are good; `undefined`: any. */
  readonly keys: Readonly<Partial<Record<GatewayName, readonly string[]>>>;
  readonly secondsOf: (model: Model, asked: AskedClip) => number;
  /** The name of the render that an attempt is for. */
  readonly label: (attempt: string) => string | undefined;
  /** The day's script and its counters; both change together. */
  script: FaultScript;
  rules: Rules;
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  /** Told of each task that is accepted. */
  onAccepted: (task: Task) => void;
  /** The same gateway on another port, which is another origin: for redirects. */
  readonly otherOrigin: () => Promise<string>;
}

/** The model with that native name at that gateway. */
export function findModel(
  catalogue: Catalogue,
  gateway: GatewayName,
  native: unknown,
): Model | undefined {
  return typeof native === 'string' ? catalogue.get(`${gateway}/${native}`) : undefined;
}

/** Money left on the account; `undefined`: unlimited. */
export function spendable({ script, state }: Context, gateway: GatewayName): MicroUsd | undefined {
  return script.balanceUsd === undefined
    ? undefined
    : subtractMoney(fromUsd(script.balanceUsd), state.books.spent(gateway));
}
