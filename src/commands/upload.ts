/** `rushes upload`: pictures get their links before a run; `--check` says which have one. */
import { hasErrors, inSourceOrder } from '../diagnostic.ts';
import { catalogue } from '../models/catalogue.ts';
import { readPlaceholder } from '../pictures/placeholder.ts';
import { resolveProject } from '../plan/resolve/resolve.ts';
import { inScope } from '../plan/select/filters.ts';
import { nothingSelected } from '../plan/select/nothing-selected.ts';
import { terminalLine } from '../report/text/escape.ts';
import { uploadsTerminal } from '../report/uploads-terminal.ts';
import { uploadPictures } from '../workflow/pictures/upload-pictures.ts';
import { EXIT, type Io } from './shared/io.ts';
import { loadProjects } from './shared/load-projects.ts';
import { filterOf, type SharedOptions } from './shared/options.ts';
import { document, printDiagnostics, terminalOf } from './shared/print.ts';

export async function upload(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly var?: readonly string[]; readonly check?: boolean },
): Promise<number> {
  const { manifests, projects, diagnostics: loading } = await loadProjects(io, named, options.var);
  const filter = filterOf(options);
  const today = new Date(io.clock.now()).toISOString().slice(0, 10);
  const whole = projects.map((project) => resolveProject(project, catalogue, today));
  const found = [...loading, ...whole.flatMap(({ diagnostics }) => diagnostics)];
  printDiagnostics(io, inSourceOrder(found, manifests));
  if (hasErrors(found)) return EXIT.invalid;
  const all = whole.flatMap(({ project: { manifest }, renders }) =>
    renders.map(({ id, tags }) => ({ manifest, id, tags })),
  );
  const unselected = nothingSelected(all, filter);
  printDiagnostics(io, unselected);
  if (unselected.length > 0) return EXIT.usage;
  const resolved = whole.map((one) => ({
    ...one,
    renders: one.renders.filter(inScope(filter, one.project.manifest)),
  }));
  const check = options.check === true;
  const result = await uploadPictures(io, {
    resolved,
    check,
    emit: (event) => {
      if (event.event === 'picture.uploading')
        io.stderr.write(
          `uploading ${terminalLine(readPlaceholder(event.picture)?.path ?? '')} to ${event.gateway}\n`,
        );
      else if (event.event === 'run.notice') io.stderr.write(`${terminalLine(event.message)}\n`);
    },
  });
  if (options.json === true)
    document(io, { pictures: result.pictures, closed: Object.fromEntries(result.closed) });
  else io.stdout.write(uploadsTerminal(result, terminalOf(io, io.stdout)));
  return result.exit;
}
