/**
 * Steps on the file of the spend record: each one reads what others have written, asks, and writes,
 * under the lock that all processes share.
 */
import type { FileOutcome, FileProblem, LogFile } from '../ports/files/files.ts';
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

export const damaged = (
  path: string,
  { line, reason }: { readonly line: number; readonly reason: string },
): FileProblem => ({
  code: 'EINVALID',
  message: `${path} is damaged in line ${line}: ${reason}`,
});

/** More lines than this beside twice the attempts: they are folded when the record is opened. */
const SPARE_LINES = 500;

/** How long lines that no claim waits for wait for the next step. */
const GATHER_MS = 200;

/** A lock that is held for milliseconds is not taken over more often than this. */
const MOST_TURNS = 5;

interface Turn {
  readonly answers: readonly (readonly Claimed[])[];
  /** Lines that it wrote. */
  readonly text: string;
  /** Another host had taken over the lock by the end. */
  readonly lost?: boolean;
}

interface Step {
  readonly claims: readonly RecordedAttempt[];
  readonly lines: readonly RecordedAttempt[];
  readonly durable: boolean;
  readonly resolve: (done: Done, claimed: readonly Claimed[]) => void;
}

const CHANGES_HANDS: FileProblem = {
  code: 'EBUSY',
  message: 'another host takes over the lock of the spend record again and again',
};
export const CLOSED: FileProblem = { code: 'EBADF', message: 'the spend record is closed' };

/** One at a time: the next step takes whatever has come meanwhile. */
export class RecordSteps {
  attempts = new Attempts();
  problem: FileProblem | undefined;
  readonly #path: string;
  readonly #parts: RecordParts;
  #log: LogFile | undefined;
  /** How much of the file is known. */
  #bytes = 0;
  #waiting: Step[] = [];
  #working: Promise<void> | undefined;
  #gathering: Promise<void> | undefined;
  readonly #closed = new AbortController();

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
      this.#start();
    });
  }

  /** Lines that go with the next step: it takes the lock and the disk once for all of them. */
  later(lines: readonly RecordedAttempt[]): void {
    this.#waiting.push({ claims: [], lines, durable: false, resolve: () => undefined });
    this.#gathering ??= this.#gather();
  }

  async #gather(): Promise<void> {
    await this.#parts.clock.sleep(GATHER_MS, this.#closed.signal);
    this.#gathering = undefined;
    this.#start();
  }

  #start(): void {
    // A microtask later, so that everything that comes in one go shares a step.
    this.#working ??= Promise.resolve().then(() => this.#work());
  }

  async close(): Promise<Done> {
    const { done } = await this.step([], [], true);
    this.#closed.abort();
    await this.#gathering;
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
    let before: Turn = { answers: steps.map(() => []), text: '' };
    for (let count = 0; count < MOST_TURNS; count++) {
      const turn = await this.#turn(steps, before);
      if (!turn.ok) return fail(turn.problem);
      before = turn.value;
      if (turn.value.lost) continue;
      for (const [index, { resolve }] of steps.entries())
        resolve({ ok: true }, turn.value.answers[index] ?? []);
      return;
    }
    return fail(CHANGES_HANDS);
  }

  /**
   * Asks and writes while it has the lock. A machine that stood still in between has lost it: what
   * it has written may be in a file that was replaced, and what it has read is old. `before`: what
   * such a turn said and wrote, which is judged and written once more.
   */
  async #turn(steps: readonly Step[], before: Turn): Promise<FileOutcome<Turn>> {
    const lock = await takeRecordLock(this.#path, this.#parts);
    if (!lock.ok) return lock;
    try {
      const read = await this.#readOn();
      if (!read.ok) return read;
      const text: string[] = [before.text];
      const answers = steps.map(({ claims, lines }, index) => {
        for (const line of lines) if (this.attempts.add(line)) text.push(encodeAttempt(line));
        return claims.map((intent, nth) =>
          this.#judge(intent, text, before.answers[index]?.[nth]?.kind === 'claimed'),
        );
      });
      const durable = steps.some((step) => step.durable);
      const written = await this.#append(text.join(''), durable);
      if (!written.ok) return written;
      const lost = text.join('') !== '' && (await lock.value.state()) !== 'held';
      // Lines of others may be before ours: the whole file is read again.
      if (lost) await this.#leave();
      return { ok: true, value: { answers, text: text.join(''), lost } };
    } finally {
      await lock.value.release();
    }
  }

  /** `again`: it was claimed in a turn that lost the lock. */
  #judge(intent: RecordedAttempt, text: string[], again: boolean): Claimed {
    const own = attemptKey(intent);
    const past = new Set(intent.past);
    const by = this.attempts
      .paidFor(intent.fingerprint, intent.origin)
      .find((one) => attemptKey(one) !== own && !past.has(attemptKey(one)));
    const known = this.attempts.get(own);
    const write = (line: RecordedAttempt): void => {
      this.attempts.add(line);
      text.push(encodeAttempt(line));
    };
    if (by !== undefined) {
      if (again && known !== undefined) write({ ...known, status: 'withdrawn' });
      return { kind: 'paid-already', by };
    }
    if (!again) write(known === undefined ? intent : { ...intent, sends: (known.sends ?? 1) + 1 });
    return { kind: 'claimed' };
  }

  /** Lines that others have written since, or the whole file if it was replaced. */
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
    await this.#leave();
    const read = await files.read(this.#path);
    if (!read.ok && read.problem.code !== 'ENOENT') return read;
    // Known facts stay known: the file may have been removed while this process was running.
    const decoded = decodeRecord(read.ok ? read.value : new Uint8Array(), this.attempts);
    if (decoded.bad !== undefined) return { ok: false, problem: damaged(this.#path, decoded.bad) };
    const spare = decoded.lines > 2 * decoded.attempts.size + SPARE_LINES;
    if (!read.ok || decoded.torn || spare) return this.#rewrite();
    return this.#open(read.value.length);
  }

  /** The same attempts in one line each, as a new file. */
  async #rewrite(): Promise<Done> {
    const text = this.attempts.all().map(encodeAttempt).join('');
    await this.#leave();
    const written = await this.#parts.files.writeAtomic(this.#path, text);
    return written.ok ? this.#open(Buffer.byteLength(text)) : written;
  }

  async #leave(): Promise<void> {
    await this.#log?.close();
    this.#log = undefined;
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
