/**
 * `shots` and `elements` of a card of a project's own. Their native fields are those of Kling's
 * pages, which the other models took over: the card says where they stand and how many they hold.
 */
import { defined } from '../../defined.ts';
import type { Card, Field, Fields, RuleRow } from '../card/card.ts';
import type { WrittenCard, WrittenElements, WrittenShots } from './written-card.ts';

const MODEL_PARAMS = 'model_params';
const ANY = Number.MAX_SAFE_INTEGER;

/** The fields of the card and those that its shots and elements need; the card's own win. */
export function withOwnFields(fields: Fields, { shots, elements }: WrittenCard): Fields {
  let all = fields;
  if (shots !== undefined) all = withFields(all, shots.inside, shotFields(shots));
  if (elements !== undefined)
    all = withFields(all, insideOf(elements), { element_list: elementList(elements) });
  return all;
}

const insideOf = ({ as }: WrittenElements): string | undefined =>
  as === 'ids' ? MODEL_PARAMS : undefined;

function withFields(fields: Fields, inside: string | undefined, more: Fields): Fields {
  if (inside === undefined) return { ...more, ...fields };
  const parent = fields[inside];
  // The card's check of its fields reports a parent of another type.
  if (parent !== undefined && parent.type !== 'object') return fields;
  return {
    ...fields,
    [inside]: { type: 'object', ...parent, fields: { ...more, ...parent?.fields } },
  };
}

const shotFields = ({ types, seconds, most = 6 }: WrittenShots): Fields => ({
  multi_shot: { type: 'flag', default: false, title: 'Several shots' },
  shot_type: { type: 'choice', values: types, title: 'Shot type' },
  multi_prompt: {
    type: 'list',
    least: 1,
    most,
    title: 'Shots',
    of: {
      type: 'object',
      fields: {
        index: { type: 'whole', required: true },
        prompt: { type: 'text', required: true },
        duration:
          seconds === 'text'
            ? { type: 'text', whole: true, required: true }
            : { type: 'whole', required: true },
      },
    },
  },
});

function elementList({ as, most, pictures = [1, ANY] }: WrittenElements): Field {
  const [least, mostPictures] = pictures;
  return {
    type: 'list',
    title: 'Elements',
    ...defined({ most }),
    of: {
      type: 'object',
      fields:
        as === 'ids'
          ? { element_id: { type: 'text', filled: true, required: true } }
          : {
              name: { type: 'text', filled: true, required: true },
              description: { type: 'text', filled: true, required: true },
              element_input_urls: {
                type: 'list',
                of: { type: 'link' },
                required: true,
                least,
                ...(mostPictures === ANY ? {} : { most: mostPictures }),
              },
            },
    },
  };
}

/** Shots and elements in the form of the catalogue's cards. */
export const ownParts = ({ shots, elements }: WrittenCard): Pick<Card, 'shots' | 'elements'> => ({
  ...defined({
    shots: shots && {
      types: shots.types,
      seconds: shots.seconds,
      longest: shots.longest ?? ANY,
      ...defined({ inside: shots.inside }),
    },
    elements: elements && { as: elements.as, rule: 'elements' },
  }),
});

export const ownPartRows = ({ shots, elements }: WrittenCard): readonly RuleRow[] => [
  ...(shots === undefined ? [] : shotRows(shots)),
  ...(elements === undefined ? [] : elementRows(elements)),
];

function shotRows({ inside, types, seconds, most = 6, longest }: WrittenShots): RuleRow[] {
  const list = inside === undefined ? 'multi_prompt' : `${inside}.multi_prompt`;
  const rule = 'shots';
  return [
    { rule, text: `multi_shot true needs shot_type ${types.join(' or ')}.`, shots: 'type' },
    {
      rule,
      text: `shot_type customize needs multi_prompt of 1 to ${most} shots.`,
      fields: [list],
      shots: 'list',
    },
    { rule, text: 'multi_prompt[].index runs 1, 2, 3 … in order.', shots: 'index' },
    {
      rule,
      text: 'Shot durations are whole seconds, at least 1, and add up to duration.',
      fields: [`${list}.*.duration`],
      shots: 'seconds',
    },
    ...(seconds === 'text' && inside !== undefined
      ? [
          {
            rule,
            text: 'Shot durations given as numbers are sent as texts.',
            verdict: 'note',
            shots: 'texts',
          } satisfies RuleRow,
        ]
      : []),
    {
      rule,
      text: `A shot's prompt says something${longest === undefined ? '' : `, in at most ${longest} characters`}.`,
      shots: 'blank-and-longest',
    },
    {
      rule,
      text: 'shot_type and multi_prompt mean nothing without multi_shot true.',
      verdict: 'warn',
      shots: 'stray',
    },
    ...(types.includes('intelligence')
      ? [
          {
            rule,
            text: 'shot_type intelligence takes no multi_prompt.',
            shots: 'unlisted',
          } satisfies RuleRow,
        ]
      : []),
  ];
}

const elementRows = ({ as }: WrittenElements): RuleRow[] =>
  as === 'ids'
    ? []
    : [
        {
          rule: 'elements',
          text: 'No two elements have one name.',
          verdict: 'warn',
          elements: 'unique',
        },
        {
          rule: 'elements',
          text: 'Every @name in the prompts names an element, and every element is used.',
          verdict: 'warn',
          elements: 'mentioned',
        },
      ];
