/**
 * Makes a {@link Model} of what one model file says: the parts that are the same for all are
 * written here once.
 */
import type * as z from 'zod';
import type { GatewayName } from '../ids.ts';
import type { JsonObject, Words } from '../scene.ts';
import { mergeParams } from './merge.ts';
import type {
  BodyPath,
  Lifecycle,
  Model,
  ModelSettings,
  Offers,
  Price,
  AskedClip,
  RuleFinding,
} from './model.ts';
import { finding, judge, ruleText, type Breach, type Rule } from './rule.ts';
import { schemaFindings, type Misplaced } from './schema-findings.ts';
import { Translator } from './translation.ts';

/** What `normalise` of a model file works with, beside the merged body. */
export interface Merging {
  /** The body that the words gave, before `params`. */
  readonly translated: JsonObject;
  readonly params: JsonObject;
  /** Records a change of the body: every change has one. */
  readonly note: (rule: Rule, breach: Breach) => void;
  /**
   * Records that a field of the body stood elsewhere in `params`: places of findings are looked up
   * there.
   */
  readonly moved: (to: BodyPath, from: BodyPath) => void;
}

export interface ModelFile {
  readonly gateway: GatewayName;
  readonly native: string;
  readonly title: string;
  readonly sources: Model['sources'];
  readonly lifecycle: Lifecycle;
  readonly body: z.ZodType;
  readonly profiles: Readonly<Record<string, string>>;
  readonly offers: Offers;
  readonly defaults: JsonObject;
  readonly deliveryFields: readonly string[];
  readonly notifyField: string;
  readonly rules: readonly Rule[];
  /** Top-level fields of other models, with where they go here. */
  readonly misplaced: Misplaced;
  translate(words: Words, into: Translator): void;
  /** What the sheets say to drop, map, normalise or convert. */
  normalise?(merged: JsonObject, merging: Merging): JsonObject;
  price(body: JsonObject): Price;
  asked(body: JsonObject): AskedClip;
}

export function defineModel(file: ModelFile): Model {
  const name = `${file.gateway}/${file.native}` as const;
  return {
    name,
    gateway: file.gateway,
    native: file.native,
    title: file.title,
    sources: file.sources,
    lifecycle: file.lifecycle,
    body: file.body,
    profiles: file.profiles,
    offers: file.offers,
    defaults: file.defaults,
    deliveryFields: file.deliveryFields,
    notifyField: file.notifyField,
    rules: file.rules.map(ruleText),
    translate(words) {
      const translator = new Translator(name, file.native);
      file.translate(words, translator);
      return translator.done();
    },
    normalise(translated, params) {
      const findings: RuleFinding[] = [];
      const merged =
        Object.keys(params).length === 0 ? translated : mergeParams(translated, params);
      const note: Merging['note'] = (rule, breach) => findings.push(finding(rule, breach));
      const movedFrom = new Map<string, BodyPath>();
      const moved: Merging['moved'] = (to, from) => movedFrom.set(to.join('.'), from);
      const body = file.normalise?.(merged, { translated, params, note, moved }) ?? merged;
      return { body, findings, moved: Object.fromEntries(movedFrom) };
    },
    check: (body: JsonObject, settings: ModelSettings) => [
      ...schemaFindings(file.body, body, file.rules, file.misplaced),
      ...judge(file.rules, body, settings),
    ],
    price: (body) => file.price(body),
    asked: (body) => file.asked(body),
  };
}
