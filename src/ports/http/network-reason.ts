/** Why an exchange failed, for people: one clause, with the system's code if it has one. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset by the other side',
  EPIPE: 'the other side stopped listening',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name server did not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network of the host is unreachable',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came to be in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_ABORTED: 'the exchange was stopped',
  UND_ERR_DESTROYED: 'the exchange was stopped',
};

export function networkReason(error: unknown): string {
  const root = rootOf(error);
  const code = errorCode(root);
  const words =
    (code !== undefined && WORDS[code]) ||
    (root instanceof Error && root.message !== '' ? root.message : 'the exchange failed');
  return code === undefined || words.includes(code) ? words : `${words} (${code})`;
}

/** The system's code behind a failed exchange, such as `ECONNREFUSED`. */
export const networkCode = (error: unknown): string | undefined => errorCode(rootOf(error));

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/**
 * The first error that says something: behind a wrapper, or the first of several addresses that all
 * failed.
 */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error instanceof Error && errorCode(error) === undefined && error.cause !== undefined
    ? rootOf(error.cause)
    : error;
}
