/**
 * Permanent place of clips: a folder or a bucket. An object is named by the SHA-256 of its bytes
 * and is written once, so a name always means the same content; readers verify it.
 */

/** One content. The lock holds both facts. */
export interface ClipKey {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Nothing could be found out or done: none of these says anything about a clip. */
export type StoreFailure =
  /** Down, cut off, overloaded, after all tries; also an address that leads nowhere. Exit 69. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly remedy?: string }
  /** Credentials, permissions, or a clock that is off. Exit 77. */
  | { readonly kind: 'denied'; readonly reason: string; readonly remedy?: string }
  | { readonly kind: 'aborted' };

export type Found =
  /** `bytes`: as stored, which may differ from the key's for an object that is wrong. */
  { readonly kind: 'present'; readonly bytes: number } | { readonly kind: 'absent' } | StoreFailure;

export type Put =
  | { readonly kind: 'stored' }
  /** The local file is not the clip that the key names. Nothing was stored. */
  | { readonly kind: 'unfit'; readonly reason: string }
  | StoreFailure;

export type Got =
  /** The sink has every byte, and they hash to the key. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'absent' }
  /**
   * The object is not what its name says. `sameSize`: only its content is wrong, so that a push
   * takes it for the clip and leaves it there.
   */
  | { readonly kind: 'wrong'; readonly reason: string; readonly sameSize: boolean }
  /** The sink failed: this machine's disk. */
  | { readonly kind: 'disk'; readonly reason: string }
  | StoreFailure;

export type Listed =
  /** Stored bytes by SHA-256. `complete`: false when the bound was reached first. */
  | {
      readonly kind: 'listed';
      readonly objects: ReadonlyMap<string, number>;
      readonly complete: boolean;
    }
  | StoreFailure;

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Clip bytes that passed, as they pass; bytes that are sent again after a cut count again. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Takes the pieces in their order. Rejects if it cannot. */
export type Sink = (chunk: Uint8Array) => Promise<void>;

/** Every method ends in a value; none rejects. Nothing here deletes an object. */
export interface Store {
  /** As the user wrote it in RUSHES_STORE. Holds no secret. */
  readonly address: string;
  /** Where the object of a clip is, for people: `s3://bucket/prefix/clips/<sha256>.mp4`. */
  whereIs(sha256: string): string;
  /** Whether the store answers and lets us in; asked once before many transfers. */
  reach(signal?: AbortSignal): Promise<{ readonly kind: 'reached' } | StoreFailure>;
  has(key: ClipKey, signal?: AbortSignal): Promise<Found>;
  /** In no order. `atMost`: the walk ends after about so many objects. */
  list(atMost: number, signal?: AbortSignal): Promise<Listed>;
  /**
   * Streams a file into the store, hashed as it is read: other content never becomes an object, and
   * no part of one is ever seen under the final name.
   */
  put(key: ClipKey, path: string, options?: TransferOptions): Promise<Put>;
  /** Streams an object into the sink, hashed as it arrives. */
  get(key: ClipKey, sink: Sink, options?: TransferOptions): Promise<Got>;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * `clips/<sha256>.mp4`, relative to the store. A lock comes from git, so its text is checked before
 * it becomes part of a path or an address: anything else throws.
 */
export function objectName(sha256: string): string {
  if (!SHA256.test(sha256)) throw new RangeError('not a SHA-256 in lower-case hex digits');
  return `clips/${sha256}.mp4`;
}

const OBJECT_NAME = /(?:^|\/)clips\/([0-9a-f]{64})\.mp4$/;

/** The SHA-256 in the name of an object, or `undefined` for other objects. */
export const sha256OfName = (name: string): string | undefined => OBJECT_NAME.exec(name)?.[1];
