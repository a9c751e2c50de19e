/** `check` and `normalise` judge any JSON object, and never throw. */
import {
  array,
  assert,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { isObject } from '../../src/models/fields.ts';
import type { Json, JsonObject } from '../../src/scene.ts';
import { sized } from '../sizes.ts';
import { RULE_CASES } from './rule-cases.ts';

const FIELDS =
  'model prompt negative_prompt mode duration aspect_ratio size resolution quality sound audio watermark image_urls last_frame_image multi_shot shot_type multi_prompt element_list model_params webhook language callback_url index element_id name element_input_urls watermark_info enabled __proto__ constructor toString'.split(
    ' ',
  );
const TEXTS =
  'std pro 4k 16:9 portrait customize intelligence on 5 https://example.com/a.png http://[::1]/ https:// <<<element_9>>> 5e999 @dog'.split(
    ' ',
  );
const texts = constantFrom('', '@a @', '\ud800', ...TEXTS);
const value = oneof(
  jsonValue({ maxDepth: 3 }),
  texts,
  integer({ min: -3, max: 20 }),
  constantFrom(true, false, null),
);
const inner = dictionary(constantFrom(...FIELDS), value, { maxKeys: 6 });
const anyBody = dictionary(
  oneof(constantFrom(...FIELDS), string({ maxLength: 12 })),
  oneof(value, inner, array(oneof(inner, value), { maxLength: 8 })),
  { maxKeys: 12 },
).map((body) => body as JsonObject);
/**
 * A good body with up to two fields replaced: most of these are judged by the rules, not by the
 * schema.
 */
const nearlyGood = (name: string) =>
  tuple(
    constantFrom(...(RULE_CASES[name] ?? []).map(({ meets }) => meets)),
    dictionary(constantFrom(...FIELDS), value, { maxKeys: 2 }),
  ).map(([good, changes]): JsonObject => ({ ...good, ...(changes as JsonObject) }));

const settings = record({ profile: constantFrom('legacy', 'none') });
const holdsNull = (value: Json): boolean =>
  value === null || (isObject(value) && Object.values(value).some(holdsNull));

describe.each([...catalogue.values()].map((model) => [model.name, model] as const))(
  '%s',
  (name, model) => {
    const bodies = oneof(anyBody, nearlyGood(name));
    const isRefused = (body: JsonObject): boolean =>
      model.check(body, {}).some(({ verdict }) => verdict === 'refuse');

    test('any body is judged, in sentences that name a field', () => {
      assert(
        property(bodies, settings, (body, profile) => {
          const unfit = model
            .check(body, profile)
            .filter(
              ({ message, path, rule }) =>
                /\n|undefined|\[object/.test(message) || path.length === 0 || rule === '',
            );
          expect(unfit).toEqual([]);
        }),
        { seed: 20, numRuns: sized(40, 300) },
      );
    });

    test('a body that is not refused can be priced and described', () => {
      assert(
        property(bodies, (body) => {
          if (isRefused(body)) return;
          expect(model.price(body).kind).toMatch(/^(exact|estimated|unknown)$/);
          expect(model.offers.duration).toContain(model.asked(body).seconds);
        }),
        { seed: 21, numRuns: sized(40, 300) },
      );
    });

    test('of params that say null nothing is left', () => {
      assert(
        property(bodies, bodies, settings, (translated, params, profile) => {
          const { body, findings } = model.normalise(translated, params, profile);
          // What a rule says is always sent is sent then too, with its note.
          const filled = new Set(findings.map(({ path }) => path[0]));
          // A field that belongs inside model_params makes it anew.
          const taken = Object.keys(params).filter(
            (field) => params[field] === null && field !== 'model_params' && !filled.has(field),
          );
          expect(taken.filter((field) => Object.hasOwn(body, field))).toEqual([]);
        }),
        { seed: 22, numRuns: sized(40, 300) },
      );
    });

    test('normalising twice changes nothing', () => {
      assert(
        property(bodies, settings, (params, profile) => {
          const { body } = model.normalise({ model: model.native }, params, profile);
          if (holdsNull(body) || isRefused(body)) return;
          expect(model.normalise({ model: model.native }, body, profile)).toEqual({
            body,
            findings: [],
            moved: {},
          });
        }),
        { seed: 23, numRuns: sized(40, 300) },
      );
    });
  },
);

test('a body of twenty thousand unknown fields and a deep one are judged in one pass', () => {
  const wide = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`field${index}`, index]),
  );
  let deep: Json = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  for (const model of catalogue.values()) {
    expect(model.check({ model: model.native, prompt: deep }, {}).length).toBeGreaterThan(0);
    const found = model.check({ ...wide, model: model.native, prompt: 'x' }, {});
    expect(found.filter(({ key }) => key === true)).toHaveLength(20_000);
  }
});
