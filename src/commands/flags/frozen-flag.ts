/**
 * `render --frozen`: whether the lock satisfies the manifests. No disk but manifests and locks, no
 * key, no network.
 */
import { frozen as judge } from '../../plan/compare/with-lock.ts';
import { plural } from '../../report/text/format.ts';
import { planOver } from '../../workflow/plan/make-plan.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { readWhole, type ResolveFlags } from '../shared/planning.ts';
import { filterOf } from '../shared/options.ts';
import { printDiagnostics } from '../shared/print.ts';

export async function frozen(
  io: Io,
  named: readonly string[],
  options: ResolveFlags,
): Promise<number> {
  const read = await readWhole(io, named, options);
  if ('exit' in read) return read.exit;
  printDiagnostics(io, read.diagnostics);
  const plan = await planOver(io, read.resolved, read.lockOf, {
    filter: filterOf(options),
    draft: options.draft,
    blind: true,
  });
  const unselected = plan.diagnostics.filter(({ code }) => code === 'nothing-selected');
  if (unselected.length > 0) {
    printDiagnostics(io, unselected);
    return EXIT.usage;
  }
  const { exit, diagnostics } = judge(plan);
  printDiagnostics(io, diagnostics);
  if (exit === EXIT.done) {
    const renders = plan.projects.reduce((sum, { renders }) => sum + renders.length, 0);
    (options.json === true ? io.stderr : io.stdout).write(
      `frozen: the ${plural(plan.projects.length, 'lock')} satisf${plan.projects.length === 1 ? 'ies' : 'y'} ${plural(plan.projects.length, 'manifest')} (${plural(renders, 'render')})\n`,
    );
  }
  return exit;
}
