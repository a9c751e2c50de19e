/** Every option of every command with values that it cannot mean: exit 64, one clear message. */
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../../src/commands/program.ts';
import type { Io } from '../../../src/commands/shared/io.ts';
import { film, scenes } from '../manifest-text.ts';
import { flat, type World, world } from '../cli-project.ts';

const nothing: Io['stdout'] = { write: () => undefined, isTTY: false, columns: 80 };
const SILENT = { env: {}, cwd: '/', stdout: nothing, stderr: nothing } as unknown as Io;

/** What a command needs beside its options. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  import: ['s1/kling', 'task_1', 'film.yaml'],
  frame: ['s1/kling', 'last', 'film.yaml'],
  explain: ['s1/kling', 'film.yaml'],
  ...Object.fromEntries(
    ['redo', 'accept', 'pin', 'unpin', 'pick', 'reject', 'unpick'].map((name) => [
      name,
      ['s1/kling', 'film.yaml'],
    ]),
  ),
  models: [],
  'models check': [],
  'models new': ['apimart/new'],
  schema: [],
  init: ['new.yaml'],
  doctor: [],
  gateway: [],
  'lock merge': ['film.lock.json'],
};

interface Case {
  readonly command: string;
  readonly option: string;
  /** An empty value is one of its values. */
  readonly mayBeEmpty: boolean;
}

function* casesOf(command: Command, path: readonly string[] = []): Generator<Case> {
  for (const each of command.commands) {
    const name = [...path, each.name()];
    for (const { long, required } of each.options)
      if (required && long)
        yield {
          command: name.join(' '),
          option: long,
          mayBeEmpty: long === '--note' || long === '--notify-command',
        };
    yield* casesOf(each, name);
  }
}

const CASES = [...casesOf(buildProgram(SILENT, () => undefined))];

async function rendered(): Promise<World> {
  const here = await world();
  await here.write('film.yaml', film(scenes(1, 'kling')));
  expect((await here.rushes(['render', 'film.yaml'])).exit).toBe(0);
  return here;
}

/** What is not as it should be; nothing where it is refused with the option's name. */
async function wrongOf(
  here: World,
  { command, option }: Case,
  options: readonly string[],
): Promise<readonly string[]> {
  const words = WORDS[command] ?? ['film.yaml'];
  // An option without its value comes last.
  const all = options.length === 1 && options[0] === option;
  const argv = [...command.split(' '), ...(all ? words : options), ...(all ? options : words)];
  const ran = await here.rushes(argv);
  const said = flat(ran.err);
  return ran.exit === 64 && said.includes(option) && !/\n\s+at /.test(ran.err)
    ? []
    : [`${argv.join(' ')}: ${ran.exit} ${said}`];
}

test('there are as many as anyone would expect', () => {
  expect(CASES.length).toBeGreaterThan(100);
});

describe('every option', () => {
  test('with an empty value: exit 64 with its name, and nothing is read or written', async () => {
    await using here = await rendered();
    const before = await here.read('film.lock.json');
    const wrong = [];
    for (const one of CASES)
      if (!one.mayBeEmpty) wrong.push(...(await wrongOf(here, one, [`${one.option}=`])));
    expect(wrong).toEqual([]);
    expect(await here.read('film.lock.json')).toBe(before);
  });

  test('without its value: exit 64 with its name', async () => {
    await using here = await rendered();
    const wrong = [];
    for (const one of CASES) wrong.push(...(await wrongOf(here, one, [one.option])));
    expect(wrong).toEqual([]);
  });

  test.each([
    ['a word', 'NaN'],
    ['less than nothing', '-1'],
    ['more than a number can be', '1e999'],
    ['a sign of another script', '⅔'],
    ['5,000 letters', 'x'.repeat(5000)],
  ])(
    'that is a number, a duration, a shard or a word of a list, with %s: exit 64 with its name',
    async (_, value) => {
      await using here = await rendered();
      const numbers = CASES.filter(({ option }) =>
        /^--(budget|max-wall|shard|port|task-seconds|seed|in|state|var|chain)$/.test(option),
      ).filter(({ command, option }) => command !== 'frame' || option !== '--in');
      expect(numbers.length).toBeGreaterThan(20);
      const wrong = [];
      for (const one of numbers)
        wrong.push(...(await wrongOf(here, one, [`${one.option}=${value}`])));
      expect(wrong).toEqual([]);
    },
  );

  test('that names something for git never reaches it as an option of its own', async () => {
    await using here = await rendered();
    const names = CASES.filter(({ option }) => /^--(record|remote|branch)$/.test(option));
    expect(names.length).toBeGreaterThan(5);
    const wrong = [];
    for (const one of names)
      wrong.push(...(await wrongOf(here, one, [`${one.option}=--upload-pack=touch made`])));
    expect(wrong).toEqual([]);
  });

  test('that selects, with what is not there: exit 64 with its name', async () => {
    await using here = await rendered();
    const selectors = CASES.filter(({ option }) => /^--(only|model|tag)$/.test(option)).filter(
      ({ command }) => !command.startsWith('store'),
    );
    const wrong = [];
    for (const one of selectors) wrong.push(...(await wrongOf(here, one, [`${one.option}=none`])));
    expect(wrong).toEqual([]);
  });
});
