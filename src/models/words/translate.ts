/** Portable words into the native body, by the words of a card. */
import { defined } from '../../defined.ts';
import { type JsonObject, type SceneElement, type Word, WORDS, type Words } from '../../scene.ts';
import { meantCast } from './cast.ts';
import type { From } from './from.ts';
import { ruleOf, type Rule } from '../rule.ts';
import { checkReferences, translateElementIds } from './element-ids.ts';
import { replaceReferences } from '../text/references.ts';
import { listedShots, type Shots as ListedShots, translateShotSum } from './shots.ts';
import type { Translator } from '../translation.ts';
import type { Binding, Card, Scalar } from '../card/card.ts';
import { describedElements } from './described-elements.ts';
import { frames } from './frames.ts';
import { referenceWords } from './reference-words.ts';
import type { CardOffers } from '../card/offers.ts';
import { pathOf, shotPath } from '../card/paths.ts';

export function translateCard(
  card: Card,
  offers: CardOffers,
  rules: readonly Rule[],
  words: Words,
  into: Translator,
): void {
  const cast = meantCast(words, card, into);
  const elements: readonly From<SceneElement>[] = [
    ...(words.elements ?? []).map((value, index) => ({
      value,
      from: ['elements', index] as const,
    })),
    ...cast.elements,
  ];
  const names = card.elements?.as === 'ids' ? elements.map(({ value }) => value.name) : undefined;
  const replaced = new Set([...(names ?? []), ...cast.inPrompts.keys()]);
  const native = (prompt: string): string =>
    replaced.size === 0
      ? prompt
      : replaceReferences(
          prompt,
          // A longer name is not the beginning of a shorter one's mention.
          [...replaced, ...elements.map(({ value }) => value.name)],
          (name) => inPrompt(name),
        );
  const inPrompt = (name: string): string =>
    cast.inPrompts.get(name) ??
    (names === undefined ? `@${name}` : `<<<element_${names.indexOf(name) + 1}>>>`);
  const listed = card.shots === undefined ? undefined : listedShots(words);
  for (const word of Object.keys(card.words) as Word[]) {
    const binding = card.words[word];
    if (binding === undefined) continue;
    switch (word) {
      case 'prompt':
        if (words.prompt !== undefined)
          setAt(into, fieldOf(binding), native(words.prompt), 'prompt');
        break;
      case 'duration':
        if (listed !== undefined) translateShotSum(words, listed, into);
        else setOffered(word, binding);
        break;
      case 'first_frame':
        if (card.frames !== undefined) frames(words, card.frames, into);
        break;
      case 'last_frame':
        break;
      case 'shots':
        if (card.shots !== undefined) shots(words, listed, card.shots, native, into);
        break;
      case 'elements':
        if (elements.length === 0 || card.elements === undefined) break;
        if (names === undefined) describedElements(elements, card.elements.rule, into);
        else {
          translateElementIds(elements, card.elements.rule, into);
          checkReferences(words, names, into);
        }
        break;
      case 'references':
        referenceWords(words, card, cast.pictures, into);
        break;
      case 'cast':
        break;
      case 'negative_prompt':
      case 'aspect_ratio':
      case 'resolution':
      case 'audio':
      case 'watermark':
      case 'seed':
        setOffered(word, binding);
    }
  }
  for (const word of WORDS) {
    if (words[word] !== undefined && !Object.hasOwn(card.words, word))
      into.unsupported(word, card.lacks?.[word]);
  }

  function setOffered(
    word: Exclude<Word, 'shots' | 'elements' | 'references' | 'cast'>,
    binding: Binding | true,
  ): void {
    const value = words[word];
    if (value === undefined) return;
    if (typeof binding === 'object' && binding.only !== undefined) {
      if (value === binding.only) into.note(word, binding.says, binding.rule);
      else into.refuse(word, binding.says, { rule: binding.rule, allowed: [binding.only] });
      return;
    }
    const path = fieldOf(binding);
    const allowed = offers[word as keyof CardOffers] as readonly Scalar[] | undefined;
    if (allowed !== undefined) {
      const rule = ruleOf(rules, pathOf(path), false)?.rule;
      if (into.offered(word, value, allowed, rule) === undefined) return;
    }
    const values = typeof binding === 'object' ? binding.values : undefined;
    setAt(into, path, values?.[String(value)] ?? value, word);
  }
}

const fieldOf = (binding: Binding | true): string =>
  typeof binding === 'string' ? binding : binding === true ? '' : (binding.field ?? '');

/** Sets `a`, `a.b` or `a.b.c`. */
function setAt(into: Translator, path: string, value: Scalar | JsonObject, word: Word): void {
  const [field = '', below, deeper] = path.split('.');
  if (below === undefined) into.set(field, value, [word]);
  else if (deeper === undefined) into.setBelow(field, below, value, [word]);
  else into.setBelow(field, below, { [deeper]: value }, [word], { [path]: [word] });
}

function shots(
  words: Words,
  listed: ListedShots | undefined,
  how: NonNullable<Card['shots']>,
  native: (prompt: string) => string,
  into: Translator,
): void {
  if (words.shots === undefined) return;
  if (listed === undefined && !how.types.includes('intelligence')) {
    into.refuse('shots', 'this model does not split a prompt into shots by itself', {
      ...defined({ rule: how.automaticRule }),
      hint: 'List the shots, or use apimart/kling-v3, which can.',
    });
    return;
  }
  const set = (
    ...[name, value, origins]: [string, JsonObject[string], Parameters<Translator['set']>[3]?]
  ): void =>
    how.inside === undefined
      ? into.set(name, value, ['shots'], origins)
      : into.setBelow(how.inside, name, value, ['shots'], origins);
  set('multi_shot', true);
  set('shot_type', listed === undefined ? 'intelligence' : 'customize');
  if (listed === undefined) return;
  const at = shotPath(how, 'multi_prompt').join('.');
  set(
    'multi_prompt',
    listed.map(({ prompt, duration }, index) => ({
      index: index + 1,
      prompt: native(prompt),
      duration: how.seconds === 'text' ? String(duration) : duration,
    })),
    Object.fromEntries(
      listed.flatMap((_, index) => [
        [`${at}.${index}`, ['shots', index]],
        [`${at}.${index}.prompt`, ['shots', index, 'prompt']],
        [`${at}.${index}.duration`, ['shots', index, 'duration']],
      ]),
    ),
  );
}
