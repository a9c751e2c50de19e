/**
 * Whether a plan may be carried out on this machine: the plan's own errors, output paths in the
 * way, open files, keys, settings of gateways, and the caps, with what interrupted runs had
 * reserved. All reasons at once.
 */
import { type Diagnostic, hasErrors, inSourceOrder } from '../../diagnostic.ts';
import type { GatewayName } from '../../ids.ts';
import type { Ledger } from '../../lock/ledger.ts';
import { carriedOnce } from '../../lock/spent.ts';
import { admit } from '../../plan/admission.ts';
import type { Plan } from '../../plan/plan.ts';
import { tooFewOpenFiles } from './check-open-files.ts';
import { blockedOutputs } from './check-outputs.ts';
import type { Network } from '../open/open-network.ts';
import type { Caps } from '../open/settings.ts';

export interface AdmitRequest extends Caps {
  /** A draft spends nothing and needs no key: cost and cap are notes. Default false. */
  readonly draft?: boolean | undefined;
  /** The gateways as they opened. */
  readonly opened: Network['opened'];
  /** For what interrupted runs carried. */
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** What others found, such as a saved plan that has moved: its errors count too. */
  readonly found?: readonly Diagnostic[];
}

export interface Admitted {
  /**
   * 0 if the plan may be carried out; else 64 (a selector selects nothing), 65, 77 (key) or 4
   * (budget).
   */
  readonly exit: 0 | 4 | 64 | 65 | 77;
  /** Every reason at once, and the warnings and notes of the plan. */
  readonly diagnostics: readonly Diagnostic[];
}

export async function admitPlan(plan: Plan, request: AdmitRequest): Promise<Admitted> {
  const { flagUsd, environmentUsd, opened, ledgers, draft, found = [] } = request;
  const missingKeys = new Map<GatewayName, string>();
  for (const [name, one] of opened) if ('missingKey' in one) missingKeys.set(name, one.missingKey);
  const bad = badSettings(plan, opened);
  const { exit, diagnostics } = admit(plan, {
    ...(flagUsd === undefined ? {} : { flagUsd }),
    ...(environmentUsd === undefined ? {} : { environmentUsd }),
    carried: carriedOnce(ledgers),
    missingKeys,
    draft: draft === true,
    found: [...found, ...(await blockedOutputs(plan)), ...tooFewOpenFiles(plan, draft === true)],
  });
  if (exit === 0 && bad.length === 0) return { exit, diagnostics };
  return {
    exit: hasErrors(bad) ? 77 : exit,
    diagnostics: inSourceOrder(
      [...bad, ...diagnostics],
      plan.projects.map(({ project }) => project.manifest),
    ),
  };
}

/** Variables of gateways that this plan needs and that cannot be used as they are. */
function badSettings(plan: Plan, opened: Network['opened']): readonly Diagnostic[] {
  const needed = new Set(
    plan.projects.flatMap(({ renders }) =>
      renders
        .filter(({ action }) => ['submit', 'wait', 'attach', 'fetch'].includes(action.kind))
        .map(({ render }) => render.model.gateway),
    ),
  );
  return [...withoutFileService(plan, opened), ...unusable(opened, needed)];
}

/** Pictures must be uploaded, and the gateway has no address for files. */
function withoutFileService(plan: Plan, opened: Network['opened']): readonly Diagnostic[] {
  return [...opened].flatMap(([name, one]): Diagnostic[] => {
    const uploads = 'gateway' in one ? one.gateway.uploads : undefined;
    if (uploads === undefined || !('remedy' in uploads)) return [];
    const waiting = plan.projects.flatMap(({ renders }) =>
      renders
        .filter(({ action, render }) => action.kind === 'submit' && render.model.gateway === name)
        .flatMap(({ render }) => (render.pictures === undefined ? [] : [render.id])),
    );
    return waiting.length === 0
      ? []
      : [
          {
            code: 'bad-setting',
            severity: 'error',
            message: `pictures cannot be uploaded to ${name}: its file service has its own address, which must be set too if you set ${name.toUpperCase()}_BASE_URL`,
            hint: `To do: ${uploads.remedy} to the address of the file service.`,
            renders: waiting,
          },
        ];
  });
}

function unusable(
  opened: Network['opened'],
  needed: ReadonlySet<GatewayName>,
): readonly Diagnostic[] {
  return [...opened].flatMap(([name, one]): Diagnostic[] =>
    'badSetting' in one && needed.has(name)
      ? [
          {
            code: 'bad-setting',
            severity: 'error',
            message: `${one.badSetting.variable} ${one.badSetting.message}`,
            renders: [],
          },
        ]
      : [],
  );
}
