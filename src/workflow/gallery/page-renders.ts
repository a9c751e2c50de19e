/** The renders of one planned project as the review page shows them. */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import { answersOf } from '../../lock/attempt.ts';
import type { LockClip, LockCost, LockEntry, Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { PlannedRender, ProjectPlan } from '../../plan/plan.ts';
import type {
  PageClip,
  PageCost,
  PageRender,
  PageResult,
  PageScene,
} from '../../report/gallery/page-data.ts';
import { orphanState, pageMarks, pageState } from '../../report/gallery/page-state.ts';
import { promptOf } from '../../report/gallery/shown-text.ts';
import { urlPath } from '../../report/text/escape.ts';

export interface PageOf {
  /** Absolute folder of the page. */
  readonly folder: string;
  /** As people would type an absolute path. */
  readonly shown: (absolute: string) => string;
  /** A draft's gateway reports costs that are never paid. */
  readonly draft: boolean;
  /** Index of a text in the page's list. */
  readonly textIndex: (text: string) => number;
}

export interface ScenesAndRenders {
  readonly scenes: readonly PageScene[];
  readonly renders: readonly PageRender[];
}

/** `firstScene`: how many scenes the page has before these. */
export function pageRenders(
  part: ProjectPlan,
  clips: ClipStates,
  { project, firstScene }: { readonly project: number; readonly firstScene: number },
  page: PageOf,
): ScenesAndRenders {
  const scenes: PageScene[] = [];
  const indexOf = new Map<string, number>();
  const sceneIndex = (id: string, scene: () => Omit<PageScene, 'project' | 'id'>): number => {
    const known = indexOf.get(id);
    if (known !== undefined) return known;
    const index = firstScene + scenes.length;
    indexOf.set(id, index);
    scenes.push({ project, id, ...scene() });
    return index;
  };
  const renders = part.renders.map((planned): PageRender => {
    const { render } = planned;
    const wanted = promptOf(render.request);
    const scene = sceneIndex(render.scene, () => ({
      tags: render.tags,
      ...(wanted === undefined ? {} : { prompt: page.textIndex(wanted) }),
    }));
    return ofPlanned(part, planned, scene, clips, page);
  });
  for (const { id, entry } of part.orphans) {
    const [name = '', alias = '', take = '1'] = id.split('/');
    const scene = sceneIndex(name, () => ({ tags: [] }));
    renders.push({
      scene,
      id,
      alias,
      take: Number(take),
      model: entry.model,
      marks: entry.decision?.pin === true ? ['pinned'] : [],
      ...orphanState(entry),
      ...pageResult(part, entry, clips, page),
    });
  }
  return { scenes, renders };
}

function ofPlanned(
  part: ProjectPlan,
  planned: PlannedRender,
  scene: number,
  clips: ClipStates,
  page: PageOf,
): PageRender {
  const { render, restored } = planned;
  const shown: LockEntry | undefined = restored ?? planned.entry;
  const disk = shown === undefined ? 'absent' : clips.of(shown);
  return {
    scene,
    id: render.id,
    alias: render.alias,
    take: render.take,
    model: render.model.name,
    marks: pageMarks(planned, shown),
    ...pageState({ ...planned, ...(shown === undefined ? {} : { entry: shown }) }, disk),
    ...(shown === undefined ? {} : pageResult(part, shown, clips, page)),
  };
}

function pageResult(
  { lockPath }: ProjectPlan,
  result: Result,
  clips: ClipStates,
  page: PageOf,
): PageResult {
  const sent = result.request === undefined ? undefined : promptOf(result.request);
  const cost = page.draft ? undefined : costOf(result, result.cost);
  return {
    ...(sent === undefined ? {} : { prompt: page.textIndex(sent) }),
    ...(result.clip === undefined
      ? {}
      : { clip: clipOf(lockPath, result.clip, clips.of(result) !== 'absent', page) }),
    ...(cost === undefined ? {} : { cost }),
    ...(result.task === undefined ? {} : { task: result.task }),
    ...(result.submittedAt === undefined ? {} : { submittedAt: result.submittedAt }),
    ...(result.completedAt === undefined ? {} : { completedAt: result.completedAt }),
    ...(result.error === undefined ? {} : { error: result.error }),
    ...(result.mismatch === undefined ? {} : { mismatch: result.mismatch }),
  };
}

function clipOf(lockPath: string, clip: LockClip, here: boolean, page: PageOf): PageClip {
  const absolute = fromLockPath(lockPath, clip.path);
  const { sha256, bytes, width, height, seconds, audio } = clip;
  return {
    sha256,
    bytes,
    width,
    height,
    seconds,
    audio,
    path: page.shown(absolute),
    ...(here ? { src: addressFrom(page.folder, absolute) } : {}),
  };
}

/** Relative, so that page and clips can be moved together; another drive is named in full. */
function addressFrom(folder: string, absolute: string): string {
  const relative = path.relative(folder, absolute);
  return path.isAbsolute(relative)
    ? pathToFileURL(absolute).href
    : urlPath(relative.split(path.sep).join('/'));
}

function costOf(result: Result, cost: LockCost | undefined): PageCost | undefined {
  if (cost === undefined) return undefined;
  const { held } = answersOf(result);
  const unclear = cost.source === 'unconfirmed' || held === 'ambiguous' || held === 'lost';
  return {
    kind: unclear ? 'unclear' : cost.source === 'reported' ? 'charged' : 'reserved',
    ...(cost.usd === null ? {} : { usd: cost.usd }),
    ...(cost.estimatedUsd === undefined ? {} : { estimatedUsd: cost.estimatedUsd }),
    ...(cost.refund === 'pending' ? { refundPending: true } : {}),
  };
}
