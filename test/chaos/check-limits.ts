/**
 * How many tasks were at work at one time, and accepted in a minute, by the gateway's books,
 * against the limits of the manifests.
 */
import type { Books, GatewayEvent } from '../../src/local-gateway/books.ts';
import { LOST_AFTER_MS } from '../../src/run/task/following/leave.ts';
import type { Film } from './random-project.ts';

/**
 * `unsure`: tasks whose answer was lost. The runner keeps a slot for such a task
 * for as long as it must guess that it takes, so they may be at work longer than it thinks;
 * everything that it knows of must fit. A task without an end counts until it is lost.
 */
export function limitBreaches(
  accepted: Books['accepted'],
  events: readonly GatewayEvent[],
  film: Film,
  unsure: ReadonlySet<string>,
): string[] {
  const ends = new Map(
    events.flatMap((event) => (event.kind === 'settled' ? [[event.task, event.at] as const] : [])),
  );
  const changes: { at: number; by: 1 | -1; keys: readonly string[] }[] = [];
  for (const { task, at, gateway, body } of accepted) {
    if (unsure.has(task)) continue;
    const alias = film.purposeOf(gateway, body)?.split('/')[1] ?? '';
    const keys = ['all', gateway, alias];
    changes.push({ at, by: 1, keys }, { at: ends.get(task) ?? at + LOST_AFTER_MS, by: -1, keys });
  }
  // What ends in a millisecond makes room for what begins in it.
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  const limits = new Map<string, number>([
    ['all', film.inFlight.all],
    ['apimart', film.inFlight.gateways.apimart],
    ['evolink', film.inFlight.gateways.evolink],
    // Of an alias each manifest has its own.
    ...[...film.aliasInFlight].map(([alias, limit]) => [alias, limit * film.files.length] as const),
  ]);
  const now = new Map<string, number>();
  const breaches = new Set<string>();
  for (const { by, keys } of changes) {
    for (const key of keys) {
      const count = (now.get(key) ?? 0) + by;
      now.set(key, count);
      if (by === 1 && count > (limits.get(key) ?? Number.POSITIVE_INFINITY)) {
        breaches.add(
          `${count} tasks of ${key} were at work at once, and the limit is ${limits.get(key)}`,
        );
      }
    }
  }
  for (const gateway of ['apimart', 'evolink']) {
    const times = accepted
      .flatMap((task) => (task.gateway === gateway ? [task.at] : []))
      .sort((a, b) => a - b);
    const { perMinute = Number.POSITIVE_INFINITY } = film;
    const tooSoon = times.some(
      (at, index) => at - (times[index - perMinute] ?? Number.NEGATIVE_INFINITY) < 60_000,
    );
    if (tooSoon) breaches.add(`${gateway} was sent more than ${perMinute} submits in a minute`);
  }
  return [...breaches];
}
