import { expect, test, describe } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Model, ModelSettings, RuleFinding } from '../../src/models/model.ts';
import type { JsonObject } from '../../src/scene.ts';
import { RULE_CASES } from './rule-cases.ts';

/** What is said of a body as it stands, and of what is changed in it before it is sent. */
const said = (model: Model, body: JsonObject, settings: ModelSettings): readonly RuleFinding[] => [
  ...model.check(body, settings),
  ...model.normalise({ model: model.native }, body, settings).findings,
];
const label = ({ rule, verdict }: Pick<RuleFinding, 'rule' | 'verdict'>): string =>
  `${rule} ${verdict}`;

describe.each([...catalogue.values()].map((model) => [model.name, model] as const))(
  '%s',
  (name, model) => {
    const cases = RULE_CASES[name] ?? [];

    test('every rule has a body that meets it and one that breaks it', () => {
      expect([...new Set(cases.map(({ rule }) => rule))].sort()).toEqual(
        [...new Set(model.rules.map(label))].sort(),
      );
    });

    test.each(cases.map((one) => [one.rule, one.at, one] as const))(
      '%s at %s',
      (rule, at, { meets, breaks, profile }) => {
        const settings = profile === undefined ? {} : { profile };
        expect(said(model, meets, settings).map(label)).not.toContain(rule);
        const found = said(model, breaks, settings).filter((finding) => label(finding) === rule);
        expect(found.map(({ path }) => path.join('.'))).toContain(at);
      },
    );

    test('a body that meets a refusing rule is refused by no other', () => {
      for (const { meets, profile } of cases) {
        const refused = model
          .check(meets, profile === undefined ? {} : { profile })
          .filter(({ verdict }) => verdict === 'refuse');
        expect(refused).toEqual([]);
      }
    });

    test('a refused request is also refused as a body, which is all that the local gateway sees', () => {
      const refusing = cases.filter(({ rule }) => rule.endsWith('refuse'));
      const passed = refusing.filter(({ rule, breaks, profile }) => {
        const said = model.check(breaks, profile === undefined ? {} : { profile });
        return !said.map(label).includes(rule);
      });
      expect(passed).toEqual([]);
    });

    test('one culprit is told once', () => {
      for (const { breaks, profile } of cases) {
        const findings = model
          .check(breaks, profile === undefined ? {} : { profile })
          .filter(({ verdict }) => verdict === 'refuse');
        const told = findings.map(({ path }) => path.join('.'));
        expect(told).toEqual([...new Set(told)]);
      }
    });

    test('rule texts are sentences with a known mark', () => {
      for (const { text, mark } of model.rules) {
        expect(text).toMatch(/\.$/);
        expect(['documented', 'observed', 'assumed']).toContain(mark);
      }
    });

    test('rules that are assumptions refuse nothing', () => {
      expect(
        model.rules.filter(({ mark, verdict }) => mark === 'assumed' && verdict === 'refuse'),
      ).toEqual([]);
    });
  },
);
