/**
 * A process that can be killed inside the test's own: from then on nothing that it asked for comes
 * back and nothing that it does has an effect, as after SIGKILL.
 */
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { Ledger } from '../../src/lock/ledger.ts';
import type { RunDeps } from '../../src/run/context.ts';

export interface Mortal {
  readonly deps: RunDeps;
  readonly killed: Promise<void>;
  kill(): void;
}

/**
 * `fate` is asked at each effect, by name, before it happens and again after it happened and before
 * anybody hears of it; true kills there.
 */
export function mortal(deps: RunDeps, fate: (effect: string) => boolean = () => false): Mortal {
  let alive = true;
  let die = (): void => {};
  const killed = new Promise<void>((resolve) => {
    die = () => {
      alive = false;
      resolve();
    };
  });
  const never = <T>(): Promise<T> => new Promise(() => {});
  const effect = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    if (alive && fate(`before ${name}`)) die();
    if (!alive) return never();
    const value = await act();
    if (alive && fate(`after ${name}`)) die();
    return alive ? value : never();
  };
  const gatewayOf = (gateway: Gateway): Gateway => ({
    name: gateway.name,
    keyVariable: gateway.keyVariable,
    askManyLimit: gateway.askManyLimit,
    loopback: gateway.loopback,
    ...(gateway.linkLifeMs === undefined ? {} : { linkLifeMs: gateway.linkLifeMs }),
    submit: (request, signal) => effect('submit', () => gateway.submit(request, signal)),
    ask: (task, signal) => effect('ask', () => gateway.ask(task, signal)),
    askMany: (tasks, signal) => effect('ask', () => gateway.askMany(tasks, signal)),
    list: (signal) => gateway.list(signal),
    balance: (signal) => gateway.balance(signal),
  });
  const ledgerOf = (
    ledger: RunDeps['ledgers'] extends ReadonlyMap<string, infer L> ? L : never,
  ): Pick<Ledger, keyof typeof ledger> => ({
    lockPath: ledger.lockPath,
    received: ledger.received,
    get lock() {
      return ledger.lock;
    },
    carried: ledger.carried,
    waits: ledger.waits,
    record: (event) => effect(`record ${event.kind}`, () => ledger.record(event)),
    recordSoon: (event) => {
      if (alive && fate(`before record ${event.kind}`)) die();
      if (!alive) return;
      ledger.recordSoon(event);
      if (fate(`after record ${event.kind}`)) die();
    },
    save: () => effect('save', () => ledger.save()),
    emergency: (line) => ledger.emergency(line),
  });
  return {
    killed,
    kill: () => die(),
    deps: {
      ...deps,
      clock: {
        now: () => deps.clock.now(),
        monotonic: () => deps.clock.monotonic(),
        sleep: async (ms, signal) => {
          if (!alive) return never();
          await deps.clock.sleep(ms, signal);
          return alive ? undefined : never();
        },
      },
      // A dead process has no open files and no open sockets: its downloads come back, close their
      // file, and end there.
      http: {
        request: async (request) => {
          if (alive && fate('before download')) die();
          if (!alive) return { kind: 'aborted', sent: false };
          const result = await deps.http.request(request);
          if (alive && fate('after download')) die();
          if (alive) return result;
          if (result.kind === 'answer') await result.body.discard();
          return { kind: 'aborted', sent: true };
        },
        close: () => deps.http.close(),
      },
      gateways: new Map([...deps.gateways].map(([name, gateway]) => [name, gatewayOf(gateway)])),
      ledgers: new Map([...deps.ledgers].map(([name, ledger]) => [name, ledgerOf(ledger)])),
      emit: (event) => {
        if (alive) deps.emit(event);
      },
    },
  };
}
