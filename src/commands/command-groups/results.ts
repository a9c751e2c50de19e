/** Commands that show what there is: status, verify, upload and explain. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import {
  type Done,
  collectValues,
  draft,
  filters,
  json,
  MANIFESTS,
  vars,
} from './shared-options.ts';

export function addResults(program: Command, io: Io, done: Done): void {
  draft(
    filters(
      json(
        program
          .command('status')
          .description('show the state of every render; works from the lock alone')
          .argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--cost', 'the money of all runs: charged, reserved, unclear, refunded, by model')
    .option('--csv', 'with --cost: a table by manifest, month, model and tags, for accounting')
    .option(
      '--state <state>',
      'only renders in this state, such as failed; may be repeated',
      collectValues,
    )
    .action(async (manifests: string[], options) =>
      done(await (await import('../status.ts')).status(io, manifests, options)),
    );

  draft(
    filters(
      json(
        program
          .command('verify')
          .description('re-hash the clips and compare them with the lock')
          .argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--complete', 'clips of other machines count as missing')
    .option('--store', 'clips that are not here must be in the store')
    .action(async (manifests: string[], options) =>
      done(await (await import('../verify.ts')).verify(io, manifests, options)),
    );

  filters(
    vars(
      json(
        program
          .command('upload')
          .description('upload the pictures of renders now; free, submits nothing')
          .argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--check', 'only say which pictures have a link; nothing is sent')
    .action(async (manifests: string[], options) =>
      done(await (await import('../upload.ts')).upload(io, manifests, options)),
    );

  draft(
    vars(
      program
        .command('explain')
        .description(
          'show every input of a render or a scene and where it comes from; or the meaning of a diagnostic code, a rule (R9) or a word of the manifest language (takes)',
        )
        .argument('<subject>', 'a render, a scene, a diagnostic code, a rule or a word')
        .argument('[manifest...]', MANIFESTS),
    ),
  ).action(async (subject: string, manifests: string[], options) =>
    done(await (await import('../explain.ts')).explain(io, subject, manifests, options)),
  );
}
