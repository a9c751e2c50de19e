/**
 * Takes secrets out of texts that people and files will see: keys in every form that an echo may
 * give them, and the parts of links that make a link a password. Host and path stay, because they
 * tell which clip or which server it was.
 */

export type Redact = (text: string) => string;

const MARK = '[redacted]';
/**
 * In place of a link's query, short and readable; the function applied to its own answer changes
 * nothing.
 */
const CUT = '?…';
/** A shorter "secret" is a misconfiguration, and taking it out would shred every text. */
const SHORTEST_SECRET = 6;

/**
 * `Bearer abc1…`, `Basic dXNl…`: any key, but not words of a prompt such as "the ring bearer"
 * or "the basic idea".
 */
const BEARER = /\b(bearer\s+)(?:(?=\S{0,60}\d)[\w.~+/=-]{8,}|[\w.~+/=-]{20,})/gi;
const BASIC = /\b([Bb]asic\s+)(?=\S{0,60}[A-Z\d=])[\w+/=]{12,}/g;
/**
 * The form of both gateways' keys. Not inside a word (`task-unified-…`), and not a scene's name
 * (`sk-intro`).
 */
const KEY_LIKE = /(?<![A-Za-z0-9])sk-(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{16,}/g;
/**
 * A link up to the first character that no link holds; `\/` and `\u0026` are how JSON may write `/`
 * and `&`.
 */
const LINK = /\bhttps?:(?:\\?\/){2}(?:\\u[0-9a-f]{4}|\\\/|[^\s"<>`\\])+/gi;
const ENCODED_LINK = /\bhttps?%3A%2F%2F[^\s"'<>`\\&]+/gi;
/** What a sentence puts after a link. */
const AFTER_LINK = "').,;:!]}";
/** Signed queries of links that lost their beginning. */
const SIGNED_PARAMETER =
  /([?&;]|\\u0026|%26|%3F)((?:x-[a-z]+-[a-z-]+|q-(?:ak|sign[a-z-]*)|wssecret|(?:ossaccess|access_?|api_?)?key(?:[-_]?(?:pair[-_]?)?id)?|credential|policy|sig(?:nature)?|hmac|auth(?:_key)?|(?:[a-z]+_)?token|secret|password|expires)(?:=|%3D))[^&\s"'<>\\]+/gi;

/**
 * A function that takes the given secrets, and whatever looks like one, out of a text. It is
 * idempotent and never throws.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(
    secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf),
  );
  // Longest first, so that a secret that begins with another one leaves no tail.
  const known = [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (text) => {
    const bare = known.reduce((rest, secret) => rest.replaceAll(secret, MARK), text);
    return bare
      .replace(LINK, openLink)
      .replace(ENCODED_LINK, (link) => link.replace(/%3F.*$/is, CUT))
      .replace(SIGNED_PARAMETER, `$1$2${MARK}`)
      .replace(BEARER, `$1${MARK}`)
      .replace(BASIC, `$1${MARK}`)
      .replace(KEY_LIKE, `sk-${MARK}`);
  };
}

/** Unchanged, encoded as in a URL or a JSON string, and in base64. */
const formsOf = (secret: string): string[] => [
  secret,
  // Through a buffer, because encodeURIComponent throws on half a surrogate pair.
  encodeURIComponent(Buffer.from(secret).toString('utf8')),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64url'),
];

/** The link without its user info, query and fragment. */
function openLink(link: string): string {
  let length = link.length;
  while (AFTER_LINK.includes(link.charAt(length - 1))) length -= 1;
  const [whole, tail] = [link.slice(0, length), link.slice(length)];
  const open = whole.replace(/^(https?:(?:\\?\/){2})(?:[^/?#\\]*@)?/i, '$1');
  const end = open.search(/[?#]/);
  return `${end === -1 ? open : `${open.slice(0, end)}${CUT}`}${tail}`;
}
