/** One free question to a gateway: a GET that makes no task and costs nothing. */
import { type Connection, exchange } from '../http.ts';

type FreeAnswer = { readonly json: unknown } | { readonly unanswered: string };
/** `path` begins with a slash. Never rejects. */
export type AskFree = (path: string) => Promise<FreeAnswer>;

const TIMEOUT_MS = 20_000;
const PASSING: ReadonlySet<number> = new Set([429, 502, 503]);

/**
 * Without a key where the connection holds the empty one. `isPassing`: the same question may have
 * an answer a little later.
 */
export async function askOnce(
  connection: Connection,
  path: string,
): Promise<FreeAnswer & { readonly isPassing?: boolean }> {
  const answer = await exchange(connection, { method: 'GET', path, timeoutMs: TIMEOUT_MS });
  const plain = path.replace(/\?.*$/, '');
  if (answer.kind !== 'answer')
    return { unanswered: `${plain}: ${answer.reason}`, isPassing: true };
  const { status, unreadable, json } = answer;
  if (status === 200 && unreadable === undefined) return { json };
  return {
    unanswered: `${plain}: HTTP ${status}${unreadable === undefined ? '' : `, ${unreadable}`}`,
    isPassing: PASSING.has(status),
  };
}
