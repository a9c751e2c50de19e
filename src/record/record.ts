/**
 * The spend record of a clone: every attempt to submit, whatever branch or manifest it was of. It
 * only grows, and it is asked before each POST. Whether the request is paid for already, and that it
 * is about to be sent, is one step under a lock that all processes share.
 */
import { basename, dirname, join } from 'node:path';
import type { FileProblem, Files, LogFile } from '../ports/files.ts';
import { attemptKey, encodeAttempt, type RecordedAttempt } from './attempt-line.ts';
import { Attempts, decodeRecord } from './attempts.ts';
import { type RecordParts, takeRecordLock } from './record-lock.ts';

export type Done = { readonly ok: true } | { readonly ok: false; readonly problem: FileProblem };

export type Claimed =
  /** On the disk itself: the POST may leave. */
  | { readonly kind: 'claimed' }
  /** Another run has sent the same request since the plan was made. */
  | { readonly kind: 'paid-already'; readonly by: RecordedAttempt }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

export interface SpendRecord {
  readonly path: string;
  /** As last read; a claim reads what others have written since. */
  readonly attempts: Attempts;
  /** There was none when it was opened. */
  readonly isNew: boolean;
  /**
   * Asks whether any attempt of the same request and origin may be paid, but for those that `intent`
   * goes past, and if none is, writes the intent. Never rejects.
   */
  claim(intent: RecordedAttempt): Promise<Claimed>;
  /** Writes what is news in these lines soon, without waiting for the disk. */
  note(lines: readonly RecordedAttempt[]): void;
  /** Takes in lines of other clones: those that are news. Resolves when they are on the disk. */
  merge(lines: readonly RecordedAttempt[]): Promise<Done>;
  /** Everything noted so far is on the disk. */
  flush(): Promise<Done>;
  /** Set by the first step that failed: from then on nothing is claimed. */
  readonly problem: FileProblem | undefined;
  close(): Promise<Done>;
}

export type ReadRecord =
  | { readonly kind: 'read'; readonly attempts: Attempts; readonly isNew: boolean }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

/** For what only looks. An absent record is empty. */
export async function readRecord(files: Files, path: string): Promise<ReadRecord> {
  const read = await files.read(path);
  if (!read.ok)
    return read.problem.code === 'ENOENT'
      ? { kind: 'read', attempts: new Attempts(), isNew: true }
      : { kind: 'problem', problem: read.problem };
  const decoded = decodeRecord(read.value);
  return decoded.bad === undefined
    ? { kind: 'read', attempts: decoded.attempts, isNew: false }
    : { kind: 'problem', problem: damaged(path, decoded.bad) };
}

const damaged = (
  path: string,
  { line, reason }: { readonly line: number; readonly reason: string },
): FileProblem => ({
  code: 'EINVALID',
  message: `${path} is damaged in line ${line}: ${reason}`,
});

/** More lines than this beside twice the attempts: they are folded when the record is opened. */
const SPARE_LINES = 500;

interface Step {
  readonly claims: readonly RecordedAttempt[];
  readonly lines: readonly RecordedAttempt[];
  readonly durable: boolean;
  readonly resolve: (done: Done, claimed: readonly Claimed[]) => void;
}

/** Opens it for writing; makes it where there is none. */
export async function openRecord(
  path: string,
  parts: RecordParts,
): Promise<
  | { readonly kind: 'open'; readonly record: SpendRecord }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
> {
  const { files } = parts;
  const folder = await files.makeFolder(dirname(path));
  if (!folder.ok) return { kind: 'problem', problem: folder.problem };
  const isNew = !(await files.stat(path)).ok;
  // Outside of git it may be inside of git one day.
  const ignore = join(dirname(path), '.gitignore');
  if (basename(dirname(path)) === '.rushes' && !(await files.stat(ignore)).ok)
    await files.writeAtomic(ignore, '*\n');
  const book = new Book(path, parts);
  const begun = await book.step([], [], false);
  if (!begun.done.ok) return { kind: 'problem', problem: begun.done.problem };
  return {
    kind: 'open',
    record: {
      path,
      isNew,
      get attempts() {
        return book.attempts;
      },
      get problem() {
        return book.problem;
      },
      claim: async (intent) => {
        const { done, claimed } = await book.step([intent], [], true);
        return claimed[0] ?? { kind: 'problem', problem: done.ok ? CLOSED : done.problem };
      },
      note: (lines) => {
        if (lines.length > 0) void book.step([], lines, false);
      },
      merge: async (lines) => (await book.step([], lines, true)).done,
      flush: async () => (await book.step([], [], true)).done,
      close: () => book.close(),
    },
  };
}

const CLOSED: FileProblem = { code: 'EBADF', message: 'the spend record is closed' };

/** One at a time: the next step takes whatever has come meanwhile. */
class Book {
  attempts = new Attempts();
  problem: FileProblem | undefined;
  readonly #path: string;
  readonly #parts: RecordParts;
  #log: LogFile | undefined;
  /** How much of the file is known. */
  #bytes = 0;
  #waiting: Step[] = [];
  #working: Promise<void> | undefined;

  constructor(path: string, parts: RecordParts) {
    this.#path = path;
    this.#parts = parts;
  }

  step(
    claims: readonly RecordedAttempt[],
    lines: readonly RecordedAttempt[],
    durable: boolean,
  ): Promise<{ readonly done: Done; readonly claimed: readonly Claimed[] }> {
    return new Promise((resolve) => {
      this.#waiting.push({
        claims,
        lines,
        durable,
        resolve: (done, claimed) => resolve({ done, claimed }),
      });
      // A microtask later, so that everything that comes in one go shares a step.
      this.#working ??= Promise.resolve().then(() => this.#work());
    });
  }

  async close(): Promise<Done> {
    const { done } = await this.step([], [], true);
    await this.#working;
    await this.#log?.close();
    return done;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const steps = this.#waiting;
      this.#waiting = [];
      await this.#together(steps);
    }
    this.#working = undefined;
  }

  async #together(steps: readonly Step[]): Promise<void> {
    const fail = (problem: FileProblem): void => {
      this.problem ??= problem;
      for (const { claims, resolve } of steps)
        resolve(
          { ok: false, problem },
          claims.map(() => ({ kind: 'problem', problem })),
        );
    };
    if (this.problem !== undefined) return fail(this.problem);
    const lock = await takeRecordLock(this.#path, this.#parts);
    if (!lock.ok) return fail(lock.problem);
    try {
      const read = await this.#readOn();
      if (!read.ok) return fail(read.problem);
      const text: string[] = [];
      const answers = steps.map(({ claims, lines }) => {
        for (const line of lines) if (this.attempts.add(line)) text.push(encodeAttempt(line));
        return claims.map((intent) => this.#judge(intent, text));
      });
      const written = await this.#append(
        text.join(''),
        steps.some(({ durable }) => durable),
      );
      if (!written.ok) return fail(written.problem);
      for (const [index, { resolve }] of steps.entries())
        resolve({ ok: true }, answers[index] ?? []);
    } finally {
      await lock.value.release();
    }
  }

  #judge(intent: RecordedAttempt, text: string[]): Claimed {
    const own = attemptKey(intent);
    const past = new Set(intent.past);
    const by = this.attempts
      .paidFor(intent.fingerprint, intent.origin)
      .find((one) => attemptKey(one) !== own && !past.has(attemptKey(one)));
    if (by !== undefined) return { kind: 'paid-already', by };
    const known = this.attempts.get(own);
    const line = known === undefined ? intent : { ...intent, sends: (known.sends ?? 1) + 1 };
    this.attempts.add(line);
    text.push(encodeAttempt(line));
    return { kind: 'claimed' };
  }

  /** What others have written since, or the whole file where it is another one by now. */
  async #readOn(): Promise<Done> {
    const { files } = this.#parts;
    if (this.#log !== undefined && (await this.#log.inPlace())) {
      const tail = await this.#log.readFrom(this.#bytes);
      if (!tail.ok) return tail;
      if (tail.value.length === 0) return { ok: true };
      const decoded = decodeRecord(tail.value, this.attempts);
      if (decoded.bad !== undefined)
        return { ok: false, problem: damaged(this.#path, decoded.bad) };
      if (decoded.torn) return this.#rewrite();
      this.#bytes += tail.value.length;
      return { ok: true };
    }
    await this.#log?.close();
    this.#log = undefined;
    const read = await files.read(this.#path);
    if (!read.ok && read.problem.code !== 'ENOENT') return read;
    // What is known stays known: the file may have been removed while we were at work.
    const decoded = decodeRecord(read.ok ? read.value : new Uint8Array(), this.attempts);
    if (decoded.bad !== undefined) return { ok: false, problem: damaged(this.#path, decoded.bad) };
    const spare = decoded.lines > 2 * decoded.attempts.size + SPARE_LINES;
    if (!read.ok || decoded.torn || spare) return this.#rewrite();
    return this.#open(read.value.length);
  }

  /** The same attempts in one line each, as a new file. */
  async #rewrite(): Promise<Done> {
    const text = this.attempts.all().map(encodeAttempt).join('');
    await this.#log?.close();
    this.#log = undefined;
    const written = await this.#parts.files.writeAtomic(this.#path, text);
    return written.ok ? this.#open(Buffer.byteLength(text)) : written;
  }

  async #open(bytes: number): Promise<Done> {
    const log = await this.#parts.files.openLog(this.#path);
    if (!log.ok) return log;
    this.#log = log.value;
    this.#bytes = bytes;
    return { ok: true };
  }

  async #append(text: string, durable: boolean): Promise<Done> {
    if (this.#log === undefined) return { ok: false, problem: CLOSED };
    if (text !== '') {
      const appended = await this.#log.append(text);
      if (!appended.ok) return appended;
      this.#bytes += Buffer.byteLength(text);
    }
    return durable ? this.#log.flush() : { ok: true };
  }
}
