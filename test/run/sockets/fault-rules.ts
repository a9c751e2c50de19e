/**
 * What the tests of the money rules on real sockets share: films, faults, and what the gateway's
 * books say.
 */
import type { GatewayEvent } from '../../../src/local-gateway/books.ts';
import type { FaultRule } from '../../../src/local-gateway/faults/script.ts';
import type { LockEntry } from '../../../src/lock/file/format.ts';
import type { RenderId } from '../../../src/ids.ts';
import type { Studio } from '../fake-gateway-run.ts';

export type Fault = FaultRule['do'];
type Fate = Extract<Fault, { fault: 'fate' }>;

const ALIASES = { kling: 'apimart/kling-v3', o3: 'evolink/kling-o3-text-to-video' } as const;
type AliasName = keyof typeof ALIASES;

/**
 * Scenes with the prompt `Scene <id>.`, 3 s each unless `seconds` says otherwise. `more`: further
 * keys of the manifest.
 */
export function film(
  ids: readonly string[],
  options: {
    readonly more?: string;
    readonly models?: readonly AliasName[];
    readonly seconds?: Readonly<Record<string, number>>;
  } = {},
): string {
  const { more = '', models = ['kling'], seconds = {} } = options;
  return [
    'rushes: 1',
    'models:',
    ...models.map((alias) => `  ${alias}: { use: ${ALIASES[alias]} }`),
    more,
    'scenes:',
    ...ids.map((id) => `  - { id: ${id}, prompt: "Scene ${id}.", duration: ${seconds[id] ?? 3} }`),
    '',
  ].join('\n');
}

/** What 3 s cost on kling-v3, std, silent, by the model's price list. */
export const KLING_USD = 0.2016;

/** Drawn quickly; that it is not what was asked for is only noted. */
const SMALL = { width: 64, height: 36, seconds: 1 } as const;
export const small = (
  fate: Partial<Fate> = {},
  when: Partial<FaultRule['when']> = {},
): FaultRule => ({
  when: { step: 'task', ...when },
  do: { fault: 'fate', clip: SMALL, ...fate },
});

/** A fault for the scene of that id. */
export const on = (
  step: FaultRule['when']['step'],
  id: string,
  fault: Fault,
  when: Partial<FaultRule['when']> = {},
): FaultRule => ({
  when: { step, prompt: `Scene ${id}.`, ...when },
  do: fault,
});

type EventOf<Kind extends GatewayEvent['kind']> = GatewayEvent & { readonly kind: Kind };
export const eventsOf = <Kind extends GatewayEvent['kind']>(
  it: Pick<Studio, 'gateway'>,
  kind: Kind,
): readonly EventOf<Kind>[] =>
  it.gateway.books().events.filter((event): event is EventOf<Kind> => event.kind === kind);

/** POSTs of the scene, accepted or not. */
export const postsOf = (it: Studio, id: string): readonly EventOf<'submit'>[] =>
  eventsOf(it, 'submit').filter(({ body }) => body.includes(`Scene ${id}.`));

export const entry = (it: Studio, id: string, alias: AliasName = 'kling'): LockEntry => {
  const found = it.ledger().lock.renders.get(`${id}/${alias}` as RenderId);
  if (found === undefined) throw new Error(`${id}/${alias} is not in the lock`);
  return found;
};

/** The gateway's id of the scene's only task. */
export const taskOf = (it: Studio, id: string): string => {
  const tasks = it.gateway
    .books()
    .accepted.filter(({ body }) => JSON.stringify(body).includes(`Scene ${id}.`));
  const [only] = tasks;
  if (only === undefined || tasks.length > 1) throw new Error(`${tasks.length} tasks of ${id}`);
  return only.task;
};

export const notices = (it: Studio): string =>
  it.events
    .flatMap((event) =>
      event.event === 'run.notice' ? [`${event.message} ${event.hint ?? ''}`] : [],
    )
    .join('\n');
