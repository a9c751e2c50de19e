/** `render --frozen`: whether the lock satisfies the manifests. No disk but manifests and locks, no key, no network. */
import { frozen as judge } from '../plan/frozen.ts';
import { plural } from '../report/words.ts';
import { readBooks } from './books.ts';
import { EXIT, type Io } from './io.ts';
import { planOver, resolveProjects } from './planning.ts';
import { filterOf, type SharedOptions } from './shared-options.ts';
import { sayDiagnostics } from './say.ts';

export async function frozen(io: Io, named: readonly string[], options: SharedOptions): Promise<number> {
  const projects = await resolveProjects(io, named, options);
  sayDiagnostics(io, projects.diagnostics);
  if (!projects.ok) return EXIT.invalid;
  const read = await readBooks(
    io,
    projects.resolved.map(({ project }) => project),
    options,
  );
  if (read.kind === 'exit') return read.exit;
  const plan = await planOver(projects.resolved, (manifest) => read.books.get(manifest)?.lock ?? { renders: new Map() }, {
    now: io.clock.now(),
    filter: filterOf(options),
    draft: options.draft,
    blind: true,
  });
  const { exit, diagnostics } = judge(plan);
  sayDiagnostics(io, diagnostics);
  if (exit === EXIT.done) {
    const renders = plan.projects.reduce((sum, { renders }) => sum + renders.length, 0);
    io.stdout.write(
      `frozen: the ${plural(plan.projects.length, 'lock')} satisf${plan.projects.length === 1 ? 'ies' : 'y'} ${plural(plan.projects.length, 'manifest')} (${plural(renders, 'render')})\n`,
    );
  }
  return exit;
}
