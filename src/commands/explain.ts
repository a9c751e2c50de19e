/** `rushes explain`: every input of a render with its source, or the page of a diagnostic code. */
import { nearest } from '../nearest.ts';
import { EXPLAIN } from '../diagnostic-codes.ts';
import { parseRenderId, splitQualified } from '../ids.ts';
import { explainCode, isDiagnosticCode } from '../report/diagnostics/explain-code.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import type { SharedOptions } from './shared/options.ts';
import { sayDiagnostics, terminalOf } from './shared/print.ts';

export async function explain(
  io: Io,
  subject: string,
  named: readonly string[],
  options: SharedOptions,
): Promise<number> {
  if (isDiagnosticCode(subject)) {
    io.stdout.write(explainCode(subject, terminalOf(io, io.stdout)));
    return EXIT.done;
  }
  if (parseRenderId(splitQualified(subject).id) === undefined) {
    const near = nearest(subject, Object.keys(EXPLAIN));
    throw new UsageError(
      `${JSON.stringify(subject)} is neither a render id nor a diagnostic code`,
      near === undefined
        ? 'A render id is scene/alias; codes stand behind "error" and "warning" in messages.'
        : `Did you mean ${near}?`,
    );
  }
  const [{ planNow }, { findRender }, { explainRender }, { explainTerminal }] = await Promise.all([
    import('./plan.ts'),
    import('./shared/render-id.ts'),
    import('../plan/compare/explain-render.ts'),
    import('../report/plan/explain-terminal.ts'),
  ]);
  const made = await planNow(io, named, options);
  if ('exit' in made) return made.exit;
  const { part, planned } = findRender(made.plan, subject);
  io.stdout.write(
    explainTerminal(
      {
        manifest: part.project.manifest,
        id: planned.render.id,
        model: planned.render.model.name,
        explained: explainRender(planned.render, planned.entry),
        action: planned.action,
      },
      terminalOf(io, io.stdout),
    ),
  );
  sayDiagnostics(
    io,
    made.warnings.filter(({ renders }) => renders.includes(planned.render.id)),
  );
  return EXIT.done;
}
