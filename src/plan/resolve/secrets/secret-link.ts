/**
 * A request goes into the lock, and the lock goes into git: a link that is itself a password must
 * not be in one. The manifest room has judged the portable words; this judges what `params` and
 * `notify` put into the body.
 */
import {
  callbackUrlProblem,
  mediaUrlProblem,
  type UrlProblem,
} from '../../../manifest/language/urls.ts';
import type { BodyPath } from '../../../models/model.ts';
import type { Json, JsonObject } from '../../../scene.ts';

export interface SecretLink {
  readonly path: BodyPath;
  /** Continues a sentence that begins with the link. */
  readonly message: string;
  readonly hint: string;
}

/**
 * Every secret link in a body, in order. The query of a delivery field is its receiver's business,
 * user info is not.
 */
export function secretLinks(body: JsonObject, deliveryFields: readonly string[]): SecretLink[] {
  const found: SecretLink[] = [];
  for (const [field, value] of Object.entries(body)) {
    collect(
      value,
      [field],
      deliveryFields.includes(field) ? callbackUrlProblem : mediaUrlProblem,
      found,
    );
  }
  return found;
}

type Judge = (text: string) => UrlProblem | undefined;

function collect(value: Json, path: (string | number)[], judge: Judge, found: SecretLink[]): void {
  if (typeof value === 'string') {
    // Most texts are not links, and a link without one of these is not a secret.
    const problem = /^https?:\/\/.*[@?]/is.test(value) ? judge(value) : undefined;
    if (problem?.code === 'secret-link')
      found.push({ path: [...path], message: problem.message, hint: problem.hint });
  } else if (value !== null && typeof value === 'object') {
    const inList = Array.isArray(value);
    for (const [key, item] of Object.entries(value as JsonObject)) {
      path.push(inList ? Number(key) : key);
      collect(item, path, judge, found);
      path.pop();
    }
  }
}
