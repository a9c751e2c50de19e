/** One free question: read again twice where that may help, and never with a key to another host. */
import type { Clock } from '../../ports/clock.ts';
import { type Connection, exchange } from '../http.ts';

type FreeAnswer = { readonly json: unknown } | { readonly unanswered: string };
/** `path` begins with a slash. Never rejects. */
export type AskFree = (path: string) => Promise<FreeAnswer>;

const TIMEOUT_MS = 20_000;
const RETRIES = 2;
const PAUSE_MS = 1_500;
const PASSING: ReadonlySet<number> = new Set([429, 502, 503]);

/** Without a key where the connection holds the empty one. */
export const askFree =
  (connection: Connection, clock: Clock): AskFree =>
  async (path) => {
    for (let attempt = 0; ; attempt++) {
      const answer = await exchange(connection, { method: 'GET', path, timeoutMs: TIMEOUT_MS });
      if (answer.kind === 'answer' && answer.status === 200 && answer.unreadable === undefined)
        return { json: answer.json };
      const isPassing = answer.kind !== 'answer' || PASSING.has(answer.status);
      if (isPassing && attempt < RETRIES) {
        await clock.sleep(PAUSE_MS);
        continue;
      }
      const plain = path.replace(/\?.*$/, '');
      return {
        unanswered:
          answer.kind === 'answer'
            ? `${plain}: HTTP ${answer.status}${answer.unreadable === undefined ? '' : `, ${answer.unreadable}`}`
            : `${plain}: ${answer.reason}`,
      };
    }
  };
