/** Decisions about renders, written into the locks: redo, accept, pin, unpin. */
import { planOver } from '../../workflow/make-plan.ts';
import { chooseEntries, chooseRenders } from '../../workflow/choose-renders.ts';
import { applyDecision, type RenderChoice, type RenderDecision } from '../../workflow/decide.ts';
import { acceptedTerminal } from '../../report/plan/accepted-terminal.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { readOrPrint } from '../shared/ledgers.ts';
import { lockFiles } from '../shared/lock-files.ts';
import type { SharedOptions } from '../shared/options.ts';
import { readWhole, resolveWhole } from '../shared/planning.ts';
import { sayDiagnostics, terminalOf } from '../shared/print.ts';
import { chosenOrThrow, narrowSelection, type Selection, selectionOf } from './selection.ts';
import { decideOrPrint } from './write-decisions.ts';

export interface DecideOptions extends SharedOptions {
  readonly by?: string;
  readonly undo?: boolean;
  /** Of `accept`: every changed render of the selection. */
  readonly allChanged?: boolean;
}

type Decision = 'redo' | 'accept' | 'pin' | 'unpin';

export async function decide(
  io: Io,
  decision: Decision,
  words: readonly string[],
  options: DecideOptions,
): Promise<number> {
  const { undo = false, allChanged = false } = options;
  if (undo && allChanged)
    throw new UsageError('--undo and --all-changed exclude each other', 'Leave one of them out.');
  if (allChanged) return acceptAllChanged(io, selectionOf(io, words, options), options);
  const selection = narrowSelection(io, `rushes ${decision}`, words, options);
  if (decision === 'accept' && !undo) return acceptChosen(io, selection, options);
  const files = await lockFiles(io, selection.manifests, options);
  const read = await readOrPrint(io, files, {});
  if ('exit' in read) return read.exit;
  const chosen = chosenOrThrow(await chooseEntries(io, files, read.lockOf, selection.filter));
  return decideOrPrint(
    io,
    files,
    { what: `${decision}${undo ? ' --undo' : ''}`, repeated: selection.repeated },
    chosen.map((render): RenderChoice => ({
      ...render,
      decide: (lock) => applyDecision(lock, render.id, decisionOf(decision, undo), options.by),
    })),
  );
}

/** What a command without a fingerprint stands for. */
function decisionOf(decision: Decision, undo: boolean): RenderDecision {
  switch (decision) {
    case 'redo':
      return { kind: 'redo', undo };
    case 'accept':
      return { kind: 'undo-accept' };
    case 'pin':
      return { kind: undo ? 'unpin' : 'pin' };
    case 'unpin':
      return { kind: 'unpin' };
  }
}

/** What the clip shall stand for is what the manifest asks for now. */
async function acceptChosen(
  io: Io,
  { manifests, filter, repeated }: Selection,
  options: DecideOptions,
): Promise<number> {
  const projects = await resolveWhole(io, manifests, options);
  if ('exit' in projects) return projects.exit;
  const { resolved } = projects;
  const chosen = chosenOrThrow(chooseRenders(resolved, filter));
  const fingerprints = new Map(
    resolved.map(({ project, renders }) => [
      project.manifest,
      new Map(renders.map(({ id, fingerprint }) => [id, fingerprint])),
    ]),
  );
  return decideOrPrint(
    io,
    resolved.map(({ project }) => project),
    { what: 'accept', repeated },
    chosen.flatMap((render): readonly RenderChoice[] => {
      const fingerprint = fingerprints.get(render.manifest)?.get(render.id);
      if (fingerprint === undefined) return [];
      return [
        {
          ...render,
          decide: (lock) =>
            applyDecision(lock, render.id, { kind: 'accept', fingerprint }, options.by),
        },
      ];
    }),
  );
}

/** Every render of the selection that a plan would submit because it changed; listed first. */
async function acceptAllChanged(
  io: Io,
  { manifests, filter, repeated }: Selection,
  options: DecideOptions,
): Promise<number> {
  const read = await readWhole(io, manifests, options);
  if ('exit' in read) return read.exit;
  const plan = await planOver(io, read.resolved, read.lockOf, { filter, blind: true });
  sayDiagnostics(
    io,
    plan.diagnostics.filter(({ severity }) => severity === 'error'),
  );
  if (plan.diagnostics.some(({ code }) => code === 'nothing-selected')) return EXIT.usage;
  const changed = plan.projects.flatMap(({ project, renders }) =>
    renders
      .filter(({ action }) => action.kind === 'submit' && action.reason === 'changed')
      .map((planned) => ({ manifest: project.manifest, planned })),
  );
  if (changed.length === 0) {
    io.stdout.write('nothing to accept: no render has changed\n');
    return EXIT.done;
  }
  io.stdout.write(
    acceptedTerminal(
      changed.map(({ planned }) => planned),
      terminalOf(io, io.stdout),
    ),
  );
  return decideOrPrint(
    io,
    read.resolved.map(({ project }) => project),
    { what: 'accept', repeated },
    changed.map(({ manifest, planned: { render } }): RenderChoice => ({
      manifest,
      id: render.id,
      named: false,
      decide: (lock) =>
        applyDecision(
          lock,
          render.id,
          { kind: 'accept', fingerprint: render.fingerprint },
          options.by,
        ),
    })),
  );
}
