/**
 * `@name` of a cast member, in the way of the model: an element where it has elements, numbered
 * pictures where it has references, else the words of the description. Only what a prompt mentions
 * is sent.
 */
import { defined } from '../../defined.ts';
import type { CastMember, SceneElement, Word, Words } from '../../scene.ts';
import type { Card, RuleRow } from '../card/card.ts';
import { fieldAt } from '../card/conditions.ts';
import type { CastForm } from '../model.ts';
import { referencesIn, strayHint, strayReferences } from '../text/references.ts';
import type { Translator } from '../translation.ts';
import type { From } from './from.ts';
import { besides } from './reference-words.ts';
import { listedShots } from './shots.ts';

/** The mentioned members on one model. */
export interface MeantCast {
  readonly elements: readonly From<SceneElement>[];
  /** Behind the pictures that the scene names itself. */
  readonly pictures: readonly From<string>[];
  /** The text that replaces `@name` in a prompt; a name that is missing here is not replaced. */
  readonly inPrompts: ReadonlyMap<string, string>;
}

/** In the order in which they are tried. */
export function castForms(card: Card): readonly CastForm[] {
  const { elements, references } = card;
  const mark = referenceTags(card)?.mark;
  const bounds = elementPictures(card);
  return [
    ...(elements?.as === 'ids' ? [{ kind: 'element-id' } as const] : []),
    ...(elements?.as === 'described' ? [{ kind: 'element', ...bounds } as const] : []),
    ...(references?.images === undefined
      ? []
      : [
          mark === undefined
            ? ({ kind: 'pictures' } as const)
            : ({ kind: 'numbered', mark } as const),
        ]),
    { kind: 'words' },
  ];
}

/** The row that numbers pictures of the field that references go to. */
function referenceTags({ references, rules }: Card): RuleRow['tags'] {
  const field = references?.images;
  return rules.find(({ tags }) => field !== undefined && tags?.of.includes(field) === true)?.tags;
}

/** How many pictures a described element has. */
function elementPictures({ fields }: Card): { readonly least: number; readonly most?: number } {
  const field = fieldAt(fields, 'element_list.0.element_input_urls');
  const { least = 1, most } = field?.type === 'list' ? field : {};
  return { least, ...defined({ most }) };
}

const NOTHING: MeantCast = { elements: [], pictures: [], inPrompts: new Map() };

interface Mention {
  readonly name: string;
  readonly member: CastMember;
}

export function meantCast(words: Words, card: Card, into: Translator): MeantCast {
  const { cast } = words;
  if (cast === undefined) return NOTHING;
  const own = (words.elements ?? []).map(({ name }) => name);
  const mentions = mentionsIn(words, cast, own, into);
  const pictures: From<string>[] = [];
  const elements: From<SceneElement>[] = [];
  const inPrompts = new Map<string, string>();
  const mark = markOf(words, card);
  const before = picturesBefore(words, card);
  for (const { name, member } of mentions) {
    const { images = [] } = member;
    const element = elementOf(member, card);
    if (element.kind === 'element') {
      elements.push({ value: { name, ...member }, from: ['cast', name] });
      continue;
    }
    const closed = closedTo(words, card);
    if (images.length > 0 && closed === undefined) {
      const first = before + pictures.length + 1;
      images.forEach((value, index) =>
        pictures.push({ value, from: ['cast', name, 'images', index] }),
      );
      if (mark !== undefined) {
        inPrompts.set(
          name,
          images.map((_, index) => mark.replace('#', String(first + index))).join(' '),
        );
        continue;
      }
    }
    const { description } = member;
    if (description === undefined) {
      into.refuse('cast', `@${name} has no description, and this model needs one`, {
        path: [name],
        hint: `Describe ${name} in a few words: the description is sent in place of @${name}.`,
      });
      continue;
    }
    inPrompts.set(name, description);
    const why =
      images.length > 0 && closed === undefined
        ? 'its pictures are sent beside the prompt'
        : (element.why ?? (images.length > 0 ? closed : undefined));
    into.note('cast', `@${name} is sent as its description${why === undefined ? '' : `: ${why}`}`);
  }
  return { elements, pictures, inPrompts };
}

/** In the order in which prompts mention them first; undeclared names are reported. */
function mentionsIn(
  words: Words,
  cast: NonNullable<Words['cast']>,
  own: readonly string[],
  into: Translator,
): readonly Mention[] {
  const names = Object.keys(cast);
  const known = [...new Set([...own, ...names])];
  const found = new Map<string, Mention>();
  for (const { word, path, prompt } of promptsIn(words)) {
    for (const { name } of referencesIn(prompt, known)) {
      const member = Object.hasOwn(cast, name) ? cast[name] : undefined;
      if (member !== undefined && !own.includes(name)) found.set(name, { name, member });
    }
    for (const stray of strayReferences(prompt, known)) {
      into.warn(word, `@${stray.name} names no cast member`, {
        path,
        part: [stray.start, stray.end],
        hint: strayHint(stray, 'The cast is', names),
      });
    }
  }
  return [...found.values()];
}

function promptsIn(
  words: Words,
): readonly { readonly word: Word; readonly path: (string | number)[]; readonly prompt: string }[] {
  const shots = (listedShots(words) ?? []).map(({ prompt }, index) => ({
    word: 'shots' as const,
    path: [index, 'prompt'],
    prompt,
  }));
  return words.prompt === undefined
    ? shots
    : [{ word: 'prompt', path: [], prompt: words.prompt }, ...shots];
}

/** Whether a member can be an element here; `why` not, where the model has elements. */
function elementOf(
  { images = [], ids }: CastMember,
  card: Card,
): { readonly kind: 'element' } | { readonly kind: 'none'; readonly why?: string } {
  const { elements, gateway } = card;
  if (elements === undefined) return { kind: 'none' };
  if (elements.as === 'ids')
    return ids?.[gateway] === undefined
      ? { kind: 'none', why: `it has no id of an element at ${gateway}` }
      : { kind: 'element' };
  const { least } = elementPictures(card);
  return images.length >= least
    ? { kind: 'element' }
    : {
        kind: 'none',
        why: `an element needs ${least} pictures here, and it has ${images.length === 0 ? 'none' : images.length}`,
      };
}

/** Why the pictures of a member cannot be references of this request. */
function closedTo({ first_frame, last_frame }: Words, card: Card): string | undefined {
  const { references } = card;
  if (references?.images === undefined) return 'the model takes no pictures of it';
  const hasFrames = first_frame !== undefined || last_frame !== undefined;
  return hasFrames && besides(references.images, references, card.frames) === 'excluded'
    ? 'the model takes frames or references, not both'
    : undefined;
}

/** `<<<image_#>>>`, where pictures of the field that references go to are numbered in prompts. */
function markOf({ first_frame, last_frame }: Words, card: Card): string | undefined {
  const { references } = card;
  const field = references?.images;
  if (references === undefined || field === undefined) return undefined;
  const hasFrames = first_frame !== undefined || last_frame !== undefined;
  if (hasFrames && besides(field, references, card.frames) !== 'apart') return undefined;
  return referenceTags(card)?.mark;
}

/**
 * Pictures that are counted before those of the cast: frames where they count, then the scene's
 * own.
 */
function picturesBefore(words: Words, card: Card): number {
  const counts = referenceTags(card)?.of ?? [];
  const { frames } = card;
  const counted =
    frames !== undefined && 'first' in frames
      ? [
          words.first_frame === undefined ? undefined : frames.first,
          words.last_frame === undefined ? undefined : frames.last,
        ].filter((name) => name !== undefined && counts.includes(name)).length
      : 0;
  const { references } = words;
  const given = Array.isArray(references)
    ? references.length
    : ((references as { readonly images?: readonly string[] } | undefined)?.images?.length ?? 0);
  return counted + given;
}
