/** The clips to look at when a render command has nothing to do. */
import { manifestWords, renderWords } from '../../command-words.ts';
import { awaitsLook } from '../../lock/entry.ts';
import type { Plan } from '../../plan/plan.ts';
import { plural } from '../../report/text/format.ts';
import { shellWord } from '../../report/text/shell-word.ts';
import type { Io } from './io.ts';

/** `--strict` where nothing was left to do: clips that are kept and not as asked fail it too. */
export function printNotAsAsked(io: Io, { projects }: Plan): boolean {
  const wrong = projects.flatMap(({ renders, project }) =>
    renders.flatMap(({ render, entry, action }) =>
      action.kind === 'keep' && entry !== undefined && awaitsLook(entry)
        ? [{ manifest: project.manifest, id: render.id }]
        : [],
    ),
  );
  const [first] = wrong;
  if (first === undefined) return false;
  const one = renderWords(first);
  io.stderr.write(
    `rushes: ${plural(wrong.length, 'clip is', 'clips are')} not as asked, and --strict allows none
  look at them: rushes gallery ${manifestWords(wrong.map(({ manifest }) => manifest))}
  keep one: rushes accept ${one}
  make it again: rushes redo ${one}
`,
  );
  return true;
}

/** On a terminal, where there are clips to look at: the command that shows them. */
export function printWhereToLook(io: Io, { projects }: Plan, draft: boolean): void {
  if (!io.stderr.isTTY) return;
  const shown = projects
    .filter(({ renders }) =>
      renders.some(
        ({ action }) =>
          action.kind === 'keep' && action.reason !== 'elsewhere' && action.reason !== 'stored',
      ),
    )
    .map(({ project }) => shellWord(project.manifest));
  if (shown.length > 0)
    io.stderr.write(
      `look at the clips: rushes gallery ${shown.join(' ')}${draft ? ' --draft' : ''}\n`,
    );
}
