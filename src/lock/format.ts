/**
 * The results lock file: its types, its canonical bytes, and the way back. Pure. Paths in it are relative to the lock,
 * `/` as separator. Never a result link, never a key.
 */
import { type Diagnostic, Source } from '../diagnostic.ts';
import { type AttemptId, type Fingerprint, type ModelName, parseRenderId, type RenderId, type TaskId } from '../ids.ts';
import type { Json, JsonObject } from '../scene.ts';
import { firstDuplicate, placesOf, syntaxErrorOffset, type Wanted } from './json-text.ts';
import { entrySchema, LOCK_VERSION } from './schema.ts';

export { LOCK_VERSION } from './schema.ts';

/** `estimated`: the reservation, until the gateway reports. `unconfirmed`: failed and no cost was reported, so the reservation stands. */
export type CostSource = 'reported' | 'estimated' | 'unconfirmed';

export interface LockCost {
  /** `null`: nobody knows. Six decimals at most. */
  readonly usd: number | null;
  /** EvoLink counts in credits: kept beside the dollars. */
  readonly credits?: number;
  readonly source: CostSource;
  /** What the plan had estimated, kept when the gateway reported something: for `status --cost`. */
  readonly estimatedUsd?: number;
}

export interface LockClip {
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly audio: boolean;
}

/** What came of one attempt (or of an imported task). */
export interface Result {
  readonly fingerprint: Fingerprint;
  readonly model: ModelName;
  readonly status: 'submitted' | 'completed' | 'failed' | 'ambiguous' | 'lost';
  /** Absent on imported tasks only. */
  readonly attempt?: AttemptId;
  readonly task?: TaskId;
  readonly submittedAt?: string;
  readonly completedAt?: string;
  /** When the clip's link dies. */
  readonly expiresAt?: string;
  readonly cost?: LockCost;
  /** Present once the clip has landed. */
  readonly clip?: LockClip;
  /** Where the clip will land; present until it has. */
  readonly target?: string;
  /** The native body as sent. */
  readonly request?: JsonObject;
  /** Why it failed, is ambiguous or lost. `kind` is a refusal or failure kind of the gateway contract, or `never-happened`, `gave-up`. */
  readonly error?: { readonly kind: string; readonly message: string };
  /** "delivered ≠ asked", one sentence each. */
  readonly mismatch?: readonly string[];
  /** `on_mismatch: fail` of the manifest that asked for it. */
  readonly onMismatch?: 'fail';
}

export interface Decision {
  /** Never regenerate. */
  readonly pin?: true;
  /** The current clip stands for this fingerprint too. */
  readonly accept?: Fingerprint;
  /** Make it again although nothing changed: names the task (or, without one, the attempt) that it replaces. Done when another is current. */
  readonly redo?: string;
  /** Who asked, if given. */
  readonly by?: string;
}

export interface LockEntry extends Result {
  readonly decision?: Decision;
  /** Every other accepted task or clip of this render, newest first. */
  readonly earlier?: readonly Result[];
}

export interface Lock {
  readonly renders: ReadonlyMap<RenderId, LockEntry>;
}

export const EMPTY_LOCK: Lock = { renders: new Map() };

/** A result is known by its attempt; an imported task, which has none, by the task. */
export const keyOf = (result: Pick<Result, 'attempt' | 'task'>): string => result.attempt ?? result.task ?? '';

/** An attempt that a person declared void: kept only so that no old journal brings it back. It is no failure and no result. */
export const neverHappened = (result: Result): boolean => result.error?.kind === 'never-happened';

/** The canonical bytes: equal locks have equal text, whatever the order in which they were made. */
export function encodeLock(lock: Lock): string {
  const ids = [...lock.renders.keys()].sort(byCodeUnit);
  const renders = Object.fromEntries(ids.map((id) => [id, entryJson(lock.renders.get(id) as LockEntry)]));
  return `${JSON.stringify({ lockVersion: LOCK_VERSION, renders }, null, 2)}\n`;
}

/** A lock, or everything that is wrong with the text; never both. */
export type DecodedLock =
  | { readonly ok: true; readonly lock: Lock; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const MAX_PROBLEMS = 20;

/** Reads the text of a lock file. Total: any text is judged, none throws. `path` as people would type it. */
export function decodeLock(text: string, path: string): DecodedLock {
  const source = new Source(path, text);
  const problem = (code: Diagnostic['code'], message: string, [start, end]: readonly [number, number], hint: string): DecodedLock => ({
    ok: false,
    diagnostics: [{ code, severity: 'error', message, place: { source, start, end }, hint, renders: [] }],
  });

  const marker = /^(?:<{7}|>{7}|\|{7})(?: .*)?$/m.exec(text);
  if (marker !== null) {
    return problem(
      'lock-conflict',
      `the lock ${path} holds the markers of a git merge that was not finished`,
      [marker.index, marker.index + marker[0].length],
      `rushes lock merge ${path}`,
    );
  }

  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const at = syntaxErrorOffset(text);
    const said = text.trim() === '' ? 'it is empty' : (error as Error).message.replace(/ in JSON at position .*$/s, '');
    return problem('lock-invalid', `the lock ${path} is not JSON: ${said}`, [at, Math.min(at + 1, text.length)], RESTORE);
  }

  if (!isObject(json)) return problem('lock-invalid', `the lock ${path} is not a JSON object`, [0, text.length], RESTORE);
  const version = json['lockVersion'];
  if (typeof version === 'number' && version > LOCK_VERSION) {
    return problem(
      'lock-newer',
      `the lock ${path} has version ${version}; this rushes knows version ${LOCK_VERSION}`,
      placesOf(text, [{ path: ['lockVersion'] }])[0] ?? [0, 0],
      'upgrade rushes to the version that wrote it: npm install rushes@latest',
    );
  }

  const found: Problem[] = [];
  if (version !== LOCK_VERSION) found.push({ path: ['lockVersion'], message: `lockVersion must be ${LOCK_VERSION}` });
  for (const key of Object.keys(json)) {
    if (key !== 'lockVersion' && key !== 'renders') found.push(unknownKey([key]));
  }
  const entries = json['renders'];
  const renders = new Map<RenderId, LockEntry>();
  if (!isObject(entries)) found.push({ path: ['renders'], message: 'renders must be an object' });
  else {
    for (const [id, entry] of Object.entries(entries)) {
      if (found.length >= MAX_PROBLEMS) break;
      const parsed = parseRenderId(id);
      if (parsed === undefined) found.push({ path: ['renders', id], message: `${JSON.stringify(id)} is no render id`, key: true });
      else {
        found.push(
          ...entryProblems(entry).map((one) => ({ ...one, path: ['renders', id, ...one.path], message: `${id}: ${one.message}` })),
        );
        renders.set(parsed.id, entry as LockEntry);
      }
    }
  }
  // What JSON.stringify gives back holds every key once; only other texts need the slow look for a key that hides another.
  if (found.length === 0 && text !== `${JSON.stringify(json, null, 2)}\n`) {
    const twice = firstDuplicate(text);
    if (twice !== undefined) {
      return problem('lock-invalid', `the lock ${path} names ${JSON.stringify(twice.key)} twice in one object`, twice.range, RESTORE);
    }
  }
  if (found.length === 0) return { ok: true, lock: { renders }, text };
  return {
    ok: false,
    diagnostics: placesOf(text, found).map(([start, end], index) => ({
      code: 'lock-invalid',
      severity: 'error',
      message: found[index]?.message ?? '',
      place: { source, start, end },
      hint: RESTORE,
      renders: [],
    })),
  };
}

const RESTORE = 'take the last good version from git (git log -p shows them), then run rushes collect: it fetches what was paid for';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Problem extends Wanted {
  readonly message: string;
}

/** What zod says, and what a single field cannot say: a state without the id that it is about. */
function entryProblems(value: unknown): readonly Problem[] {
  const judged = entrySchema.safeParse(value);
  if (!judged.success) {
    return judged.error.issues.flatMap((issue): Problem[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey([...issue.path, key]))
        : [{ path: issue.path, message: `${issue.path.map(String).join('.')}${issue.path.length > 0 ? ' ' : ''}${issue.message}` }],
    );
  }
  const entry = value as LockEntry;
  return [
    ...(Object.hasOwn(entry, '__proto__') ? [unknownKey(['__proto__'])] : []),
    ...[entry, ...(entry.earlier ?? [])].flatMap((result, index) => {
      const missing = missingId(result);
      return missing === undefined ? [] : [{ path: index === 0 ? [] : ['earlier', index - 1], message: missing }];
    }),
  ];
}

const unknownKey = (path: readonly PropertyKey[]): Problem => ({ path, message: `unknown key ${JSON.stringify(path.at(-1))}`, key: true });

function missingId(result: Result): string | undefined {
  if (result.attempt === undefined && result.task === undefined) return 'has neither an attempt nor a task';
  if (result.task === undefined && (result.status === 'submitted' || result.status === 'completed' || result.status === 'lost')) {
    return `is ${result.status} and names no task`;
  }
  return undefined;
}

/** `localeCompare` would make the bytes depend on the machine. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const entryJson = (entry: LockEntry): object => ({
  ...resultJson(entry),
  decision: entry.decision && { pin: entry.decision.pin, accept: entry.decision.accept, redo: entry.decision.redo, by: entry.decision.by },
  earlier: entry.earlier === undefined || entry.earlier.length === 0 ? undefined : entry.earlier.map(resultJson),
});

/** Absent fields are left to JSON.stringify, which drops what is undefined. */
const resultJson = (result: Result): object => ({
  fingerprint: result.fingerprint,
  model: result.model,
  status: result.status,
  attempt: result.attempt,
  task: result.task,
  submittedAt: result.submittedAt,
  completedAt: result.completedAt,
  expiresAt: result.expiresAt,
  cost: result.cost && {
    usd: result.cost.usd === null ? null : sixDecimals(result.cost.usd),
    credits: result.cost.credits === undefined ? undefined : sixDecimals(result.cost.credits),
    source: result.cost.source,
    estimatedUsd: result.cost.estimatedUsd === undefined ? undefined : sixDecimals(result.cost.estimatedUsd),
  },
  clip: result.clip && {
    path: result.clip.path,
    sha256: result.clip.sha256,
    bytes: result.clip.bytes,
    width: result.clip.width,
    height: result.clip.height,
    seconds: result.clip.seconds,
    audio: result.clip.audio,
  },
  target: result.target,
  request: result.request && sortedKeys(result.request),
  error: result.error && { kind: result.error.kind, message: result.error.message },
  mismatch: result.mismatch,
  onMismatch: result.onMismatch,
});

const sixDecimals = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Also with a key `__proto__`, which `fromEntries` makes an own property like any other. */
const sortedKeys = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(sortedKeys)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => byCodeUnit(a, b))
            .map(([key, part]) => [key, sortedKeys(part)]),
        )
      : value;

/** Whether two results say the same, whatever the order of their fields. */
export const sameResult = (a: Result, b: Result): boolean => a === b || JSON.stringify(resultJson(a)) === JSON.stringify(resultJson(b));
/** Whether two entries would be written as the same bytes. */
export const sameEntry = (a: LockEntry, b: LockEntry): boolean => a === b || JSON.stringify(entryJson(a)) === JSON.stringify(entryJson(b));
