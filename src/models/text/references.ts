/**
 * `@name` in a prompt. It means an element only where a declared name follows, so that handles and
 * mail addresses stay text: no letter of an alphabet with spaces between words may stand right
 * before the `@` or right after the name. A name may be followed by a letter of a script that is
 * written without spaces or with particles attached (`@element_dog와`).
 */
import { defined } from '../../defined.ts';
import { nearestField } from '../nearest-field.ts';

/** Scripts whose words run on into particles, or are not parted at all. */
const RUN_ON =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々]/u;
const JOINS = /[\p{L}\p{M}\p{N}_]/u;

const joins = (character: string): boolean => JOINS.test(character) && !RUN_ON.test(character);

export interface Reference {
  /** Offset of the `@` and of the first unit behind the name. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Every reference to a declared name, in order; where two names fit, the longer one. */
export function referencesIn(prompt: string, names: readonly string[]): Reference[] {
  if (!prompt.includes('@')) return [];
  const longestFirst = names.filter((name) => name !== '').sort((a, b) => b.length - a.length);
  return signs(prompt).flatMap((start) => {
    const name = longestFirst.find(
      (candidate) =>
        prompt.startsWith(candidate, start + 1) && endsAt(prompt, start + 1 + candidate.length),
    );
    return name === undefined ? [] : [{ start, end: start + 1 + name.length, name }];
  });
}

/** A prompt with more of them means none, and each is looked for in the manifest's text. */
const MOST_STRAYS = 100;
/** For one prompt: searches among thousands of names for each of thousands take minutes. */
const MOST_COMPARED_NAMES = 1_000;
/** A hint lists no more names. */
const MOST_LISTED = 8;

export interface StrayReference extends Reference {
  /** The declared name that was probably meant. */
  readonly near?: string;
}

/**
 * Texts that look like a reference but name no declared element: `@dgo`. Each name once, where it
 * stands first; the first hundred.
 */
export function strayReferences(prompt: string, names: readonly string[]): StrayReference[] {
  const known = new Set(referencesIn(prompt, names).map(({ start }) => start));
  const stray = new Map<string, Reference>();
  for (const start of signs(prompt)) {
    if (known.has(start)) continue;
    if (stray.size === MOST_STRAYS) break;
    const name = /^@[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*/u
      .exec(prompt.slice(start, start + 200))?.[0]
      .slice(1);
    if (name !== undefined && !stray.has(name))
      stray.set(name, { start, end: start + 1 + name.length, name });
  }
  const searched = Math.floor(MOST_COMPARED_NAMES / names.length);
  return [...stray.values()].map((one, index) => ({
    ...one,
    ...defined({ near: index < searched ? nearestField(one.name, names) : undefined }),
  }));
}

/** Suggestion for a stray reference. `kind`: `Elements are`, `The cast is`. */
export function strayHint(
  { near }: StrayReference,
  kind: string,
  names: readonly string[],
): string {
  if (near !== undefined) return `Did you mean @${near}?`;
  const listed = names.slice(0, MOST_LISTED).map((name) => `@${name}`);
  const more = names.length - listed.length;
  return `${kind} ${listed.join(', ')}${more > 0 ? ` … and ${more.toLocaleString('en')} more` : ''}.`;
}

/** The same where a scene names elements. */
export const elementHint = (stray: StrayReference, names: readonly string[]): string =>
  names.length === 0
    ? 'No element is declared: it is sent as plain text.'
    : strayHint(stray, 'Elements are', names);

/** The prompt with every reference to a declared name replaced. */
export function replaceReferences(
  prompt: string,
  names: readonly string[],
  replacement: (name: string) => string,
): string {
  let replaced = '';
  let from = 0;
  for (const { start, end, name } of referencesIn(prompt, names)) {
    replaced += prompt.slice(from, start) + replacement(name);
    from = end;
  }
  return replaced + prompt.slice(from);
}

/** Offsets of every `@` that does not stand inside a word. */
const signs = (prompt: string): number[] =>
  [...prompt.matchAll(/@/g)]
    .map(({ index }) => index)
    .filter(
      (at) =>
        at === 0 || (!/[.+-]/.test(prompt[at - 1] ?? '') && !joins(characterBefore(prompt, at))),
    );

/**
 * A name is over where no letter joins on, not even behind a hyphen: `@dog` is not meant by
 * `@dog-2`.
 */
function endsAt(prompt: string, end: number): boolean {
  const next = characterAt(prompt, end);
  return !joins(next) && !(next === '-' && joins(characterAt(prompt, end + 1)));
}

const characterAt = (text: string, at: number): string =>
  String.fromCodePoint(text.codePointAt(at) ?? 32);

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  return characterAt(text, unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? at - 2 : at - 1);
}
