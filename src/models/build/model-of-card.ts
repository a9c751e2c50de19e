/** Makes a {@link Model} of a card. */
import type * as z from 'zod';
import { defined } from '../../defined.ts';
import type { ClipRatio, JsonObject, Resolution } from '../../scene.ts';
import { whole } from '../fields.ts';
import { mergeParams } from '../merge.ts';
import type { AskedClip, BodyPath, Model, Offers, RuleFinding } from '../model.ts';
import { judge, ruleText } from '../rule.ts';
import { Translator } from '../translation.ts';
import { bodySchema } from './body-schema.ts';
import type { Card, Fields, Scalar } from '../card/card.ts';
import { changesOf } from './changes.ts';
import { FieldCheck, type Misplaced } from '../rules/check-fields.ts';
import { fieldAt, hasItems, testOf, valueAt } from '../card/conditions.ts';
import { emptyListsRow } from '../shared/common-rows.ts';
import { DELIVERY } from '../shared/delivery.ts';
import { withoutEmptyLists } from './empty-lists.ts';
import type { Merging } from '../card/merging.ts';
import { inSecondReading } from './second-reading.ts';
import { offersOf } from '../card/offers.ts';
import { otherNames } from '../card/other-names.ts';
import { priceOfCard } from './prices.ts';
import { rulesBesideBody } from './rules-beside-body.ts';
import { ruleOfRow } from '../rules/rows.ts';
import { pictureFindings } from '../rules/picture-rules.ts';
import { castForms } from '../words/cast.ts';
import { translateCard } from '../words/translate.ts';

export function modelOfCard(written: Card): Model {
  const { gateway, native, title, sources, lifecycle } = written;
  const delivery = DELIVERY[gateway];
  const fields: Fields = {
    model: { type: 'choice', values: [native], required: true },
    ...written.fields,
    ...delivery.fields,
  };
  const rows = written.rules.some(({ empties }) => empties === true)
    ? written.rules
    : [...written.rules, emptyListsRow];
  const card: Card = { ...written, fields, rules: rows };
  const name = `${gateway}/${native}` as const;
  const rules = [...card.rules.map((row) => ruleOfRow(row, card)), ...delivery.rules];
  const offers = offersOf(card);
  const misplaced: Misplaced = {
    ...(card.stray === undefined ? {} : otherNames(card, card.stray)),
    ...Object.fromEntries(
      Object.entries(card.elsewhere ?? {}).map(([field, told]) => [
        field,
        typeof told === 'string' ? { hint: told } : told,
      ]),
    ),
  };
  const table = new FieldCheck(fields, rules, misplaced);
  const changes = changesOf(card);
  const asked = askedOf(card);
  let schema: z.ZodType | undefined;
  return {
    name,
    gateway,
    native,
    title,
    sources,
    lifecycle,
    bodySchema: () => (schema ??= bodySchema(fields)),
    profiles: card.profiles ?? {},
    offers,
    offersFor: offersForOf(card, offers),
    defaults: defaultsOf(fields),
    deliveryFields: delivery.names,
    notifyField: delivery.notify,
    ...seedOf(card),
    rules: rules.map(ruleText),
    rulesBesideBody: rulesBesideBody(card),
    cast: castForms(card),
    ...defined({ pictures: card.pictures }),
    ...(card.readings === undefined
      ? {}
      : {
          readings: Object.fromEntries(
            Object.entries(card.readings).map(([field, { text }]) => [field, text]),
          ),
        }),
    translate(words, { send = [] }) {
      const translator = new Translator(name, native);
      translateCard(card, offers, rules, words, translator);
      return inSecondReading(translator.done(), card, send);
    },
    normalise(translated, params, { send = [] }) {
      const findings: RuleFinding[] = [];
      let body = Object.keys(params).length === 0 ? translated : mergeParams(translated, params);
      const movedFrom = new Map<string, BodyPath>();
      const merging: Merging = {
        translated,
        params,
        sends: (name) => send.includes(name),
        note: ({ rule }, breach) => findings.push({ rule, verdict: 'note', ...breach }),
        moved: (to, from) => movedFrom.set(to.join('.'), from),
      };
      for (const change of changes) body = change(body, merging);
      body = withoutEmptyLists(body, fields, (path) =>
        merging.note(emptyListsRow, { path, message: `${path.join('.')} is empty and not sent` }),
      );
      return { body, findings, moved: Object.fromEntries(movedFrom) };
    },
    check(body, settings) {
      const wrong = table.findings(body);
      const broken = [...judge(rules, body, settings), ...pictureFindings(card, body, settings)];
      if (wrong.length === 0) return broken;
      // A rule's finding about a value of the wrong type is not a second mistake.
      const told = new Set(wrong.map(({ path }) => path.join('.')));
      return [
        ...wrong,
        ...broken.filter(({ verdict, path }) => verdict !== 'refuse' || !told.has(path.join('.'))),
      ];
    },
    price: priceOfCard(card, asked),
    asked,
  };
}

/** Offers narrowed by a profile. */
function offersForOf(
  { profileOffers = {}, fields }: Card,
  offers: Offers,
): NonNullable<Model['offersFor']> {
  const tests = Object.entries(profileOffers).map(
    ([profile, rows]) =>
      [profile, rows.map(({ when, ...row }) => ({ holds: testOf(when, fields), row }))] as const,
  );
  const byProfile = new Map(tests);
  return (body, { profile }) => {
    const rows = profile === undefined ? undefined : byProfile.get(profile);
    return { ...offers, ...rows?.find(({ holds }) => holds(body))?.row };
  };
}

function seedOf({ words, fields }: Card): Pick<Model, 'seed'> {
  const field = words.seed;
  const known = typeof field === 'string' ? fields[field] : undefined;
  return typeof field !== 'string' || known?.type !== 'whole'
    ? {}
    : { seed: { field, most: known.to ?? Number.MAX_SAFE_INTEGER } };
}

function defaultsOf(fields: Fields): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default]],
    ),
  );
}

/** The expected clip of a body: the words read backwards. */
function askedOf(card: Card): (body: JsonObject) => AskedClip {
  const { words, ratioFrom = [] } = card;
  const read = (word: 'resolution' | 'aspect_ratio' | 'audio') => backwards(card, words[word]);
  const [resolutionOf, ratioOf, audioOf] = [
    read('resolution'),
    read('aspect_ratio'),
    read('audio'),
  ];
  const duration = card.fields['duration'];
  const seconds = duration?.default;
  const byDefault = typeof seconds === 'number' ? seconds : 5;
  const special = (card.secondsWhen ?? []).map(({ when, seconds: most, least }) => ({
    holds: testOf(when, card.fields),
    length: { seconds: most, ...defined({ leastSeconds: least }) },
  }));
  return (body) => {
    const resolution = resolutionOf?.(body);
    const ratio = ratioFrom.some((field) => hasItems(valueAt(body, field)))
      ? undefined
      : ratioOf?.(body);
    const audio = audioOf?.(body);
    const length = special.find(({ holds }) => holds(body))?.length;
    return {
      ...(length ?? { seconds: whole(body, 'duration') ?? byDefault }),
      ...(resolution === undefined ? {} : { resolution: resolution as Resolution }),
      ...(ratio === undefined || ratio === 'adaptive' ? {} : { ratio: ratio as ClipRatio }),
      ...(audio === undefined ? {} : { audio: audio === true || audio === 'true' }),
    };
  };
}

/** The portable value that a native field stands for. */
function backwards(
  card: Card,
  binding: Card['words'][keyof Card['words']],
): ((body: JsonObject) => Scalar | undefined) | undefined {
  if (binding === undefined || binding === true) return undefined;
  if (typeof binding === 'object' && binding.only !== undefined) {
    const { only } = binding;
    return () => only;
  }
  const path = typeof binding === 'string' ? binding : binding.field;
  const values = typeof binding === 'string' ? undefined : binding.values;
  const portable = new Map(
    Object.entries(values ?? {}).map(([word, native]) => [native, word] as const),
  );
  for (const { map } of card.rules) {
    if (map?.field !== path) continue;
    for (const [from, to] of map.values) {
      const word = portable.get(to);
      if (word !== undefined) portable.set(from, word);
    }
  }
  const other = card.rules.find(({ alias }) => alias?.to === path)?.alias?.from;
  const byDefault = fieldAt(card.fields, path)?.default;
  return (body) => {
    const value =
      valueAt(body, path) ?? (other === undefined ? undefined : valueAt(body, other)) ?? byDefault;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    return values === undefined ? value : portable.get(value);
  };
}
