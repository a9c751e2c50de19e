/**
 * The line that a run prints the moment a task is accepted, so that even a log alone can bring a
 * paid task back: `accepted film:crab/kling task_01…`. Written and read here, in one place.
 */
import { manifestName, parseRenderId, parseTaskId, type RenderId, type TaskId } from '../../ids.ts';
import { qualified } from '../text/format.ts';

export interface Accepted {
  /** The manifest's file name without its ending; a line of NDJSON has the same. */
  readonly manifest: string;
  readonly id: RenderId;
  readonly task: TaskId;
}

export const acceptedLine = (manifest: string, id: RenderId, task: TaskId): string =>
  `accepted ${qualified(manifest, id)} ${task}`;

/** A time stamp of a CI log may stand before it, colour codes around it. */
const LINE = /(?:^|\s)accepted (?:(.+):)?(\S+?\/\S+) (\S+)$/;

/**
 * Every accepted task that a log names, of the plain view or of `--json`, each once. Lines of
 * anything else are passed over.
 */
export function acceptedIn(log: string): Accepted[] {
  // By render too: two gateways may give the same task id.
  const found = new Map<string, Accepted>();
  for (const raw of log.split(/\r?\n/)) {
    // eslint-disable-next-line no-control-regex
    const line = raw.replace(/\u001B\[[\d;]*m/g, '').trimEnd();
    const accepted = line.includes('"render.accepted"') ? fromJson(line) : fromText(line);
    if (accepted !== undefined)
      found.set(`${qualified(accepted.manifest, accepted.id)} ${accepted.task}`, accepted);
  }
  return [...found.values()];
}

function fromText(line: string): Accepted | undefined {
  const match = LINE.exec(line);
  return match === null ? undefined : checked(match[1] ?? '', match[2], match[3]);
}

function fromJson(line: string): Accepted | undefined {
  try {
    const value: unknown = JSON.parse(line.slice(line.indexOf('{')));
    if (
      typeof value !== 'object' ||
      value === null ||
      !('event' in value) ||
      value.event !== 'render.accepted'
    )
      return undefined;
    const { manifest, id, task } = value as { manifest?: unknown; id?: unknown; task?: unknown };
    return checked(typeof manifest === 'string' ? manifestName(manifest) : '', id, task);
  } catch {
    return undefined;
  }
}

function checked(manifest: string, id: unknown, task: unknown): Accepted | undefined {
  const render = typeof id === 'string' ? parseRenderId(id) : undefined;
  const known = parseTaskId(task);
  return render === undefined || known === undefined
    ? undefined
    : { manifest, id: render.id, task: known };
}
