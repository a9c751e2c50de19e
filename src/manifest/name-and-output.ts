/** Name and output folder of a project. */
import { nameProblem, suggestName } from '../ids.ts';
import type { LocatedMap } from '../scene.ts';
import type { OnDisk } from './disk/on-disk.ts';
import { get, getText, quoted } from './values/located.ts';
import type { Problems } from './values/problems.ts';
import type { ReadFile } from './values/reader.ts';
import { listedPathProblem } from './values/text.ts';

/**
 * If the name or the folder is not valid, the project continues with a plain one: the other errors
 * are found in the same run.
 */
const PLAIN = { name: 'project', output: 'out' };

/** The name that the manifest gives, or that of its file. */
export function readName(
  filled: LocatedMap,
  stem: string,
  { source }: ReadFile,
  problems: Problems,
): string {
  const written = get(filled, 'project');
  if (written !== undefined) {
    const text = written.kind === 'scalar' ? String(written.value) : '';
    return nameProblem(text) === undefined ? text : PLAIN.name;
  }
  const problem = nameProblem(stem);
  if (problem === undefined) return stem;
  const message = `the file's name ${quoted(stem)} ${problem}, so it cannot name the project`;
  const place = { source, start: 0, end: source.line(1).length };
  problems.add({
    code: 'bad-name',
    message,
    place,
    hint: `Add project: ${suggestName(stem) ?? 'film'}, or rename the file.`,
  });
  return PLAIN.name;
}

/** Absolute path of the folder for the clips. */
export function readOutput(filled: LocatedMap, around: OnDisk, problems: Problems): string {
  const written = getText(filled, 'output');
  const wanted = written?.text ?? PLAIN.output;
  const unfit = listedPathProblem(wanted);
  if (unfit !== undefined) {
    problems.add({
      code: 'bad-name',
      message: `output ${quoted(wanted)} ${unfit}`,
      place: written?.place ?? filled.place,
      hint: 'Write letters, digits, - and _, as in output: out',
    });
    return `${around.root}/${PLAIN.output}`;
  }
  const found = around.outputPath(wanted);
  if ('path' in found) return found.path;
  const message = `output ${quoted(wanted)} ${found.problem}`;
  problems.add({
    code: 'outside-project',
    message,
    place: written?.place ?? filled.place,
    hint: found.hint,
  });
  return `${around.root}/${PLAIN.output}`;
}
