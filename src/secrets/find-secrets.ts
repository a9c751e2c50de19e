/**
 * Finds secrets in texts that are about to be sent, shown or written: the values of environment
 * variables that hold keys, and whatever has the form of a token. Pure.
 */

/** A half-open range of UTF-16 offsets, with a description that does not repeat the text. */
export interface SecretFound {
  readonly start: number;
  readonly end: number;
  /** Continues "holds …": `the value of APIMART_API_KEY`, `an AWS access key`. */
  readonly what: string;
}

/** Every secret in a text, in order, without overlaps. */
export type FindSecrets = (text: string) => readonly SecretFound[];

type Environment = Readonly<Record<string, string | undefined>>;

export interface KnownSecret {
  /** Name of the environment variable. */
  readonly variable: string;
  readonly value: string;
}

/** The variables whose values are keys whatever they look like. */
const KEYS: ReadonlySet<string> = new Set(['APIMART_API_KEY', 'EVOLINK_API_KEY']);
const SECRET_NAME =
  /(?:(?:^|[_-])(?:key|pat|pass|auth|access_?key_?id)|api_?key|private_?key|token|secret|password|passwd|passphrase|credentials?|cookie)(?:[_-](?:base64|b64|json|pem|key|\d+))?$/i;
/** The password of `scheme://user:password@host`, in a variable of any name. */
const URL_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s/@]{8,})@/i;
/** A shorter key is a misconfiguration, and looking for it would refuse ordinary words. */
const SHORTEST_KEY = 8;
/** Of a variable that only its name makes a secret. */
const SHORTEST_VALUE = 12;
/** Of a part of a value of several words or lines, such as a JSON key file: parts are searched. */
const SHORTEST_PART = 24;
const MOST_PARTS = 200;

/**
 * The secrets in an environment, by variable. A value that could be an ordinary word is not one:
 * without a digit and without mixed case, it would refuse prompts that happen to contain it.
 */
export function knownSecrets(env: Environment): KnownSecret[] {
  const found: KnownSecret[] = [];
  for (const [variable, given] of Object.entries(env)) {
    const value = given?.trim() ?? '';
    const password = URL_PASSWORD.exec(value)?.[1];
    if (password !== undefined) found.push({ variable, value: password });
    if (KEYS.has(variable)) {
      if (value.length >= SHORTEST_KEY) found.push({ variable, value });
    } else if (SECRET_NAME.test(variable)) {
      const parts = /\s/.test(value)
        ? value.split(/[\s"',;]+/).filter(({ length }) => length >= SHORTEST_PART)
        : [value].filter(({ length }) => length >= SHORTEST_VALUE);
      for (const part of parts.filter(isUnlikeWords).slice(0, MOST_PARTS))
        found.push({ variable, value: part });
    }
  }
  return found;
}

const isUnlikeWords = (value: string): boolean =>
  /\d/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value));

/**
 * Forms that public documents of the vendors state; each begins with what {@link HINT} looks for. A
 * form with a long tail begins at the start of a word only, so that the work stays linear.
 */
const SHAPES: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'an API key',
    pattern:
      /(?<![\w-])[sr]k[-_](?:[a-z0-9]{1,12}[-_]){0,3}(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_]{20,}/g,
  },
  { what: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,}/g },
  { what: 'a GitLab token', pattern: /(?<![\w-])glpat-[\w-]{20,}/g },
  { what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  {
    what: 'a Google key',
    pattern:
      /(?<![\w-])AIza[\w-]{30,}|(?<![\w-])ya29\.[\w-]{20,}|(?<![\w-])GOCSPX-[\w-]{20,}|\b1\/\/0[\w-]{30,}/g,
  },
  {
    what: 'a Slack token',
    pattern: /(?<![\w-])xox[abeoprs]-[\w-]{10,}|(?<![\w-])xapp-[\w-]{10,}/g,
  },
  { what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{30,}/g },
  { what: 'a Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: 'a Replicate token', pattern: /\br8_[A-Za-z0-9]{30,}/g },
  { what: 'a JSON Web Token', pattern: /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
  {
    what: 'a private key',
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\:,]*(?:-----END [A-Z ]{0,40}-----)?/g,
  },
  {
    what: 'an authorization header',
    pattern:
      /\bauthorization["']?\s{0,8}[:=]\s{0,8}["']?(?:basic|bearer|token)\s{1,8}[\w+/=.~-]{12,}/gi,
  },
];
/** One look at a text tells that it has none of {@link SHAPES}: true of nearly all prompts. */
const HINT =
  /[sr]k[-_]|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|ya29\.|GOCSPX-|1\/\/0|xox[abeoprs]-|xapp-|npm_|hf_|r8_|eyJ|PRIVATE KEY|authorization/i;

/** A function that finds the secrets of this environment, and every text with a token's form. */
export function secretFinder(env: Environment): FindSecrets {
  const forms = new Map<string, string>();
  for (const { variable, value } of knownSecrets(env))
    for (const form of formsOf(value)) if (!forms.has(form)) forms.set(form, variable);
  return (text) => {
    const found: SecretFound[] = [];
    for (const [form, variable] of forms)
      for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length))
        found.push({ start: at, end: at + form.length, what: `the value of ${variable}` });
    if (HINT.test(text))
      for (const { what, pattern } of SHAPES)
        for (const match of text.matchAll(pattern))
          found.push({ start: match.index, end: match.index + match[0].length, what });
    return found.length < 2 ? found : withoutOverlaps(found);
  };
}

/** Unchanged, encoded as in a link, and inside of base64 at any offset. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const forms = [value, encodeURIComponent(bytes.toString('utf8'))];
  if (bytes.length >= SHORTEST_VALUE) {
    for (const before of [0, 1, 2]) {
      const whole = Buffer.concat([Buffer.alloc(before), bytes]);
      const inside = whole
        .toString('base64')
        .slice(Math.ceil((before * 4) / 3), Math.floor((whole.length * 4) / 3));
      forms.push(inside, inside.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return forms;
}

function withoutOverlaps(found: readonly SecretFound[]): readonly SecretFound[] {
  const kept: SecretFound[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || one.start >= last.end) kept.push(one);
    else if (one.end > last.end) kept[kept.length - 1] = { ...last, end: one.end };
  }
  return kept;
}

/**
 * The text with every character of the secrets in it replaced, so that places in it stay what they
 * were. Line breaks stay.
 */
export function masked(text: string, found: readonly SecretFound[]): string {
  let [whole, at] = ['', 0];
  for (const { start, end } of found) {
    whole += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n]/g, '•');
    at = end;
  }
  return whole + text.slice(at);
}

/**
 * The last net under everything that a command prints: the values of this environment's secrets are
 * replaced, whatever brought them there.
 */
export function withoutKnownSecrets(env: Environment): (text: string) => string {
  const values = [...new Set(knownSecrets(env).flatMap(({ value }) => [value, quotedForm(value)]))];
  const longestFirst = values.sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, value) => rest.replaceAll(value, '[redacted]'), text);
}

const quotedForm = (value: string): string => JSON.stringify(value).slice(1, -1);
