/** Commands: frame, prune and gallery. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import { type Done, draft, filters, MANIFESTS, vars } from './shared-options.ts';

export function addClips(program: Command, io: Io, done: Done): void {
  draft(
    program
      .command('frame')
      .description('write one frame of a clip to a picture file; sends nothing')
      .argument('<render-id>', 'a render, such as crab/kling')
      .argument('<frame>', 'first, last, or a time in seconds of the clip')
      .argument('[manifest...]', MANIFESTS)
      .option('-o, --out <file>', 'where to write it (default: named after the render)'),
  ).action(async (id: string, which: string, manifests: string[], options) =>
    done(await (await import('../frame.ts')).frame(io, id, which, manifests, options)),
  );

  vars(
    filters(
      program
        .command('prune')
        .description(
          'remove orphans from the lock, with --earlier also earlier results; only lists without --yes',
        )
        .argument('[manifest...]', MANIFESTS),
    ),
  )
    .option('--yes', 'remove what is listed')
    .option('--earlier', 'also remove earlier results')
    .option('--clips', 'remove clips on this disk that no lock names, and nothing from the lock')
    .action(async (manifests: string[], options) =>
      done(
        options.clips === true
          ? await (await import('../decisions/prune-clips.ts')).pruneClips(io, manifests, options)
          : await (await import('../decisions/prune.ts')).prune(io, manifests, options),
      ),
    );

  draft(
    vars(
      program
        .command('gallery')
        .description('write a static page to review the clips')
        .argument('[manifest...]', MANIFESTS),
    ),
  )
    .option('--out <file>', 'where to write it (default: gallery.html beside the clips)')
    .option(
      '--base <ref>',
      'mark clips that are new, changed or removed since another commit, old beside new',
    )
    .option(
      '--sheet <file>',
      'also write a contact sheet: one PNG picture of all scenes and models',
    )
    .option('--reviews <file...>', 'show decisions of others, from files that their pages exported')
    .action(async (manifests: string[], options) =>
      done(await (await import('../gallery.ts')).gallery(io, manifests, options)),
    );
}
