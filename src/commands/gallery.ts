/** `rushes gallery`: one static page with every clip, to review. */
import path from 'node:path';
import { isManifestFile } from '../ids.ts';
import { pathsOf } from '../lock/file/paths.ts';
import { undiciHttp } from '../ports/http/undici-http.ts';
import { terminalLine } from '../report/text/escape.ts';
import { plural } from '../report/text/format.ts';
import { shellWord } from '../report/text/shell-word.ts';
import type { Plan } from '../plan/plan.ts';
import { pullBaseClips } from '../workflow/gallery/base-clips.ts';
import { writeGallery } from '../workflow/gallery/write-gallery.ts';
import { namesStore } from '../workflow/open/open-store.ts';
import { clipsFolder } from '../workflow/run/run-over-ledgers.ts';
import { pullNeeded } from '../workflow/store/pull-needed.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import type { SharedOptions } from './shared/options.ts';
import { readWhole, type WholeManifests } from './shared/planning.ts';
import { printPulled } from './store/print-pulled.ts';
import { watchTransfer } from './store/watch-transfer.ts';

interface GalleryOptions extends SharedOptions {
  readonly out?: string;
  readonly reviews?: readonly string[];
  /** A file for the contact sheet. */
  readonly sheet?: string;
  /** A commit to compare with. */
  readonly base?: string;
}

export async function gallery(
  io: Io,
  named: readonly string[],
  options: GalleryOptions,
): Promise<number> {
  refuseOtherPicture(options.sheet);
  const written = await galleryPage(io, named, options, true);
  if ('exit' in written) return written.exit;
  io.stdout.write(
    `${written.file}: ${plural(written.renders, 'render')}, ${written.clips} with a clip here\n`,
  );
  if (options.sheet !== undefined)
    io.stdout.write(`${terminalLine(options.sheet)}: the contact sheet\n`);
  return EXIT.done;
}

/** A viewer that goes by the name would not open a PNG picture that is called otherwise. */
function refuseOtherPicture(sheet: string | undefined): void {
  if (sheet === undefined || /\.png$/i.test(sheet)) return;
  const { dir, name } = path.parse(sheet);
  const named = path.join(dir, `${name === '' ? 'sheet' : name}.png`);
  throw new UsageError(
    `--sheet ${terminalLine(sheet)} does not end in .png: the contact sheet is a PNG picture`,
    `Write --sheet ${shellWord(named)}`,
  );
}

/**
 * Writes the page, and prints nothing unless it cannot be made. `pull`: brings what is not here
 * from the store first; a job that renders leaves it there.
 */
export async function galleryPage(
  io: Io,
  named: readonly string[],
  options: GalleryOptions,
  pull = false,
): Promise<
  | { readonly file: string; readonly renders: number; readonly clips: number }
  | { readonly exit: number }
> {
  // `--reviews` takes every name that follows: those of manifests are not meant.
  const { reviews = [] } = options;
  const manifests = [...named, ...reviews.filter(isManifestFile)];
  const read = await readWhole(io, manifests, options);
  if ('exit' in read) return read;
  const base =
    options.base === undefined
      ? undefined
      : {
          ref: options.base,
          plan: await (
            await import('./flags/base-flag.ts')
          ).planOfCommit(io, options.base, manifests, options),
        };
  if (pull) await pullForPage(io, read, options, base?.plan);
  const written = await writeGallery(io, read.resolved, read.lockOf, {
    ...options,
    reviews: reviews.filter((name) => !isManifestFile(name)),
    base,
  });
  if (!written.ok) throw new UsageError(written.problem);
  return written;
}

/** A page without a clip that the store has would be half a page. */
async function pullForPage(
  io: Io,
  { resolved, lockOf }: WholeManifests,
  { draft }: SharedOptions,
  base: Plan | undefined,
): Promise<void> {
  if (draft === true || !namesStore(io)) return;
  const locks = resolved.map(({ project }) => ({
    manifest: project.manifest,
    manifestPath: project.manifestPath,
    root: project.root,
    folder: clipsFolder(project),
    lock: lockOf(project.manifest),
    paths: pathsOf(project.manifestPath),
  }));
  const http = undiciHttp({ env: io.env });
  const watched = await watchTransfer(io, 'pulling');
  const { onProgress } = watched;
  try {
    const own = await pullNeeded(io, http, locks, { absentToo: true, onProgress });
    printPulled(io, own);
    // A store that does not answer is reported once.
    if (base !== undefined && own.problem === undefined)
      printPulled(io, await pullBaseClips(io, http, locks, base, { onProgress }));
  } finally {
    watched.close();
    await http.close();
  }
}
