/** What another commit had of each render, for a page that compares with it. */
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Lock, Result } from '../../lock/file/format.ts';
import { toLockPath } from '../../lock/file/paths.ts';
import type { RenderId } from '../../ids.ts';
import type { PlannedRender, ProjectPlan } from '../../plan/plan.ts';
import type { PageChangeKind, PageRender, PageResult } from '../../report/gallery/page-data.ts';
import { promptOf, withoutPrompt } from '../../report/gallery/shown-text.ts';
import { clipsFolder } from '../run/run-over-ledgers.ts';
import { baseClipHere } from './base-clips.ts';
import { type PageOf, pageResult } from './page-result.ts';

export interface BaseOfProject {
  /** By id, of the other commit. */
  readonly renders: ReadonlyMap<string, PlannedRender>;
  /**
   * Clips of it that are here, and that are not current in this commit's lock: absolute, by digest.
   */
  readonly clips: ReadonlyMap<string, string>;
}

/** `now`: the same project of this commit. */
export async function baseOfProject(
  base: ProjectPlan | undefined,
  { project, lock, lockPath }: Pick<ProjectPlan, 'project' | 'lock' | 'lockPath'>,
): Promise<BaseOfProject> {
  const renders = new Map((base?.renders ?? []).map((planned) => [planned.render.id, planned]));
  const place = { root: project.root, lockPath, folder: clipsFolder(project) };
  const clips = new Map<string, string>();
  for (const [id, { entry }] of renders) {
    if (entry?.clip === undefined || lock.renders.get(id)?.clip?.sha256 === entry.clip.sha256)
      continue;
    const here = await baseClipHere(entry.clip, place);
    if (here !== undefined) clips.set(entry.clip.sha256, here);
  }
  return { renders, clips };
}

/** The result of this commit's lock with the same clip. */
const keptResult = (lock: Lock, id: RenderId, { clip }: Result): Result | undefined =>
  resultsOf(lock, id).find((one) => one.clip?.sha256 === clip?.sha256);

interface ProjectNow {
  readonly lock: Lock;
  readonly lockPath: string;
  readonly clips: ClipStates;
}

/** `shown`: the result that the page shows now. */
export function changeSince(
  base: BaseOfProject,
  planned: PlannedRender,
  shown: Result | undefined,
): PageChangeKind | undefined {
  const before = base.renders.get(planned.render.id);
  if (before === undefined) return 'new';
  const [old, now] = [before.entry?.clip?.sha256, shown?.clip?.sha256];
  const isSame = before.render.fingerprint === planned.render.fingerprint && old === now;
  return isSame ? undefined : 'changed';
}

/** What the other commit shows of a render. */
export function baseResult(
  { entry, render }: PlannedRender,
  { clips }: BaseOfProject,
  now: ProjectNow,
  page: PageOf,
): PageResult {
  if (entry?.clip === undefined) {
    const prompt = promptOf(render.request);
    return {
      ...(prompt === undefined ? {} : { prompt: page.textIndex(prompt) }),
      request: withoutPrompt(render.request),
    };
  }
  const kept = keptResult(now.lock, render.id, entry);
  const here = clips.get(entry.clip.sha256);
  if (kept !== undefined && (here === undefined || now.clips.of(kept) === 'present'))
    return pageResult(kept, now, page);
  if (here === undefined) return pageResult(entry, { ...now, clips: GONE }, page);
  const clip = { ...entry.clip, path: toLockPath(now.lockPath, here) };
  return pageResult({ ...entry, clip }, { ...now, clips: HERE }, page);
}

const HERE: Pick<ClipStates, 'of'> = { of: () => 'present' };
const GONE: Pick<ClipStates, 'of'> = { of: () => 'absent' };

/** What the other commit has and this one has not. */
export function removedRenders(
  base: BaseOfProject,
  part: ProjectPlan,
  now: ProjectNow,
  page: PageOf,
): readonly Omit<PageRender, 'scene'>[] {
  const here = new Set<string>([
    ...part.renders.map(({ render }) => render.id),
    ...part.orphans.map(({ id }) => id),
  ]);
  const removed: Omit<PageRender, 'scene'>[] = [];
  for (const [id, before] of base.renders) {
    if (here.has(id)) continue;
    removed.push({
      ...baseResult(before, base, now, page),
      id,
      alias: before.render.alias,
      take: before.render.take,
      model: before.render.model.name,
      state: 'orphan',
      because: 'No longer in the manifest',
      marks: [],
      change: 'removed',
      onlyInBase: true,
    });
  }
  return removed;
}
