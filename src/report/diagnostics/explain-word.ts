/** `rushes explain takes`: a key of the manifest language, wherever it may stand. */
import type { Model } from '../../models/model.ts';
import { type Word, WORDS } from '../../scene.ts';
import { manifestKeys } from '../reference/manifest-page.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';

/** Every key of the language, each once. */
export const manifestWords = (): readonly string[] => [
  ...new Set(manifestKeys().map(({ key }) => key)),
];

/** `undefined` if the language has no such key. */
export function explainWord(
  word: string,
  models: readonly Model[],
  terminal: Terminal,
): string | undefined {
  const c = paint(terminal);
  const width = Math.min(terminal.width, 96);
  const found = manifestKeys().filter(({ key }) => key === word);
  if (found.length === 0) return undefined;
  const parts = found.map(({ section, type, fallback, meaning, example }) =>
    [
      `${c.bold(word)}  ${c.dim(section)}`,
      `  ${wrap(meaning, width - 2, '  ')}`,
      line('type', type, width),
      ...(fallback === ''
        ? []
        : [fallback === 'required' ? '  required' : line('default', fallback, width)]),
      ...(example === '' ? [] : [line('example', example, width)]),
    ].join('\n'),
  );
  const isPortable = (WORDS as readonly string[]).includes(word);
  return `${[...parts, ...(isPortable ? [takenBy(word as Word, models, width)] : [])].join('\n\n')}\n`;
}

const line = (name: string, text: string, width: number): string =>
  `  ${name.padEnd(8)} ${wrap(text.replaceAll('`', ''), width - 11, ' '.repeat(11))}`;

function takenBy(word: Word, models: readonly Model[], width: number): string {
  const names = (takes: boolean): readonly string[] =>
    models
      .filter(({ offers }) => offers.unsupported.includes(word) !== takes)
      .map(({ name }) => name);
  const without = names(false);
  if (without.length === 0) return wrap('Every model takes it.', width);
  return wrap(
    `Models that take it: ${names(true).join(', ')}. Others refuse it, unless drop: [${word}] allows to leave it out.`,
    width,
  );
}
