/** The changes in a prompt, for a terminal. */
import { paint } from '../text/terminal.ts';
import { terminalLine } from '../text/escape.ts';
import { nearChanges, wordDiff } from '../text/word-diff.ts';

/**
 * On one line: `Tide pools at [-sunrise-]{+dusk+}, 35mm`; in colour without the brackets, struck
 * out and green.
 */
export function wordDiffTerminal(
  before: string,
  after: string,
  terminal: { readonly color: boolean },
): string {
  const c = paint(terminal);
  return nearChanges(wordDiff(before, after))
    .map(({ kind, text }) => {
      const shown = terminalLine(text);
      if (kind === 'same') return c.dim(shown);
      if (terminal.color) return kind === 'old' ? c.red(c.strikethrough(shown)) : c.green(shown);
      return kind === 'old' ? `[-${shown}-]` : `{+${shown}+}`;
    })
    .join('');
}
