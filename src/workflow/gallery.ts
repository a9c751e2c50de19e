/** One static page with every clip, to review. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readClipStates } from '../lock/clips-on-disk.ts';
import type { Lock, LockEntry } from '../lock/file/format.ts';
import { fromLockPath, pathsOf } from '../lock/file/paths.ts';
import type { Resolved, ResolvedRender } from '../plan/plan.ts';
import { systemFiles } from '../ports/files.ts';
import { galleryHtml, type GalleryRender } from '../report/gallery/gallery.ts';
import { stateOf } from '../report/lock/status-json.ts';
import { clipsFolder } from './run-over-ledgers.ts';
import { shown, type Surroundings } from './surroundings.ts';

export interface GalleryRequest {
  /** Where the page goes, relative to the working folder. Default: `gallery.html` by the clips. */
  readonly out?: string | undefined;
  readonly draft?: boolean | undefined;
}

export type GalleryWritten =
  | {
      readonly ok: true;
      /** As people would type it. */
      readonly file: string;
      readonly renders: number;
      /** Those whose clip is on this machine. */
      readonly clips: number;
    }
  | { readonly ok: false; readonly problem: string };

/** `resolved`: at least one. */
export async function writeGallery(
  at: Surroundings,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  { out, draft }: GalleryRequest,
): Promise<GalleryWritten> {
  const [first] = resolved;
  if (first === undefined) return { ok: false, problem: 'no manifest' };
  const file = path.resolve(
    at.cwd,
    out ??
      path.join(
        resolved.length > 1 ? first.project.outputPath : clipsFolder(first.project),
        'gallery.html',
      ),
  );
  const renders: GalleryRender[] = [];
  for (const { project, renders: wanted } of resolved) {
    const paths = pathsOf(project.manifestPath, { draft: draft === true });
    const lock = lockOf(project.manifest);
    const clips = await readClipStates(lock, paths.lock, paths.filesCache, systemFiles);
    for (const render of wanted) {
      const entry = lock.renders.get(render.id);
      const here = entry?.clip !== undefined && clips.of(entry) !== 'absent';
      const src = here
        ? path
            .relative(path.dirname(file), fromLockPath(paths.lock, entry.clip.path))
            .split(path.sep)
            .join('/')
        : undefined;
      renders.push(
        galleryRender(
          project.manifest,
          render,
          entry,
          entry === undefined ? 'planned' : stateOf(entry, clips.of(entry), at.clock.now()),
          src,
        ),
      );
    }
  }
  const title = resolved
    .map(({ project }) => path.basename(project.manifest).replace(/\.ya?ml$/, ''))
    .join(', ');
  await mkdir(path.dirname(file), { recursive: true });
  const saved = await systemFiles.writeAtomic(
    file,
    galleryHtml(renders, { title, draft: draft === true }),
  );
  return saved.ok
    ? {
        ok: true,
        file: shown(at, file),
        renders: renders.length,
        clips: renders.filter(({ src }) => src !== undefined).length,
      }
    : { ok: false, problem: `the page could not be written: ${saved.problem.message}` };
}

function galleryRender(
  manifest: string,
  render: ResolvedRender,
  entry: LockEntry | undefined,
  state: GalleryRender['state'],
  src: string | undefined,
): GalleryRender {
  const prompt = promptOf(render);
  return {
    manifest,
    id: render.id,
    scene: render.scene,
    alias: render.alias,
    take: render.take,
    model: render.model.name,
    state,
    ...(prompt === undefined ? {} : { prompt }),
    ...(entry?.clip === undefined ? {} : { clip: entry.clip }),
    ...(src === undefined ? {} : { src }),
    ...(entry?.cost === undefined ? {} : { cost: entry.cost }),
    ...(entry?.error === undefined ? {} : { message: entry.error.message }),
    ...(entry?.mismatch === undefined ? {} : { mismatch: entry.mismatch }),
    ...(entry?.decision?.pin === true ? { pinned: true } : {}),
  };
}

/** The prompt as sent; of several shots, all of them. */
function promptOf({ request }: ResolvedRender): string | undefined {
  const shots = JSON.stringify(request).includes('multi_prompt') ? findShots(request) : [];
  const prompt = typeof request['prompt'] === 'string' ? [request['prompt']] : [];
  const all = [...prompt, ...shots];
  return all.length === 0 ? undefined : all.join('\n');
}

function findShots(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const list: unknown =
    'multi_prompt' in value
      ? value.multi_prompt
      : 'model_params' in value
        ? (value.model_params as { multi_prompt?: unknown })?.multi_prompt
        : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((shot: unknown) =>
    typeof shot === 'object' && shot !== null && 'prompt' in shot && typeof shot.prompt === 'string'
      ? [shot.prompt]
      : [],
  );
}
