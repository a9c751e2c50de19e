/**
 * `--frozen`: whether the lock holds a result for everything that the manifests ask for. Fingerprints only: no disk, no
 * key, no network. Nothing is ever submitted.
 */
import type { Diagnostic } from '../diagnostic.ts';
import type { Price } from '../models/model.ts';
import { formatUsd } from '../money.ts';
import { knownCost, moneyOf } from './cost.ts';
import type { Plan, PlannedRender, ProjectPlan } from './plan.ts';

export interface Frozen {
  /** 3 if anything is out of date. */
  readonly exit: 0 | 3;
  /** One for each manifest that its lock does not satisfy, and one error for each render. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `plan`: made with a `clipState` that answers `unknown`, and without the options that make things anew. */
export function frozen(plan: Plan): Frozen {
  const diagnostics = plan.projects.flatMap((part) => {
    const stale = part.renders.flatMap((planned) => {
      const why = staleBecause(planned);
      return why === undefined ? [] : [{ planned, why }];
    });
    return [
      ...stale.map(({ planned, why }) => outOfDate(part, planned, why)),
      ...summary(
        part,
        stale.map(({ planned }) => planned),
      ),
    ];
  });
  return { exit: diagnostics.length === 0 ? 0 : 3, diagnostics };
}

/** Why the lock does not have what is asked for; `undefined` if it has, in whatever state. */
function staleBecause({ render, action }: PlannedRender): string | undefined {
  switch (action.kind) {
    case 'submit':
      if (action.reason === 'changed') {
        const paths = action.changes.map(({ path }) => path);
        return paths.length === 0 ? 'it has changed' : `${list(paths)} ${paths.length === 1 ? 'has' : 'have'} changed`;
      }
      return action.reason === 'redo' ? 'it is to be made again (redo)' : 'it is new';
    case 'moved':
      return action.from === render.id ? undefined : `it was ${action.from}, and the lock does not know its new name`;
    case 'keep':
      return action.reason === 'restored' ? 'an earlier result is wanted again and is not current in the lock' : undefined;
    case 'attach':
    case 'fetch':
    case 'hold':
      return undefined;
  }
}

const SHOWN = 4;
const list = (paths: readonly string[]): string =>
  paths.length <= SHOWN ? paths.join(', ') : `${paths.slice(0, SHOWN).join(', ')} and ${paths.length - SHOWN} more`;

function outOfDate({ project }: ProjectPlan, { render, action }: PlannedRender, why: string): Diagnostic {
  const [change] = action.kind === 'submit' && action.reason === 'changed' ? action.changes : [];
  return {
    code: 'out-of-date',
    severity: 'error',
    message: `${render.id} is out of date: ${why}; it would cost ${action.kind === 'submit' ? priceText(render.price) : 'nothing'}`,
    place: change?.place ?? render.place,
    hint: `rushes render ${project.manifest} --only '${render.id}'`,
    renders: [render.id],
  };
}

const priceText = (price: Price): string =>
  price.kind === 'unknown' ? 'an unknown amount' : `${price.kind === 'estimated' ? 'about ' : ''}${formatUsd(price.usd)}`;

function summary({ project }: ProjectPlan, stale: readonly PlannedRender[]): Diagnostic[] {
  if (stale.length === 0) return [];
  const cost = moneyOf(stale.filter(({ action }) => action.kind === 'submit').map(({ render }) => render.price));
  const unknown = cost.unknown === 0 ? '' : `, and ${cost.unknown} of unknown price`;
  return [
    {
      code: 'out-of-date',
      severity: 'error',
      message: `the lock of ${project.manifest} lacks ${stale.length} of what the manifest asks for: ${formatUsd(knownCost(cost))}${unknown}`,
      hint: `render where that is allowed, and commit the lock: rushes render ${project.manifest}`,
      renders: stale.map(({ render }) => render.id),
    },
  ];
}
