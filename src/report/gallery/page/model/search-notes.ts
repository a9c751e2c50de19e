/** Search tokens that this page does not know, with the values that exist. */
import type { Facet } from './facets.ts';
import type { PageChangeKind } from '../../page-data.ts';
import { hyphenated, isComparison, isKnownWord, SEARCH_FIELDS, type Term } from './search.ts';
import { CHANGE_WORDS, valueWord } from './words.ts';

export interface SearchableValues {
  /** The values of each facet on the page. */
  readonly values: Readonly<Record<Facet, readonly string[]>>;
  /** Native names of the models, beside their aliases. */
  readonly models: readonly string[];
  /** Whether any render has the word, in lower case. */
  readonly occurs: (word: string) => boolean;
}

/** One sentence for each token that fits nothing because it is not known. */
export const searchNotes = (terms: readonly Term[], page: SearchableValues): readonly string[] =>
  terms.flatMap((term) => noteOn(term, page) ?? []);

function noteOn(
  { field, value }: Term,
  { values, models, occurs }: SearchableValues,
): string | undefined {
  switch (field) {
    case undefined: {
      const name = /^([a-z]+):./.exec(value)?.[1];
      // Ids and prompts have colons too.
      return name === undefined || occurs(value)
        ? undefined
        : `${name}: is not a filter. Filters: ${SEARCH_FIELDS.map((one) => `${one}:`).join(' ')}`;
    }
    case 'is':
      return isKnownWord(value) ? undefined : notKnown('is', value, isWordsIn(values));
    case 'model': {
      const names = [...values.model, ...models].map((name) => name.toLowerCase());
      return names.some((name) => name.includes(value))
        ? undefined
        : notKnown('model', value, values.model);
    }
    case 'tag':
      return values.tag.some((tag) => tag.toLowerCase() === value)
        ? undefined
        : notKnown('tag', value, values.tag);
    case 'ratio':
      return values.ratio.includes(value) ? undefined : notKnown('ratio', value, values.ratio);
    case 'sound':
      return ['yes', 'no', 'sound', 'silent'].includes(value)
        ? undefined
        : notKnown('sound', value, ['yes', 'no']);
    case 'take':
    case 'cost':
    case 'length':
      return isComparison(field, value)
        ? undefined
        : `${field}:${value} is not a number. Write ${field}:2, ${field}:>2 or ${field}:<=2.`;
    case 'scene':
      // A part of a scene's id: an empty page already shows that no scene has it.
      break;
  }
  return undefined;
}

const isWordsIn = ({ state, change, pick }: SearchableValues['values']): readonly string[] => [
  ...state.map((value) => hyphenated(valueWord(value))),
  ...change.map((value) => CHANGE_WORDS[value as PageChangeKind]),
  ...pick,
];

const MOST_NAMED = 30;

/** Those that begin as the value does where there are some: it is still being typed. */
function notKnown(field: string, value: string, known: readonly string[]): string {
  const begun = known.filter((one) => one.toLowerCase().startsWith(value));
  const named = begun.length > 0 ? begun : known;
  const more = named.length > MOST_NAMED ? ', …' : '';
  const what =
    named.length === 0
      ? 'There are none.'
      : `Known here: ${named.slice(0, MOST_NAMED).join(', ')}${more}`;
  return `${field}:${value} is not known. ${what}`;
}
