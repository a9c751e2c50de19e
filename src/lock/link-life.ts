/** Until when a finished clip can be fetched, if known. Pure. */
import type { Result } from './file/format.ts';

/**
 * The longest life that any page of a gateway promises a link: APIMart says 24 h on most pages and
 * 72 h in the vendor's own client (https://docs.apimart.ai, task status, and github
 * apimart-ai/apimart-skills, read 2026-11-20). Asking costs nothing, so a link without a stated
 * end is not given up before.
 */
export const LONGEST_LINK_LIFE_MS = 72 * 3_600_000;

/**
 * Epoch milliseconds after which its link has certainly expired; infinity if the completion is not
 * known.
 */
export function linkDiesAt({
  expiresAt,
  completedAt,
}: Pick<Result, 'expiresAt' | 'completedAt'>): number {
  if (expiresAt !== undefined) return Date.parse(expiresAt);
  return completedAt === undefined
    ? Number.POSITIVE_INFINITY
    : Date.parse(completedAt) + LONGEST_LINK_LIFE_MS;
}

/**
 * Whether asking the task for its clip may still give one. Without a task there is nothing to ask;
 * without any time, asking costs nothing. `nowMs`: epoch milliseconds.
 */
export const linkLives = (result: Result, nowMs: number): boolean =>
  result.task !== undefined && nowMs < linkDiesAt(result);
