/** The possible cost of a run and its caps, as shown before the first submit. */
import { shownAtLeast, shownAtMost } from '../../money.ts';
import type { CapStanding, Spending } from '../../plan/estimate/spending.ts';
import { terminalLine } from '../text/escape.ts';
import { count, money, plural, usd } from '../text/format.ts';
import { type Terminal, wrap } from '../text/terminal.ts';

/** Empty if nothing is submitted. Ends in a line break. */
export function spendingLines(spending: Spending, { width }: Pick<Terminal, 'width'>): string {
  const { submits, cost, parts, worst, retries, caps, uncapped } = spending;
  if (submits === 0) return '';
  const [first, ...rest] = caps;
  const each = parts.length < 2 ? [] : parts;
  const most =
    cost.exact + cost.estimated === 0 && cost.unknown > 0
      ? `The price of ${plural(cost.unknown, 'render')} is unknown.`
      : `At most ${usd(shownAtMost(worst))}${retries ? ' if every retry is used' : ''}${unpriced(cost.unknown)}.`;
  const lines = [
    ...each.map(
      (part) =>
        `${terminalLine(part.manifest)}: ${plural(part.submits, 'submit')}, ${money(part.cost)}`,
    ),
    `${most} ${first === undefined ? 'No cap: --budget, RUSHES_BUDGET_USD or `budget:` sets one.' : capLine(first)}`,
    ...rest.map(capLine),
    ...(first === undefined || uncapped.length === 0
      ? []
      : [`No cap for ${named(uncapped)}: --budget or RUSHES_BUDGET_USD caps all of them.`]),
  ];
  return lines.map((line) => `  ${wrap(line, width, '    ')}\n`).join('');
}

const unpriced = (renders: number): string =>
  renders === 0
    ? ''
    : `, and what ${plural(renders, 'render')} of unknown price ${renders === 1 ? 'costs' : 'cost'}`;

function capLine({ source, limit, carried, headroom }: CapStanding): string {
  const whose = typeof source === 'string' ? source : `budget of ${terminalLine(source.manifest)}`;
  const before = carried > 0 ? `, ${usd(carried)} of it used by an interrupted run` : '';
  return `Cap ${usd(limit)} (${whose})${before}: ${headroom < 0 ? 'the plan does not fit' : `${usd(shownAtLeast(headroom))} left after this plan`}.`;
}

const SHOWN = 3;

const named = (manifests: readonly string[]): string =>
  manifests.length > SHOWN
    ? plural(manifests.length, 'manifest')
    : manifests.map(terminalLine).join(', ');

/** The question before a run spends; ends in a blank. */
export function spendingQuestion(
  { submits, cost, worst, caps, capUsd, uncapped }: Spending,
  { width }: Pick<Terminal, 'width'>,
): string {
  const known = cost.exact + cost.estimated;
  const isKnown = known > 0 || cost.unknown === 0;
  const about = isKnown ? ` for about ${usd(known === 0 ? worst : (known as typeof worst))}` : '';
  const unknown = cost.unknown === 0 ? '' : `, ${count(cost.unknown)} of unknown price`;
  const none = caps.length === 0 ? 'no cap' : `no cap for ${named(uncapped)}`;
  const cap = capUsd === undefined ? none : `cap ${usd(capUsd)}`;
  return `${wrap(`Submit ${plural(submits, 'render')}${about}${unknown} (${cap})? [y/N]`, width - 4, '  ')} `;
}
