/**
 * The line that a run prints the moment a task is accepted, so that even a log alone can bring a
 * paid task back: `accepted film:crab/kling task_01…`. Written and read here, in one place.
 *
 * A log also holds prompts, paths and messages of gateways, and any of them may read like such a
 * line. A run begins its own lines with {@link MARK}, which is invisible, and which every other
 * text that is printed has as `<U+2063>`: see `text/escape.ts`. What stands before it is told too,
 * because a workflow may print a file unchanged.
 */
import { manifestName, parseRenderId, parseTaskId, type RenderId, type TaskId } from '../../ids.ts';
import { qualified } from '../text/format.ts';

export interface Accepted {
  /** The manifest's file name without its ending; a line of NDJSON has the same. */
  readonly manifest: string;
  readonly id: RenderId;
  readonly task: TaskId;
}

/** INVISIBLE SEPARATOR. */
const MARK = '\u2063';
const BEGIN = `${MARK}accepted `;

export const acceptedLine = (manifest: string, id: RenderId, task: TaskId): string =>
  `${BEGIN}${qualified(manifest, id)} ${task}`;

/** The prefix that CI puts before a line: `job<tab>step<tab>2026-11-20T17:00:00.1234567Z `. */
const CI_PREFIX = /^(?:[^\t]{0,200}\t){0,2}\uFEFF?(?:\d{4}-\d\d-\d\dT[\d:.]{8,20}Z )?$/;
/** Longer than any line that a run writes of an accepted task. */
const LONGEST = 4000;

/**
 * Every accepted task that a log names, of the plain view or of `--json`, each once. Lines of
 * anything else are passed over, also those that only read like one.
 */
export function acceptedIn(log: string): Accepted[] {
  // By render too: two gateways may give the same task id.
  const found = new Map<string, Accepted>();
  for (const raw of log.split(/\r?\n/)) {
    if (raw.length > LONGEST) continue;
    // eslint-disable-next-line no-control-regex
    const line = raw.replace(/\u001B\[[\d;]*m/g, '').trimEnd();
    const accepted = line.includes('"render.accepted"') ? fromJson(line) : fromText(line);
    if (accepted !== undefined)
      found.set(`${qualified(accepted.manifest, accepted.id)} ${accepted.task}`, accepted);
  }
  return [...found.values()];
}

function fromText(line: string): Accepted | undefined {
  const at = line.indexOf(BEGIN);
  if (at === -1 || !CI_PREFIX.test(line.slice(0, at))) return undefined;
  const words = line.slice(at + BEGIN.length);
  const space = words.lastIndexOf(' ');
  const name = words.slice(0, space);
  // No id holds a colon; the name of a manifest may, and blanks too.
  const colon = name.lastIndexOf(':');
  return space === -1
    ? undefined
    : checked(name.slice(0, Math.max(colon, 0)), name.slice(colon + 1), words.slice(space + 1));
}

/** A line of NDJSON: the object is all of it. A text inside of one is escaped, so it opens none. */
function fromJson(line: string): Accepted | undefined {
  const at = line.indexOf('{');
  if (at === -1 || !CI_PREFIX.test(line.slice(0, at))) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(at));
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
