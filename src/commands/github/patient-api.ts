/** GitHub's REST API for things that are found again and updated in place: comments and issues. */
import type { Io } from '../shared/io.ts';
import { at } from './event.ts';
import { type RestAnswer, restApi } from './rest-api.ts';

const MOST_ATTEMPTS = 4;
/** Times the attempt. */
const RETRY_MS = 1000;
/** A job that waits is paid by the minute: what takes longer is reported instead. */
const LONGEST_PAUSE_MS = 60_000;
/** What passes by itself, and says nothing of whether the request was carried out. */
const UNCLEAR: readonly number[] = [0, 500, 502, 504];
/** A token that may write may edit what others wrote; only our own is edited. */
const DEFAULT_LOGIN = 'github-actions[bot]';

export interface PatientApi {
  /** `path` begins with `/`. Repeated where the answer says that this helps. Never rejects. */
  request(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<RestAnswer>;
  /** Who writes with this token; `undefined`: GitHub does not say, for now. */
  login(): Promise<string | undefined>;
  close(): Promise<void>;
}

export function patientApi(io: Pick<Io, 'env' | 'clock'>, token: string): PatientApi {
  const api = restApi(io, token);
  const request: PatientApi['request'] = async (method, path, body) => {
    for (let attempt = 1; ; attempt++) {
      const answered = await api.request(method, path, body);
      const { status, limit } = answered;
      // A post may be there although its answer is not: only questions and refusals are repeated.
      const passes = limit !== undefined || (UNCLEAR.includes(status) && method !== 'POST');
      const pauseMs = limit?.retryAfterMs ?? attempt * RETRY_MS;
      if (attempt === MOST_ATTEMPTS || !passes || pauseMs > LONGEST_PAUSE_MS) return answered;
      await io.clock.sleep(pauseMs);
    }
  };
  return {
    request,
    async login() {
      // The token of a workflow or of an app may not ask `/user`, but this; some servers that are
      // like GitHub have no GraphQL.
      const graphql = io.env['GITHUB_GRAPHQL_URL'] ?? '';
      if (graphql !== '') {
        const { value } = await request('POST', graphql, { query: '{ viewer { login } }' });
        const viewer = at(value, ['data', 'viewer', 'login']);
        if (typeof viewer === 'string') return viewer;
      }
      const { status, value } = await request('GET', '/user');
      const login = status === 200 ? at(value, ['login']) : undefined;
      if (typeof login === 'string') return login;
      return [401, 403, 404].includes(status) ? DEFAULT_LOGIN : undefined;
    },
    close: () => api.close(),
  };
}
