/** Commands that decide: recover, import, redo, accept, pin, pick, reject and their opposites. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import {
  type Done,
  draft,
  filters,
  json,
  MANIFESTS,
  nonNegative,
  RENDERS,
  vars,
  who,
} from './shared-options.ts';

export function addDecisions(program: Command, io: Io, done: Done): void {
  draft(
    filters(
      json(
        program
          .command('recover')
          .description('list renders whose payment is unclear, or decide about them')
          .argument('[render...]', RENDERS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--adopt <task>', 'this task is the one that was paid for')
    .option('--never-happened', 'nothing was accepted: the reservation is released')
    .option('--pay-again', 'submit again at the next render, whatever happened to the first submit')
    .option(
      '--give-up',
      'stop asking for a lost task, or for a pending one that the gateway has no record of',
    )
    .option(
      '--from <log>',
      'adopt every "accepted" line of a saved log that is missing in the lock',
    )
    .option('--unchecked', 'with --adopt or --from: do not ask the gateway for the task')
    .option('--by <name>', 'who makes this decision; recorded in the lock')
    .action(async (words: string[], options) =>
      done(await (await import('../decisions/recover.ts')).recover(io, words, options)),
    );

  who(
    vars(
      program
        .command('import')
        .description('adopt a task that was made elsewhere')
        .argument('<render-id>', 'the render that the task belongs to')
        .argument('<task>', 'id of the task at the gateway')
        .argument('[manifest...]', MANIFESTS)
        .option('--unchecked', 'do not ask the gateway for the task'),
    ),
  ).action(async (id: string, task: string, manifests: string[], options) =>
    done(
      await (await import('../decisions/import.ts')).importTask(io, id, task, manifests, options),
    ),
  );

  const decisions = [
    ['redo', 'render again although nothing changed', true],
    ['accept', 'keep clips although their inputs changed, or although they are not as asked', true],
    ['pin', 'never regenerate these renders', true],
    ['unpin', 'remove pins', false],
    ['pick', 'use this clip for its scene, instead of an earlier pick', false],
    ['reject', 'do not use these clips; they are not rendered again', false],
    ['unpick', 'remove picks and rejections', false],
  ] as const;
  for (const [name, description, undo] of decisions) {
    const command = who(
      vars(
        filters(program.command(name).description(description).argument('[render...]', RENDERS)),
      ),
    );
    if (undo) command.option('--undo', 'take the decision back');
    if (name === 'pick')
      command
        .option(
          '--in <seconds>',
          'start of the part to use (default: the start of the clip)',
          nonNegative,
        )
        .option(
          '--out <seconds>',
          'end of the part to use (default: the end of the clip)',
          nonNegative,
        )
        .option('--also', "in addition to the scene's other picks");
    if (name === 'pick' || name === 'reject')
      command.option('--note <text>', 'a remark; recorded in the lock');
    if (name === 'accept')
      command.option('--all-changed', 'every changed render of the selection; lists them first');
    command.action(async (words: string[], options) =>
      done(await (await import('../decisions/decide.ts')).decide(io, name, words, options)),
    );
  }
}
