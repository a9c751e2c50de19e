/** The event that started a workflow, as GitHub wrote it into a file. */
import { readFile } from 'node:fs/promises';
import type { Io } from '../shared/io.ts';

/** `undefined` where there is no event, or none that can be read. */
export async function readEvent(io: Io): Promise<unknown> {
  try {
    return JSON.parse(await readFile(io.env['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
  } catch {
    return undefined;
  }
}

/** What stands at a path of keys; `undefined` where the path ends early. */
export function at(value: unknown, keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys)
    here =
      typeof here === 'object' && here !== null && Object.hasOwn(here, key)
        ? (here as Record<string, unknown>)[key]
        : undefined;
  return here;
}
