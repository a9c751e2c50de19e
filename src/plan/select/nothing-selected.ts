/** What a plan can tell that no single render can: filters that select nothing. */
import type { Diagnostic } from '../../diagnostic.ts';
import { nearest } from '../../nearest.ts';
import type { Filter } from '../options.ts';
import type { ProjectPlan } from '../plan.ts';

export function nothingSelected(
  projects: readonly ProjectPlan[],
  filter: Filter | undefined,
): Diagnostic[] {
  if (
    filter === undefined ||
    projects.some(({ renders, orphans }) => renders.length + orphans.length > 0)
  )
    return [];
  const words = [
    ...(filter.only ?? []).map((glob) => `--only ${glob}`),
    ...(filter.models ?? []).map((alias) => `--model ${alias}`),
    ...(filter.tags ?? []).map((tag) => `--tag ${tag}`),
  ];
  if (words.length === 0) return [];
  const near = nearestName(projects, filter);
  return [
    {
      code: 'nothing-selected',
      severity: 'warning',
      message: `${words.join(' ')} selects no render`,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
      renders: [],
    },
  ];
}

function nearestName(
  projects: readonly ProjectPlan[],
  { only = [], models = [], tags = [] }: Filter,
): string | undefined {
  const aliases = projects.flatMap(({ project }) => project.aliases.map(({ alias }) => alias));
  const scenes = projects.flatMap(({ project }) => project.scenes);
  for (const alias of models)
    if (!aliases.some((one) => one === alias)) return nearest(alias, aliases);
  for (const tag of tags)
    if (!scenes.some((scene) => scene.tags.includes(tag)))
      return nearest(tag, new Set(scenes.flatMap((scene) => scene.tags)));
  const [scene = ''] = (only[0] ?? '').replace(/^[^:]*:/, '').split('/');
  return scenes.some(({ id }) => id === scene)
    ? undefined
    : nearest(
        scene,
        scenes.map(({ id }) => id),
      );
}
