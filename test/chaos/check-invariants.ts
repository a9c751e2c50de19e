/**
 * The invariants, against the gateway's own books. Every breach is a sentence; a round that
 * collects any has failed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawSlate } from '../../src/clip/slate/slate.ts';
import type { GatewayEvent } from '../../src/local-gateway/books.ts';
import type { LocalGateway } from '../../src/local-gateway/server.ts';
import { slateOf } from '../../src/local-gateway/clips/slates.ts';
import { neverHappened } from '../../src/lock/attempt.ts';
import { decodeLock } from '../../src/lock/file/decode.ts';
import {
  encodeLock,
  keyOf,
  type Lock,
  type LockEntry,
  type Result,
} from '../../src/lock/file/format.ts';
import { readLedger } from '../../src/lock/read-ledger.ts';
import { fromLockPath, type LockPaths } from '../../src/lock/file/paths.ts';
import { systemFiles } from '../../src/ports/files/files.ts';
import type { RenderId } from '../../src/ids.ts';
import { worstExit } from '../../src/plan/exit.ts';
import type { Film } from './random-project.ts';
import type { Life } from './process-run.ts';
import { limitBreaches } from './check-limits.ts';
import { moneyBreaches } from './check-money.ts';

export type Accepted = ReturnType<LocalGateway['books']>['accepted'][number];

export interface JudgeParts {
  readonly film: Film;
  readonly folder: string;
  /** Of each manifest. */
  readonly paths: readonly LockPaths[];
  readonly gateway: () => LocalGateway;
  readonly keys: readonly string[];
  /** How far the world's clock is ahead. */
  readonly laterMs: () => number;
}

export class Judge {
  readonly breaches: string[] = [];
  readonly #parts: JudgeParts;
  readonly #bodies = new Map<string, string>();
  readonly #paidAgain = new Map<string, number>();
  /** Tasks whose answer was lost: what they take of a limit is a guess by design. */
  readonly #wasAmbiguous = new Set<string>();
  readonly #expected = new Map<string, string>();
  #retriesFailed = false;
  /** By scene: the revisions that were ever wanted. */
  readonly #revisions = new Map<string, Set<number>>();

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  #now(): number {
    return Date.now() + this.#parts.laterMs();
  }

  #breach(text: string): void {
    if (!this.breaches.includes(text)) this.breaches.push(text);
  }

  /** A decision that allows one more accepted submit for a `scene/alias`. */
  paidAgain(purpose: string): void {
    this.#paidAgain.set(purpose, (this.#paidAgain.get(purpose) ?? 0) + 1);
  }

  /** Somebody edited the manifest. Going back to a revision that was made before costs nothing. */
  wants(scene: string, revision: number): void {
    this.#revisions.set(scene, (this.#revisions.get(scene) ?? new Set([1])).add(revision));
  }

  /** From now on, failed renders may be paid for anew. */
  retriesFailed(): void {
    this.#retriesFailed = true;
  }

  /** At the very moment at which the gateway sees it: what must be on disk by then? */
  saw(event: GatewayEvent): void {
    if (event.kind === 'submit') {
      const key = event.idempotencyKey;
      if (key === undefined) return this.#breach('a submit came without an Idempotency-Key');
      if (!this.#onDisk(key)) this.#breach(`attempt ${key} was sent before its intent was on disk`);
      if ((this.#bodies.get(key) ?? event.body) !== event.body)
        this.#breach(`attempt ${key} was sent with two bodies`);
      this.#bodies.set(key, event.body);
      if (event.outcome === 'refused' && event.status !== 429)
        this.#breach(`a body was refused with ${event.status}: ${event.body}`);
    } else if (event.kind === 'ask' || event.kind === 'batch') {
      for (const task of event.tasks) {
        if (!this.#onDisk(task)) this.#breach(`task ${task} was asked for before it was on disk`);
        const home = this.#parts.gateway().state.tasks.get(task)?.gateway;
        if (home !== event.gateway)
          this.#breach(`task ${task} of ${String(home)} was asked for at ${event.gateway}`);
      }
    } else if (event.kind === 'download' && event.leakedKey)
      this.#breach(`the key was sent to the media host, for task ${event.task}`);
  }

  /** The journal first: what leaves it is in the lock by then. */
  #onDisk(text: string): boolean {
    return this.#parts.paths
      .flatMap(({ journal, lock }) => [journal, lock])
      .some((path) => existsSync(path) && readFileSync(path, 'utf8').includes(text));
  }

  /**
   * After each end of a process, whatever ended it. Gives the state as the next process will find
   * it.
   */
  async after(life: Life, wanted: Wanted): Promise<Lock> {
    const { paths, film, gateway } = this.#parts;
    if (life.hung) this.#breach(`rushes ${life.argv.join(' ')} did not end`);
    if (life.sent !== undefined && life.sent !== 'SIGKILL' && life.lingeredMs > 10_000) {
      this.#breach(
        `${life.sent} was heard, but it took ${Math.round(life.lingeredMs)} ms to leave`,
      );
    }
    if (
      life.exit === 70 ||
      /this is a bug in rushes|internal error: /.test(
        life.err.replaceAll(/internal_error: .*/g, ''),
      )
    )
      this.#breach(`a bug: ${life.err.slice(-1500)}`);
    await this.#canonical();
    // Scenes of two manifests have different names: together their locks are one.
    const renders = new Map<RenderId, LockEntry>();
    for (const one of paths) {
      const read = await readLedger(systemFiles, one);
      if (read.kind !== 'lock') {
        this.#breach(`lock and journal cannot be read: ${JSON.stringify(read)}`);
        return { renders: new Map() };
      }
      for (const [id, entry] of read.lock.renders) renders.set(id, entry);
    }
    const lock: Lock = { renders };
    const { accepted, events } = gateway().books();
    this.#accounted(accepted, lock);
    this.#onceEach(accepted);
    for (const breach of moneyBreaches(accepted, resultsIn(lock), events, gateway().state.tasks))
      this.#breach(breach);
    for (const breach of limitBreaches(accepted, events, film, this.#wasAmbiguous))
      this.#breach(breach);
    await this.#clips(lock);
    await this.#secrets(life);
    this.#exit(life, lock, wanted);
    return lock;
  }

  /** The lock is what its own encoder makes of it. */
  async #canonical(): Promise<void> {
    for (const { lock } of this.#parts.paths) {
      if (!existsSync(lock)) continue;
      const text = await readFile(lock, 'utf8');
      const decoded = decodeLock(text, lock);
      if (!decoded.ok) this.#breach(`the lock does not parse: ${text.slice(0, 300)}`);
      else if (encodeLock(decoded.lock) !== text)
        this.#breach('the lock is not in its canonical form');
    }
  }

  /** Every accepted task is known, for the right render, in a state that its fate allows. */
  #accounted(accepted: readonly Accepted[], lock: Lock): void {
    const { film } = this.#parts;
    const found = new Map(resultsIn(lock).map(({ id, result }) => [keyOf(result), { id, result }]));
    for (const { task, idempotencyKey = '', gateway, body } of accepted) {
      const known = found.get(idempotencyKey);
      if (known === undefined) {
        this.#breach(
          `task ${task} (attempt ${idempotencyKey}) was accepted, and neither lock nor journal knows it`,
        );
        continue;
      }
      const { id, result } = known;
      if (result.status === 'ambiguous') this.#wasAmbiguous.add(task);
      if (result.task === undefined ? result.status !== 'ambiguous' : result.task !== task) {
        this.#breach(
          `task ${task} is in the lock as ${result.status} with task ${String(result.task)}`,
        );
      }
      if (neverHappened(result))
        this.#breach(`task ${task} was accepted, and the lock says that it never happened`);
      const purpose = film.purposeOf(gateway, body);
      if (purpose === undefined || (id !== purpose && !id.startsWith(`${purpose}/`))) {
        this.#breach(`task ${task} was made for ${String(purpose)}, and the lock has it for ${id}`);
      }
    }
    const tasks = new Set(accepted.map(({ task }) => task));
    for (const { id, result } of resultsIn(lock)) {
      if (result.task !== undefined && !tasks.has(result.task))
        this.#breach(`${id} has task ${result.task}, which nobody accepted`);
    }
  }

  /**
   * No logical submit is accepted twice, but by a decision or where the manifest allows a retry.
   */
  #onceEach(accepted: readonly Accepted[]): void {
    const { film, gateway } = this.#parts;
    const keys = new Set<string>();
    const byPurpose = new Map<string, { accepted: number; failed: number }>();
    for (const { task, idempotencyKey = '', gateway: name, body } of accepted) {
      if (keys.has(idempotencyKey)) this.#breach(`attempt ${idempotencyKey} was accepted twice`);
      keys.add(idempotencyKey);
      const purpose = film.purposeOf(name, body) ?? '';
      const count = byPurpose.get(purpose) ?? { accepted: 0, failed: 0 };
      byPurpose.set(purpose, count);
      count.accepted += 1;
      const end = gateway().state.tasks.get(task)?.fate.end;
      if (end === 'failed' || end === 'cancelled') count.failed += 1;
    }
    for (const [purpose, { accepted, failed }] of byPurpose) {
      const wanted = film.takes * (this.#revisions.get(purpose.split('/')[0] ?? '')?.size ?? 1);
      const retried = this.#retriesFailed ? failed : Math.min(failed, film.retries * wanted);
      const allowed = wanted + retried + (this.#paidAgain.get(purpose) ?? 0);
      if (accepted > allowed)
        this.#breach(`${purpose} was accepted ${accepted} times, and ${allowed} are allowed`);
    }
  }

  /** Bytes on disk, in the lock and at the gateway are the same, task by task. */
  async #clips(lock: Lock): Promise<void> {
    for (const { id, result } of resultsIn(lock)) {
      if (result.clip === undefined || result.task === undefined) continue;
      const bytes = await readFile(
        fromLockPath(this.#parts.paths[0]?.lock ?? '', result.clip.path),
      ).catch(() => undefined);
      const sha256 =
        bytes === undefined ? 'missing' : createHash('sha256').update(bytes).digest('hex');
      if (sha256 !== result.clip.sha256)
        this.#breach(`the clip of ${id} is ${sha256}, and the lock says ${result.clip.sha256}`);
      const served = await this.#served(result.task);
      if (served !== result.clip.sha256)
        this.#breach(`the clip of ${id} is not the one that task ${result.task} made`);
    }
  }

  async #served(id: string): Promise<string> {
    const known = this.#expected.get(id);
    if (known !== undefined) return known;
    const task = this.#parts.gateway().state.tasks.get(id);
    const bytes = task === undefined ? 'no such task' : await drawSlate(slateOf(task, undefined));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#expected.set(id, sha256);
    return sha256;
  }

  async #secrets({ out, err }: Life): Promise<void> {
    const { folder, keys, gateway } = this.#parts;
    const secrets = [
      ...keys,
      'signature=',
      ...[...gateway().state.tasks.values()].map(({ link }) => link.token),
    ];
    const look = (where: string, bytes: Buffer): void => {
      for (const secret of secrets)
        if (bytes.includes(secret)) this.#breach(`${where} holds ${secret}`);
    };
    look('stdout', Buffer.from(out));
    look('stderr', Buffer.from(err));
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) look(file.name, await readFile(join(file.parentPath, file.name)));
    }
  }

  /** docs/commands.md: the exit code is the state at the end. */
  #exit({ argv, exit, sent, err, out }: Life, lock: Lock, wanted: Wanted): void {
    if (exit === null) {
      if (sent === undefined)
        this.#breach(`rushes ${argv.join(' ')} was ended by a signal that nobody sent`);
      return;
    }
    const [command = ''] = argv;
    if (command !== 'render' && command !== 'collect') return;
    if (exit === 130 && sent !== undefined && sent !== 'SIGKILL') return;
    const ids = command === 'collect' ? [...lock.renders.keys()] : this.#parts.film.ids;
    const codes = ids.flatMap((id) =>
      this.#codesOf(lock.renders.get(id as RenderId), command, wanted.get(id)),
    );
    const owed = [...lock.renders.values()].some(({ earlier = [] }) =>
      earlier.some((result) => isOwed(result, this.#now())),
    );
    const state = worstExit([...codes, ...(owed ? [6 as const] : [])]);
    // Stopped short of submitting everything: by the budget, or because the gateway takes nothing
    // more.
    const stopped = (exit === 4 || exit === 69) && command === 'render' && codes.includes(6);
    // The clip that was not what was asked for stays, and the run in which it landed says so.
    const mismatch =
      this.#parts.film.strict &&
      exit === worstExit([state, 1]) &&
      resultsIn(lock).some(({ result }) => result.mismatch);
    // A shard answers for its own renders; which those are is not known here.
    const shard = argv.includes('--shard') && [0, ...codes, ...(owed ? [6] : [])].includes(exit);
    if (exit !== state && !stopped && !mismatch && !shard)
      this.#breach(
        `rushes ${argv.join(' ')} ended with ${exit}, and its state says ${state}\n${err.slice(-1200)}`,
      );
    if (argv.includes('--json') && out !== '') {
      const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as {
        event: string;
        exit?: number;
      };
      if (last.event !== 'run.finished' || last.exit !== exit)
        this.#breach(`the last line of --json is ${JSON.stringify(last)}, and the exit is ${exit}`);
    }
  }

  #codesOf(
    entry: LockEntry | undefined,
    command: string,
    wanted: string | undefined,
  ): readonly (1 | 5 | 6 | 7)[] {
    const collects = command === 'collect';
    // Nothing was ever sent for it, or a person said so: to be submitted, which `collect` does not
    // do.
    if (entry === undefined || neverHappened(entry)) return collects ? [] : [6];
    const redo = entry.decision?.redo;
    if (!collects && redo !== undefined && redo === (entry.task ?? entry.attempt)) return [6];
    if (entry.status === 'ambiguous' || entry.status === 'lost') return [5];
    if (!collects && entry.fingerprint !== wanted) {
      // docs/costs.md: what was made or tried for these inputs before stands, so going back to
      // them costs nothing.
      const before = standing(entry, wanted)?.status;
      return before === 'failed' ? [1] : before === 'ambiguous' || before === 'lost' ? [5] : [6];
    }
    switch (entry.status) {
      case 'submitted':
        return [6];
      case 'failed':
        return [1];
      case 'completed':
        return entry.clip !== undefined ? [] : isOwed(entry, this.#now()) ? [6] : [7];
    }
  }
}

const WORTH: readonly Result['status'][] = [
  'completed',
  'submitted',
  'ambiguous',
  'lost',
  'failed',
];

/** The result that stands for what is wanted: the current one, else the best of the earlier. */
export const standing = (entry: LockEntry, wanted: string | undefined): Result | undefined =>
  [entry, ...(entry.earlier ?? [])]
    .filter((result) => result.fingerprint === wanted && !neverHappened(result))
    .sort((a, b) =>
      a === entry ? -1 : b === entry ? 1 : WORTH.indexOf(a.status) - WORTH.indexOf(b.status),
    )[0];

/** Paid for, and still to come: a task at work, or a clip whose link lives. */
export function isOwed(
  { status, clip, completedAt, expiresAt, target }: Result,
  nowMs: number,
): boolean {
  if (status === 'submitted') return true;
  if (status !== 'completed' || clip !== undefined || target === undefined) return false;
  if (expiresAt !== undefined) return Date.parse(expiresAt) > nowMs;
  // Nobody said: the longest life that any document promises.
  return completedAt === undefined || Date.parse(completedAt) + 72 * 3_600_000 > nowMs;
}

/** Render ids with the fingerprint that the manifest of now asks for. */
export type Wanted = ReadonlyMap<string, string>;

export const resultsIn = ({
  renders,
}: Lock): readonly { readonly id: string; readonly result: Result }[] =>
  [...renders].flatMap(([id, entry]) =>
    [entry, ...(entry.earlier ?? [])].map((result) => ({ id, result })),
  );
