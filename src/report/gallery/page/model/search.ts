/**
 * The search: free words, and tokens such as `model:kling`, `is:mismatch`, `tag:act-1`,
 * `cost:>0.50`. All must hold; `-` before one turns it round. Quotes keep blanks together.
 */
import { type DecisionsOf, PICK_VALUES, valuesOf } from './facets.ts';
import type { Item } from './review.ts';
import { isInWords } from './search-words.ts';
import { CHANGE_WORDS, MARK_WORDS, STATE_WORDS } from './words.ts';

export interface Term {
  readonly not: boolean;
  /** Absent for a free word. */
  readonly field?: Field;
  /** Lower case. */
  readonly value: string;
}

export const SEARCH_FIELDS = [
  'is',
  'model',
  'tag',
  'scene',
  'take',
  'ratio',
  'sound',
  'cost',
  'length',
] as const;
type Field = (typeof SEARCH_FIELDS)[number];

const isField = (text: string): text is Field =>
  (SEARCH_FIELDS as readonly string[]).includes(text);

export function parseSearch(text: string): readonly Term[] {
  const parts = text.match(/-?(?:[a-z]+:)?"[^"]*"?|\S+/gi) ?? [];
  return parts.flatMap((part): Term[] => {
    const not = part.startsWith('-') && part.length > 1;
    const body = not ? part.slice(1) : part;
    const colon = body.indexOf(':');
    const name = body.slice(0, Math.max(0, colon)).toLowerCase();
    const field = isField(name) ? name : undefined;
    const value = (field === undefined ? body : body.slice(colon + 1))
      .replaceAll('"', '')
      .toLowerCase();
    // A token that is being typed holds nothing back.
    if (value === '') return [];
    return [{ not, value, ...(field === undefined ? {} : { field }) }];
  });
}

export const matcherOf =
  (terms: readonly Term[], decided: DecisionsOf) =>
  (item: Item): boolean =>
    terms.every((term) => holds(item, term, decided) !== term.not);

function holds(item: Item, { field, value }: Term, decided: DecisionsOf): boolean {
  const { render, scene } = item;
  if (field === undefined) return isInWords(item, value);
  switch (field) {
    case 'is':
      return isWord(item, value, decided);
    case 'model':
      return render.alias.toLowerCase().includes(value) || render.model.includes(value);
    case 'tag':
      return scene.tags.some((tag) => tag.toLowerCase() === value);
    case 'scene':
      return scene.id.toLowerCase().includes(value);
    case 'take':
      return compares(render.take, value);
    case 'ratio':
      return item.ratio === value;
    case 'sound':
      return valuesOf(item, 'sound', decided).includes(
        value === 'yes' ? 'sound' : value === 'no' ? 'silent' : value,
      );
    case 'cost':
      return compares(render.cost?.usd, withoutUnit(field, value));
    case 'length':
      return compares(render.clip?.seconds, withoutUnit(field, value));
  }
}

/** A word of the page in the form that people type in the search. */
export function hyphenated(words: string): string {
  return words.replaceAll(' ', '-');
}

/** As the page shows them (`is:not-rendered`), and other words for the same. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({ ...STATE_WORDS, ...MARK_WORDS }).map(([value, words]) => [
      hyphenated(words),
      value,
    ]),
  ),
  ambiguous: 'unclear',
  lost: 'unclear',
  pick: 'picked',
  reject: 'rejected',
  star: 'starred',
  note: 'noted',
};

function isWord(item: Item, value: string, decided: DecisionsOf): boolean {
  const word = SYNONYMS[value] ?? value;
  return (
    valuesOf(item, 'state', decided).includes(word) ||
    valuesOf(item, 'pick', decided).includes(word) ||
    (item.render.change !== undefined && CHANGE_WORDS[item.render.change] === word) ||
    (word === 'clip' && item.render.clip !== undefined)
  );
}

/** Whether `is:` may be asked for it, on this page or another. */
export const isKnownWord = (value: string): boolean => IS_WORDS.has(SYNONYMS[value] ?? value);
const IS_WORDS: ReadonlySet<string> = new Set([
  ...Object.keys(STATE_WORDS),
  ...Object.keys(MARK_WORDS),
  ...Object.values(CHANGE_WORDS),
  ...PICK_VALUES,
  'clip',
]);

/** `>2`, `>=2`, `<2`, `<=2`, `2`; `undefined` for what is not a number. */
function comparison(value: string): { operator: string; wanted: number } | undefined {
  const [, operator = '', text = ''] = /^(>=|<=|>|<|=)?(.*)$/.exec(value) ?? [];
  const wanted = Number(text);
  return text === '' || Number.isNaN(wanted) ? undefined : { operator, wanted };
}

/** Dollars and seconds may carry their unit. */
const withoutUnit = (field: 'cost' | 'length' | 'take', value: string): string =>
  field === 'cost' ? value.replace('$', '') : field === 'length' ? value.replace(/s$/, '') : value;

export const isComparison = (field: 'cost' | 'length' | 'take', value: string): boolean =>
  comparison(withoutUnit(field, value)) !== undefined;

/** A value that is not known fits nothing. */
function compares(actual: number | undefined, value: string): boolean {
  const asked = comparison(value);
  if (actual === undefined || asked === undefined) return false;
  const { operator, wanted } = asked;
  switch (operator) {
    case '>':
      return actual > wanted;
    case '>=':
      return actual >= wanted;
    case '<':
      return actual < wanted;
    case '<=':
      return actual <= wanted;
    default:
      return Math.abs(actual - wanted) < 0.005;
  }
}
