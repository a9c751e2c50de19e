/** GitHub's REST API for things that are found again and updated in place: comments and issues. */
import type { Io } from '../shared/io.ts';
import { at } from './event.ts';
import { type RestAnswer, restApi } from './rest-api.ts';

const MOST_ATTEMPTS = 4;
/** Times the attempt. */
const RETRY_MS = 1000;
/** A token that may write may edit what others wrote; only our own is edited. */
const DEFAULT_LOGIN = 'github-actions[bot]';

export interface PatientApi {
  /** `path` begins with `/`. Repeated where the answer says that this helps. Never rejects. */
  request(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<RestAnswer>;
  /** Who writes with this token. */
  login(): Promise<string>;
  close(): Promise<void>;
}

export function patientApi(io: Pick<Io, 'env' | 'clock'>, token: string): PatientApi {
  const api = restApi(io, token);
  const request: PatientApi['request'] = async (method, path, body) => {
    for (let attempt = 1; ; attempt++) {
      const answered = await api.request(method, path, body);
      // A post may be there although its answer is not: only questions and refusals are repeated.
      const passes = answered.status === 429 || answered.status === 503;
      const lost = (answered.status === 0 || answered.status === 502) && method !== 'POST';
      if (attempt === MOST_ATTEMPTS || !(passes || lost)) return answered;
      await io.clock.sleep(attempt * RETRY_MS);
    }
  };
  return {
    request,
    async login() {
      // A token of the workflow itself may not ask who it is.
      const { status, value } = await request('GET', '/user');
      const login = status === 200 ? at(value, ['login']) : undefined;
      return typeof login === 'string' ? login : DEFAULT_LOGIN;
    },
    close: () => api.close(),
  };
}
