/** Files that clients have uploaded: a link for each, which expires after 72 hours. */
import type { GatewayName } from '../../ids.ts';
import type { Measured } from '../../pictures/limits.ts';
import { mimeOf, usualEnding } from '../../pictures/picture.ts';

export interface StoredFile {
  readonly gateway: GatewayName;
  /** The key that uploaded it. */
  readonly owner: string;
  readonly id: string;
  /** Part of the link that cannot be guessed. */
  readonly token: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly facts: Measured;
  /** As the client named it. */
  readonly name: string;
  /** EvoLink: the id under which the receipt is found. */
  readonly uploadId?: string;
  readonly createdAtMs: number;
  expiresAtMs: number;
}

/** EvoLink: stands for a key at the file service. */
export interface UploadToken {
  /** The key that asked for it. */
  readonly owner: string;
  readonly createdAtMs: number;
}

/** As both services document it; docs/providers/uploads.md, section 1. */
export const FILE_LIFE_MS = 72 * 3_600_000;

export const fileUrl = (origin: string, { gateway, token, facts }: StoredFile): string =>
  `${origin}/files/${gateway}/${token}.${usualEnding(facts.type)}`;

const PATH = /^\/files\/(?:apimart|evolink)\/([0-9a-f]+)\.[a-z]+$/;

/** The token in the path of a link; `undefined` for any other path. */
export const fileToken = (pathname: string): string | undefined => PATH.exec(pathname)?.[1];

export const fileMime = ({ facts }: StoredFile): string => mimeOf(facts.type);
