/** Hidden commands: the steps of the GitHub action. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import type { Done } from './shared-options.ts';

export function addAction(program: Command, io: Io, done: Done): void {
  program
    .command('action', { hidden: true })
    .action(async () => done(await (await import('../github/action.ts')).action(io)));
  program
    .command('action-post', { hidden: true })
    .action(async () => done(await (await import('../github/action.ts')).actionPost(io)));
}
