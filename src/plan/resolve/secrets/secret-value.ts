/**
 * A request goes to a gateway, into the lock and onto pages: no text of it may be a secret, however
 * it was put together. The manifest room has judged the files; this judges what templates and
 * escapes made of them.
 */
import type { BodyPath } from '../../../models/model.ts';
import type { Json, JsonObject } from '../../../scene.ts';
import type { FindSecrets } from '../../../secrets/find-secrets.ts';

export interface SecretValue {
  readonly path: BodyPath;
  /** Continues "holds …", and never repeats the secret. */
  readonly what: string;
}

/** Every text of a body that holds a secret, keys of maps too, in order. */
export function secretValues(body: JsonObject, secretsIn: FindSecrets): SecretValue[] {
  const found: SecretValue[] = [];
  collect(body, [], secretsIn, found);
  return found;
}

function collect(
  value: Json,
  path: (string | number)[],
  secretsIn: FindSecrets,
  found: SecretValue[],
): void {
  if (typeof value === 'string') {
    const [secret] = secretsIn(value);
    if (secret !== undefined) found.push({ path: [...path], what: secret.what });
  } else if (value !== null && typeof value === 'object') {
    const inList = Array.isArray(value);
    for (const [key, item] of Object.entries(value as JsonObject)) {
      const [secret] = inList ? [] : secretsIn(key);
      // The way to a key that is a secret ends above it.
      if (secret !== undefined) found.push({ path: [...path], what: secret.what });
      else {
        path.push(inList ? Number(key) : key);
        collect(item, path, secretsIn, found);
        path.pop();
      }
    }
  }
}
