/** `rushes gallery`: one static page with every clip, to review. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readClipStates } from '../lock/clips-on-disk.ts';
import type { LockEntry } from '../lock/file/format.ts';
import { fromLockPath, pathsOf } from '../lock/file/paths.ts';
import type { ResolvedRender } from '../plan/plan.ts';
import { systemFiles } from '../ports/files.ts';
import { galleryHtml, type GalleryRender } from '../report/gallery/gallery.ts';
import { stateOf } from '../report/lock/status-json.ts';
import { plural } from '../report/text/format.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import { readWhole } from './shared/planning.ts';
import type { SharedOptions } from './shared/options.ts';
import { clipsFolder } from '../workflow/run-over-ledgers.ts';
import { shown } from '../workflow/surroundings.ts';

export async function gallery(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly out?: string },
): Promise<number> {
  const written = await writeGallery(io, named, options);
  if ('exit' in written) return written.exit;
  io.stdout.write(
    `${written.file}: ${plural(written.renders, 'render')}, ${written.clips} with a clip here\n`,
  );
  return EXIT.done;
}

export async function writeGallery(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly out?: string },
): Promise<
  | { readonly file: string; readonly renders: number; readonly clips: number }
  | { readonly exit: number }
> {
  const read = await readWhole(io, named, options);
  if ('exit' in read) return read;
  const [first] = read.resolved;
  if (first === undefined) throw new UsageError('no manifest');
  const several = read.resolved.length > 1;
  const file = path.resolve(
    io.cwd,
    options.out ??
      path.join(several ? first.project.outputPath : clipsFolder(first.project), 'gallery.html'),
  );
  const renders: GalleryRender[] = [];
  for (const { project, renders: wanted } of read.resolved) {
    const paths = pathsOf(project.manifestPath, { draft: options.draft === true });
    const lock = read.lockOf(project.manifest);
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
          entry === undefined ? 'planned' : stateOf(entry, clips.of(entry), io.clock.now()),
          src,
        ),
      );
    }
  }
  const title = read.resolved
    .map(({ project }) => path.basename(project.manifest).replace(/\.ya?ml$/, ''))
    .join(', ');
  await mkdir(path.dirname(file), { recursive: true });
  const saved = await systemFiles.writeAtomic(
    file,
    galleryHtml(renders, { title, draft: options.draft === true }),
  );
  if (!saved.ok) throw new UsageError(`the page could not be written: ${saved.problem.message}`);
  return {
    file: shown(io, file),
    renders: renders.length,
    clips: renders.filter(({ src }) => src !== undefined).length,
  };
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
