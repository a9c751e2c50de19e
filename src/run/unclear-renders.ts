/**
 * The renders that need a person: submits whose answer was lost, and tasks that the gateway lost.
 * All known facts about each, and the tasks of the gateway's own list that may be theirs. Data
 * only: `lock/decisions.ts` decides, nothing is sent but the question for the list.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { defined } from '../defined.ts';
import type { Gateway, ListedTask } from '../gateways/gateway.ts';
import { type GatewayName, parseModelName, type RenderId, type TaskId } from '../ids.ts';
import { answersOf, unclear as unclearOf } from '../lock/attempt.ts';
import { resultsOf } from '../lock/entry.ts';
import { type Lock, type LockEntry, type Result, taskKey } from '../lock/file/format.ts';

export interface UnclearRender {
  readonly manifest: string;
  readonly id: RenderId;
  /** The result that is unclear; an earlier one of the render where the current one is not. */
  readonly entry: LockEntry;
  /** Whether the render waits for this one. */
  readonly current: boolean;
  /**
   * A person has had it made again: it may still be adopted or declared void, and nothing has to be
   * decided.
   */
  readonly decided?: true;
  /** `sha256:<hex>` of the canonical JSON (RFC 8785) of the body as sent. */
  readonly bodyDigest?: string;
  /** Likeliest first; `undefined` if the gateway has no list or it could not be read. */
  readonly candidates?: readonly ListedTask[];
}

/**
 * Clocks differ, and a list may be sorted by when work began: a task this much older or younger may
 * still be ours.
 */
const EARLIER_MS = 2 * 60_000;
const LATER_MS = 15 * 60_000;

/**
 * In the order of manifests and ids. Asks each gateway for its list once, and only where something
 * is unclear there.
 */
export async function unclearRenders(
  locks: readonly {
    readonly manifest: string;
    readonly lock: Lock;
    /** Whether the task is known to be of another request, such as of another branch. */
    readonly isOther?: (task: TaskId, unclear: Result) => boolean;
  }[],
  gateways: ReadonlyMap<GatewayName, Gateway>,
  signal?: AbortSignal,
): Promise<readonly UnclearRender[]> {
  const unclear = locks.flatMap(({ manifest, lock, isOther }) =>
    [...lock.renders.keys()].flatMap((id) =>
      resultsOf(lock, id)
        .map((entry, index) => ({ manifest, id, entry, current: index === 0 }))
        .filter(({ entry }) => unclearOf(entry) !== undefined)
        .map((one) =>
          answersOf(one.entry).paidAgain && (!one.current || isAskedForAgain(one.entry))
            ? { ...one, decided: true as const }
            : one,
        )
        .map((one) => ({ one, isOther })),
    ),
  );
  const taken = new Set(
    locks.flatMap(({ lock }) =>
      [...lock.renders.keys()].flatMap((id) =>
        resultsOf(lock, id).flatMap(({ model, task }) =>
          task === undefined ? [] : [taskKey(model, task)],
        ),
      ),
    ),
  );
  const asked = new Map<GatewayName, Promise<readonly ListedTask[] | undefined>>();
  const listOf = (name: GatewayName): Promise<readonly ListedTask[] | undefined> => {
    const known = asked.get(name) ?? listed(gateways.get(name), signal);
    asked.set(name, known);
    return known;
  };
  return Promise.all(
    unclear.map(async ({ one, isOther }): Promise<UnclearRender> => {
      const { entry } = one;
      const name = parseModelName(entry.model);
      const list =
        name === undefined || unclearOf(entry) === 'lost' ? undefined : await listOf(name.gateway);
      const digest = digestOf(entry);
      return {
        ...one,
        ...defined({ bodyDigest: digest }),
        ...(list === undefined || name === undefined
          ? {}
          : {
              candidates: candidatesFor(
                entry,
                name.native,
                list.filter(
                  ({ task }) =>
                    !taken.has(taskKey(entry.model, task)) && isOther?.(task, entry) !== true,
                ),
              ),
            }),
      };
    }),
  );
}

/** The next run renders it again. */
const isAskedForAgain = ({ decision, task, attempt }: LockEntry): boolean =>
  decision?.redo !== undefined && decision.redo === (task ?? attempt);

async function listed(
  gateway: Gateway | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly ListedTask[] | undefined> {
  const list = await gateway?.list(signal);
  return list === undefined || 'kind' in list ? undefined : list.tasks;
}

function digestOf({ request }: Result): string | undefined {
  const canonical = request === undefined ? undefined : canonicalize(request);
  return canonical === undefined
    ? undefined
    : `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}

/**
 * Tasks of the same model from about the same time, nearest first; what the list does not say
 * excludes nothing. `native`: `undefined` for tasks of any model.
 */
export function candidatesFor(
  { submittedAt }: Pick<Result, 'submittedAt'>,
  native: string | undefined,
  list: readonly ListedTask[],
): ListedTask[] {
  const sentAtMs = submittedAt === undefined ? undefined : Date.parse(submittedAt);
  const distance = ({ createdAtMs }: ListedTask): number =>
    createdAtMs === undefined || sentAtMs === undefined
      ? Number.POSITIVE_INFINITY
      : Math.abs(createdAtMs - sentAtMs);
  return list
    .filter(({ model, createdAtMs }) => {
      if (native !== undefined && model !== undefined && model !== native) return false;
      if (createdAtMs === undefined || sentAtMs === undefined) return true;
      return createdAtMs >= sentAtMs - EARLIER_MS && createdAtMs <= sentAtMs + LATER_MS;
    })
    .sort((a, b) => {
      const [left, right] = [distance(a), distance(b)];
      return left === right ? 0 : left - right;
    });
}
