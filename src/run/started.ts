/** The first event of a run: the work that it is about to do, and its limits. */
import { parseModelName, parseRenderId, type GatewayName, type RenderId } from '../ids.ts';
import type { Lock, Result } from '../lock/file/format.ts';
import { aliasKey } from '../keys.ts';
import { expectedSeconds } from '../plan/estimate/durations.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunContext } from './context.ts';
import type { RunCap, RunEvent, RunInFlight, RunModel } from './events.ts';

type Started = Extract<RunEvent, { event: 'run.started' }>;
type Work = Pick<RunModel, 'manifest' | 'alias' | 'model'> & { readonly clipSeconds: number };

/** Of a plan; `lockOf`: as the run finds it. */
export function startedWith(
  ctx: RunContext,
  plan: Plan,
  lockOf: (manifest: string) => Lock,
): Started {
  const { actions } = plan.totals;
  const work = plan.projects.flatMap(({ project: { manifest }, renders }) =>
    renders.flatMap(({ render: { alias, model, asked }, action: { kind } }): Work[] =>
      kind === 'submit' || kind === 'wait' || kind === 'attach' || kind === 'fetch'
        ? [{ manifest, alias, model: model.name, clipSeconds: asked.seconds }]
        : [],
    ),
  );
  const waits = plan.projects.flatMap(({ project: { manifest }, renders }) =>
    renders.flatMap(({ render: { id }, action }) =>
      action.kind === 'wait' ? [{ manifest, id, upstream: action.upstream }] : [],
    ),
  );
  const caps = plan.projects.flatMap(({ project: { manifest, budget } }): RunCap[] =>
    budget?.usd === undefined ? [] : [{ manifest, limit: budget.usd }],
  );
  return {
    event: 'run.started',
    manifests: plan.projects.map(({ project }) => project.manifest),
    submits: actions.submit + actions.wait,
    ...(plan.totals.pictures === 0 ? {} : { pictures: plan.totals.pictures }),
    attaches: actions.attach,
    fetches: actions.fetch,
    kept: actions.keep + actions.moved,
    held: actions.hold,
    ...limitsOf(
      ctx,
      work,
      plan.projects.map(({ project }) => lockOf(project.manifest)),
    ),
    caps: [...capOverAll(ctx), ...caps],
    ...(waits.length === 0 ? {} : { waits }),
  };
}

/** One task or clip that a run follows without a plan. */
export interface CollectedWork {
  readonly manifest: string;
  readonly id: RenderId;
  readonly result: Result;
  readonly is: 'attach' | 'fetch';
}

/** Without a plan: the pending tasks of the locks. */
export function startedCollecting(
  ctx: RunContext,
  manifests: readonly string[],
  followed: readonly CollectedWork[],
  locks: readonly Lock[],
): Started {
  const work = followed.flatMap(({ manifest, id, result }): Work[] => {
    const alias = parseRenderId(id)?.alias;
    const { model, clip } = result;
    return alias === undefined ? [] : [{ manifest, alias, model, clipSeconds: clip?.seconds ?? 0 }];
  });
  const attaches = followed.filter(({ is }) => is === 'attach').length;
  return {
    event: 'run.started',
    manifests,
    submits: 0,
    attaches,
    fetches: followed.length - attaches,
    kept: 0,
    held: 0,
    ...limitsOf(ctx, work, locks),
    caps: [],
  };
}

const capOverAll = ({ deps }: RunContext): readonly RunCap[] =>
  deps.options.capUsd === undefined ? [] : [{ limit: deps.options.capUsd }];

function limitsOf(
  { limits }: RunContext,
  work: readonly Work[],
  locks: readonly Lock[],
): { readonly models: readonly RunModel[]; readonly inFlight: RunInFlight } {
  const expected = expectedSeconds(locks);
  const models = new Map<string, RunModel>();
  const gateways = new Set<GatewayName>();
  for (const { manifest, alias, model, clipSeconds } of work) {
    const gateway = parseModelName(model)?.gateway;
    if (gateway !== undefined) gateways.add(gateway);
    const key = aliasKey(manifest, alias);
    const known = models.get(key);
    const inFlight = limits.aliasInFlight(manifest, alias);
    const perMinute = limits.aliasPerMinute(manifest, alias);
    models.set(key, {
      manifest,
      alias,
      model,
      renders: (known?.renders ?? 0) + 1,
      // The longest, where one alias makes clips of several lengths.
      expectedSeconds: Math.max(known?.expectedSeconds ?? 0, expected(model, clipSeconds)),
      ...(Number.isFinite(inFlight) ? { inFlight } : {}),
      ...(perMinute === undefined ? {} : { perMinute }),
    });
  }
  return {
    models: [...models.values()],
    inFlight: {
      all: limits.inFlight,
      gateways: [...gateways].map((gateway) => {
        const perMinute = limits.gatewayPerMinute(gateway);
        return {
          gateway,
          inFlight: limits.gatewayInFlight(gateway),
          ...(perMinute === undefined ? {} : { perMinute }),
        };
      }),
    },
  };
}
