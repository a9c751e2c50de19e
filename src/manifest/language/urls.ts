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
  /^(?:x-[a-z]+-(?:signature|credential|security-token|algorithm)|q-(?:signature|ak)|(?:access|api|auth|id|refresh|session|sas)?[-_]?(?:token|key)|sig|sign|signature|policy|key-pair-id|awsaccesskeyid|ossaccesskeyid|googleaccessid|hmac|wssecret|secret|password|auth)$/i;

/** An address without its scheme: a folder has no such name. */
const HOST_FIRST =
  /^(?:www\.[^\s/]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|app|co|ai|cloud|example))\/\S/i;

/**
 * Whether a text names a file of the repository and not a link: it has no scheme. Two letters at
 * least make one, because `C:` is a drive.
 */
export const namesPicture = (text: string): boolean => !/^[a-z][a-z0-9+.-]+:/i.test(text);

/**
 * Why a text is neither a link to a picture that a gateway could fetch nor the path of one, or
 * `undefined`. Whether there is a picture at that path is another question.
 */
export function pictureProblem(text: string): UrlProblem | undefined {
  if (HOST_FIRST.test(text)) {
    return { code: 'bad-url', message: 'has no https://', hint: `Write https://${text.trim()}` };
  }
  if (!namesPicture(text)) return mediaUrlProblem(text);
  return text.trim() === ''
    ? {
        code: 'bad-url',
        message: 'is empty; expected the path of a picture or an https:// link',
        hint: 'Write the path relative to this file, as in refs/crab.png.',
      }
    : undefined;
}

/** Why a text is not a link that a gateway could fetch, or `undefined` if it is one. */
export function mediaUrlProblem(text: string): UrlProblem | undefined {
  if (/^data:/i.test(text)) {
    return {
      code: 'bad-url',
      message: 'is a data: URI; expected a path or an http(s) URL',
      hint: 'Save the picture as a file of the repository and give its path.',
    };
  }
  if (HOST_FIRST.test(text)) {
    return { code: 'bad-url', message: 'has no https://', hint: `Write https://${text.trim()}` };
  }
  if (/^file:/i.test(text)) {
    return {
      code: 'local-image',
      message: 'is a file: URI',
      hint: 'Write the path of the picture relative to this file, as in refs/crab.png.',
    };
  }
  if (namesPicture(text)) {
    return {
      code: 'local-image',
      message: 'is a local file; only pictures can be sent from the repository',
      hint: 'Upload the file and give its https:// URL.',
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
      hint: 'Write the complete address, as in https://example.com/crab.png.',
    };
  }
  return undefined;
}

function userInfoProblem(text: string): UrlProblem | undefined {
  const { username, password } = new URL(text);
  if (username === '' && password === '') return undefined;
  return {
    code: 'secret-link',
    message: 'contains a user name or password before the host',
    hint: 'Everyone who can read the repository could use it. Use a public link.',
  };
}

function secretProblem(text: string): UrlProblem | undefined {
  const user = userInfoProblem(text);
  if (user !== undefined) return user;
  const signed = [...new URL(text).searchParams.keys()].find((name) => SIGNED.test(name));
  if (signed === undefined) return undefined;
  return {
    code: 'secret-link',
    message: `is signed: its query contains ${signed}`,
    hint: 'A signed link works like a password, and it expires. Put the image at a public address.',
  };
}
