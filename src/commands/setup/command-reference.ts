/** `docs/commands.md`: every command with its arguments and options, as commander knows them. */
import type { Command } from 'commander';
import { EXIT_CODES } from '../../plan/exit.ts';
import { markdownTable } from '../../report/text/markdown-page.ts';

/** Same program, same text. Hidden commands and options are left out. */
export function commandsMarkdown(program: Command): string {
  const commands = leaves(program, []);
  const lines = [
    '# The command line',
    '',
    'Generated from `src/commands/command-groups/`: `npm run schemas` writes this page. `rushes <command> --help` prints the same.',
    '',
    commands.map(({ name }) => `[${name}](#${anchor(name)})`).join(' · '),
    '',
    ...commands.flatMap(commandLines),
    '## Exit codes',
    '',
    ...markdownTable(
      ['exit', 'the state at the end, for the renders in scope'],
      EXIT_CODES.map(({ code, means }) => [String(code), means]),
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

interface Named {
  readonly name: string;
  readonly command: Command;
}

/** Commands that do something: `lock` alone does not, `lock merge` does. */
function leaves(command: Command, above: readonly string[]): readonly Named[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => {
      const path = [...above, child.name()];
      return child.commands.length > 0
        ? leaves(child, path)
        : [{ name: path.join(' '), command: child }];
    });
}

const anchor = (name: string): string => name.replaceAll(' ', '-');

function commandLines({ name, command }: Named): readonly string[] {
  const help = command.createHelp();
  const args = help.visibleArguments(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  return [
    `## ${name}`,
    '',
    `${capital(command.description())}.`,
    '',
    '```sh',
    `rushes ${name}${options.length > 0 ? ' [options]' : ''}${args.map((arg) => ` ${usage(arg)}`).join('')}`,
    '```',
    '',
    ...(args.some((arg) => arg.description !== '') || options.length > 0
      ? markdownTable(
          ['argument or option', 'meaning'],
          [
            ...args
              .filter((arg) => arg.description !== '')
              .map((arg) => [`\`${usage(arg)}\``, help.argumentDescription(arg)]),
            ...options.map((option) => [
              `\`${help.optionTerm(option)}\``,
              help.optionDescription(option),
            ]),
          ],
        )
      : []),
    '',
  ];
}

interface ArgumentTerm {
  readonly required: boolean;
  readonly variadic: boolean;
  name(): string;
}

const usage = (arg: ArgumentTerm): string => {
  const name = `${arg.name()}${arg.variadic ? '...' : ''}`;
  return arg.required ? `<${name}>` : `[${name}]`;
};

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
