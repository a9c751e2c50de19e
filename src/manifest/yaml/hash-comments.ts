/**
 * A `#` that cuts a prompt: behind a blank it begins a comment, and what was meant to be paid for
 * is less than what is written.
 */
import type { Place } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { getMap, isNull, quoted } from '../values/located.ts';
import type { Report } from '../values/problems.ts';

const TEXTS = ['prompt', 'negative_prompt', 'description'] as const;

/**
 * Reports what looks like a part of a text: a comment has a blank behind its `#`, `#2` and `#beach`
 * have none.
 */
export function reportHashes(texts: readonly WrittenText[], report: Report): void {
  for (const { key, entry } of texts) {
    const start = commentBehind(entry);
    if (start === undefined) continue;
    const { source } = entry.key;
    const { line } = source.position(start);
    const end = source.offset(line) + source.line(line).trimEnd().length;
    const text = source.text.slice(start, end);
    report({
      code: 'yaml-comment',
      severity: 'warning',
      message: `${quoted(text)} is a comment and not part of ${key}: in YAML, " #" starts a comment`,
      place: { source, start, end },
      hint: 'Put the whole text in quotes. If it is a comment, write a space after the #.',
    });
  }
}

/** A text of a scene that is sent to a model, as written in the manifest. */
export interface WrittenText {
  readonly key: string;
  readonly entry: { readonly key: Place; readonly value: Located };
}

/** All of them, those of its shots, elements and overrides too. */
export function textsOf(scene: LocatedMap): readonly WrittenText[] {
  const texts: WrittenText[] = [];
  addTexts(scene, texts);
  for (const word of ['shots', 'elements']) {
    const list = scene.entries.get(word)?.value;
    if (list?.kind === 'list') for (const item of list.items) addTexts(item, texts);
  }
  for (const { value } of getMap(scene, 'overrides')?.entries.values() ?? [])
    addTexts(value, texts);
  return texts;
}

function addTexts(located: Located, texts: WrittenText[]): void {
  if (located.kind !== 'map') return;
  for (const key of TEXTS) {
    const entry = located.entries.get(key);
    if (entry !== undefined) texts.push({ key, entry });
  }
}

/** Offset of the `#` that follows a plain text, or a key without one, in its line. */
function commentBehind({
  key,
  value,
}: {
  readonly key: Place;
  readonly value: Located;
}): number | undefined {
  if (value.kind !== 'scalar' || value.place.source !== key.source) return undefined;
  const { text } = key.source;
  if (!isNull(value) && /["'|>]/.test(text[value.place.start] ?? '')) return undefined;
  const behind = isNull(value) && value.place.start === value.place.end ? key.end : value.place.end;
  COMMENT.lastIndex = behind;
  const found = COMMENT.exec(text);
  return found === null ? undefined : behind + found[0].length - 1;
}

const COMMENT = /:?[ \t]+#(?=[^\s#])/y;
