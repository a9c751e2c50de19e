/**
 * The small sections of a manifest, from values that the language has checked; refused values are
 * absent here.
 */
import { defined } from '../defined.ts';
import { type Alias, foldCase, parseName, parseRenderId, splitQualified } from '../ids.ts';
import { fromUsd } from '../money.ts';
import type { Limits, LocatedMap, PriceOverride, Project } from '../scene.ts';
import { parseDeadline } from './language/deadline.ts';
import { unknownAlias } from './scenes/build-scene.ts';
import { getMap, getNumber, getText, getTexts, quoted } from './values/located.ts';
import type { Report } from './values/problems.ts';

type Limit = { readonly in_flight?: number; readonly submits_per_minute?: number };

export function readLimits(root: LocatedMap, aliases: ReadonlySet<string>, report: Report): Limits {
  const limits = getMap(root, 'limits');
  const models = getMap(limits, 'models');
  reportUnknownKeys(models, aliases, report);
  const inFlight = getNumber(limits, 'in_flight');
  const downloads = getNumber(limits, 'downloads');
  const deadlineMs = parseDeadline(getText(limits, 'deadline')?.text ?? '');
  return {
    ...defined({ in_flight: inFlight }),
    gateways: readEach(getMap(limits, 'gateways')),
    models: readEach(models),
    ...defined({ downloads, deadlineMs }),
  };
}

function readEach(map: LocatedMap | undefined): Record<string, Limit> {
  return Object.fromEntries(
    [...(map?.entries ?? [])].flatMap(([name, { value }]): [string, Limit][] => {
      if (value.kind !== 'map') return [];
      const inFlight = getNumber(value, 'in_flight');
      const perMinute = getNumber(value, 'submits_per_minute');
      return [
        [
          name,
          {
            ...defined({ in_flight: inFlight, submits_per_minute: perMinute }),
          },
        ],
      ];
    }),
  );
}

export function readBudget(
  root: LocatedMap,
  aliases: ReadonlySet<string>,
  report: Report,
): Project['budget'] {
  const budget = getMap(root, 'budget');
  if (budget === undefined) return undefined;
  const usd = getNumber(budget, 'usd');
  const unpriced = getTexts(budget, 'unpriced');
  for (const { text, place } of unpriced)
    if (aliases.size > 0 && !aliases.has(text)) report(unknownAlias(text, place, aliases));
  return {
    ...(usd === undefined ? {} : { usd: fromUsd(usd) }),
    unpriced: unpriced.map(({ text }) => text as Alias),
    place: budget.place,
  };
}

export function readPrices(
  root: LocatedMap,
  aliases: ReadonlySet<string>,
  report: Report,
): ReadonlyMap<Alias, PriceOverride> {
  const prices = getMap(root, 'prices');
  reportUnknownKeys(prices, aliases, report);
  const read = new Map<Alias, PriceOverride>();
  for (const [alias, { value }] of prices?.entries ?? []) {
    if (value.kind !== 'map') continue;
    const perSecond = getNumber(value, 'usd_per_second');
    const perClip = getNumber(value, 'usd_per_clip');
    read.set(alias as Alias, {
      ...defined({ usdPerSecond: perSecond, usdPerClip: perClip }),
      place: value.place,
    });
  }
  return read;
}

export function readRetries(root: LocatedMap): Project['retries'] {
  const retries = getMap(root, 'retries');
  return {
    service: getNumber(retries, 'service') ?? 0,
    timeout: getNumber(retries, 'timeout') ?? 0,
  };
}

export function readMoved(root: LocatedMap, report: Report): Project['moved'] {
  const list = root.entries.get('moved')?.value;
  if (list?.kind !== 'list') return [];
  const from = new Map<string, string>();
  const to = new Set<string>();
  return list.items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const [old, now] = [getText(item, 'from'), getText(item, 'to')];
    if (old === undefined || now === undefined) return [];
    const { manifest, id } = splitQualified(old.text);
    const isScene = parseName(id) !== undefined && parseName(now.text) !== undefined;
    const bad =
      manifest === '' || (parseRenderId(id) === undefined && !isScene)
        ? old
        : parseRenderId(now.text) === undefined && !isScene
          ? now
          : undefined;
    if (bad !== undefined) {
      const hint =
        'Write scene/alias, or scene/alias/2 for the second take; two scene ids move every alias. From another manifest: film:scene/alias.';
      report({
        code: 'bad-name',
        message: `${quoted(bad.text)} is not a render id`,
        place: bad.place,
        hint,
      });
      return [];
    }
    const twice = from.has(foldCase(old.text)) ? old : to.has(foldCase(now.text)) ? now : undefined;
    if (twice !== undefined) {
      const message = `${twice.text} is moved ${twice === old ? 'away' : 'to'} twice`;
      report({ code: 'wrong-value', message, place: twice.place, hint: 'Keep one of the two.' });
      return [];
    }
    from.set(foldCase(old.text), now.text);
    to.add(foldCase(now.text));
    return [{ from: old.text, to: now.text, place: item.place }];
  });
}

function reportUnknownKeys(
  map: LocatedMap | undefined,
  aliases: ReadonlySet<string>,
  report: Report,
): void {
  for (const [alias, { key }] of map?.entries ?? [])
    if (aliases.size > 0 && !aliases.has(alias)) report(unknownAlias(alias, key, aliases));
}
