import type { RenderId } from '../../ids.ts';

/** The check result of one clip of the lock. */
export interface Verified {
  readonly manifest: string;
  readonly id: RenderId;
  /** As people would type it. */
  readonly path: string;
  /**
   * `absent` counts as missing only with `--complete` or `--store`. `missing`: this machine had
   * downloaded it, and its link has expired. `stored`: not here, and in the store with the right
   * size.
   */
  readonly state: 'whole' | 'stored' | 'absent' | 'missing' | 'changed' | 'unreadable';
  /** Of an earlier result of the render. */
  readonly earlier?: true;
  /** The render is pinned: it is not paid for again before it is unpinned. */
  readonly pinned?: true;
  /** The clip lies beside its place: a render of another branch moved it aside. */
  readonly aside?: true;
  /** The problem with it, in a sentence. */
  readonly message?: string;
}
