/**
 * HTTP as an argument. The one thing that money depends on is here: an exchange that certainly
 * never left this machine (`not-sent`) is told apart from one that may have been read by the other
 * side (`broken`).
 */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Sent byte for byte. A stream is read no faster than the peer takes it; it needs a
   * `content-length` header, and an error in it breaks the exchange off before the last byte.
   */
  readonly body?: string | AsyncIterable<Uint8Array>;
  /**
   * From the first byte sent to the last header received; for a streamed body, from its last piece.
   * Default 30 s.
   */
  readonly headersTimeoutMs?: number;
  /** Longest silence inside the body. Default 30 s. */
  readonly bodyTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /**
   * POSTs that cost money use a separate connection: on a fresh connection an error before the
   * connect is certainly "not sent", and no stale keep-alive socket can swallow a paid request.
   * Default false.
   */
  readonly freshConnection?: boolean;
  /**
   * Refuse to connect to loopback, private, link-local and other non-public addresses, also when a
   * name resolves to one. Default false.
   */
  readonly publicOnly?: boolean;
}

export type HttpResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: HttpBody;
    }
  /**
   * Never connected (name not found, refused, TLS not opened, connect timeout, address not public):
   * safe to send again. `code`: the system's (`ECONNREFUSED`), where it gave one.
   */
  | {
      readonly kind: 'not-sent';
      readonly reason: string;
      readonly code?: string;
      readonly blocked?: true;
    }
  /** Sent at least in part, and no whole header came back: the other side may have acted. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** The caller's signal aborted; `sent` says whether anything may have left. */
  | { readonly kind: 'aborted'; readonly sent: boolean };

/**
 * Must be read to the end or discarded, or the connection leaks. Redirects are never followed: they
 * are answers.
 */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  /**
   * The whole body as UTF-8 text, up to `maxBytes` and within the body timeout in all; `complete`
   * is false when it was cut short (by the peer, a timeout or the bound). Never rejects.
   */
  text(
    maxBytes: number,
  ): Promise<{ readonly text: string; readonly complete: boolean; readonly reason?: string }>;
  /** Throws the rest away, within the body timeout in all. Never rejects. */
  discard(): Promise<void>;
}

export interface Http {
  /** Never rejects: every ending is a value. */
  request(request: HttpRequest): Promise<HttpResult>;
  /** Closes idle connections. */
  close(): Promise<void>;
}
