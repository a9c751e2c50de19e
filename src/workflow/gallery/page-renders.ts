/** The renders of one planned project as the review page shows them. */
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import type { LockEntry } from '../../lock/file/format.ts';
import { changesOf } from '../../plan/match/changes.ts';
import type { PlannedRender, ProjectPlan, ResolvedRender } from '../../plan/plan.ts';
import { toUsd } from '../../money.ts';
import type {
  PageChange,
  PageDecided,
  PageEstimate,
  PageRender,
  PageScene,
} from '../../report/gallery/page-data.ts';
import { nextCommands } from '../../report/gallery/page-next.ts';
import { orphanState, pageMarks, pageState } from '../../report/gallery/page-state.ts';
import { promptOf } from '../../report/gallery/shown-text.ts';
import { type BaseOfProject, baseResult, changeSince, removedRenders } from './page-base.ts';
import { castOfScenes } from './page-cast.ts';
import { type PageOf, pageResult, usesIn } from './page-result.ts';

export interface ScenesAndRenders {
  readonly scenes: readonly PageScene[];
  readonly renders: readonly PageRender[];
}

export interface ProjectOnPage {
  readonly project: number;
  /** How many scenes the page has before these. */
  readonly firstScene: number;
  /** The same project of another commit, where the page compares with one. */
  readonly base?: BaseOfProject;
}

export function pageRenders(
  part: ProjectPlan,
  clips: ClipStates,
  { project, firstScene, base }: ProjectOnPage,
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
  const cast = castOfScenes(part.project);
  const renders = part.renders.map((planned): PageRender => {
    const { render } = planned;
    const wanted = promptOf(render.request);
    const scene = sceneIndex(render.scene, () => {
      const members = cast.get(render.scene) ?? [];
      return {
        tags: render.tags,
        ...(wanted === undefined ? {} : { prompt: page.textIndex(wanted) }),
        ...(members.length === 0 ? {} : { cast: members }),
      };
    });
    return ofPlanned(part, planned, scene, clips, page);
  });
  const at = { lockPath: part.lockPath, clips };
  for (const { id, entry } of part.orphans) {
    const [name = '', alias = '', take = '1'] = id.split('/');
    renders.push({
      scene: sceneIndex(name, () => ({ tags: [] })),
      id,
      alias,
      take: Number(take),
      model: entry.model,
      marks: entry.decision?.pin === true ? ['pinned'] : [],
      ...orphanState(entry),
      ...pageResult(entry, at, page),
      ...decidedIn(entry),
      ...earlierOf(entry, at, page),
    });
  }
  if (base !== undefined) compareWithBase(base, part, { clips, renders, sceneIndex, page });
  return { scenes, renders };
}

/** Marks what is new or changed, and adds what was removed. */
function compareWithBase(
  base: BaseOfProject,
  part: ProjectPlan,
  {
    clips,
    renders,
    sceneIndex,
    page,
  }: {
    readonly clips: ClipStates;
    readonly renders: PageRender[];
    readonly sceneIndex: (id: string, scene: () => Omit<PageScene, 'project' | 'id'>) => number;
    readonly page: PageOf;
  },
): void {
  const now = { lock: part.lock, lockPath: part.lockPath, clips };
  for (const [index, planned] of part.renders.entries()) {
    const render = renders[index];
    const change = changeSince(base, planned, planned.restored ?? planned.entry);
    const before = base.renders.get(planned.render.id);
    if (render === undefined || change === undefined) continue;
    renders[index] = {
      ...render,
      change,
      ...(before === undefined ? {} : { base: baseResult(before, base, now, page) }),
    };
  }
  const orphans = renders.slice(part.renders.length);
  for (const [index, orphan] of orphans.entries())
    if (base.renders.has(orphan.id))
      renders[part.renders.length + index] = { ...orphan, change: 'removed' };
  for (const removed of removedRenders(base, part, now, page)) {
    const [scene = ''] = removed.id.split('/');
    renders.push({ ...removed, scene: sceneIndex(scene, () => ({ tags: [] })) });
  }
}

function ofPlanned(
  part: ProjectPlan,
  planned: PlannedRender,
  scene: number,
  clips: ClipStates,
  page: PageOf,
): PageRender {
  const { render, restored, entry } = planned;
  const shown: LockEntry | undefined = restored ?? entry;
  const disk = shown === undefined ? 'absent' : clips.of(shown);
  const state = pageState({ ...planned, ...(shown === undefined ? {} : { entry: shown }) }, disk);
  const at = { lockPath: part.lockPath, clips };
  const { seconds, resolution, ratio, audio } = render.asked;
  const estimate = page.draft ? undefined : estimateOf(render);
  const next = nextCommands(planned, state.state, {
    manifest: part.project.manifest,
    draft: page.draft,
  });
  return {
    scene,
    id: render.id,
    alias: render.alias,
    take: render.take,
    model: render.model.name,
    marks: pageMarks(planned, shown, entry?.decision),
    ...state,
    asked: {
      seconds,
      ...(resolution === undefined ? {} : { resolution }),
      ...(ratio === undefined ? {} : { ratio }),
      ...(audio === undefined ? {} : { audio }),
    },
    place: placeOf(render),
    ...(estimate === undefined ? {} : { estimate }),
    ...(render.notes.length === 0 ? {} : { notes: render.notes }),
    ...(next === undefined ? {} : { next }),
    ...(shown === undefined
      ? usesIn(render.request, page)
      : {
          ...(state.state === 'changed' ? { changes: changesNow(render, shown) } : {}),
          ...pageResult(shown, at, page),
          ...decidedIn(entry),
          ...earlierOf(entry, at, page, restored),
        }),
  };
}

const changesNow = (render: ResolvedRender, shown: LockEntry): readonly PageChange[] =>
  changesOf(render, shown).map(({ path, old, new: now }) => ({
    path,
    ...(old === undefined ? {} : { old }),
    ...(now === undefined ? {} : { new: now }),
  }));

/** `restored`: the one that is shown in place of the current result, which is earlier by then. */
function earlierOf(
  entry: LockEntry | undefined,
  at: Parameters<typeof pageResult>[1],
  page: PageOf,
  restored?: LockEntry,
): Pick<PageRender, 'earlier'> {
  const earlier = (entry?.earlier ?? []).filter((result) => result !== restored);
  const all = restored === undefined || entry === undefined ? earlier : [entry, ...earlier];
  return all.length === 0 ? {} : { earlier: all.map((result) => pageResult(result, at, page)) };
}

function decidedIn(entry: LockEntry | undefined): { readonly decided?: PageDecided } {
  const { pick, reject, by } = entry?.decision ?? {};
  if (pick === undefined && reject === undefined) return {};
  return {
    decided: {
      ...(pick === undefined
        ? {}
        : {
            pick: {
              ...(pick.in === undefined ? {} : { in: pick.in }),
              ...(pick.out === undefined ? {} : { out: pick.out }),
              ...(pick.note === undefined ? {} : { note: pick.note }),
            },
          }),
      ...(reject === undefined
        ? {}
        : { reject: reject.note === undefined ? {} : { note: reject.note } }),
      ...(by === undefined ? {} : { by }),
    },
  };
}

function estimateOf({ price }: ResolvedRender): PageEstimate | undefined {
  if (price.kind === 'unknown') return undefined;
  return { fromUsd: toUsd(price.from ?? price.usd), toUsd: toUsd(price.usd) };
}

function placeOf({ place }: ResolvedRender): string {
  const { line } = place.source.position(place.start);
  return `${place.source.path}:${line}`;
}
