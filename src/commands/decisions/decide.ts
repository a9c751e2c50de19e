/** Decisions about renders, written into the locks: redo, accept, pin, pick and their undoing. */
import { defined } from '../../defined.ts';
import { planOver } from '../../workflow/plan/make-plan.ts';
import { secretFinder } from '../../secrets/find-secrets.ts';
import {
  chooseEntries,
  chooseRenders,
  type ChosenRender,
  twoOfOneScene,
} from '../../workflow/load/choose-renders.ts';
import { choiceOf, type RenderChoice, type RenderDecision } from '../../workflow/decide/decide.ts';
import { EMPTY_LOCK } from '../../lock/file/format.ts';
import { acceptedAs } from '../../plan/graph/with-lock.ts';
import { askedFingerprints } from '../../workflow/plan/asked-fingerprints.ts';
import { isPaidFor } from '../../plan/plan.ts';
import { acceptedTerminal } from '../../report/plan/accepted-terminal.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { readOrPrint } from '../shared/ledgers.ts';
import { lockFiles } from '../shared/lock-files.ts';
import type { SharedOptions } from '../shared/options.ts';
import { readWhole, resolveWhole } from '../shared/planning.ts';
import { printDiagnostics, terminalOf } from '../shared/print.ts';
import { dueByDecision } from './due-by-decision.ts';
import { chosenOrThrow, narrowSelection, type Selection, selectionOf } from './selection.ts';
import { decideOrPrint } from './write-decisions.ts';

export interface DecideOptions extends SharedOptions {
  readonly by?: string;
  readonly undo?: boolean;
  /** Of `accept`: every changed render of the selection. */
  readonly allChanged?: boolean;
  /** Of `pick`: seconds of the clip. */
  readonly in?: number;
  readonly out?: number;
  readonly also?: boolean;
  /** Of `pick` and `reject`. */
  readonly note?: string;
}

type Decision = 'redo' | 'accept' | 'pin' | 'unpin' | 'pick' | 'reject' | 'unpick';

export async function decide(
  io: Io,
  decision: Decision,
  words: readonly string[],
  options: DecideOptions,
): Promise<number> {
  const { undo = false, allChanged = false } = options;
  if (undo && allChanged)
    throw new UsageError('--undo and --all-changed cannot be combined', 'Leave one of them out.');
  if (allChanged) return acceptAllChanged(io, selectionOf(io, words, options), options);
  const selection = narrowSelection(io, `rushes ${decision}`, words, options);
  if (decision === 'accept' && !undo) return acceptChosen(io, selection, options);
  const files = await lockFiles(io, selection.manifests, options);
  const read = await readOrPrint(io, files, {});
  if ('exit' in read) return read.exit;
  const chosen = chosenOrThrow(
    await chooseEntries(io, files, read.lockOf, selection.filter, { bare: selection.bare }),
  );
  if (decision === 'pick') refuseUnclearPick(chosen, options);
  refuseSecretNote(io, options.note);
  return decideOrPrint(
    io,
    files,
    {
      what: `${decision}${undo ? ' --undo' : ''}`,
      selection,
      costs: () => dueByDecision(io, selection.manifests, read, options),
    },
    chosen.map((render) => choiceOf(render, decisionOf(decision, options), options.by)),
  );
}

/** The meaning of a command without a fingerprint. */
function decisionOf(
  decision: Decision,
  { undo = false, in: from, out, note, also = false }: DecideOptions,
): RenderDecision {
  const noted = note === undefined ? {} : { note };
  switch (decision) {
    case 'redo':
      return { kind: 'redo', undo };
    case 'accept':
      return { kind: 'undo-accept' };
    case 'pin':
      return { kind: undo ? 'unpin' : 'pin' };
    case 'unpin':
      return { kind: 'unpin' };
    case 'pick':
      return {
        kind: 'pick',
        ...defined({ in: from, out }),
        ...noted,
        also,
      };
    case 'reject':
      return { kind: 'reject', ...noted };
    case 'unpick':
      return { kind: 'unpick' };
  }
}

/** A lock is public where its repository is. */
function refuseSecretNote(io: Io, note: string | undefined): void {
  const [secret] = note === undefined ? [] : secretFinder(io.env)(note);
  if (secret !== undefined)
    throw new UsageError(
      `--note contains ${secret.what}: it would be written into the lock`,
      'Take it out.',
    );
}

/** In and out points are about one clip, and a scene has one pick. */
function refuseUnclearPick(
  chosen: readonly ChosenRender[],
  { in: from, out, also = false }: DecideOptions,
): void {
  if ((from !== undefined || out !== undefined) && chosen.length > 1)
    throw new UsageError(
      `--in and --out apply to one clip, but ${chosen.length} renders are named`,
      'Pick them one by one.',
    );
  const two = also ? undefined : twoOfOneScene(chosen);
  if (two !== undefined)
    throw new UsageError(
      `${two[0]} and ${two[1]} are clips of the same scene, and a scene has only one pick`,
      'Name one of them, or keep both with --also.',
    );
}

/** The clip is accepted for the current request of the manifest. */
async function acceptChosen(io: Io, selection: Selection, options: DecideOptions): Promise<number> {
  const { manifests, filter, bare } = selection;
  const projects = await resolveWhole(io, manifests, options);
  if ('exit' in projects) return projects.exit;
  const { resolved } = projects;
  const chosen = chosenOrThrow(chooseRenders(resolved, filter, { bare }));
  const files = resolved.map(({ project }) => project);
  let exit: number | undefined;
  const fingerprints = await askedFingerprints(io, resolved, async () => {
    const read = await readOrPrint(io, files, {});
    if (!('exit' in read)) return read.lockOf;
    ({ exit } = read);
    return () => EMPTY_LOCK;
  });
  if (exit !== undefined) return exit;
  return decideOrPrint(
    io,
    resolved.map(({ project }) => project),
    { what: 'accept', selection },
    chosen.flatMap((render): readonly RenderChoice[] => {
      const fingerprint = fingerprints.get(render.manifest)?.get(render.id);
      return fingerprint === undefined
        ? []
        : [choiceOf(render, { kind: 'accept', fingerprint }, options.by)];
    }),
  );
}

/** Every render of the selection that a plan would submit because it changed; listed first. */
async function acceptAllChanged(
  io: Io,
  selection: Selection,
  options: DecideOptions,
): Promise<number> {
  const { manifests, filter, bare } = selection;
  const read = await readWhole(io, manifests, options);
  if ('exit' in read) return read.exit;
  const plan = await planOver(io, read.resolved, read.lockOf, { filter, bare, blind: true });
  printDiagnostics(
    io,
    plan.diagnostics.filter(({ severity }) => severity === 'error'),
  );
  if (plan.diagnostics.some(({ code }) => code === 'nothing-selected')) return EXIT.usage;
  const changed = plan.projects.flatMap(({ project, renders }) =>
    renders
      .filter(({ action }) => isPaidFor(action) && action.reason === 'changed')
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
    { what: 'accept', selection },
    changed.map(({ manifest, planned: { render } }) =>
      choiceOf(
        { manifest, id: render.id, named: false },
        { kind: 'accept', fingerprint: acceptedAs(render) },
        options.by,
      ),
    ),
  );
}
