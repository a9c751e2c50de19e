/** `rushes validate`: everything that is wrong, at once, without a key, a lock or a network. */
import { hasErrors, inSourceOrder } from '../diagnostic.ts';
import { catalogue } from '../models/catalogue.ts';
import { targetCollisions } from '../plan/resolve/findings/collisions.ts';
import { resolveProject } from '../plan/resolve/resolve.ts';
import { validateDocument } from '../report/diagnostics/diagnostics-json.ts';
import { plural } from '../report/text/format.ts';
import { strictErrors } from '../workflow/load/strict.ts';
import { EXIT, type Io } from './shared/io.ts';
import { loadProjects } from './shared/load-projects.ts';
import { document, printDiagnostics } from './shared/print.ts';

export interface ValidateOptions {
  readonly json?: boolean;
  readonly var?: readonly string[];
  readonly listVars?: boolean;
  /** Warnings refuse as errors do. */
  readonly strict?: boolean;
}

export async function validate(
  io: Io,
  named: readonly string[],
  options: ValidateOptions,
): Promise<number> {
  if (options.listVars === true)
    return (await import('./flags/list-vars-flag.ts')).listVars(io, named, options);
  const { manifests, projects, diagnostics: loading } = await loadProjects(io, named, options.var);
  const today = new Date(io.clock.now()).toISOString().slice(0, 10);
  const resolved = projects.map((project) => resolveProject(project, catalogue, today));
  const found = inSourceOrder(
    [
      ...loading,
      ...resolved.flatMap(({ diagnostics }) => diagnostics),
      ...targetCollisions(resolved),
    ],
    manifests,
  );
  const diagnostics = [...found, ...(options.strict === true ? strictErrors(found) : [])];
  const ok = !hasErrors(diagnostics);
  if (options.json === true) document(io, validateDocument(diagnostics));
  printDiagnostics(io, diagnostics);
  if (ok && options.json !== true) {
    const renders = resolved.reduce((sum, { renders }) => sum + renders.length, 0);
    io.stdout.write(
      `${plural(manifests.length, 'manifest')} valid: ${plural(renders, 'render')} of ${plural(
        projects.reduce((sum, { scenes }) => sum + scenes.length, 0),
        'scene',
      )}\n`,
    );
  }
  return ok ? EXIT.done : EXIT.invalid;
}
