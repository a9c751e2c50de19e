/**
 * `rushes explain`: every input of a render with its source, or the page of a diagnostic code, of a
 * rule of a model, or of a word of the manifest language.
 */
import { nearest } from '../algorithms/nearest.ts';
import { commandWord } from '../command-words.ts';
import { EXPLAIN } from '../diagnostic-codes/diagnostic-codes.ts';
import { manifestName, parseRenderId, splitQualified } from '../ids.ts';
import type { Plan, PlannedRender, ProjectPlan } from '../plan/plan.ts';
import { explainCode, isDiagnosticCode } from '../report/diagnostics/explain-code.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import type { SharedOptions } from './shared/options.ts';
import { printDiagnostics, terminalOf } from './shared/print.ts';

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
  const isRender = parseRenderId(splitQualified(subject).id) !== undefined;
  const known = isRender ? undefined : await page(io, subject);
  if (known?.text !== undefined) {
    io.stdout.write(known.text);
    return EXIT.done;
  }
  const [
    { planNow },
    { findRender },
    { explainRender },
    { explainTerminal },
    { why },
    { notesOfRender },
  ] = await Promise.all([
    import('./plan.ts'),
    import('./shared/render-id.ts'),
    import('../plan/compare/explain-render.ts'),
    import('../report/plan/explain-terminal.ts'),
    import('../report/plan/plan-terminal.ts'),
    import('../report/plan/plan-groups.ts'),
  ]);
  const made = await planNow(io, named, options);
  if ('exit' in made) return made.exit;
  await refuseModel(made.plan, subject);
  const found = isRender ? [findRender(made.plan, subject)] : rendersOfScene(made.plan, subject);
  if (found.length === 0) {
    const scenes = made.plan.projects.flatMap(({ renders }) =>
      renders.map(({ render }) => render.scene),
    );
    const near = nearest(subject, [...(known?.names ?? []), ...scenes]);
    throw new UsageError(
      `${JSON.stringify(subject)} is not a render id, a scene, a diagnostic code, a rule or a word of the manifest language`,
      near === undefined
        ? 'A render id is scene/alias. Codes are after "error" and "warning" in messages, rules in brackets.'
        : `Did you mean ${near}?`,
    );
  }
  for (const [index, { part, planned }] of found.entries()) {
    if (index > 0) io.stdout.write('\n');
    io.stdout.write(
      explainTerminal(
        {
          manifest: part.project.manifest,
          id: planned.render.id,
          model: planned.render.model.name,
          explained: explainRender(planned.render, planned.entry),
          action: planned.action,
          why: planned.action.kind === 'hold' ? why(planned) : undefined,
          notes: notesOfRender(part.project.manifest, planned),
        },
        terminalOf(io, io.stdout),
      ),
    );
  }
  const ids = new Set(found.map(({ planned }) => planned.render.id));
  printDiagnostics(
    io,
    made.warnings.filter(({ renders }) => renders.some((id) => ids.has(id))),
  );
  return EXIT.done;
}

/** A model and an alias are no renders: both have a page of their own. */
async function refuseModel({ projects }: Plan, subject: string): Promise<void> {
  const renders = projects.flatMap((part) => part.renders.map(({ render }) => render));
  if (renders.some(({ id, scene }) => id === subject || scene === subject)) return;
  const { catalogue } = await import('../models/catalogue.ts');
  const model = catalogue.get(subject)?.name;
  if (model !== undefined) throw new UsageError(`${model} is a model`, `rushes models ${model}`);
  const of = renders.find(({ alias }) => alias === subject);
  if (of !== undefined)
    throw new UsageError(
      `${subject} is an alias of ${of.model.name}`,
      `Its rules: rushes models ${of.model.name}; its renders: rushes plan --model ${commandWord(subject)}`,
    );
}

/** The page of a rule or a word; without one, the names that there are. */
async function page(
  io: Io,
  subject: string,
): Promise<{ readonly text?: string; readonly names: readonly string[] }> {
  const [{ catalogue }, { explainRule, ruleNumbers }, { explainWord, manifestWords }] =
    await Promise.all([
      import('../models/catalogue.ts'),
      import('../report/diagnostics/explain-rule.ts'),
      import('../report/diagnostics/explain-word.ts'),
    ]);
  const models = [...catalogue.values()];
  const terminal = terminalOf(io, io.stdout);
  const text = explainRule(subject, models, terminal) ?? explainWord(subject, models, terminal);
  const names = [...Object.keys(EXPLAIN), ...ruleNumbers(models), ...manifestWords()];
  return text === undefined ? { names } : { text, names };
}

/** Every render of a scene, `crab` or `film:crab`. */
function rendersOfScene(
  plan: Plan,
  subject: string,
): readonly { readonly part: ProjectPlan; readonly planned: PlannedRender }[] {
  const { manifest, id } = splitQualified(subject);
  return plan.projects
    .filter(
      ({ project }) =>
        manifest === undefined ||
        manifest === project.manifest ||
        manifest === manifestName(project.manifest),
    )
    .flatMap((part) =>
      part.renders
        .filter(({ render }) => String(render.scene) === id)
        .map((planned) => ({ part, planned })),
    );
}
