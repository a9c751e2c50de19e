/**
 * Whether a plan may be carried out, decided before the first submit. All or nothing: one reason
 * against it means zero submissions, and the answer holds every reason at once. Pure: what the
 * environment and the disk say comes as arguments.
 */
import { type Diagnostic, hasErrors } from '../diagnostic.ts';
import type { GatewayName, RenderId } from '../ids.ts';
import { parseModelName } from '../ids.ts';
import { addMoney, formatUsd, type MicroUsd, NO_MONEY, shownAtMost } from '../money.ts';
import { knownCost, moneyOf, pricesOfSubmits } from './estimate/cost.ts';
import { type ExitCode, worstExit } from './exit.ts';
import { Folding, type Problem } from './resolve/findings/problem-folding.ts';
import { isPaidFor, type Plan, type PlannedRender, type ProjectPlan } from './plan.ts';

export interface AdmissionOptions {
  /** `--budget`: over the sum of all manifests. */
  readonly flagUsd?: MicroUsd;
  /** `RUSHES_BUDGET_USD`: over the sum of all manifests. */
  readonly environmentUsd?: MicroUsd;
  /**
   * Money that killed predecessors of this run spent or reserved under the same caps, by manifest.
   * Default: nothing.
   */
  readonly carried?: ReadonlyMap<string, MicroUsd>;
  /**
   * Gateways without a key in the environment, each with the name of the variable that would hold
   * it.
   */
  readonly missingKeys: ReadonlyMap<GatewayName, string>;
  /** A draft spends nothing and needs no key: cost and cap are notes. Default false. */
  readonly draft?: boolean;
  /**
   * Findings of other checks, such as a blocked output path: errors count like those of the plan.
   */
  readonly found?: readonly Diagnostic[];
}

export interface Admission {
  /**
   * 0 if the plan may be carried out; else 64 (a selector selects nothing), 65 (invalid), 77 (key)
   * or 4 (budget), whichever comes first in the table.
   */
  readonly exit: Extract<ExitCode, 0 | 4 | 64 | 65 | 77>;
  /** Every reason at once, and the warnings and notes of the plan. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The smaller of `--budget` and `RUSHES_BUDGET_USD`; both hold over the sum. `undefined`: no cap
 * over the sum.
 */
export function capOverAll({
  flagUsd,
  environmentUsd,
}: Pick<AdmissionOptions, 'flagUsd' | 'environmentUsd'>): MicroUsd | undefined {
  if (flagUsd === undefined || environmentUsd === undefined) return flagUsd ?? environmentUsd;
  return flagUsd < environmentUsd ? flagUsd : environmentUsd;
}

export function admit(plan: Plan, options: AdmissionOptions): Admission {
  const budget = fold([...overBudget(plan, options), ...unpriced(plan, options)]);
  const keys = options.draft === true ? [] : missingKeys(plan, options);
  const others = [...plan.diagnostics, ...(options.found ?? [])];
  const exit = worstExit([
    others.some(({ code }) => code === 'nothing-selected') ? 64 : 0,
    hasErrors(others.filter(({ code }) => code !== 'nothing-selected')) ? 65 : 0,
    keys.length > 0 ? 77 : 0,
    hasErrors(budget) ? 4 : 0,
  ]) as Admission['exit'];
  return { exit, diagnostics: [...others, ...keys, ...budget] };
}

function fold(problems: readonly Problem[]): Diagnostic[] {
  const folding = new Folding();
  for (const problem of problems) folding.add(problem);
  return folding.diagnostics();
}

const severityOf = ({ draft }: AdmissionOptions): 'error' | 'note' =>
  draft === true ? 'note' : 'error';
const submitsOf = ({ renders }: ProjectPlan): PlannedRender[] =>
  renders.filter(({ action }) => isPaidFor(action));
const idsOf = (renders: readonly PlannedRender[]): RenderId[] =>
  renders.map(({ render }) => render.id);

function overBudget(plan: Plan, options: AdmissionOptions): Problem[] {
  const severity = severityOf(options);
  const problems: Problem[] = [];
  let all: MicroUsd = NO_MONEY;
  let carriedByAll: MicroUsd = NO_MONEY;
  let unknown = 0;
  for (const part of plan.projects) {
    const { project, renders } = part;
    const money = moneyOf(pricesOfSubmits(renders));
    const cost = knownCost(money);
    const carried = options.carried?.get(project.manifest) ?? NO_MONEY;
    all = addMoney(all, cost);
    carriedByAll = addMoney(carriedByAll, carried);
    unknown += money.unknown;
    const cap = project.budget?.usd;
    // Money that is already spent does not refuse a run that submits nothing.
    if (cap === undefined || cost === 0 || addMoney(cost, carried) <= cap) continue;
    const submits = submitsOf(part);
    problems.push({
      code: 'over-budget',
      severity,
      message: `${sumText(project.manifest, submits.length, { cost, carried, unknown: money.unknown })}, over the budget of ${formatUsd(cap)}`,
      ...(project.budget === undefined ? {} : { place: project.budget.place }),
      hint: 'Render less at a time (--only, --model, --tag), or raise `budget: { usd }`.',
      renders: idsOf(submits),
    });
  }
  const cap = capOverAll(options);
  if (cap === undefined || all === 0 || addMoney(all, carriedByAll) <= cap) return problems;
  const submits = plan.projects.flatMap(submitsOf);
  const name = cap === options.flagUsd ? '--budget' : 'RUSHES_BUDGET_USD';
  problems.push({
    code: 'over-budget',
    severity,
    message: `${sumText('the plan', submits.length, { cost: all, carried: carriedByAll, unknown })}, over the ${formatUsd(cap)} of ${name}`,
    hint: `Render less at a time (--only, --model, --tag), or raise ${name}.`,
    renders: idsOf(submits),
  });
  return problems;
}

interface Sum {
  readonly cost: MicroUsd;
  readonly carried: MicroUsd;
  /** Submits of unknown price, which the cost does not hold. */
  readonly unknown: number;
}

function sumText(whose: string, submits: number, { cost, carried, unknown }: Sum): string {
  const what = `${submits} ${submits === 1 ? 'submit' : 'submits'} of ${whose} ${submits === 1 ? 'is' : 'are'} estimated at ${formatUsd(shownAtMost(cost))}`;
  const whole = unknown === 0 ? what : `${what} without ${unknown} of unknown price`;
  return carried === 0
    ? whole
    : `${whole}, and ${formatUsd(shownAtMost(carried))} of an interrupted run count too`;
}

function unpriced(plan: Plan, options: AdmissionOptions): Problem[] {
  const sumIsCapped = capOverAll(options) !== undefined;
  return plan.projects.flatMap((part): Problem[] => {
    const { budget } = part.project;
    if (!sumIsCapped && budget?.usd === undefined) return [];
    return submitsOf(part).flatMap(({ render }): Problem[] => {
      const { price, alias, model, id } = render;
      if (price.kind !== 'unknown' || budget?.unpriced.includes(alias) === true) return [];
      return [
        {
          code: 'unpriced-render',
          severity: severityOf(options),
          message: `the price of ${model.name} is unknown (${price.why}), so the cap cannot count alias ${alias}`,
          key: alias,
          place: render.placeOf(['model']),
          hint: `State a price: \`prices: { ${alias}: { usd_per_second: … } }\`, or allow it without one: \`budget: { unpriced: [${alias}] }\``,
          related:
            budget === undefined
              ? []
              : [{ kind: 'budget', message: 'the budget', place: budget.place }],
          renders: [id],
        },
      ];
    });
  });
}

/**
 * A key is needed for whatever speaks to the gateway: submits, and the following and fetching of
 * what is paid.
 */
function missingKeys(plan: Plan, { missingKeys }: AdmissionOptions): Diagnostic[] {
  const needed = new Map<GatewayName, RenderId[]>();
  const need = (gateway: GatewayName | undefined, id: RenderId): void => {
    if (gateway === undefined || !missingKeys.has(gateway)) return;
    const ids = needed.get(gateway);
    if (ids === undefined) needed.set(gateway, [id]);
    else ids.push(id);
  };
  for (const { renders, orphans } of plan.projects) {
    for (const { render, action } of renders)
      if (speaks(action)) need(render.model.gateway, render.id);
    for (const { id, entry, follow } of orphans)
      if (follow) need(parseModelName(entry.model)?.gateway, id);
  }
  return [...needed].map(([gateway, renders]) => ({
    code: 'missing-key',
    severity: 'error',
    message: `${missingKeys.get(gateway) ?? 'the key'} is not set: ${renders.length} ${renders.length === 1 ? 'render needs' : 'renders need'} ${gateway}`,
    hint: `Set ${missingKeys.get(gateway) ?? 'it'} in the environment, or try the project at no cost with --draft.`,
    renders,
  }));
}

const speaks = (action: PlannedRender['action']): boolean =>
  isPaidFor(action) ||
  action.kind === 'attach' ||
  action.kind === 'fetch' ||
  (action.kind === 'moved' && (action.then === 'attach' || action.then === 'fetch'));
