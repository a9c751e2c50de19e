/** Arguments and options that several commands have, with one text each. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Io, UsageError } from '../shared/io.ts';
import { nameAndValue } from '../shared/options.ts';

/** Gets the exit code of the command that runs. */
export type Done = (exit: number) => void;

/** With the spend record on a git remote too, where the command line names one. */
export const withRecord = (io: Io, remote: string | undefined): Io =>
  remote === undefined ? io : { ...io, remoteRecord: { ...io.remoteRecord, remote } };

export const MANIFESTS = 'manifests to read (default: every manifests/*.yaml)';
export const RENDERS =
  'ids of renders, globs such as "crab/*", and manifests to read (default: every manifests/*.yaml)';
export const RECORD =
  'also keep the spend record on this git remote (origin), for machines that can be lost, as in CI';

export const collectValues = (
  value: string,
  before: readonly string[] | undefined,
): readonly string[] => [...(before ?? []), value];

export function nonNegative(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('must be a number ≥ 0');
  return number;
}

export const filters = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--only <glob>',
        'only renders whose id matches: "crab/*" is every take of scene crab, "crab/kling" take 1, "crab/kling/*" every take, "film:crab" scene crab of film.yaml',
      ).argParser(collectValues),
    )
    .addOption(new Option('--model <alias>', 'only renders of this alias').argParser(collectValues))
    .addOption(new Option('--tag <tag>', 'only scenes with this tag').argParser(collectValues));
export const vars = (command: Command): Command =>
  command.addOption(
    new Option('--var <name=value>', 'set a declared var of the manifest').argParser(
      (value, before: readonly string[] | undefined) => {
        nameAndValue(value);
        return collectValues(value, before);
      },
    ),
  );
export const draft = (command: Command): Command =>
  command.option(
    '--draft',
    'use the embedded gateway: free placeholder clips, no key, a separate lock',
  );
export const json = (command: Command, what: string): Command => command.option('--json', what);
export const NOTIFY =
  'run this when the run ends, with its summary as JSON on standard input (default: RUSHES_NOTIFY)';
export const STRICT = 'treat warnings as errors: exit 65';
export const who = (command: Command): Command =>
  command.option('--by <name>', 'who makes this decision; recorded in the lock');

/** An empty one takes the place of what is set elsewhere, or is an empty text. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['note', 'notifyCommand']);
/** Git would take them for one of its options. */
const NAMES_FOR_GIT: ReadonlySet<string> = new Set(['record', 'remote', 'branch']);

/**
 * Throws a usage error for values that no option accepts. A shell variable that is not set gives an
 * empty value, which would mean the working folder, or everything.
 */
export function checkValues(command: Command): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const given: unknown = command.getOptionValue(name);
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (values.includes('') && !MAY_BE_EMPTY.has(name))
      throw new UsageError(
        `${option.long} has an empty value`,
        'A variable that is not set gives one: set it, or leave the option out.',
      );
    const flag = values.find((value) => typeof value === 'string' && value.startsWith('-'));
    if (flag !== undefined && NAMES_FOR_GIT.has(name))
      throw new UsageError(
        `${option.long} ${JSON.stringify(flag)} begins with "-": git would take it for an option`,
        name === 'branch' ? 'Name a branch.' : 'Name a remote of git, such as origin.',
      );
  }
}
