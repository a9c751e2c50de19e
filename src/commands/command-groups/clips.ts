/** Commands: frame, prune and gallery. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import { type Done, draft, filters, MANIFESTS, vars } from './shared-options.ts';

export function addClips(program: Command, io: Io, done: Done): void {
  draft(
    program
      .command('frame')
      .description('one frame of a clip as a picture file; sends nothing')
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
          'take orphans and earlier results out of the lock; lists first, changes with --yes',
        )
        .argument('[manifest...]', MANIFESTS),
    ),
  )
    .option('--yes', 'do it')
    .option('--earlier', 'earlier results too, not only orphans')
    .option('--clips', 'instead: clips on this disk that no lock names')
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
        .description('a static page to review the clips')
        .argument('[manifest...]', MANIFESTS),
    ),
  )
    .option('--out <file>', 'where to write it (default: gallery.html beside the clips)')
    .option(
      '--base <ref>',
      'mark what is new, changed or removed since another commit, old beside new',
    )
    .option('--sheet <file>', 'a contact sheet too: one PNG picture of all scenes and models')
    .option('--reviews <file...>', 'show what others decided: files that their pages exported')
    .action(async (manifests: string[], options) =>
      done(await (await import('../gallery.ts')).gallery(io, manifests, options)),
    );
}
