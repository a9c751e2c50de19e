/** Free questions, asked again twice where a later try may have an answer. */
import { type AskFree, askOnce } from '../gateways/catalogue/ask-once.ts';
import type { Connection } from '../gateways/http.ts';
import type { Clock } from '../ports/clock.ts';

const RETRIES = 2;
const PAUSE_MS = 1_500;

export const askFree =
  (connection: Connection, clock: Clock): AskFree =>
  async (path) => {
    for (let attempt = 0; ; attempt++) {
      const answer = await askOnce(connection, path);
      if (answer.isPassing !== true || attempt === RETRIES) return answer;
      await clock.sleep(PAUSE_MS);
    }
  };
