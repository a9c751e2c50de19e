/** Both services check arriving bytes by their content and keep them under a new link. */
import { createHash } from 'node:crypto';
import type { GatewayName } from '../../ids.ts';
import { inspectPicture } from '../../pictures/inspect.ts';
import { MOST_UPLOAD_BYTES } from '../../pictures/limits.ts';
import { usualEnding } from '../../pictures/picture.ts';
import { sniffType } from '../../pictures/formats/sniff.ts';
import type { Context } from '../context.ts';
import { FILE_LIFE_MS, type StoredFile } from './files.ts';

export interface Arrived {
  readonly gateway: GatewayName;
  readonly owner: string;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly uploadId?: string;
}

export type Taken =
  | { readonly kind: 'stored'; readonly file: StoredFile }
  | { readonly kind: 'too-large' }
  /** No type that the service takes. */
  | { readonly kind: 'wrong-type' }
  /** The right type, and not a whole picture. */
  | { readonly kind: 'wrong-content'; readonly why: string };

export function takeFile(context: Context, arrived: Arrived): Taken {
  const { state, clock } = context;
  const { gateway, bytes } = arrived;
  if (bytes.length > MOST_UPLOAD_BYTES[gateway]) return { kind: 'too-large' };
  const type = sniffType(bytes);
  if (type === undefined) return { kind: 'wrong-type' };
  // The content alone counts: any name will do.
  const { facts, problems } = inspectPicture(bytes, `a.${usualEnding(type)}`);
  if (facts === undefined) return { kind: 'wrong-content', why: problems[0]?.message ?? '' };
  const now = clock.now();
  const file: StoredFile = {
    ...arrived,
    id: `file_${state.random.text(16, '0123456789abcdef')}`,
    // With the time: chance is the same after each start, and clients keep links for days.
    token:
      Math.floor(now).toString(16).padStart(12, '0') + state.random.text(20, '0123456789abcdef'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    facts: { ...facts, bytes: bytes.length },
    createdAtMs: now,
    expiresAtMs: now + FILE_LIFE_MS,
  };
  state.files.set(file.token, file);
  return { kind: 'stored', file };
}
