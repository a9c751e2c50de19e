/** What a plan can tell that no single render can: filters that select nothing, and money that would be spent twice. */
import type { Diagnostic } from '../diagnostic.ts';
import type { Fingerprint, RenderId } from '../ids.ts';
import { nearest } from '../manifest/nearest.ts';
import { Folding } from './folding.ts';
import type { Filter } from './options.ts';
import type { ProjectPlan } from './plan.ts';

export function hints(projects: readonly ProjectPlan[], filter: Filter | undefined): Diagnostic[] {
  return [...nothingSelected(projects, filter), ...paidElsewhere(projects)];
}

function nothingSelected(projects: readonly ProjectPlan[], filter: Filter | undefined): Diagnostic[] {
  if (filter === undefined || projects.some(({ renders, orphans }) => renders.length + orphans.length > 0)) return [];
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
      message: `${words.join(' ')} leaves no render over`,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      renders: [],
    },
  ];
}

function nearestName(projects: readonly ProjectPlan[], { only = [], models = [], tags = [] }: Filter): string | undefined {
  const aliases = projects.flatMap(({ project }) => project.aliases.map(({ alias }) => alias));
  const scenes = projects.flatMap(({ project }) => project.scenes);
  for (const alias of models) if (!aliases.some((one) => one === alias)) return nearest(alias, aliases);
  for (const tag of tags)
    if (!scenes.some((scene) => scene.tags.includes(tag))) return nearest(tag, new Set(scenes.flatMap((scene) => scene.tags)));
  const [scene = ''] = (only[0] ?? '').replace(/^[^:]*:/, '').split('/');
  return scenes.some(({ id }) => id === scene)
    ? undefined
    : nearest(
        scene,
        scenes.map(({ id }) => id),
      );
}

/** A render that would be paid for, while an orphan in another manifest's lock has it. */
function paidElsewhere(projects: readonly ProjectPlan[]): Diagnostic[] {
  if (projects.length < 2) return [];
  const owners = new Map<Fingerprint, { readonly part: ProjectPlan; readonly id: RenderId }>();
  for (const part of projects) {
    for (const { id, entry } of part.orphans) {
      if (entry.status === 'completed' || entry.status === 'submitted') owners.set(entry.fingerprint, { part, id });
    }
  }
  const folding = new Folding();
  for (const part of owners.size === 0 ? [] : projects) {
    for (const { render, action } of part.renders) {
      const owner = action.kind === 'submit' && action.reason === 'new' ? owners.get(render.fingerprint) : undefined;
      if (owner === undefined || owner.part === part) continue;
      folding.add({
        code: 'paid-elsewhere',
        severity: 'warning',
        message: `${render.id} would be paid for although the lock of ${owner.part.project.manifest} has it as ${owner.id}`,
        place: render.place,
        hint: 'move the scene back, or carry the entry over to the lock of this manifest',
        renders: [render.id],
      });
    }
  }
  return folding.diagnostics();
}
