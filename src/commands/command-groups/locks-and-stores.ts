/** Commands: lock, record and store. */
import { type Command, Option } from 'commander';
import type { Io } from '../shared/io.ts';
import {
  type Done,
  collectValues,
  filters,
  json,
  MANIFESTS,
  RECORD,
  withRecord,
} from './shared-options.ts';

export function addLocksAndStores(program: Command, io: Io, done: Done): void {
  const lock = program.command('lock').description('merge, pull and push lock files');
  lock
    .command('merge')
    .description(
      'merge two locks, or one with conflict markers; also the git merge driver (%O %A %B %P)',
    )
    .argument('<file...>', 'one file with conflict markers, or: base ours theirs')
    .option('--out <file>', 'where to write (default: the one file, or ours)')
    .action(async (files: string[], options) =>
      done(await (await import('../lock/merge.ts')).lockMerge(io, files, options)),
    );

  const synced = (command: Command): Command =>
    command
      .argument('[manifest...]', MANIFESTS)
      .option('--remote <name>', 'the git remote', 'origin')
      .option(
        '--branch <name>',
        'the branch of the locks (default: the branch of the checkout, on GitHub the branch of the run)',
      )
      .option('--record <remote>', RECORD);
  synced(
    lock.command('pull').description("merge the results of the branch's tip into the locks here"),
  )
    .addOption(
      new Option(
        '--from <folder>',
        'folders with locks at the same paths (artifacts of shards), instead of the branch',
      ).argParser(collectValues),
    )
    .action(async (manifests: string[], { record, ...options }) =>
      done(
        await (
          await import('../lock/sync.ts')
        ).lockPull(withRecord(io, record), manifests, options),
      ),
    );
  synced(
    lock
      .command('push')
      .description(
        'push the results of the locks here to the branch: fetch, merge, push, until it is accepted',
      ),
  )
    .option('--message <text>', 'first line of the commit')
    .action(async (manifests: string[], { record, ...options }) =>
      done(
        await (
          await import('../lock/sync.ts')
        ).lockPush(withRecord(io, record), manifests, options),
      ),
    );

  program
    .command('record')
    .description('show the spend record of this clone')
    .command('list')
    .description('list every attempt that this clone knows, on any branch, for any manifest')
    .argument('[manifest...]', MANIFESTS)
    .option('--json', 'one JSON document')
    .action(async (manifests: string[], options) =>
      done(await (await import('../record/list.ts')).recordList(io, manifests, options)),
    );

  const store = program
    .command('store')
    .description('push, pull and verify clips in the folder or bucket that RUSHES_STORE names');
  const overLocks = (name: string, description: string): Command =>
    filters(
      json(
        store.command(name).description(description).argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    );
  overLocks('push', 'upload clips of the locks that are here').action(
    async (manifests: string[], options) =>
      done(await (await import('../store/push.ts')).storePush(io, manifests, options)),
  );
  overLocks('pull', 'download clips of the locks that are not here').action(
    async (manifests: string[], options) =>
      done(await (await import('../store/pull.ts')).storePull(io, manifests, options)),
  );
  overLocks('verify', 'find clips of the locks that are missing or damaged in the store')
    .option('--deep', 'read every object and hash it')
    .action(async (manifests: string[], options) =>
      done(await (await import('../store/verify.ts')).storeVerify(io, manifests, options)),
    );
}
