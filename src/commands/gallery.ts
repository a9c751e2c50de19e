/** `rushes gallery`: one static page with every clip, to review. */
import { plural } from '../report/text/format.ts';
import { writeGallery } from '../workflow/gallery.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import type { SharedOptions } from './shared/options.ts';
import { readWhole } from './shared/planning.ts';

interface GalleryOptions extends SharedOptions {
  readonly out?: string;
}

export async function gallery(
  io: Io,
  named: readonly string[],
  options: GalleryOptions,
): Promise<number> {
  const written = await galleryPage(io, named, options);
  if ('exit' in written) return written.exit;
  io.stdout.write(
    `${written.file}: ${plural(written.renders, 'render')}, ${written.clips} with a clip here\n`,
  );
  return EXIT.done;
}

/** Writes the page, and prints nothing unless it cannot be made. */
export async function galleryPage(
  io: Io,
  named: readonly string[],
  options: GalleryOptions,
): Promise<
  | { readonly file: string; readonly renders: number; readonly clips: number }
  | { readonly exit: number }
> {
  const read = await readWhole(io, named, options);
  if ('exit' in read) return read;
  const written = await writeGallery(io, read.resolved, read.lockOf, options);
  if (!written.ok) throw new UsageError(written.problem);
  return written;
}
