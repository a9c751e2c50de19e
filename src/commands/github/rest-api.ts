/** GitHub's REST API with the token of the input. https://docs.github.com/rest */
import { undiciHttp } from '../../ports/http/undici-http.ts';
import type { Io } from '../shared/io.ts';

const MOST_BYTES = 8 * 1024 * 1024;

export interface RestAnswer {
  /** 0: no answer. */
  readonly status: number;
  /** `undefined` if the answer is not JSON. */
  readonly value: unknown;
}

export interface RestApi {
  /** Once. `path` begins with `/`. Never rejects. */
  request(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT',
    path: string,
    body?: unknown,
  ): Promise<RestAnswer>;
  close(): Promise<void>;
}

export function restApi({ env }: Pick<Io, 'env'>, token: string): RestApi {
  const http = undiciHttp({ env });
  const api = env['GITHUB_API_URL'] || 'https://api.github.com';
  return {
    request: async (method, path, body) => {
      const answer = await http.request({
        method,
        url: `${api}${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'rushes',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer.kind !== 'answer') return { status: 0, value: undefined };
      const { text } = await answer.body.text(MOST_BYTES);
      try {
        return { status: answer.status, value: JSON.parse(text) };
      } catch {
        return { status: answer.status, value: undefined };
      }
    },
    close: () => http.close(),
  };
}
