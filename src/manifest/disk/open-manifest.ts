/** A manifest that the command line names, and the disk of its project. */
import path from 'node:path';
import { type Diagnostic, Source } from '../../diagnostic.ts';
import { projectRoot, wayOut } from '../../ports/files/project-root.ts';
import { diagnosticsOf } from '../affected.ts';
import { wholeOf } from '../values/located.ts';
import { Problems } from '../values/problems.ts';
import type { ReadFile } from '../values/reader.ts';
import { shown } from './path-names.ts';
import { type Guards, ProjectDisk } from './project-disk.ts';

export const finish = (problems: Problems): Diagnostic[] =>
  diagnosticsOf(problems.all(), { drafts: [], scenes: [], aliases: [], specs: [] });

export function openManifest(
  manifest: string,
  cwd: string,
  guards: Guards,
):
  | {
      readonly file: ReadFile;
      readonly disk: ProjectDisk;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly diagnostics: readonly Diagnostic[]; readonly named: readonly string[] } {
  const absolute = path.resolve(cwd, manifest);
  const problems = new Problems();
  const { files } = guards;
  const real = files.realPath(absolute);
  // The command line may name any manifest; a link in its place, which a pull
  // request can bring, and what it names in turn stay inside the project.
  const source = new Source(shown(absolute, cwd), '');
  const root = projectRoot(absolute, files);
  const here = files.realPath(root);
  const out = wayOut(absolute, cwd, files);
  if (out !== undefined) {
    problems.add({
      code: 'outside-project',
      message: `${shown(out, cwd)} is a link that leads out of the project`,
      place: wholeOf(source),
      hint:
        out === absolute
          ? 'Put the manifest itself there, or name the file that the link leads to.'
          : 'Put the folder itself there, or remove the link.',
    });
    return { diagnostics: finish(problems), named: [] };
  }
  const isLinked =
    real !== undefined &&
    here !== undefined &&
    path.relative(here, real) !== path.relative(root, absolute);
  const disk = new ProjectDisk(
    { path: absolute, isLinked },
    projectRoot(real ?? absolute, files),
    cwd,
    guards,
  );
  const file = disk.read(
    path.basename(absolute),
    path.dirname(absolute),
    'manifest',
    wholeOf(source),
    problems.add.bind(problems),
  );
  return file === undefined
    ? { diagnostics: finish(problems), named: disk.named() }
    : { file, disk, diagnostics: finish(problems) };
}
