/**
 * A card of a project's own as a model. Its shape is checked by the manifest room; here, that its
 * parts fit together. Its facts are not checked: the name of the model says so wherever it is
 * shown, in plan, status, gallery and lock.
 */
import { defined } from '../../defined.ts';
import { megabytes, type PictureLimits } from '../../pictures/limits.ts';
import { type JsonObject, type Word, WORDS } from '../../scene.ts';
import { modelOfCard } from '../build/model-of-card.ts';
import type { Card, Fields, Frames, References, RuleRow } from '../card/card.ts';
import { fieldAt } from '../card/conditions.ts';
import type { Model } from '../model.ts';
import { nearestField } from '../nearest-field.ts';
import { linksRow, modelRow, wholeDurationRow } from '../shared/common-rows.ts';
import { callbackRow } from '../shared/evolink-delivery.ts';
import { type CardProblem, fieldOf } from './own-fields.ts';
import { fieldsNamed, rowOf } from './own-rows.ts';
import { ownPartRows, ownParts, withOwnFields } from './own-shots.ts';
import type { WrittenCard, WrittenPictures } from './written-card.ts';

const UNCHECKED = '.unchecked';

export const isOwnModel = ({ name }: Pick<Model, 'name'>): boolean => name.endsWith(UNCHECKED);

export function ownModel(data: JsonObject): Model | readonly CardProblem[] {
  const written = data as unknown as WrittenCard;
  const problems: CardProblem[] = [];
  const named: Fields = Object.fromEntries(
    Object.entries(written.fields).map(([name, field]) => [
      name,
      fieldOf(field, ['fields', name], problems),
    ]),
  );
  problems.push(...misplacedParts(named, written));
  const fields = withOwnFields(named, written);
  if (written.fields['model'] !== undefined)
    problems.push({
      path: ['fields', 'model'],
      message: 'model is not a field of the table: it is the model above',
      hint: 'Delete it.',
    });
  const known = Object.keys(fields);
  const needsField = (name: string, path: CardProblem['path']): void => {
    const plain = name.replaceAll(/\[\w+\]/g, '').replace(/\.\d+$/, '');
    if (fieldAt(fields, plain) !== undefined || plain === 'model') return;
    const near = nearestField(plain, known);
    problems.push({
      path,
      message: `${JSON.stringify(name)} is not a field of this card`,
      hint: near === undefined ? `The fields are ${known.join(', ')}.` : `Did you mean ${near}?`,
    });
  };
  for (const [word, binding] of Object.entries(written.words))
    needsField(typeof binding === 'string' ? binding : binding.field, ['words', word]);
  for (const part of ['frames', 'references'] as const)
    for (const [key, value] of Object.entries(written[part] ?? {}))
      if (typeof value === 'string' && key !== 'role_beside_frames') needsField(value, [part, key]);
  const rules = (written.rules ?? []).map((rule) => rowOf(rule));
  for (const [index, row] of rules.entries())
    for (const [key, name] of fieldsNamed(row)) needsField(name, ['rules', index, key]);
  if (written.prices !== 'unknown')
    for (const [index, { when }] of written.prices.rows.entries())
      for (const name of Object.keys(when ?? {}))
        needsField(name, ['prices', 'rows', index, 'when']);
  if (problems.length > 0) return problems;

  const model = modelOfCard(cardOf(written, fields, rules));
  return { ...model, name: `${model.name}${UNCHECKED}` };
}

/** Shots and elements are in objects: a field of that name with another type cannot hold them. */
function misplacedParts(fields: Fields, { shots, elements }: WrittenCard): CardProblem[] {
  const inside = [shots?.inside, elements?.as === 'ids' ? 'model_params' : undefined];
  return [...new Set(inside)].flatMap((name) => {
    const field = name === undefined ? undefined : fields[name];
    return name === undefined || field === undefined || field.type === 'object'
      ? []
      : [
          {
            path: ['fields', name],
            message: `${name} is of type ${field.type}, and shots or elements stand inside it`,
            hint: `Make it { type: object, fields: … }, or leave it out: the card adds it.`,
          },
        ];
  });
}

function cardOf(written: WrittenCard, fields: Fields, rules: readonly RuleRow[]): Card {
  const { gateway, model: native, sources, frames, references, prices, pictures } = written;
  const words = Object.fromEntries(
    WORDS.flatMap((word): [Word, Card['words'][Word]][] => {
      const binding = written.words[word];
      if (binding !== undefined) return [[word, binding]];
      const isServed =
        (frames !== undefined &&
          (word === 'first_frame' || (word === 'last_frame' && takesLast(frames)))) ||
        (references !== undefined && word === 'references') ||
        (written.shots !== undefined && word === 'shots') ||
        (written.elements !== undefined && word === 'elements');
      return isServed ? [[word, true]] : [];
    }),
  );
  const [read = ''] = sources.map((source) => source.read);
  return {
    gateway,
    native,
    title: `${written.title ?? native} (own card, unchecked)`,
    sources,
    lifecycle: { state: 'listed', asOf: read },
    fields,
    words,
    ...defined({
      frames,
      references: references && referencesOf(references),
      pictures: pictures && { rule: 'pictures', ...limitsOf(pictures) },
      longestPrompt: written.longest_prompt,
    }),
    ...ownParts(written),
    ratioFrom:
      frames === undefined ? [] : Object.values(frames).filter((one) => typeof one === 'string'),
    rules: [
      modelRow('model'),
      ...(fields['duration']?.type === 'whole' ? [wholeDurationRow('duration')] : []),
      linksRow('links'),
      ...(gateway === 'evolink' ? [callbackRow('callback')] : []),
      ...(written.longest_prompt === undefined
        ? []
        : [
            {
              rule: 'prompt',
              text: `prompt has at most ${written.longest_prompt} characters.`,
              longest: { prompt: written.longest_prompt },
            },
          ]),
      ...ownPartRows(written),
      ...rules,
    ],
    stray: 'body',
    lacks: { shots: NOT_IN_CARD, elements: NOT_IN_CARD },
    prices:
      prices === 'unknown'
        ? { unknown: 'the card says that the price is unknown' }
        : {
            ...prices,
            asOf: prices.read,
            kind: 'estimated',
            rows: prices.rows.map(({ when, rate, up_to, up_to_source, up_to_read }) => ({
              rate,
              ...defined({
                when,
                upTo: up_to,
                upToSource: up_to_source,
                upToAsOf: up_to_read,
              }),
            })),
          },
  };
}

const NOT_IN_CARD = ': its card has none. docs/models.md says how a card takes them';

const referencesOf = ({
  one_video: oneVideo,
  role_beside_frames: role,
  ...lists
}: NonNullable<WrittenCard['references']>): References => ({
  ...lists,
  ...defined({ oneVideo, roleBesideFrames: role }),
});

const limitsOf = ({
  most_megabytes: most,
  least_side: leastSide,
  most_side: mostSide,
  ...same
}: WrittenPictures): PictureLimits => ({
  ...same,
  ...defined({ mostBytes: most && megabytes(most), leastSide, mostSide }),
});

const takesLast = (frames: Frames): boolean =>
  'first' in frames ? frames.last !== undefined : 'list' in frames ? frames.last !== false : true;
