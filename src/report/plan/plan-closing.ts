/** The one line that a plan ends in, for terminals and pages. */
import type { Plan } from '../../plan/plan.ts';
import { KEEP_ORDER, type KeepReason } from './plan-groups.ts';
import { cells, type Terminal, wrap } from '../text/terminal.ts';
import { count, duration, footage, money, plural, priceDates } from '../text/format.ts';

export interface ClosingOptions {
  /** A draft spends nothing: its money is what the real run would cost. */
  readonly draft?: boolean;
}

/**
 * Something is sent, followed, fetched, adopted or re-keyed. Holds and orphans that are not
 * followed are not.
 */
export const somethingToDo = ({ totals: { actions }, projects, adoptions }: Plan): boolean =>
  (adoptions?.adopted.length ?? 0) > 0 ||
  actions.submit + actions.wait + actions.attach + actions.fetch + actions.moved > 0 ||
  projects.some(
    ({ renders, orphans }) =>
      orphans.some(({ follow, heldBy }) => follow || heldBy !== undefined) ||
      renders.some(({ action }) => action.reason === 'restored'),
  );

function keptBy({ projects }: Plan): Record<KeepReason, number> {
  const tally = { current: 0, stored: 0, elsewhere: 0, restored: 0, accepted: 0 };
  for (const { renders } of projects)
    for (const { action } of renders) if (action.kind === 'keep') tally[action.reason] += 1;
  return tally;
}

/** `1,980 current, 8 elsewhere`. */
export const keptWords = (tally: Readonly<Record<KeepReason, number>>): string =>
  KEEP_ORDER.filter((reason) => tally[reason] > 0)
    .map((reason) => `${count(tally[reason])} ${reason}`)
    .join(', ');

/** Without a line break. */
export const closingLine = (plan: Plan, options: ClosingOptions = {}): string =>
  closingParts(plan, options).join(' · ');

/**
 * On a screen that it does not fit, broken between its parts; in a pipe one line, for programs that
 * look for it there.
 */
export function closingTerminal(
  plan: Plan,
  { width, screen = false, ...options }: Terminal & ClosingOptions,
): string {
  const line = closingLine(plan, options);
  if (!screen || cells(line) <= width) return line;
  const lines: string[] = [];
  for (const part of closingParts(plan, options)) {
    const joined = lines.length === 0 ? part : `${lines.at(-1)} · ${part}`;
    if (cells(joined) + LEAD.length <= width) lines.splice(-1, 1, joined);
    else lines.push(part);
  }
  const indent = ' '.repeat(LEAD.length);
  return lines.map((each) => wrap(each, width, indent)).join(`\n${indent}`);
}

const LEAD = 'Plan: ';

function closingParts(plan: Plan, { draft = false }: ClosingOptions): readonly string[] {
  const { actions, seconds, pictures, cost, forecastSeconds } = plan.totals;
  if (!somethingToDo(plan)) return [nothingToDo(plan)];
  const orphans = plan.projects.reduce(
    (sum, project) => sum + project.orphans.filter(({ follow }) => follow).length,
    0,
  );
  const doubles = plan.projects.reduce(
    (sum, project) => sum + project.orphans.filter(({ heldBy }) => heldBy !== undefined).length,
    0,
  );
  const paid = actions.submit + actions.wait;
  const verbs: readonly (readonly [number, string])[] = [
    [actions.submit, 'to submit'],
    [actions.wait, actions.wait === 1 ? 'waits for a frame' : 'wait for frames'],
    [actions.attach, 'to attach'],
    [actions.fetch, 'to fetch'],
    [actions.moved, 'moved'],
    [orphans, orphans === 1 ? 'orphan to collect' : 'orphans to collect'],
    [
      doubles,
      doubles === 1 ? 'orphan that another manifest has' : 'orphans that another manifest has',
    ],
    [actions.keep, 'kept'],
    [actions.hold, 'held'],
  ];
  const counts = verbs
    .filter(([number]) => number > 0)
    .map(([number, verb]) => `${count(number)} ${verb}`);
  const dates = priceDates(cost);
  const price = `${money(cost)}${dates === undefined ? '' : ` (${dates})`}`;
  return [
    `${LEAD}${counts.join(', ')}`,
    ...(pictures === 0 ? [] : [`${plural(pictures, 'picture')} to upload`]),
    paid === 0 ? 'nothing is submitted' : `${footage(seconds)} of video`,
    ...(paid === 0 ? [] : [draft ? `free as a draft; for real ${price}` : price]),
    ...(forecastSeconds > 0 ? [`about ${duration(forecastSeconds)}`] : []),
  ].map((part, index, all) => (index === all.length - 1 ? `${part}.` : part));
}

function nothingToDo(plan: Plan): string {
  const { keep, hold } = plan.totals.actions;
  const { stored, elsewhere, accepted } = keptBy(plan);
  const orphans = plan.projects.reduce((sum, project) => sum + project.orphans.length, 0);
  const picked = plan.projects.reduce(
    (sum, { renders }) =>
      sum +
      renders.filter(
        ({ action, entry }) => action.kind === 'keep' && entry?.decision?.pick !== undefined,
      ).length,
    0,
  );
  const kept =
    keep === 0
      ? hold === 0
        ? 'there are no renders'
        : 'no clip is current'
      : `${plural(keep, 'clip is', 'clips are')} current`;
  const asides = [
    stored === 0
      ? ''
      : stored === keep
        ? `${keep === 1 ? '' : 'all of them '}in the store and not on this machine`
        : `${count(stored)} of them in the store and not on this machine`,
    elsewhere === 0
      ? ''
      : elsewhere === keep
        ? keep === 1
          ? 'but not on this machine'
          : 'none of them on this machine'
        : `${count(elsewhere)} of them not on this machine${stored > 0 ? ' and not in the store' : ''}`,
    accepted === 0
      ? ''
      : keep === 1
        ? 'accepted as it is'
        : `${count(accepted)} of them accepted as they are`,
    picked === 0 ? '' : keep === 1 ? 'picked' : `${count(picked)} of them picked`,
    hold > 0 ? `${plural(hold, 'render is', 'renders are')} held` : '',
    orphans > 0 ? `${plural(orphans, 'orphan')} in the lock` : '',
  ].filter((aside) => aside !== '');
  return `Nothing to do: ${[kept, ...asides].join(', ')}.`;
}
