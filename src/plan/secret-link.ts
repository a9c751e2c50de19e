/**
 * A request goes into the lock, and the lock goes into git: a link that is itself a password must not be in one.
 */
import type { BodyPath } from '../models/model.ts';
import type { Json, JsonObject } from '../scene.ts';

/** Query parameters by which stores and CDNs sign links (S3, GCS, Azure, CloudFront, OSS, COS, Akamai and kin), in lower case. */
const SIGNING =
  /^(?:x-(?:amz|goog|oss|cos|ms|tos|obs)-(?:signature|credential|security-token)|signature|sig|sign|awsaccesskeyid|googleaccessid|ossaccesskeyid|q-signature|key-pair-id|policy|hmac|hdnts|hdnea|auth_key|(?:[a-z]+[_-])?token|password|passwd|secret|(?:api|access)[_-]?key)$/;

/** What makes the link a secret, or `undefined`. Texts that are no http(s) link hold none. */
export function secretInLink(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !/[@?]/.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return undefined;
  if (url.username !== '' || url.password !== '') return 'a user name or password before the host';
  for (const [name, value] of url.searchParams) {
    if (value !== '' && SIGNING.test(name.toLowerCase())) return `the signature or token ${JSON.stringify(name)} in its query`;
  }
  return undefined;
}

/** Every secret link in a body, in order. */
export function secretLinks(body: JsonObject): { readonly path: BodyPath; readonly what: string }[] {
  const found: { path: BodyPath; what: string }[] = [];
  collect(body, [], found);
  return found;
}

function collect(value: Json, path: (string | number)[], found: { path: BodyPath; what: string }[]): void {
  if (typeof value === 'string') {
    const what = secretInLink(value);
    if (what !== undefined) found.push({ path: [...path], what });
  } else if (value !== null && typeof value === 'object') {
    const inList = Array.isArray(value);
    for (const [key, item] of Object.entries(value as JsonObject)) {
      path.push(inList ? Number(key) : key);
      collect(item, path, found);
      path.pop();
    }
  }
}
