/** What a decision makes due: clips of other scenes go on from the one that it is about. */
import { renderKey } from '../../keys.ts';
import { isPaidFor, type Plan, type PlannedRender } from '../../plan/plan.ts';
import { moneyOf } from '../../report/plan/plan-groups.ts';
import { fold, money, plural, qualified } from '../../report/text/format.ts';
import { type ReadLocks, readLocks } from '../../workflow/open/read-locks.ts';
import { planOver } from '../../workflow/plan/make-plan.ts';
import type { Io } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { resolveProjects } from '../shared/planning.ts';

const IDS_SHOWN = 8;

/**
 * A line for people: how many renders a plan would pay for now and not with the locks of `before`,
 * and for how much. `undefined` if there are none, and where the manifests cannot be planned:
 * decisions work from the locks alone.
 */
export async function dueByDecision(
  io: Io,
  manifests: readonly string[],
  before: ReadLocks,
  options: SharedOptions,
): Promise<string | undefined> {
  const { ok, resolved } = await resolveProjects(io, manifests, options);
  if (!ok) return undefined;
  const files = resolved.map(({ project }) => project);
  const after = await readLocks(io, files, {});
  if (after.kind !== 'read') return undefined;
  const dueWith = async ({ lockOf }: Pick<ReadLocks, 'lockOf'>): Promise<Due> =>
    dueIn(await planOver(io, resolved, lockOf, { filter: {}, blind: true }));
  const known = await dueWith(before);
  const fresh = [...(await dueWith(after))].filter(([key]) => !known.has(key));
  if (fresh.length === 0) return undefined;
  const ids = fresh.map(([, { manifest, planned }]) =>
    files.length > 1 ? qualified(manifest, planned.render.id) : planned.render.id,
  );
  const cost = money(moneyOf(fresh.map(([, { planned }]) => planned)));
  return `${plural(ids.length, 'render is', 'renders are')} due because of it, for ${cost}: ${fold(ids, IDS_SHOWN)}`;
}

type Due = ReadonlyMap<string, { readonly manifest: string; readonly planned: PlannedRender }>;

const dueIn = ({ projects }: Plan): Due =>
  new Map(
    projects.flatMap(({ project: { manifest }, renders }) =>
      renders
        .filter(({ action }) => isPaidFor(action))
        .map((planned) => [renderKey(manifest, planned.render.id), { manifest, planned }] as const),
    ),
  );
