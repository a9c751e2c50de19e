/**
 * `rushes completion <shell>` prints a script for the shell; the script calls `rushes complete --
 * <words>` on each press of the tab key, which lists what may follow. Reads manifests and locks,
 * and changes nothing.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command as TabCommand, RootCommand } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { catalogue } from '../../models/catalogue.ts';
import { idsOfScene } from '../../plan/resolve/render-ids.ts';
import { manifestsOfLocks } from '../../workflow/load/manifests-of-locks.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { STATES } from '../../report/lock/status-json.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { BASH_COMPLETION } from './bash-completion.ts';
import { findManifests } from '../shared/load-projects.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Prints the script that a shell reads at its start. */
export function completionScript(io: Io, shell: string): number {
  if (!SHELLS.some((name) => name === shell))
    throw new UsageError(
      `${JSON.stringify(shell)} is not a shell that can complete`,
      `There are: ${SHELLS.join(', ')}.`,
    );
  io.stdout.write(
    shell === 'bash'
      ? BASH_COMPLETION
      : printed(() => new RootCommand().setup('rushes', 'rushes', shell)),
  );
  return EXIT.done;
}

/** One line for each word that may follow. */
export async function complete(
  io: Io,
  words: readonly string[],
  program: Command,
): Promise<number> {
  const known = await knownWords(io);
  const root = new RootCommand();
  describe(root, program, known);
  for (const { command, name } of commandsOf(program, ''))
    describe(root.command(name, command.description()), command, known);
  io.stdout.write(withFiles(printed(() => root.parse([...words]))));
  return EXIT.done;
}

/**
 * If no words are known, the shell completes file names: the last line `:0` asks for that, `:4`
 * forbids it. A word without a description loses the tab that the library writes after it.
 */
function withFiles(lines: string): string {
  const known = lines.replaceAll(/\t$/gm, '');
  return known === ':4\n' ? ':0\n' : known;
}

/** The library writes to the console; our commands write to the given output. */
function printed(work: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: unknown): void => void lines.push(`${String(line)}\n`);
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines.join('');
}

function commandsOf(
  parent: Command,
  before: string,
): readonly { readonly command: Command; readonly name: string }[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const name = before === '' ? command.name() : `${before} ${command.name()}`;
      return [{ command, name }, ...commandsOf(command, name)];
    });
}

function describe(to: TabCommand, command: Command, known: Known): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2);
    if (name === undefined) continue;
    const takesValue = option.required || option.optional;
    const short = option.short?.slice(1);
    if (!takesValue) to.option(name, option.description, short);
    else
      to.option(
        name,
        option.description,
        (say) => {
          for (const value of valuesOf(option, known)) say(value, '');
        },
        short,
      );
  }
  for (const argument of command.registeredArguments) {
    const values = known.arguments.get(argument.name()) ?? [];
    to.argument(
      argument.name(),
      (say) => {
        for (const value of values) say(value, '');
      },
      argument.variadic,
    );
  }
}

function valuesOf({ long }: Option, known: Known): readonly string[] {
  switch (long) {
    case '--only':
    case '--print-request':
      return known.renders;
    case '--model':
      return known.aliases;
    case '--tag':
      return known.tags;
    case '--state':
      return STATES;
    case undefined:
    default:
      return [];
  }
}

interface Known {
  readonly renders: readonly string[];
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  /** By the name of a command's argument. */
  readonly arguments: ReadonlyMap<string, readonly string[]>;
}

/** Words of the manifests in `manifests/` and of their locks; nothing if there are no manifests. */
async function knownWords(io: Io): Promise<Known> {
  const manifests = await findManifests(io, []).catch(() => []);
  const files = await manifestsOfLocks(io, manifests, {}).catch(() => []);
  const scenes = files.flatMap(({ project }) => project?.scenes ?? []);
  const renders = unique([
    ...files.flatMap(({ project }) =>
      project === undefined ? [] : project.scenes.flatMap((scene) => idsOfScene(scene, project)),
    ),
    ...files.flatMap(({ manifestPath }) => lockedIds(pathsOf(manifestPath).lock)),
  ]);
  return {
    renders,
    aliases: unique(
      files.flatMap(({ project }) => project?.aliases ?? []).map(({ alias }) => alias),
    ),
    tags: unique(scenes.flatMap(({ tags }) => tags)),
    arguments: new Map([
      ['manifest', manifests],
      ['render', [...renders, ...manifests]],
      ['render-id', renders],
      ['subject', [...unique(scenes.map(({ id }) => id)), ...renders]],
      ['model', [...catalogue.keys()]],
      ['shell', SHELLS],
    ]),
  };
}

/** Ids of a lock, whatever else is in it: completion never complains. */
function lockedIds(file: string): readonly string[] {
  try {
    const { renders } = JSON.parse(readFileSync(path.resolve(file), 'utf8')) as {
      renders?: object;
    };
    return Object.keys(renders ?? {});
  } catch {
    return [];
  }
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];
