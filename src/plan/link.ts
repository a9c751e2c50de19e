/** How long a finished clip can still be fetched. */
import type { Result } from '../lock/file/format.ts';
import { linkDiesAt } from '../lock/link-life.ts';

/**
 * Whether asking the task for its clip may still give one. Without a task there is nobody to ask;
 * without any time, asking costs nothing.
 */
export const linkLives = (result: Result, now: number): boolean =>
  result.task !== undefined && now < linkDiesAt(result);
