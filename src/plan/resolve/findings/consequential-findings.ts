/**
 * What models say of a scene in which a word is in doubt: refused, or so wrong that the manifest
 * room took it out. Whatever they say only because the word is not there is an echo of that
 * mistake, and would be gone with it. So the word is put back in every way in which it could have
 * been meant, and only what is said each time is said.
 */
import * as z from 'zod';
import type { Model, RuleFinding, WordFinding } from '../../../models/model.ts';
import { type Json, type JsonObject, type Word, WORDS, type Words } from '../../../scene.ts';

/** A model's findings about words and about their body. */
export interface Findings {
  readonly words: readonly WordFinding[];
  readonly rules: readonly RuleFinding[];
}

/** One possible meaning of a key. */
export interface Meaning {
  readonly words: Words;
  readonly fit?: true;
  readonly drop?: readonly Word[];
  /** A native field of `params`. */
  readonly field?: { readonly name: string; readonly value: Json };
}

export interface Doubt {
  /** Words, `fit`, `drop` and `params`, whatever of them is in doubt. */
  readonly keys: ReadonlySet<string>;
  /**
   * Those of the keys that the manifest room took out: a value from a lower layer would not have
   * counted.
   */
  readonly lost: ReadonlySet<string>;
  /** All words, as far as they are known. */
  readonly words: Words;
  /** The known part of the body. */
  readonly body: JsonObject;
  readonly model: Model;
  /** The findings of the model. */
  readonly judge: (meaning: Meaning) => Findings;
}

/** The findings without those that are echoes. */
export function withoutEchoes(found: Findings, doubt: Doubt): Findings {
  let kept = found;
  for (const key of doubt.keys) {
    // A finding about a refused word itself is kept: without other findings it has no consequences.
    const isOpen = (): boolean =>
      kept.rules.some(isLoud) ||
      kept.words.some((finding) => isLoud(finding) && !isOwn(finding, key, doubt));
    if (!isOpen()) continue;
    for (const meaning of meanings(key, doubt)) {
      const said = doubt.judge(meaning);
      const [words, rules] = [new Set(said.words.map(ofWord)), new Set(said.rules.map(ofRule))];
      kept = {
        words: kept.words.filter(
          (finding) => isOwn(finding, key, doubt) || words.has(ofWord(finding)),
        ),
        rules: kept.rules.filter((finding) => rules.has(ofRule(finding))),
      };
      if (!isOpen()) break;
    }
  }
  return kept;
}

/** Whether a finding is about the very word that is in doubt because of it. */
const isOwn = ({ word }: WordFinding, key: string, { lost }: Doubt): boolean =>
  word === key && !lost.has(word);

const isLoud = ({ verdict }: { readonly verdict: RuleFinding['verdict'] }): boolean =>
  verdict !== 'note';
const ofWord = ({ word, path, verdict }: WordFinding): string =>
  `${word} ${path.join('.')} ${verdict}`;
const ofRule = ({ rule, path, verdict }: RuleFinding): string =>
  `${rule} ${path.join('.')} ${verdict}`;

/** All possible meanings of a key. */
function* meanings(key: string, { words, body, model }: Doubt): Generator<Meaning> {
  if (key === 'fit') yield { words, fit: true };
  else if (key === 'drop') yield { words, drop: model.offers.unsupported };
  else if (key === 'params') for (const field of fieldsOf(model, body)) yield { words, field };
  else {
    const word = WORDS.find((known) => known === key);
    if (word !== undefined)
      for (const value of valuesOf(word, words, model))
        yield { words: { ...words, [word]: value } };
  }
}

const LINK = 'https://example.com/frame.png';

/** Values of a word that a model could be content with. */
function valuesOf(word: Word, words: Words, { offers }: Model): readonly unknown[] {
  const names = (words.elements ?? []).map(({ name }) => name);
  const prompt = ['A crab', ...names.map((name) => `@${name}`)].join(' ');
  switch (word) {
    case 'prompt':
    case 'negative_prompt':
      return [prompt];
    case 'duration':
      return [...offers.duration, ...(Array.isArray(words.shots) ? [secondsOf(words.shots)] : [])];
    case 'aspect_ratio':
      return offers.aspect_ratio;
    case 'resolution':
      return offers.resolution;
    case 'audio':
    case 'watermark':
      return [true, false];
    case 'first_frame':
    case 'last_frame':
      return [LINK];
    case 'references':
      return [[LINK], { images: [LINK] }, { videos: [LINK] }, { audios: [LINK] }];
    case 'seed':
      return [7];
    case 'cast':
      return [words.cast];
    case 'shots':
      return [
        'auto',
        [
          {
            prompt,
            duration:
              offers.duration.find((seconds) => seconds === words.duration) ??
              offers.duration[0] ??
              1,
          },
        ],
      ];
    case 'elements':
      return [
        mentionsOf(words).map((name) => ({
          name,
          description: 'A crab',
          images: [LINK, LINK],
          ids: { evolink: '1' },
        })),
      ];
  }
}

const secondsOf = (shots: Exclude<NonNullable<Words['shots']>, 'auto'>): number =>
  shots.reduce((sum, { duration }) => sum + duration, 0);

/** The names that prompts mention: an element list could have declared them. */
function mentionsOf({ prompt, shots }: Words): readonly string[] {
  const prompts = [prompt ?? '', ...(Array.isArray(shots) ? shots.map((shot) => shot.prompt) : [])];
  return [
    ...new Set(
      prompts.flatMap((text) =>
        [...text.matchAll(/@([\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*)/gu)].map(([, name = '']) => name),
      ),
    ),
  ];
}

/** Native fields that are not set, each with the values that its schema names. */
function* fieldsOf(
  model: Model,
  body: JsonObject,
): Generator<{ readonly name: string; readonly value: Json }> {
  for (const [name, values] of nativeValues(model)) {
    if (Object.hasOwn(body, name)) continue;
    for (const value of values) yield { name, value };
  }
}

function nativeValues(model: Model): readonly (readonly [name: string, values: readonly Json[]])[] {
  const body = model.bodySchema();
  return body instanceof z.ZodObject
    ? Object.entries(body.shape).map(([name, schema]) => [name, samples(schema)])
    : [];
}

/** Values that a field accepts, if they can be listed: lists and objects have too many. */
function samples(schema: unknown): readonly Json[] {
  if (schema instanceof z.ZodOptional) return samples(schema.unwrap());
  if (schema instanceof z.ZodEnum) return schema.options;
  if (schema instanceof z.ZodLiteral) return [...schema.values] as readonly Json[];
  if (schema instanceof z.ZodBoolean) return [true, false];
  if (schema instanceof z.ZodNumber)
    return [schema.minValue, schema.maxValue].filter(
      (bound) => bound !== null && Number.isFinite(bound),
    );
  return schema instanceof z.ZodString ? ['A crab', LINK] : [];
}
