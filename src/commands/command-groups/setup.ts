/** Commands: models, schema, init, doctor, completion and the gateway on its own. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import { type Done, json, nonNegative } from './shared-options.ts';

/** Where each shell reads the script. */
const COMPLETION_AT_START = `
Load it when your shell starts:

~/.bashrc
  source <(rushes completion bash)
~/.zshrc, after compinit
  source <(rushes completion zsh)
~/.config/fish/config.fish
  rushes completion fish | source
$PROFILE of PowerShell
  rushes completion powershell | Out-String | Invoke-Expression
`;

export function addSetup(program: Command, io: Io, done: Done): void {
  json(
    program
      .command('models')
      .description(
        'list the models with durations, prices and lifecycle; with a model: its rules and an example; check: report changes at the gateways',
      )
      .argument('[model]', 'gateway/name, or: new, check')
      .argument(
        '[id]',
        'after new: gateway/name of a model card of your own; after check: only this model',
      )
      .option('--offers <words>', 'only models that offer these: duration:15,audio')
      .option('--takes <what>', 'cast: how each model takes a cast member'),
    'one JSON document on stdout',
  ).action(async (model: string | undefined, id: string | undefined, options) =>
    done(
      model === 'new'
        ? await (await import('../models/new-card.ts')).newModelCard(io, id)
        : model === 'check'
          ? await (await import('../models/check.ts')).modelsCheck(io, id, options)
          : await (await import('../models/models.ts')).models(io, model, options),
    ),
  );

  program
    .command('schema')
    .description(
      'print a JSON Schema: manifest, card, lock, plan, events, validate, status, store, faults',
    )
    .argument('[name]', 'name of the schema; without it, the names are listed')
    .option('--write <folder>', 'write every schema there')
    .option(
      '--docs <folder>',
      'write the reference pages there: manifest, models, commands, diagnostics',
    )
    .action(async (name: string | undefined, options) =>
      done(await (await import('../setup/schema.ts')).schema(io, name, options, program)),
    );

  program
    .command('init')
    .description('write a starter manifest; --github: workflows; --git: the merge driver for locks')
    .option('--github', 'workflows for GitHub Actions')
    .option('--git', 'install the merge driver for lock files in this clone, and .gitattributes')
    .option('--force', 'overwrite existing files')
    .action(async (options) => done(await (await import('../setup/init.ts')).init(io, options)));

  program
    .command('doctor')
    .description(
      'check this machine, and ask each gateway with a key for its balance; changes nothing',
    )
    .action(async () => done(await (await import('../setup/doctor.ts')).doctor(io)));

  program
    .command('completion')
    .description(
      'print a script that completes commands, options, manifests, ids, aliases, tags and models',
    )
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', COMPLETION_AT_START)
    .action(async (shell: string) =>
      done((await import('../setup/completion.ts')).completionScript(io, shell)),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) =>
      done(await (await import('../setup/completion.ts')).complete(io, words, program)),
    );

  program
    .command('gateway')
    .description(
      'start the embedded local gateway alone: both protocols, free slates, fault scripts',
    )
    .option('--port <port>', 'on 127.0.0.1 (default: any free one)', nonNegative)
    .option('--faults <file>', 'a fault script (YAML or JSON)')
    .option('--task-seconds <seconds>', 'how long a task takes', nonNegative)
    .option('--seed <number>', 'seed for the probabilities of a fault script', nonNegative)
    .option(
      '--callbacks-to <url>',
      'send the callbacks of notify here, such as http://127.0.0.1:9000 (default: nowhere)',
    )
    .action(async (options) => done(await (await import('../gateway.ts')).gateway(io, options)));
}
