/** Commands: validate, plan, render and collect. */
import type { Command } from 'commander';
import type { Io } from '../shared/io.ts';
import {
  type Done,
  draft,
  filters,
  json,
  MANIFESTS,
  nonNegative,
  NOTIFY,
  RECORD,
  STRICT,
  vars,
  withRecord,
} from './shared-options.ts';

export function addPlanAndRender(program: Command, io: Io, done: Done): void {
  vars(
    json(
      program
        .command('validate')
        .description('check the manifests and list all errors at once; no key, no network')
        .argument('[manifest...]', MANIFESTS),
      'one JSON document on stdout',
    ),
  )
    .option('--strict', STRICT)
    .option('--list-vars', 'only list the vars that a manifest declares')
    .action(async (manifests: string[], options) =>
      done(await (await import('../validate.ts')).validate(io, manifests, options)),
    );

  draft(
    vars(
      filters(
        json(
          program
            .command('plan')
            .description('show what a render would do, why, and for how much; sends nothing')
            .argument('[manifest...]', MANIFESTS),
          'one JSON document on stdout',
        ),
      ),
    ),
  )
    .option('--out <file>', 'save the plan; `render --plan <file>` does exactly that, or refuses')
    .option(
      '--detailed-exitcode',
      'exit 2 if there is something to submit, wait for, attach, fetch or move',
    )
    .option(
      '--base <git ref>',
      'compare with the manifests and locks of that commit; Markdown unless stdout is a terminal',
    )
    .option('--markdown', 'Markdown for pull requests; empty when nothing changes')
    .option(
      '--print-request <render-id>',
      'print the exact body that would be sent for one render, as JSON',
    )
    .option('--budget <usd>', 'the most that the run may spend, in US dollars', nonNegative)
    .option('--retry-failed', 'plan failed renders again')
    .option(
      '--resubmit-missing',
      'plan a new payment for clips that never landed or are damaged; a clip that was here must be named with --only',
    )
    .option('--restore', 'plan to download clips of other machines, while their links are valid')
    .option('--strict', STRICT)
    .option('--record <remote>', RECORD)
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('../plan.ts')).plan(withRecord(io, record), manifests, options)),
    );

  draft(
    vars(
      filters(
        json(
          program
            .command('render')
            .description('plan, then submit, follow, download, check and record')
            .argument('[manifest...]', MANIFESTS),
          'one JSON event per line on stdout',
        ),
      ),
    ),
  )
    .option('--plan <file>', 'do exactly what this saved plan says, or refuse and say what changed')
    .option('--yes', 'on a terminal: submit without asking to confirm the price')
    .option('--frozen', 'submit nothing: exit 3 if the lock does not satisfy the manifests')
    .option(
      '--detach',
      'ask each pending task once, download what is done, fill the free slots, exit',
    )
    .option(
      '--max-wall <duration>',
      'time after which this process will be stopped, such as 40m; submits end in time',
    )
    .option('--budget <usd>', 'the most that this run may spend, in US dollars', nonNegative)
    .option(
      '--check-balance',
      'ask the gateways for the balance first, and refuse if it is too low',
    )
    .option('--retry-failed', 'submit failed renders again')
    .option(
      '--resubmit-missing',
      'pay again for clips that never landed or are damaged; a clip that was here must be named with --only',
    )
    .option('--restore', 'download clips of other machines, while their links are valid')
    .option('--strict', `${STRICT}; a clip that is not as asked: exit 1`)
    .option('--shard <i/n>', 'only the i-th of n balanced parts, one for each job of a matrix')
    .option(
      '--chain <mode>',
      'with --record: open lets later runs continue this one under its cap; follow continues such a run and submits nothing else',
    )
    .option('--faults <file>', 'with --draft: simulate failures from a fault script (YAML or JSON)')
    .option('--notify-command <command>', NOTIFY)
    .option('--record <remote>', RECORD)
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('../render.ts')).render(withRecord(io, record), manifests, options)),
    );

  draft(
    filters(
      json(
        program
          .command('collect')
          .description(
            'follow pending tasks and fetch their clips; submits nothing; works from the lock alone',
          )
          .argument('[manifest...]', MANIFESTS),
        'one JSON event per line on stdout',
      ),
    ),
  )
    .option('--max-wall <duration>', 'time after which this process will be stopped, such as 40m')
    .option('--detach', 'ask each pending task once, download what is done, exit')
    .option('--notify-command <command>', NOTIFY)
    .option('--record <remote>', RECORD)
    .action(async (manifests: string[], { record, ...options }) =>
      done(
        await (await import('../collect.ts')).collect(withRecord(io, record), manifests, options),
      ),
    );
}
