/** How long a finished clip can still be fetched. */
import type { Result } from '../lock/format.ts';

/** Where the gateway gave no time: EvoLink says 24 h, APIMart's pages say 24 or 72 h. */
const UNSTATED_LIFE_MS = 24 * 3_600_000;

/** Whether asking the task for its clip may still give one. Without a task there is nobody to ask; without any time, asking costs nothing. */
export function linkLives({ task, expiresAt, completedAt }: Result, now: number): boolean {
  if (task === undefined) return false;
  if (expiresAt !== undefined) return now < Date.parse(expiresAt);
  return completedAt === undefined || now < Date.parse(completedAt) + UNSTATED_LIFE_MS;
}
