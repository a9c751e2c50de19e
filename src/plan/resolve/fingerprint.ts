/**
 * The identity of a render: what is made, for whom it is made, and nothing else. Never the id, the
 * order, a path, an alias or a time, so that renaming and reordering cost nothing.
 */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Fingerprint, GatewayName } from '../../ids.ts';
import { digestInPlace, withPlaceholders } from '../../pictures/placeholder.ts';
import type { Json, JsonObject } from '../../scene.ts';

/** Everything that a fingerprint is made of, and all of it. */
export interface FingerprintInputs {
  readonly gateway: GatewayName;
  readonly take: number;
  readonly revision: number;
  /** The native body as sent; a placeholder of a picture counts as its digest. */
  readonly body: JsonObject;
  /** Top-level notification fields of the body, which do not change the clip: left out. */
  readonly deliveryFields: readonly string[];
}

/**
 * `sha256:<hex>` over the canonical JSON (RFC 8785) of gateway, take, revision and the body less
 * its delivery fields. Throws on what canonical JSON cannot hold: see {@link unwritableIn}, which
 * finds it beforehand.
 */
export const fingerprintOf = (inputs: FingerprintInputs): Fingerprint =>
  digestOf(canonicalText(inputs));

function canonicalText({
  gateway,
  take,
  revision,
  body,
  deliveryFields,
}: FingerprintInputs): string {
  const pinned = withPlaceholders(identityBody(body, deliveryFields), digestInPlace);
  // `digests` has always been empty: without it every known fingerprint would be another one.
  return canonicalize({ gateway, take, revision, digests: {}, body: pinned }) ?? '';
}

const digestOf = (text: string): Fingerprint =>
  `sha256:${hash('sha256', text, 'hex')}` as Fingerprint;

/** Stands where a prompt goes. */
const ANY_PROMPT = '\0prompt\0';

/**
 * Fingerprints of requests that differ only in their prompt: the canonical form of the rest
 * is worked out once. `undefined` if it cannot be told where the prompt goes.
 */
export function promptFingerprints(
  inputs: FingerprintInputs,
): ((prompt: string) => Fingerprint) | undefined {
  if (typeof inputs.body['prompt'] !== 'string') return undefined;
  const common = canonicalText({ ...inputs, body: { ...inputs.body, prompt: ANY_PROMPT } });
  const [before, after, more] = common.split(JSON.stringify(ANY_PROMPT));
  return before === undefined || after === undefined || more !== undefined
    ? undefined
    : (prompt) => digestOf(before + (canonicalize(digestInPlace(prompt)) ?? '') + after);
}

/** The body less its delivery fields. */
export function identityBody(body: JsonObject, deliveryFields: readonly string[]): JsonObject {
  if (!deliveryFields.some((field) => Object.hasOwn(body, field))) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([field]) => !deliveryFields.includes(field)),
  );
}

/** A surrogate without its partner: UTF-8 cannot encode it. */
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
