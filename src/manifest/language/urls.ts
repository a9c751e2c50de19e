/**
 * Links that a manifest may hold. It is committed in git, so a link that is also a password is
 * refused.
 */

export interface UrlProblem {
  readonly code: 'bad-url' | 'local-image' | 'secret-link';
  readonly message: string;
  readonly hint: string;
}

/** Names of query parameters that make a link a password: cloud storages' signatures and tokens. */
const SIGNED =
  /^(?:x-(?:amz|goog|oss|ms|cos)-(?:signature|credential|security-token|algorithm)|q-(?:signature|ak)|(?:access|api|auth|id|refresh|session|sas)?[-_]?(?:token|key)|sig|sign|signature|policy|key-pair-id|awsaccesskeyid|ossaccesskeyid|googleaccessid|hmac|secret|password|auth)$/i;

/** An address without its scheme: a folder has no such name. */
const HOST_FIRST =
  /^(?:www\.[^\s/]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|app|co|ai|cloud|example))\/\S/i;

/** Why a text is not a link to an image that a gateway could fetch, or `undefined` if it is one. */
export function imageUrlProblem(text: string): UrlProblem | undefined {
  if (/^data:/i.test(text)) {
    return {
      code: 'bad-url',
      message: 'is a data: URI; expected an http(s) URL',
      hint: 'Upload the image and give its URL: neither gateway takes data URIs from a manifest.',
    };
  }
  if (HOST_FIRST.test(text)) {
    return { code: 'bad-url', message: 'has no https://', hint: `Write https://${text.trim()}` };
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file' || /^[a-z]:[\\/]/i.test(text)) {
    return {
      code: 'local-image',
      message: 'is a file on this machine, which is not supported yet',
      hint: 'Upload the image and give its https:// URL.',
    };
  }
  return linkProblem(text) ?? secretProblem(text);
}

/** The same for the address that a gateway calls back. Its query is the receiver's business. */
export function callbackUrlProblem(text: string): UrlProblem | undefined {
  return linkProblem(text) ?? userInfoProblem(text);
}

function linkProblem(text: string): UrlProblem | undefined {
  if (/^https?:\/\/\S.*\s/is.test(text.trim())) {
    const hint = `Write %20 for a space: ${text.trim().replaceAll(/\s/g, '%20').slice(0, 200)}`;
    return { code: 'bad-url', message: 'holds a space', hint };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:\/\/[^/]/i.test(text) || /[\s\p{Cc}]/u.test(text)) {
    return {
      code: 'bad-url',
      message: 'is not an http(s) URL',
      hint: 'Write the whole address, as in https://example.com/crab.png.',
    };
  }
  return undefined;
}

function userInfoProblem(text: string): UrlProblem | undefined {
  const { username, password } = new URL(text);
  if (username === '' && password === '') return undefined;
  return {
    code: 'secret-link',
    message: 'holds a user name or password before the host',
    hint: 'Everyone who reads the repository would have it: use a public link.',
  };
}

function secretProblem(text: string): UrlProblem | undefined {
  const user = userInfoProblem(text);
  if (user !== undefined) return user;
  const signed = [...new URL(text).searchParams.keys()].find((name) => SIGNED.test(name));
  if (signed === undefined) return undefined;
  return {
    code: 'secret-link',
    message: `is signed: its query holds ${signed}`,
    hint: 'A signed link is a password, and it expires: put the image where it is public.',
  };
}
