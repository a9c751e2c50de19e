/** The store of one command, over a separate network or that of a run. */
import type { Http } from '../../ports/http/http.ts';
import { undiciHttp } from '../../ports/http/undici-http.ts';
import { type OpenedStore, openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { VERSION } from '../../version.ts';
import type { Surroundings } from './surroundings.ts';

type At = Pick<Surroundings, 'env' | 'clock'>;

/** What RUSHES_STORE names. Nothing is asked of it yet. */
export const storeOf = ({ env, clock }: At, http: Http): Promise<OpenedStore> =>
  openStore({ env, clock, http, userAgent: `rushes/${VERSION}` });

/** Whether there is a store to speak of: cheap, for commands that mostly have none. */
export const namesStore = ({ env }: Pick<At, 'env'>): boolean =>
  (env['RUSHES_STORE'] ?? '').trim() !== '';

/**
 * Opens the store, passes it to `use`, and closes the network. `undefined` if none is named;
 * `problem` if the environment is not usable.
 */
export async function withStore<T>(
  at: At,
  use: (store: Store) => Promise<T>,
): Promise<{ readonly kind: 'used'; readonly value: T } | Exclude<OpenedStore, { kind: 'open' }>> {
  if (!namesStore(at)) return { kind: 'none' };
  const http = undiciHttp({ env: at.env });
  try {
    const opened = await storeOf(at, http);
    if (opened.kind !== 'open') return opened;
    return { kind: 'used', value: await use(opened.store) };
  } finally {
    await http.close();
  }
}
