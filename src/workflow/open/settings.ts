/** Settings of a run from the environment, the same for every interface. */
import { defined } from '../../defined.ts';
import { fromUsd, type MicroUsd } from '../../money.ts';
import { capOverAll } from '../../plan/admission.ts';
import type { Surroundings } from './surroundings.ts';

export type Setting<Value> =
  | { readonly ok: true; readonly value: Value | undefined }
  | { readonly ok: false; readonly problem: string; readonly hint?: string };

/** Caps over the sum of all manifests. A manifest's own `budget` holds beside them. */
export interface Caps {
  /** `--budget`, or `budgetUsd` of the library. */
  readonly flagUsd?: MicroUsd;
  /** `RUSHES_BUDGET_USD`. */
  readonly environmentUsd?: MicroUsd;
  /** The smaller of both; absent: no cap. */
  readonly capUsd?: MicroUsd;
}

/** The caps of one run. `budgetUsd`: from the caller, in US dollars. */
export function capsOf(env: Surroundings['env'], budgetUsd: number | undefined): Setting<Caps> {
  const environment = budgetOf(env);
  if (!environment.ok) return environment;
  const given = {
    ...(budgetUsd === undefined ? {} : { flagUsd: fromUsd(budgetUsd) }),
    ...defined({ environmentUsd: environment.value }),
  };
  const capUsd = capOverAll(given);
  return { ok: true, value: { ...given, ...defined({ capUsd }) } };
}

function budgetOf(env: Surroundings['env']): Setting<MicroUsd> {
  const text = env['RUSHES_BUDGET_USD']?.trim() ?? '';
  if (text === '') return { ok: true, value: undefined };
  const usd = Number(text);
  // A cap that cannot be read must not mean "no cap".
  if (!Number.isFinite(usd) || usd < 0)
    return {
      ok: false,
      problem: `RUSHES_BUDGET_USD is ${JSON.stringify(text)}, which is not an amount of US dollars`,
      hint: 'Write it like 25 or 12.50.',
    };
  return { ok: true, value: fromUsd(usd) };
}

/** `RUSHES_POLL_MIN_MS`: lowers the shortest pause between two asks. Milliseconds. */
export function pollMinMsOf(env: Surroundings['env']): Setting<number> {
  const text = env['RUSHES_POLL_MIN_MS']?.trim() ?? '';
  if (text === '') return { ok: true, value: undefined };
  const milliseconds = Number(text);
  if (!Number.isFinite(milliseconds) || milliseconds < 0)
    return {
      ok: false,
      problem: `RUSHES_POLL_MIN_MS is ${JSON.stringify(text)}, which is not a number of milliseconds`,
    };
  // Zero would ask without a pause.
  return { ok: true, value: Math.max(1, milliseconds) };
}
