/** What another commit had of each render, for a page that compares with it. */
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Lock, Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { PlannedRender, ProjectPlan } from '../../plan/plan.ts';
import type { Files } from '../../ports/files/files.ts';
import type { PageChangeKind, PageRender, PageResult } from '../../report/gallery/page-data.ts';
import { promptOf, withoutPrompt } from '../../report/gallery/shown-text.ts';
import { type PageOf, pageResult } from './page-result.ts';

export interface BaseOfProject {
  /** By id, of the other commit. */
  readonly renders: ReadonlyMap<string, PlannedRender>;
}

export const baseOfProject = (base: ProjectPlan | undefined): BaseOfProject => ({
  renders: new Map((base?.renders ?? []).map((planned) => [planned.render.id, planned])),
});

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

/**
 * What the other commit shows. Its clip is still here where this lock keeps it as an earlier result,
 * or where the file at its old place is that very clip.
 */
export async function baseResult(
  before: PlannedRender,
  now: ProjectNow,
  files: Pick<Files, 'hash' | 'stat'>,
  page: PageOf,
): Promise<PageResult> {
  const { entry, render } = before;
  const clip = entry?.clip;
  if (entry === undefined || clip === undefined) {
    const prompt = promptOf(render.request);
    return {
      ...(prompt === undefined ? {} : { prompt: page.textIndex(prompt) }),
      request: withoutPrompt(render.request),
    };
  }
  const kept = resultsOf(now.lock, render.id).find((one) => one.clip?.sha256 === clip.sha256);
  if (kept !== undefined) return pageResult(kept, now, page);
  const isThere = await isThisClip(fromLockPath(now.lockPath, clip.path), clip, files);
  return pageResult(entry, { ...now, clips: isThere ? HERE : GONE }, page);
}

const HERE: Pick<ClipStates, 'of'> = { of: () => 'present' };
const GONE: Pick<ClipStates, 'of'> = { of: () => 'absent' };

async function isThisClip(
  path: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
  files: Pick<Files, 'hash' | 'stat'>,
): Promise<boolean> {
  const facts = await files.stat(path);
  if (!facts.ok || facts.value.kind !== 'file' || facts.value.bytes !== bytes) return false;
  const hashed = await files.hash(path);
  return hashed.ok && hashed.value.sha256 === sha256;
}

/** What the other commit has and this one has not. */
export async function removedRenders(
  base: BaseOfProject,
  part: ProjectPlan,
  now: ProjectNow,
  files: Pick<Files, 'hash' | 'stat'>,
  page: PageOf,
): Promise<readonly Omit<PageRender, 'scene'>[]> {
  const here = new Set<string>([
    ...part.renders.map(({ render }) => render.id),
    ...part.orphans.map(({ id }) => id),
  ]);
  const removed: Omit<PageRender, 'scene'>[] = [];
  for (const [id, before] of base.renders) {
    if (here.has(id)) continue;
    removed.push({
      ...(await baseResult(before, now, files, page)),
      id,
      alias: before.render.alias,
      take: before.render.take,
      model: before.render.model.name,
      state: 'orphan',
      because: 'No longer in the manifest',
      marks: [],
      change: 'removed',
    });
  }
  return removed;
}
