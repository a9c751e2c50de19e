/**
 * Every input of a render's fingerprint, old and new, and where each comes from: what `rushes
 * explain <render id>` prints.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Place } from '../../diagnostic.ts';
import type { Fingerprint } from '../../ids.ts';
import type { Result } from '../../lock/file/format.ts';
import type { Json, JsonObject } from '../../scene.ts';
import { changesOf, isSameText } from '../match/changes.ts';
import { identityBody } from '../resolve/fingerprint.ts';
import type { ResolvedRender } from '../plan.ts';

export interface FingerprintInput {
  /** `gateway`, `take`, `revision`, or a native path joined with `.`. */
  readonly path: string;
  /**
   * The value sent for the result in the lock; `undefined` if there was none. Equal to `new`
   * unless `changed`.
   */
  readonly old: Json | undefined;
  /** `undefined`: the field is no longer sent. */
  readonly new: Json | undefined;
  readonly changed: boolean;
  readonly place: Place;
}

export interface Explained {
  readonly new: Fingerprint;
  /** Of the result in the lock. */
  readonly old?: Fingerprint;
  /** In the order of the body; fields that are no longer sent come last. */
  readonly inputs: readonly FingerprintInput[];
  /** Fields of the request that are sent and do not count, with their places. */
  readonly delivery: readonly {
    readonly path: string;
    readonly value: Json;
    readonly place: Place;
  }[];
}

/** `result`: the current result of the render's lock entry, if it has one. */
export function explainRender(render: ResolvedRender, result?: Result): Explained {
  const { model, request } = render;
  // An old request that the lock does not know (an imported task) can show no change.
  const isCurrent = result?.fingerprint === render.fingerprint;
  const changes = new Map(
    (result === undefined || isCurrent ? [] : changesOf(render, result)).map((change) => [
      change.path,
      change,
    ]),
  );
  const outside = (path: 'gateway' | 'take' | 'revision', value: Json): FingerprintInput => {
    const change = changes.get(path);
    const old = result === undefined ? undefined : change === undefined ? value : change.old;
    return { path, old, new: value, changed: change !== undefined, place: render.placeOf([path]) };
  };
  const before = leavesOf(result?.request, model.deliveryFields);
  const after = leavesOf(request, model.deliveryFields);
  const fields = [...new Map([...after, ...before]).values()].map(
    ({ name, path }): FingerprintInput => {
      const [old, now] = [before.get(name)?.value, after.get(name)?.value];
      return {
        path: name,
        old,
        new: now,
        changed:
          result?.request !== undefined && !isDeepStrictEqual(old, now) && !isSameText(old, now),
        place: render.placeOf(path),
      };
    },
  );
  return {
    new: render.fingerprint,
    ...(result === undefined ? {} : { old: result.fingerprint }),
    inputs: [
      outside('gateway', model.gateway),
      outside('take', render.take),
      outside('revision', render.revision),
      ...fields,
    ],
    delivery: model.deliveryFields.flatMap((field) => {
      const value = Object.hasOwn(request, field) ? request[field] : undefined;
      return value === undefined ? [] : [{ path: field, value, place: render.placeOf([field]) }];
    }),
  };
}

interface Leaf {
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly value: Json;
}

function leavesOf(
  body: JsonObject | undefined,
  deliveryFields: readonly string[],
): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  if (body !== undefined) collect(identityBody(body, deliveryFields), [], found);
  return found;
}

/** Empty maps and lists are leaves: they are sent. */
function collect(value: Json, path: readonly (string | number)[], found: Map<string, Leaf>): void {
  const isBranch =
    value !== null &&
    typeof value === 'object' &&
    (path.length === 0 || Object.keys(value).length > 0);
  if (!isBranch) {
    const name = path.join('.');
    found.set(name, { name, path, value });
    return;
  }
  const inList = Array.isArray(value);
  for (const [key, item] of Object.entries(value as JsonObject))
    collect(item, [...path, inList ? Number(key) : key], found);
}
