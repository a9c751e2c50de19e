/**
 * The commands with their options. Nothing but commander is loaded here: each command brings its
 * own rooms when it is called, so that `rushes --help` costs nothing.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { exitCodesTerminal } from '../report/text/exit-codes.ts';
import { sealed, terminalLines } from '../report/text/escape.ts';
import { fitScreen } from '../report/text/screen-lines.ts';
import { withoutKnownSecrets } from '../secrets/find-secrets.ts';
import { EXIT, type Io, type Output, UsageError } from './shared/io.ts';

const MANIFESTS = 'manifests to read (default: every manifests/*.yaml)';
const RENDERS =
  'ids of renders, globs such as "crab/*", and manifests to read (default: every manifests/*.yaml)';
const RECORD =
  'keep the spend record on this git remote too (origin): for machines that vanish, as in CI';

/** Runs one command line. Resolves with the exit code; rejects only on a bug. */
export async function runProgram(argv: readonly string[], given: Io): Promise<number> {
  const io = guarded(given);
  let exit: number = EXIT.done;
  const done = (code: number): void => void (exit = code);
  const program = buildProgram(io, done);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof UsageError) {
      const hint = error.hint === undefined ? '' : `  ${error.hint}\n`;
      io.stderr.write(plainWords(`rushes: ${error.message}\n${hint}`));
      return EXIT.usage;
    }
    throw error;
  }
}

/** A usage error repeats what was typed, and a workflow may have typed what a stranger wrote. */
const plainWords = (text: string): string => sealed(terminalLines(text));

/**
 * The last net under all that is printed: no key of this environment, no C1 control (a terminal
 * obeys some), no command of the runner's older form.
 */
function guarded(io: Io): Io {
  const withoutKeys = withoutKnownSecrets(io.env);
  const over = (output: Output): Output => {
    const clean = (text: string): string => withoutControls(withoutKeys(text));
    return {
      ...output,
      write: (text) => output.write(fitted(output, clean(text))),
      writeData: (text) => output.write(clean(text)),
      // A terminal changes its size.
      get columns() {
        return output.columns;
      },
      get rows() {
        return output.rows;
      },
    };
  };
  return { ...io, stdout: over(io.stdout), stderr: over(io.stderr) };
}

const fitted = ({ isTTY, columns }: Output, text: string): string =>
  isTTY ? fitScreen(text, columns) : text;

const withoutControls = (text: string): string =>
  text
    .replace(/[\u0080-\u009F]/g, (unit) => `<U+00${unit.charCodeAt(0).toString(16).toUpperCase()}>`)
    .replaceAll('##[', '##\\[');

const collectValues = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function nonNegative(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('must be a number ≥ 0');
  return number;
}

const filters = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--only <glob>',
        'only renders whose id fits: "crab/*" is every take of scene crab, "crab/kling" take 1, "crab/kling/*" every take, "film:crab" scene crab of film.yaml',
      ).argParser(collectValues),
    )
    .addOption(new Option('--model <alias>', 'only renders of this alias').argParser(collectValues))
    .addOption(new Option('--tag <tag>', 'only scenes with this tag').argParser(collectValues));
const vars = (command: Command): Command =>
  command.addOption(
    new Option('--var <name=value>', 'sets a declared var of the manifest').argParser(
      collectValues,
    ),
  );
const draft = (command: Command): Command =>
  command.option(
    '--draft',
    'against the embedded gateway: free placeholder clips, no key, a lock of its own',
  );
const json = (command: Command, what: string): Command => command.option('--json', what);
/** Where each shell reads the script. */
const COMPLETION_AT_START = `
Each shell reads it at its start:

~/.bashrc
  source <(rushes completion bash)
~/.zshrc, after compinit
  source <(rushes completion zsh)
~/.config/fish/config.fish
  rushes completion fish | source
$PROFILE of PowerShell
  rushes completion powershell | Out-String | Invoke-Expression
`;

const NOTIFY =
  'run this when the run ends, with its summary as JSON on standard input (default: RUSHES_NOTIFY)';
const STRICT = 'treat warnings as errors: exit 65';
const who = (command: Command): Command =>
  command.option('--by <name>', 'who makes this decision; recorded in the lock');

/** Every command with its options; `done` gets the exit code of the one that runs. */
export function buildProgram(io: Io, done: (exit: number) => void): Command {
  /** With the spend record on a git remote too, where the command line names one. */
  const withRecord = (remote: string | undefined): Io =>
    remote === undefined ? io : { ...io, remoteRecord: { ...io.remoteRecord, remote } };

  const program = new Command('rushes')
    .description(
      'Renders AI video from YAML manifests in git: a plan with a price, clips that are never paid for twice, a lock file.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      // Commander breaks no line below 40 columns of text: `COLUMNS=40 rushes --help | less`.
      writeOut: (text) => io.stdout.write(fitScreen(text, io.stdout.columns)),
      writeErr: (text) => io.stderr.write(plainWords(text)),
      getOutHelpWidth: () => Math.min(100, io.stdout.columns),
      getErrHelpWidth: () => Math.min(100, io.stderr.columns),
    })
    .showHelpAfterError('(rushes --help lists the commands and their options)')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      'after',
      () =>
        `\nStart with rushes init, see the price with rushes plan, try it at no cost with rushes render --draft.\n\nExit codes:\n${exitCodesTerminal(io.stdout.columns)}`,
    );

  vars(
    json(
      program
        .command('validate')
        .description('all errors of the manifests at once; no key, no network')
        .argument('[manifest...]', MANIFESTS),
      'one JSON document on stdout',
    ),
  )
    .option('--strict', STRICT)
    .option('--list-vars', 'list the vars that a manifest declares, and stop')
    .action(async (manifests: string[], options) =>
      done(await (await import('./validate.ts')).validate(io, manifests, options)),
    );

  draft(
    vars(
      filters(
        json(
          program
            .command('plan')
            .description('what a render would do, why, and for how much; sends nothing')
            .argument('[manifest...]', MANIFESTS),
          'one JSON document on stdout',
        ),
      ),
    ),
  )
    .option('--out <file>', 'save the plan; `render --plan <file>` does exactly that, or refuses')
    .option(
      '--detailed-exitcode',
      'exit 2 when there is something to submit, wait for, attach, fetch or move',
    )
    .option(
      '--base <git ref>',
      'compare with the manifests and locks of that commit; Markdown unless stdout is a terminal',
    )
    .option('--markdown', 'Markdown for pull requests; empty when nothing changes')
    .option(
      '--print-request <render-id>',
      'the exact body that would be sent for one render, as JSON',
    )
    .option('--budget <usd>', 'the most that the run may spend, in US dollars', nonNegative)
    .option('--retry-failed', 'plan failed renders again')
    .option(
      '--resubmit-missing',
      'plan a new payment for clips that never landed or are damaged; one that was here must be named with --only',
    )
    .option('--restore', 'plan to download clips of other machines, while their links are valid')
    .option('--strict', STRICT)
    .option('--record <remote>', RECORD)
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('./plan.ts')).plan(withRecord(record), manifests, options)),
    );

  draft(
    vars(
      filters(
        json(
          program
            .command('render')
            .description('plan, then do it: submit, follow, download, check, record')
            .argument('[manifest...]', MANIFESTS),
          'one JSON event a line on stdout',
        ),
      ),
    ),
  )
    .option('--plan <file>', 'do exactly what this saved plan says, or refuse and say what moved')
    .option('--yes', 'on a terminal: submit without asking to confirm the price')
    .option('--frozen', 'submit nothing: exit 3 if the lock does not satisfy the manifests')
    .option(
      '--detach',
      'ask each pending task once, download what is done, fill the free slots, exit',
    )
    .option(
      '--max-wall <duration>',
      'when this process will be stopped, such as 40m: submits end in time',
    )
    .option('--budget <usd>', 'the most that this run may spend, in US dollars', nonNegative)
    .option(
      '--check-balance',
      'ask the gateways for the balance first, and refuse if it is too low',
    )
    .option('--retry-failed', 'submit failed renders again')
    .option(
      '--resubmit-missing',
      'pay again for clips that never landed or are damaged; one that was here must be named with --only',
    )
    .option('--restore', 'download clips of other machines, while their links are valid')
    .option('--strict', `${STRICT}; a clip that is not as asked: exit 1`)
    .option('--shard <i/n>', 'only the i-th of n balanced parts: one for each job of a matrix')
    .option(
      '--chain <mode>',
      'with --record: open lets later runs go on with what this one submits, under its cap; follow submits only that',
    )
    .option('--faults <file>', 'with --draft: simulate failures from a fault script (YAML or JSON)')
    .option('--notify-command <command>', NOTIFY)
    .option('--record <remote>', RECORD)
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('./render.ts')).render(withRecord(record), manifests, options)),
    );

  draft(
    filters(
      json(
        program
          .command('collect')
          .description('follow and fetch pending tasks; submits nothing; works from the lock alone')
          .argument('[manifest...]', MANIFESTS),
        'one JSON event a line on stdout',
      ),
    ),
  )
    .option('--max-wall <duration>', 'when this process will be stopped, such as 40m')
    .option('--detach', 'ask each pending task once, download what is done, exit')
    .option('--notify-command <command>', NOTIFY)
    .option('--record <remote>', RECORD)
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('./collect.ts')).collect(withRecord(record), manifests, options)),
    );

  draft(
    filters(
      json(
        program
          .command('status')
          .description('what the lock and the disk say; from the lock alone')
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
      done(await (await import('./status.ts')).status(io, manifests, options)),
    );

  draft(
    filters(
      json(
        program
          .command('verify')
          .description('re-hash the clips against the lock')
          .argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--complete', 'clips of other machines count as missing')
    .option('--store', 'clips that are not here must be in the store')
    .action(async (manifests: string[], options) =>
      done(await (await import('./verify.ts')).verify(io, manifests, options)),
    );

  filters(
    vars(
      json(
        program
          .command('upload')
          .description('upload the pictures of renders now, without submitting anything; free')
          .argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--check', 'only say which pictures have a link; nothing is sent')
    .action(async (manifests: string[], options) =>
      done(await (await import('./upload.ts')).upload(io, manifests, options)),
    );

  draft(
    vars(
      program
        .command('explain')
        .description(
          'every input of a render or a scene and where it came from; or what a diagnostic code, a rule (R9) or a word of the manifest language (takes) means',
        )
        .argument('<subject>', 'a render, a scene, a diagnostic code, a rule or a word')
        .argument('[manifest...]', MANIFESTS),
    ),
  ).action(async (subject: string, manifests: string[], options) =>
    done(await (await import('./explain.ts')).explain(io, subject, manifests, options)),
  );

  draft(
    filters(
      json(
        program
          .command('recover')
          .description('renders whose payment is unclear: what is known, and a decision for each')
          .argument('[render...]', RENDERS),
        'one JSON document on stdout',
      ),
    ),
  )
    .option('--adopt <task>', 'this task is the one that was paid for')
    .option('--never-happened', 'nothing was accepted: the reservation is released')
    .option('--pay-again', 'submit again at the next render, whatever happened to the first')
    .option(
      '--give-up',
      'stop asking for a lost task, or for a pending one that the gateway has no record of',
    )
    .option(
      '--from <log>',
      'adopt every "accepted" line of a saved log that is missing in the lock',
    )
    .option('--unchecked', 'with --adopt or --from: without asking the gateway for the task')
    .option('--by <name>', 'who makes this decision; recorded in the lock')
    .action(async (words: string[], options) =>
      done(await (await import('./decisions/recover.ts')).recover(io, words, options)),
    );

  who(
    vars(
      program
        .command('import')
        .description('adopt a task that was made elsewhere')
        .argument('<render-id>', 'the render that the task belongs to')
        .argument('<task>', 'id of the task at the gateway')
        .argument('[manifest...]', MANIFESTS)
        .option('--unchecked', 'without asking the gateway for the task'),
    ),
  ).action(async (id: string, task: string, manifests: string[], options) =>
    done(
      await (await import('./decisions/import.ts')).importTask(io, id, task, manifests, options),
    ),
  );

  const decisions = [
    ['redo', 'make renders again although nothing changed', true],
    ['accept', 'keep the clips for the changed inputs, or although they are not as asked', true],
    ['pin', 'never regenerate these renders', true],
    ['unpin', 'remove pins', false],
    ['pick', 'use this clip for its scene, in place of an earlier pick', false],
    ['reject', 'do not use these clips; they are not rendered again', false],
    ['unpick', 'take picks and rejections back', false],
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
        .option('--in <seconds>', 'where the part that is used begins', nonNegative)
        .option('--out <seconds>', 'where it ends (default: the end of the clip)', nonNegative)
        .option('--also', "beside the scene's other picks, not in their place");
    if (name === 'pick' || name === 'reject')
      command.option('--note <text>', 'what to remember of it; recorded in the lock');
    if (name === 'accept')
      command.option('--all-changed', 'every changed render of the selection; lists them first');
    command.action(async (words: string[], options) =>
      done(await (await import('./decisions/decide.ts')).decide(io, name, words, options)),
    );
  }

  draft(
    program
      .command('frame')
      .description('one frame of a clip as a picture file; sends nothing')
      .argument('<render-id>', 'a render, such as crab/kling')
      .argument('<frame>', 'first, last, or a time in seconds of the clip')
      .argument('[manifest...]', MANIFESTS)
      .option('-o, --out <file>', 'where to write it (default: named after the render)'),
  ).action(async (id: string, which: string, manifests: string[], options) =>
    done(await (await import('./frame.ts')).frame(io, id, which, manifests, options)),
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
          ? await (await import('./decisions/prune-clips.ts')).pruneClips(io, manifests, options)
          : await (await import('./decisions/prune.ts')).prune(io, manifests, options),
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
      done(await (await import('./gallery.ts')).gallery(io, manifests, options)),
    );

  json(
    program
      .command('models')
      .description(
        'the catalogue: durations, prices, lifecycle; one model: its rules and an example; check: what has moved at the gateways',
      )
      .argument('[model]', 'gateway/name, or: new, check')
      .argument(
        '[id]',
        'after new: gateway/name of a model card of your own; after check: only this model',
      )
      .option('--offers <words>', 'only models that offer these: duration:15,audio')
      .option('--takes <what>', 'cast: what each model makes of a cast member'),
    'one JSON document on stdout',
  ).action(async (model: string | undefined, id: string | undefined, options) =>
    done(
      model === 'new'
        ? await (await import('./models/new-card.ts')).newModelCard(io, id)
        : model === 'check'
          ? await (await import('./models/check.ts')).modelsCheck(io, id, options)
          : await (await import('./models/models.ts')).models(io, model, options),
    ),
  );

  program
    .command('schema')
    .description(
      'a JSON Schema: manifest, card, lock, plan, events, validate, status, store, faults',
    )
    .argument('[name]', 'one of them; without it the names are listed')
    .option('--write <folder>', 'write every schema there')
    .option(
      '--docs <folder>',
      'write the reference pages there: manifest, models, commands, diagnostics',
    )
    .action(async (name: string | undefined, options) =>
      done(await (await import('./setup/schema.ts')).schema(io, name, options, program)),
    );

  program
    .command('init')
    .description('a starter manifest; --github: workflows; --git: the merge driver for locks')
    .option('--github', 'workflows for GitHub Actions')
    .option('--git', 'install the merge driver for lock files in this clone, and .gitattributes')
    .option('--force', 'overwrite files that are there')
    .action(async (options) => done(await (await import('./setup/init.ts')).init(io, options)));

  program
    .command('doctor')
    .description(
      'what is missing on this machine; asks each gateway with a key for its balance, changes nothing',
    )
    .action(async () => done(await (await import('./setup/doctor.ts')).doctor(io)));

  program
    .command('completion')
    .description(
      'a script that completes commands, options, manifests, ids, aliases, tags and models',
    )
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', COMPLETION_AT_START)
    .action(async (shell: string) =>
      done((await import('./setup/completion.ts')).completionScript(io, shell)),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) =>
      done(await (await import('./setup/completion.ts')).complete(io, words, program)),
    );

  program
    .command('gateway')
    .description(
      'the embedded local gateway on its own: both protocols, free slates, fault scripts',
    )
    .option('--port <port>', 'on 127.0.0.1 (default: any free one)', nonNegative, 0)
    .option('--faults <file>', 'a fault script (YAML or JSON)')
    .option('--task-seconds <seconds>', 'how long a task takes', nonNegative)
    .option('--seed <number>', 'for the chances of a fault script', nonNegative)
    .option(
      '--callbacks-to <url>',
      'send the news that notify asks for here, such as http://127.0.0.1:9000 (default: nowhere)',
    )
    .action(async (options) => done(await (await import('./gateway.ts')).gateway(io, options)));

  const lock = program.command('lock').description('work on lock files');
  lock
    .command('merge')
    .description(
      'merge two locks, or one with conflict markers; also the git merge driver (%O %A %B %P)',
    )
    .argument('<file...>', 'one file with conflict markers, or: base ours theirs')
    .option('--out <file>', 'where to write (default: the one file, or ours)')
    .action(async (files: string[], options) =>
      done(await (await import('./lock/merge.ts')).lockMerge(io, files, options)),
    );

  const synced = (command: Command): Command =>
    command
      .argument('[manifest...]', MANIFESTS)
      .option('--remote <name>', 'the git remote', 'origin')
      .option(
        '--branch <name>',
        'the branch that holds the locks (default: the one of the checkout, on GitHub the one of the run)',
      )
      .option('--record <remote>', RECORD);
  synced(
    lock.command('pull').description("take the results of the branch's tip into the locks here"),
  )
    .addOption(
      new Option(
        '--from <folder>',
        'folders that hold locks at the same paths (artifacts of shards), instead of the branch',
      ).argParser(collectValues),
    )
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('./lock/sync.ts')).lockPull(withRecord(record), manifests, options)),
    );
  synced(
    lock
      .command('push')
      .description(
        'put the results of the locks here onto the branch: fetch, merge, push, until it is accepted',
      ),
  )
    .option('--message <text>', 'first line of the commit')
    .action(async (manifests: string[], { record, ...options }) =>
      done(await (await import('./lock/sync.ts')).lockPush(withRecord(record), manifests, options)),
    );

  program
    .command('record')
    .description('the spend record of this clone')
    .command('list')
    .description('every attempt that this clone knows of, on any branch, of any manifest')
    .argument('[manifest...]', MANIFESTS)
    .option('--json', 'one JSON document')
    .action(async (manifests: string[], options) =>
      done(await (await import('./record/list.ts')).recordList(io, manifests, options)),
    );

  const store = program
    .command('store')
    .description('clips in the folder or bucket that RUSHES_STORE names');
  const overLocks = (name: string, description: string): Command =>
    filters(
      json(
        store.command(name).description(description).argument('[manifest...]', MANIFESTS),
        'one JSON document on stdout',
      ),
    );
  overLocks('push', 'put the clips of the locks that are here into the store').action(
    async (manifests: string[], options) =>
      done(await (await import('./store/push.ts')).storePush(io, manifests, options)),
  );
  overLocks('pull', 'fetch the clips of the locks that are not here').action(
    async (manifests: string[], options) =>
      done(await (await import('./store/pull.ts')).storePull(io, manifests, options)),
  );
  overLocks('verify', 'what the locks name and the store lacks, or has wrong')
    .option('--deep', 'read every object and hash it')
    .action(async (manifests: string[], options) =>
      done(await (await import('./store/verify.ts')).storeVerify(io, manifests, options)),
    );

  program
    .command('action', { hidden: true })
    .action(async () => done(await (await import('./github/action.ts')).action(io)));
  program
    .command('action-post', { hidden: true })
    .action(async () => done(await (await import('./github/action.ts')).actionPost(io)));

  return program;
}
