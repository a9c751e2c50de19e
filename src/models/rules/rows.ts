/** The numbered rows of a card as rules that check a body. */
import { defined } from '../../defined.ts';
import type { JsonObject } from '../../scene.ts';
import { text } from '../fields.ts';
import { fieldName, oneOf, quoted } from '../format-value.ts';
import { tooLong } from '../text/prompts.ts';
import { pathOf, promptsOf } from '../card/paths.ts';
import { isUploaded, linkProblem } from '../text/links.ts';
import type { ModelSettings } from '../model.ts';
import type { Breach, Rule } from '../rule.ts';
import type { Card, Case, Condition, RuleRow } from '../card/card.ts';
import { countOf, fieldAt, filledIn, hasItems, testOf, valueAt } from '../card/conditions.ts';
import { elementBreaches } from './element-rules.ts';
import { linksOf } from '../card/links-of.ts';
import { shotBreaches } from './shot-rules.ts';

type Judge = (body: JsonObject, settings: ModelSettings) => Iterable<Breach>;

export function ruleOfRow(row: RuleRow, card: Card): Rule {
  const { rule, text, verdict = 'refuse', mark = 'documented', source = 0 } = row;
  const { fields, types, hint, profile: only, notProfile, unless } = row;
  const judges = [...judgesOf(row, card)];
  const base: Rule = {
    rule,
    text,
    verdict,
    mark,
    ...(mark === 'assumed' ? {} : { source }),
    ...defined({ fields, types }),
    // Of a single case it says how to meet that case, not how to write the field.
    ...(hint === undefined || row.says !== undefined ? {} : { hint }),
  };
  const own = row.breaches;
  if (judges.length === 0 && own === undefined) return base;
  const excused = unless === undefined ? undefined : testOf(unless, card.fields);
  return {
    ...base,
    *breaches(body, settings) {
      const { profile } = settings;
      if (only !== undefined && profile !== only) return;
      if (notProfile !== undefined && profile === notProfile) return;
      if (excused?.(body) === true) return;
      for (const judge of judges) yield* judge(body, settings);
      if (own !== undefined) yield* own(body, settings);
    },
  };
}

function* judgesOf(row: RuleRow, card: Card): Generator<Judge> {
  const { fields } = card;
  const test = (condition: Condition | undefined) => testOf(condition, fields);
  const cases = casesOf(row).map((one) => caseJudge(one, card));
  if (cases.length > 0)
    yield function* (body, settings) {
      // Each wrong value is reported once, however many cases match it.
      const told = new Set<string>();
      for (const judge of cases)
        for (const breach of judge(body, settings)) {
          const at = breach.path.join('.');
          if (!told.has(at)) yield breach;
          told.add(at);
        }
    };
  if (row.longest !== undefined) {
    const limits = Object.entries(row.longest);
    const { hint } = row;
    yield function* (body) {
      for (const [name, most] of limits)
        for (const breach of tooLong([name], text(body, name), most))
          yield hint === undefined ? breach : { ...breach, hint };
    };
  }
  if (row.notBlank !== undefined) {
    const names = row.notBlank;
    yield function* (body) {
      for (const name of names) {
        const value = text(body, name);
        if (value !== undefined && value !== '' && value.trim() === '')
          yield { path: [name], message: `${name} is blank` };
      }
    };
  }
  if (row.needed !== undefined) {
    const { field: name, unless, blank } = row.needed;
    const excused = unless === undefined ? () => false : test(unless);
    const isList = fieldAt(fields, name)?.type === 'list';
    const { hint } = row;
    yield function* (body) {
      const value = valueAt(body, name);
      if (excused(body)) return;
      const problem =
        value === undefined
          ? 'is missing'
          : value === '' || (isList && Array.isArray(value) && value.length === 0)
            ? 'is empty'
            : blank === true && typeof value === 'string' && value.trim() === ''
              ? 'is blank'
              : undefined;
      if (problem !== undefined)
        yield {
          path: [name],
          message: `${name} ${problem}`,
          ...defined({ hint }),
        };
    };
  }
  if (row.excludes !== undefined) {
    const names = row.excludes;
    const { hint } = row;
    yield function* (body) {
      const given = names.filter((name) => hasItems(valueAt(body, name)));
      const [first, second] = given;
      if (first !== undefined && second !== undefined)
        yield {
          path: pathOf(second),
          message: `${given.join(' and ')} are given; the model takes one of them`,
          hint: hint ?? `Keep ${given.join(' or ')}.`,
        };
    };
  }
  if (row.only !== undefined) {
    const { fields: names, with: condition } = row.only;
    const holds = test(condition);
    const wanted = inWords(condition);
    const { hint = `Set ${wanted}, or leave it out.` } = row;
    yield function* (body) {
      if (holds(body)) return;
      for (const name of names)
        if (hasItems(valueAt(body, name)))
          yield { path: pathOf(name), message: `${name} is given without ${wanted}`, hint };
    };
  }
  if (row.atMost !== undefined) {
    const { most, of: names, when } = row.atMost;
    const holds = test(when);
    const { hint } = row;
    yield function* (body) {
      const count = names.reduce((sum, name) => sum + countOf(valueAt(body, name)), 0);
      const [last] = names.filter((name) => hasItems(valueAt(body, name))).slice(-1);
      if (count > most && last !== undefined && holds(body))
        yield {
          path: pathOf(last),
          message: `${names.join(', ')} hold ${count} together; at most ${most} are allowed${when === undefined ? '' : ` with ${inWords(when)}`}`,
          ...defined({ hint }),
        };
    };
  }
  if (row.oneOf !== undefined) {
    const { fields: names, when } = row.oneOf;
    const holds = test(when);
    const { hint } = row;
    yield function* (body) {
      if (holds(body) && !names.some((name) => hasItems(valueAt(body, name))))
        yield {
          path: [names[0] ?? 'prompt'],
          message: `none of ${names.join(', ')} is given; the model needs one`,
          ...defined({ hint }),
        };
    };
  }
  if (row.links !== undefined) yield linkJudge(row.links, card);
  if (row.formats !== undefined) {
    const label = row.formats;
    yield function* (body) {
      for (const { path, link, formats } of linksOf(body, fields)) {
        const type = formats === undefined ? undefined : extensionOf(link);
        if (type !== undefined && formats?.includes(type.toLowerCase()) === false)
          yield {
            path,
            message: `${label === true ? fieldName(path) : label} looks like ${quoted(type)}; known: ${oneOf(formats)}`,
            allowed: formats,
          };
      }
    };
  }
  if (row.tags !== undefined) yield tagJudge(row.tags, card);
  if (row.shots !== undefined && card.shots !== undefined)
    yield shotBreaches(row.shots, row, card.shots, fields);
  if (row.elements !== undefined) yield elementBreaches(row.elements, card);
  if (row.drop !== undefined) {
    const { field: name, when, because } = row.drop;
    const holds = test(when);
    yield function* (body) {
      const value = valueAt(body, name);
      if (value !== undefined && value !== '' && holds(body))
        yield { path: pathOf(name), message: `${name} is ignored: ${because}` };
    };
  }
}

function casesOf(row: RuleRow): readonly Case[] {
  const { at, says, when, needs, hint, allowed, cases } = row;
  if (cases !== undefined) return cases;
  if (at === undefined || says === undefined) return [];
  return [
    {
      at,
      says,
      ...defined({ when, needs, hint, allowed }),
    },
  ];
}

function caseJudge({ when, needs, at, says, hint, allowed }: Case, { fields }: Card): Judge {
  const holds = testOf(when, fields);
  const met = needs === undefined ? () => false : testOf(needs, fields);
  const path = pathOf(at);
  return function* (body) {
    if (!holds(body) || met(body)) return;
    yield {
      path,
      message: filledIn(says, body, fields),
      ...(hint === undefined ? {} : { hint: filledIn(hint, body, fields) }),
      ...defined({ allowed }),
    };
  };
}

function linkJudge(kind: NonNullable<RuleRow['links']>, { fields }: Card): Judge {
  return function* (body) {
    for (const { path, link, assets } of linksOf(body, fields)) {
      if (assets && /^asset:\/\/./.test(link)) continue;
      const found = kind === 'public' ? linkProblem(link) : lesserProblem(kind, link);
      if (found !== undefined)
        yield {
          path,
          message: `${fieldName(path)} is ${quoted(link)}, ${found.why}`,
          hint: found.hint,
        };
    }
  };
}

function lesserProblem(
  kind: 'https' | 'no-user-info',
  link: string,
): ReturnType<typeof linkProblem> {
  if (isUploaded(link) || linkProblem(link) !== undefined) return undefined;
  const { protocol, username, password } = new URL(link);
  if (kind === 'https')
    return protocol === 'https:'
      ? undefined
      : { why: 'which is not an https link', hint: 'The page shows https links: use https://.' };
  return username === '' && password === ''
    ? undefined
    : { why: 'which contains a user name', hint: 'Use a link without user name and password.' };
}

function tagJudge({ mark, of: lists, noun }: NonNullable<RuleRow['tags']>, card: Card): Judge {
  const [before = '', after = ''] = mark.split('#');
  const pattern = new RegExp(`${escaped(before)}(\\d{1,9})${escaped(after)}`, 'gu');
  return function* (body) {
    const count = lists.reduce((sum, name) => sum + countOf(valueAt(body, name)), 0);
    for (const [path, prompt] of promptsOf(body, card)) {
      for (const [tag, number] of prompt.matchAll(pattern)) {
        if (Number(number) >= 1 && Number(number) <= count) continue;
        yield {
          path,
          message: `${fieldName(path)} mentions ${tag}, and there ${count === 1 ? `is 1 ${noun}` : `are ${count} ${noun}s`}`,
        };
      }
    }
  };
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const extensionOf = (link: string): string | undefined =>
  URL.canParse(link) ? /\.([a-z0-9]{1,5})$/i.exec(new URL(link).pathname)?.[1] : undefined;

/** A condition as a person would say it. */
function inWords(condition: Condition): string {
  return Object.entries(condition)
    .map(([path, matcher]) => {
      if (typeof matcher !== 'object') return `${path}: ${String(matcher)}`;
      return Array.isArray(matcher) ? `${path}: ${matcher.join(' or ')}` : path;
    })
    .join(' and ');
}
