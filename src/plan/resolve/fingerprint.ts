/**
 * The identity of a render: what is made, for whom it is made, and nothing else. Never the id, the
 * order, a path, an alias or a time, so that renaming and reordering cost nothing.
 */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Fingerprint, GatewayName } from '../../ids.ts';
import type { Json, JsonObject } from '../../scene.ts';

/** Everything that a fingerprint is made of, and all of it. */
export interface FingerprintInputs {
  readonly gateway: GatewayName;
  readonly take: number;
  readonly revision: number;
  /** The native body as sent. */
  readonly body: JsonObject;
  /** Top-level fields of the body that say where news go, not what is made: left out. */
  readonly deliveryFields: readonly string[];
  /**
   * Digests of local bytes that the body refers to, by their place in it. Empty as long as frames
   * are URLs.
   */
  readonly digests?: Readonly<Record<string, string>>;
}

/**
 * `sha256:<hex>` over the canonical JSON (RFC 8785) of gateway, take, revision, digests and the
 * body less its delivery fields. Throws on what canonical JSON cannot hold: see {@link
 * unwritableIn}, which finds it beforehand.
 */
export const fingerprintOf = (inputs: FingerprintInputs): Fingerprint =>
  digestOf(canonicalOf(inputs));

function canonicalOf({
  gateway,
  take,
  revision,
  body,
  deliveryFields,
  digests = {},
}: FingerprintInputs): string {
  const inputs = { gateway, take, revision, digests, body: identityBody(body, deliveryFields) };
  const quick = canonicalText(inputs);
  // What looks like half of a surrogate pair or is no number is for the package to refuse.
  return quick === undefined || quick.includes('\\ud') ? (canonicalize(inputs) ?? '') : quick;
}

const digestOf = (canonical: string): Fingerprint =>
  `sha256:${hash('sha256', canonical, 'hex')}` as Fingerprint;

/**
 * Stands where a prompt goes. No text of a request is likely to hold it; one that does makes no
 * pattern.
 */
const PROMPT = '\u0001prompt\u0001';

/**
 * The fingerprints of requests that differ only in their prompt and take, without going through the
 * whole body each time; `undefined` where that cannot be. For prompts that are well-formed Unicode.
 */
export function fingerprintsAround({
  body,
  ...inputs
}: Omit<FingerprintInputs, 'take'>): ((prompt: string, take: number) => Fingerprint) | undefined {
  const text = canonicalOf({ ...inputs, body: { ...body, prompt: PROMPT }, take: 1 });
  const [head, middle, ...more] = text.split(JSON.stringify(PROMPT));
  // Of the names of the inputs `take` is the last one.
  if (head === undefined || middle?.endsWith('"take":1}') !== true || more.length > 0)
    return undefined;
  const tail = middle.slice(0, -2);
  return (prompt, take) => digestOf(`${head}${JSON.stringify(prompt)}${tail}${take}}`);
}

/**
 * Canonical JSON as the package writes it, without its look at every character and for a list of
 * what it is inside of: this is made for every render of every plan. `undefined` for what JSON has
 * no word for.
 */
function canonicalText(value: Json): string | undefined {
  if (value === null || typeof value !== 'object')
    return typeof value === 'number' && !Number.isFinite(value) ? undefined : JSON.stringify(value);
  const inList = Array.isArray(value);
  let text = '';
  for (const key of inList ? value.keys() : Object.keys(value).sort()) {
    const part = canonicalText((value as JsonObject)[key] as Json);
    if (part === undefined) return undefined;
    text += `${text === '' ? '' : ','}${inList ? '' : `${JSON.stringify(key)}:`}${part}`;
  }
  return inList ? `[${text}]` : `{${text}}`;
}

/** The body less its delivery fields. */
export function identityBody(body: JsonObject, deliveryFields: readonly string[]): JsonObject {
  if (!deliveryFields.some((field) => Object.hasOwn(body, field))) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([field]) => !deliveryFields.includes(field)),
  );
}

/** A surrogate without its partner: no UTF-8 can hold it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where in a value, and what it is, that JSON in UTF-8 cannot hold. */
export interface Unwritable {
  readonly path: (string | number)[];
  readonly what: string;
}

/**
 * The first number (`.nan`, `.inf`), text or key that canonical JSON would refuse, or `undefined`.
 */
export function unwritableIn(value: Json): Unwritable | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { path: [], what: `the number ${value}` };
  if (typeof value === 'string')
    return LONE_SURROGATE.test(value) ? { path: [], what: 'half of a surrogate pair' } : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  const inList = Array.isArray(value);
  for (const [key, item] of Object.entries(value as JsonObject)) {
    if (!inList && LONE_SURROGATE.test(key))
      return { path: [], what: 'a key with half of a surrogate pair' };
    const found = unwritableIn(item);
    if (found !== undefined) {
      found.path.unshift(inList ? Number(key) : key);
      return found;
    }
  }
  return undefined;
}
