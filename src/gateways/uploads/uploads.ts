/**
 * The contract of a gateway's file service: a picture's bytes in, a link for a request out. Uploads
 * cost nothing. Like the gateway itself, it never loops, waits or retries.
 */

export interface UploadFile {
  readonly bytes: Uint8Array;
  /** `image/png` */
  readonly mime: string;
  /** A plain name with the ending of its type, without folders. */
  readonly name: string;
  /**
   * Chosen by the caller and kept by it before the bytes leave: the gateway's receipt is found by
   * it. 16 to 128 letters, digits, `-` and `_`.
   */
  readonly uploadId: string;
}

export type UploadOutcome =
  /** `expiresAtMs`: epoch milliseconds, by the gateway's word or its documents. */
  | { readonly kind: 'stored'; readonly link: string; readonly expiresAtMs: number }
  /** Answered, and certainly nothing was stored. */
  | { readonly kind: 'refused'; readonly refusal: UploadRefusal }
  /** Never left this machine: safe to send again. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** Sent, and the answer lost or of no use. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface UploadRefusal {
  /**
   * `invalid`: this file, always. `quota`: no room for more files. Everything else is about the
   * account or the service.
   */
  readonly kind: 'invalid' | 'quota' | 'auth' | 'balance' | 'rate-limited' | 'wrong-address';
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** The gateway's receipt for an upload whose answer was lost. */
export type ReceiptOutcome =
  | { readonly kind: 'stored'; readonly link: string; readonly expiresAtMs: number }
  /** No receipt for this id: whether anything was stored is unknown. */
  | { readonly kind: 'none'; readonly reason: string }
  /** No readable answer: worth another question. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly retryAfterMs?: number };

export interface Uploads {
  /**
   * Origin of the file service and a short digest of the key: links of one account serve no other.
   */
  readonly account: string;
  /** From now on `placeholder` stands for the link in every message of the gateway. */
  hide(link: string, placeholder: string): void;
  /** How long one upload may take, from the first byte to the answer. */
  readonly timeoutMs: number;
  /** One POST, on a separate connection. Never rejects. */
  upload(file: UploadFile, signal?: AbortSignal): Promise<UploadOutcome>;
  /** One GET; absent if the gateway keeps no receipts. Never rejects. */
  receipt?(uploadId: string, signal?: AbortSignal): Promise<ReceiptOutcome>;
  /** Files that may still be stored; absent if no limit is documented. Never rejects. */
  placesLeft?(signal?: AbortSignal): Promise<number | { readonly reason: string }>;
}
