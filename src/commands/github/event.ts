/** The event that started a workflow, as GitHub wrote it into a file. */
import { readFile } from 'node:fs/promises';
import type { Io } from '../shared/io.ts';

/** `undefined` if there is no event, or it cannot be read. */
export async function readEvent(io: Io): Promise<unknown> {
  try {
    return JSON.parse(await readFile(io.env['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
  } catch {
    return undefined;
  }
}

/** The value at a path of keys; `undefined` if the path ends early. */
export function at(value: unknown, keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys)
    here =
      typeof here === 'object' && here !== null && Object.hasOwn(here, key)
        ? (here as Record<string, unknown>)[key]
        : undefined;
  return here;
}

/**
 * Whether the job is for a pull request from another repository. That repository may be deleted by
 * now. Its manifests and locks are not trusted, whatever secrets the job has.
 */
export async function isFromFork(io: Io): Promise<boolean> {
  if (!(io.env['GITHUB_EVENT_NAME'] ?? '').startsWith('pull_request')) return false;
  const repository = at(await readEvent(io), ['pull_request', 'head', 'repo']);
  if (repository === null) return true;
  const name = at(repository, ['full_name']);
  return name !== undefined && name !== io.env['GITHUB_REPOSITORY'];
}
