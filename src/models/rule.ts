/**
 * One numbered rule of the provider sheets: its text and what it says of a body. A rule whose sheet
 * row mixes facts and assumptions is written as several rules of one number, each with its own
 * verdict.
 */
import { defined } from '../defined.ts';
import type { Json, JsonObject } from '../scene.ts';
import type { BodyPath, ModelSettings, RuleFinding, RuleText } from './model.ts';

/** One place where a body breaks a rule. */
export interface Breach {
  readonly path: BodyPath;
  /** As in {@link RuleFinding}. */
  readonly part?: readonly [start: number, end: number];
  /** One sentence: the native field, the value found, the allowed values. */
  readonly message: string;
  readonly hint?: string;
  readonly allowed?: readonly Json[];
}

export interface Rule extends RuleText {
  /**
   * Native fields whose types, enumerations and bounds in the body schema are this rule:
   * `duration`, or `multi_prompt.*.index`, where `*` is any list index. A breach found by the
   * schema then carries this rule's number.
   */
  readonly fields?: readonly string[];
  /** Like `fields`, for values of the wrong type alone. */
  readonly types?: readonly string[];
  /** The next thing to try where the schema finds the breach. */
  readonly hint?: string;
  /**
   * Top-level fields without any of which the rule has nothing to say: thousands of bodies are
   * judged, and most have few fields.
   */
  readonly about?: readonly string[];
  /**
   * What the schema cannot say: relations between fields, code points, hosts. Judges only fields of
   * the right type.
   */
  breaches?(body: JsonObject, settings: ModelSettings): Iterable<Breach>;
}

export const ruleText = ({ rule, text, verdict, mark, source }: Rule): RuleText => ({
  rule,
  text,
  verdict,
  mark,
  ...defined({ source }),
});

/** Every breach of the rules that are not a matter of the schema, in the order of the rules. */
export function judge(
  rules: readonly Rule[],
  body: JsonObject,
  settings: ModelSettings,
): RuleFinding[] {
  const findings: RuleFinding[] = [];
  for (const rule of rules) {
    if (
      rule.breaches === undefined ||
      rule.about?.some((name) => Object.hasOwn(body, name)) === false
    )
      continue;
    for (const breach of rule.breaches(body, settings)) findings.push(finding(rule, breach));
  }
  return findings;
}

const finding = (
  { rule, verdict }: Pick<Rule, 'rule' | 'verdict'>,
  breach: Breach,
): RuleFinding => ({ rule, verdict, ...breach });

/** The refusing rule that owns a native path. */
export function ruleOf(
  rules: readonly Rule[],
  path: BodyPath,
  wrongType: boolean,
): Rule | undefined {
  const name = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
  const refusing = rules.filter(({ verdict }) => verdict === 'refuse');
  return (
    (wrongType ? refusing.find(({ types }) => types?.includes(name) === true) : undefined) ??
    refusing.find(({ fields }) => fields?.includes(name) === true)
  );
}
