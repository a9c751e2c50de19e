/**
 * The lock at any moment is the lock at the start and the journal since, replayed. Replay is
 * idempotent and only moves forward (intent, ambiguous, accepted, ended), so a run that is killed
 * between writing the lock and emptying the journal changes nothing when it is read again. Pure,
 * and linear in lock and events.
 *
 * Why a second replay ends where the first did: which result is current follows "last one made
 * current wins" (`promote` moves to the front and keeps the rest in order), states only move
 * forward, and everything is found by attempt or task, never by position. It holds for journals as
 * runs write them: renders are moved first, then restored, then submitted, and a render has one
 * unanswered attempt at a time.
 */
import type { Fingerprint, GatewayName, RenderId, TaskId } from '../../ids.ts';
import type { JournalEvent } from './events.ts';
import { answersOf, attemptOf, resultOfAttempt } from '../attempt.ts';
import { type AttemptEvent, intended, transition } from '../transition.ts';
import {
  atPath,
  decisionAfterReplacement,
  decisionAfterReturn,
  entryOf,
  resultOf,
} from '../entry.ts';
import { keyOf, type Lock, type LockEntry, type Result } from '../file/format.ts';

/** Where a result is: the render, and the result itself. */
export interface Found {
  readonly id: RenderId;
  readonly result: Result;
}

/** A lock that grows with events. */
export interface Replayer {
  /** The state now. The map is live; its entries never change. */
  readonly lock: Lock;
  apply(event: JournalEvent): void;
  /** By attempt, or by task for a result that has no attempt. */
  byKey(key: string): Found | undefined;
  /**
   * Every result that names the task; one, but for two attempts to which a gateway gave one task.
   */
  byTask(task: TaskId): readonly Found[];
}

export function replay(lock: Lock, events: Iterable<JournalEvent>): Lock {
  const state = replayer(lock);
  for (const event of events) state.apply(event);
  return state.lock;
}

/**
 * The event with the result that a `moved` or `restored` is about, as things stand now: in a second
 * replay its render may hold another one, which must stay where it is.
 */
export function identified(state: Replayer, event: JournalEvent): JournalEvent {
  if ((event.kind !== 'moved' && event.kind !== 'restored') || event.result !== undefined)
    return event;
  const entry = state.lock.renders.get(event.kind === 'moved' ? event.from : event.id);
  const meant = event.kind === 'moved' ? entry : withFingerprint(entry, event.fingerprint);
  return meant === undefined ? event : { ...event, result: keyOf(meant) };
}

const withFingerprint = (
  entry: LockEntry | undefined,
  fingerprint: Fingerprint,
): Result | undefined =>
  [entry, ...(entry?.earlier ?? [])].find(
    (result) => result?.fingerprint === fingerprint && result.task !== undefined,
  );

export function replayer(start: Lock): Replayer {
  const renders = new Map(start.renders);
  const homes = new Map<string, RenderId>();
  const keysOfTask = new Map<TaskId, Set<string>>();
  for (const [id, entry] of renders) rememberAll(id, entry);

  function remember(id: RenderId, result: Result): void {
    homes.set(keyOf(result), id);
    if (result.task === undefined) return;
    const keys = keysOfTask.get(result.task);
    if (keys === undefined) keysOfTask.set(result.task, new Set([keyOf(result)]));
    else keys.add(keyOf(result));
  }

  function rememberAll(id: RenderId, entry: LockEntry): void {
    remember(id, entry);
    for (const result of entry.earlier ?? []) remember(id, result);
  }

  function byKey(key: string): Found | undefined {
    const id = homes.get(key);
    const entry = id === undefined ? undefined : renders.get(id);
    if (id === undefined || entry === undefined) return undefined;
    const result =
      keyOf(entry) === key ? resultOf(entry) : entry.earlier?.find((one) => keyOf(one) === key);
    return result === undefined ? undefined : { id, result };
  }

  const byTask = (task: TaskId): readonly Found[] =>
    [...(keysOfTask.get(task) ?? [])].flatMap((key) => byKey(key) ?? []);

  /** The results that an event about a task is about. */
  const meant = ({
    task,
    gateway,
  }: {
    readonly task: TaskId;
    readonly gateway?: GatewayName;
  }): readonly Found[] =>
    byTask(task).filter(
      ({ result }) => gateway === undefined || result.model.startsWith(`${gateway}/`),
    );

  const currentKey = (id: RenderId): string | undefined => {
    const entry = renders.get(id);
    return entry === undefined ? undefined : keyOf(entry);
  };

  /** Puts the changed result in the place of the old one. */
  function put({ id, result: old }: Found, result: Result): void {
    const entry = renders.get(id);
    if (entry === undefined || result === old) return;
    const key = keyOf(old);
    const earlier = entry.earlier ?? [];
    if (keyOf(entry) === key)
      renders.set(id, entryOf(result, decisionAfterReturn(old, result, entry.decision), earlier));
    else
      renders.set(id, {
        ...entry,
        earlier: earlier.map((one) => (keyOf(one) === key ? result : one)),
      });
    remember(id, result);
  }

  /** Makes the result current; the one that was comes first among the earlier. */
  function promote({ id, result }: Found): void {
    const entry = renders.get(id);
    if (entry === undefined || keyOf(entry) === keyOf(result)) return;
    const others = (entry.earlier ?? []).filter((one) => keyOf(one) !== keyOf(result));
    renders.set(id, entryOf(result, entry.decision, [resultOf(entry), ...others]));
  }

  /** Takes out what has turned out never to have been sent; the render is what it was before. */
  function remove({ id, result }: Found): void {
    const entry = renders.get(id);
    if (entry === undefined) return;
    const rest = (entry.earlier ?? []).filter((one) => keyOf(one) !== keyOf(result));
    homes.delete(keyOf(result));
    const [current, ...earlier] =
      keyOf(entry) === keyOf(result) ? rest : [resultOf(entry), ...rest];
    if (current === undefined) renders.delete(id);
    else renders.set(id, entryOf(current, entry.decision, earlier));
  }

  /** Applies the event to a result. Returns whether it changed anything. */
  function advance(found: Found, event: AttemptEvent): boolean {
    const attempt = attemptOf(found.result);
    const next = transition(attempt, event);
    if (next === attempt) return false;
    if (next === undefined) remove(found);
    else put(found, resultOfAttempt(next));
    return true;
  }

  /** Refusals that cost nothing are kept only until the next definite answer. */
  function shed(id: RenderId): void {
    const entry = renders.get(id);
    if (entry?.earlier === undefined || entry.earlier.every(mayBePaid)) return;
    for (const result of entry.earlier) if (!mayBePaid(result)) homes.delete(keyOf(result));
    renders.set(id, entryOf(resultOf(entry), entry.decision, entry.earlier.filter(mayBePaid)));
  }

  function replaced(id: RenderId): void {
    const entry = renders.get(id);
    if (entry !== undefined)
      renders.set(
        id,
        entryOf(resultOf(entry), decisionAfterReplacement(entry.decision), entry.earlier ?? []),
      );
  }

  function intent(event: Extract<JournalEvent, { readonly kind: 'intent' }>): void {
    const known = byKey(event.attempt);
    if (known !== undefined) {
      if (!answersOf(known.result).isVoid) promote(known);
      return;
    }
    const before = renders.get(event.id);
    const earlier = before === undefined ? [] : [resultOf(before), ...(before.earlier ?? [])];
    const result = resultOfAttempt(intended(event));
    renders.set(event.id, entryOf(result, before?.decision, earlier));
    remember(event.id, result);
  }

  function moved({
    from,
    to,
    path,
    result: key,
  }: Extract<JournalEvent, { readonly kind: 'moved' }>): void {
    const home = key === undefined ? from : homes.get(key);
    if (home !== from && home !== to) return;
    const entry = renders.get(home);
    if (entry === undefined) return;
    if (home !== to) {
      const occupant = renders.get(to);
      const pushed =
        occupant === undefined ? [] : [resultOf(occupant), ...(occupant.earlier ?? [])];
      const there = entryOf(resultOf(entry), entry.decision, [...(entry.earlier ?? []), ...pushed]);
      renders.delete(from);
      renders.set(to, there);
      rememberAll(to, there);
    }
    const moved = byKey(key ?? keyOf(entry));
    if (moved !== undefined && path !== undefined) put(moved, atPath(moved.result, path));
  }

  /**
   * What is known here already only moves forward; the rest comes in, its current result as the
   * current one.
   */
  function received({ id, entry }: Extract<JournalEvent, { readonly kind: 'received' }>): void {
    const current = resultOf(entry);
    const fresh: Result[] = [];
    for (const result of [current, ...(entry.earlier ?? [])]) {
      const known = byKey(keyOf(result));
      if (known === undefined) fresh.push(result);
      else if (answersOf(result).progress > answersOf(known.result).progress) put(known, result);
    }
    const home = byKey(keyOf(current))?.id ?? id;
    const there = renders.get(home);
    const own = there === undefined ? [] : [resultOf(there), ...(there.earlier ?? [])];
    // A refusal that cost nothing takes no place: it may have been shed since.
    const coming = own.length === 0 ? fresh : fresh.filter(mayBePaid);
    const [first, ...rest] = coming.includes(current) ? [...coming, ...own] : [...own, ...coming];
    if (first === undefined || coming.length === 0) return;
    const made = entryOf(first, first === current ? entry.decision : there?.decision, rest);
    renders.set(home, made);
    rememberAll(home, made);
  }

  function given({ id, results }: Extract<JournalEvent, { readonly kind: 'given' }>): void {
    const entry = renders.get(id);
    if (entry === undefined) return;
    const gone = new Set(results);
    const [current, ...earlier] = [resultOf(entry), ...(entry.earlier ?? [])].filter(
      (result) => !gone.has(keyOf(result)),
    );
    for (const key of gone) if (homes.get(key) === id) homes.delete(key);
    if (current === undefined) renders.delete(id);
    else renders.set(id, entryOf(current, entry.decision, earlier));
  }

  function restored({
    id,
    fingerprint,
    path,
    result: key,
  }: Extract<JournalEvent, { readonly kind: 'restored' }>): void {
    const meant = withFingerprint(renders.get(id), fingerprint);
    const wanted = key ?? (meant === undefined ? '' : keyOf(meant));
    const found = byKey(wanted);
    if (found === undefined) return;
    if (currentKey(found.id) !== wanted) {
      promote(found);
      replaced(found.id);
    }
    if (path !== undefined) put(found, atPath(found.result, path));
  }

  function apply(event: JournalEvent): void {
    switch (event.kind) {
      case 'run':
        return;
      case 'intent':
        return intent(event);
      case 'moved':
        return moved(event);
      case 'received':
        return received(event);
      case 'given':
        return given(event);
      case 'restored':
        return restored(event);
      case 'withdrawn':
      case 'refused':
      case 'ambiguous':
      case 'accepted': {
        const found = byKey(event.attempt);
        if (found === undefined) return;
        const isNews = advance(found, event);
        if (event.kind === 'accepted' && isNews && currentKey(found.id) === event.attempt)
          replaced(found.id);
        if (event.kind === 'accepted' || event.kind === 'refused') shed(found.id);
        return;
      }
      case 'completed':
      case 'failed':
      case 'lost':
      case 'landed':
        for (const found of meant(event)) advance(found, event);
        return;
    }
  }

  return { lock: { renders }, apply, byKey, byTask };
}

const mayBePaid = (result: Result): boolean => answersOf(result).mayBePaid;
