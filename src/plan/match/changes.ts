/**
 * The changes between the request that was sent and the one that would be sent, field by field,
 * with the line that did it.
 */
import type { Result } from '../../lock/file/format.ts';
import { digestInPlace } from '../../pictures/placeholder.ts';
import type { Json, JsonObject } from '../../scene.ts';
import { fingerprintOf, identityBody } from '../resolve/fingerprint.ts';
import type { FieldChange, ResolvedRender } from '../plan.ts';

type Path = readonly (string | number)[];

/** Empty if the lock does not know the old request (an imported task). */
export function changesOf(render: ResolvedRender, old: Result): FieldChange[] {
  if (old.request === undefined) return [];
  const { deliveryFields } = render.model;
  const changes: FieldChange[] = [];
  const oldGateway = old.model.slice(0, old.model.indexOf('/'));
  if (oldGateway !== render.model.gateway) {
    changes.push({
      path: 'gateway',
      old: oldGateway,
      new: render.model.gateway,
      place: render.placeOf(['gateway']),
    });
  }
  diff(
    identityBody(old.request, deliveryFields),
    identityBody(render.request, deliveryFields),
    [],
    (path, before, after) => {
      if (isSameText(before, after)) return;
      changes.push({
        path: path.join('.'),
        old: before,
        new: after,
        ...(isDefault(render, old, path, before, after) ? { isDefault: true } : {}),
        place: render.placeOf(path),
      });
    },
  );
  return [...changes, ...revisionChange(render, old, old.request, changes.length === 0)];
}

/** Also of a picture that moved, or a scene that was renamed: the same bytes are asked for. */
export const isSameText = (before: Json | undefined, after: Json | undefined): boolean =>
  typeof before === 'string' &&
  typeof after === 'string' &&
  digestInPlace(before) === digestInPlace(after);

/** Whether a field came or went with the value that the model takes for it anyway. */
function isDefault(
  { model }: ResolvedRender,
  old: Result,
  path: Path,
  before: Json | undefined,
  after: Json | undefined,
): boolean {
  const [field] = path;
  if (path.length !== 1 || typeof field !== 'string' || old.model !== model.name) return false;
  if ((before === undefined) === (after === undefined)) return false;
  const byDefault = own(model.defaults, field);
  return byDefault !== undefined && byDefault === (before ?? after);
}

/**
 * Maps key by key, lists item by item, everything else as a whole. New keys come in their new
 * order, lost ones after them.
 */
function diff(
  before: Json | undefined,
  after: Json | undefined,
  path: Path,
  changed: (path: Path, old?: Json, now?: Json) => void,
): void {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const [left, right] = [before as JsonObject, after as JsonObject];
    const step = (key: string): string | number => (Array.isArray(after) ? Number(key) : key);
    const compare = (key: string): void => {
      const [was, is] = [own(left, key), own(right, key)];
      // Nearly every field of a large batch: nothing is made for it.
      if (!Object.is(was, is)) diff(was, is, [...path, step(key)], changed);
    };
    for (const key of Object.keys(right)) compare(key);
    for (const key of Object.keys(left)) if (!Object.hasOwn(right, key)) compare(key);
    // Otherwise one of them is a plain value, or they are a map and a list: never deeply equal.
  } else if (!Object.is(before, after)) changed(path, before, after);
}

const isBranch = (value: Json | undefined): value is JsonObject | readonly Json[] =>
  typeof value === 'object' && value !== null;
const own = (map: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** The lock does not hold the old revision, but its fingerprint proves a guess. */
function revisionChange(
  render: ResolvedRender,
  old: Result,
  body: JsonObject,
  nothingElse: boolean,
): FieldChange[] {
  if (!nothingElse && render.revision === 0) return [];
  const { gateway, deliveryFields } = render.model;
  const was = (revision: number): boolean =>
    fingerprintOf({ gateway, take: render.take, revision, body, deliveryFields }) ===
    old.fingerprint;
  if (!nothingElse && was(render.revision)) return [];
  const place = render.placeOf(['revision']);
  const guess = [render.revision - 1, render.revision + 1, 0, 1, 2, 3].find(
    (revision) => revision >= 0 && was(revision),
  );
  if (guess !== undefined) return [{ path: 'revision', old: guess, new: render.revision, place }];
  return nothingElse ? [{ path: 'revision', old: undefined, new: render.revision, place }] : [];
}
