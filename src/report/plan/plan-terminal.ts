/**
 * The plan as people read it: every render one action and one reason, folded so that 2,000 renders
 * are about 30 lines.
 */
import path from 'node:path';
import { unclear } from '../../lock/attempt.ts';
import type { OrphanRender, Plan, PlannedRender, ProjectPlan } from '../../plan/plan.ts';
import { troubleWords } from '../../plan/graph/trouble-words.ts';
import { elsewhereSteps } from '../text/elsewhere.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import type { HeldReason } from '../../run/events.ts';
import {
  type Held,
  HOLD_ORDER,
  nextStep,
  stepLines,
  isRefusedAsWritten,
} from '../text/next-steps.ts';
import { closingTerminal, type ClosingOptions, keptWords } from './plan-closing.ts';
import { adoptedBy, groupBy, paidWhere, rendersOf } from './plan-groups.ts';
import { movesOf, movesWords, moveWords } from './move-words.ts';
import { ids, submitLines } from './plan-submits.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import { count, failureWords, foldTo, plural } from '../text/format.ts';
import { shellWord } from '../text/shell-word.ts';

/** Up to so many moves are listed one by one. */
const LISTED = 6;
const WHYS_SHOWN = 3;

interface PlanTerminalOptions {
  /** Whole lines of what carrying it out may cost, before the closing line. Default: none. */
  readonly spending?: string;
}

/**
 * Ends in the one line of {@link closingTerminal}; with nothing to do and nothing held, is that
 * line alone. Warnings are shown by `diagnostics-terminal.ts`.
 */
export function planTerminal(
  plan: Plan,
  options: Terminal & ClosingOptions & PlanTerminalOptions,
): string {
  const c = paint(options);
  const blocks = plan.projects
    .map((project) => ({ project, lines: projectLines(plan, project, options) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ project, lines }) => [
      `${c.bold(terminalLine(project.project.manifest))} ${c.dim(`(${nameOf(project, options)})`)}`,
      ...lines,
      '',
    ]);
  const closing = [c.bold(closingTerminal(plan, options)), ''].join('\n');
  return sealed([...blocks.flat(), `${options.spending ?? ''}${closing}`].join('\n'));
}

/** A draft is a project in the folder of the real one: see `workflow/load/as-draft.ts`. */
const nameOf = ({ project }: ProjectPlan, { draft = false }: ClosingOptions): string =>
  draft ? path.basename(project.outputPath) : project.name;

/** Empty if everything is kept unchanged: the closing line says that. */
function projectLines(
  plan: Plan,
  project: ProjectPlan,
  terminal: Terminal & ClosingOptions,
): string[] {
  const lines = [
    ...submitLines(project, terminal),
    ...adoptedLines(plan, project, terminal),
    ...movedLines(project, terminal),
    ...attachLines(project, terminal),
    ...fetchLines(project, terminal),
    ...orphanLines(project, terminal),
    ...holdLines(project, terminal),
  ];
  const kept = keepLines(project, terminal);
  return lines.length === 0 && !kept.notable ? [] : [...lines, ...kept.lines];
}

function adoptedLines(plan: Plan, { project }: ProjectPlan, terminal: Terminal): string[] {
  const adopted = [...adoptedBy(plan, project.manifest).values()];
  if (adopted.length === 0) return [];
  const c = paint(terminal);
  return [
    `  ${c.cyan(`← adopt ${count(adopted.length)}:`)} the same request is already paid for: nothing is sent`,
    ...adopted
      .slice(0, LISTED)
      .map((one) => `      ${one.id} ${c.dim('is')} ${terminalLine(paidWhere(one))}`),
    ...(adopted.length > LISTED
      ? [c.dim(`      … and ${count(adopted.length - LISTED)} more`)]
      : []),
  ];
}

function movedLines(project: ProjectPlan, terminal: Terminal): string[] {
  const c = paint(terminal);
  const moves = movesOf(project.renders);
  if (moves.length === 0) return [];
  return [
    `  ${c.cyan(`→ move ${count(moves.length)}:`)} ${movesWords(moves)}: nothing is sent`,
    ...moves.slice(0, LISTED).map((move) => `      ${moveWords(move, c.dim('->'))}`),
    ...(moves.length > LISTED ? [c.dim(`      … and ${count(moves.length - LISTED)} more`)] : []),
  ];
}

function attachLines(project: ProjectPlan, terminal: Terminal): string[] {
  const renders = rendersOf(project, 'attach');
  if (renders.length === 0) return [];
  const c = paint(terminal);
  return [
    `  ${c.cyan(`… attach ${count(renders.length)}:`)} pending from an earlier run: followed, not sent again`,
    `      ${ids(renders, terminal.width - 6)}`,
  ];
}

const FETCHES = {
  'never-landed': 'the clip is made and never landed here',
  damaged: 'its file is damaged or is another clip, and its link is still valid',
  'link-expired': 'the link has expired; the gateway is asked for a fresh one, for free',
  restore: 'the clip is not on this machine, and --restore was given',
} as const;

function fetchLines(project: ProjectPlan, terminal: Terminal): string[] {
  const c = paint(terminal);
  return [...groupBy(rendersOf(project, 'fetch'), ({ action }) => action.reason)].flatMap(
    ([reason, renders]) => [
      `  ${c.cyan(`↓ fetch ${count(renders.length)}:`)} ${FETCHES[reason as keyof typeof FETCHES]}`,
      `      ${ids(renders, terminal.width - 6)}`,
    ],
  );
}

function orphanLines({ orphans, project }: ProjectPlan, terminal: Terminal): string[] {
  if (orphans.length === 0) return [];
  const c = paint(terminal);
  const names = (list: readonly OrphanRender[]): string =>
    foldTo(
      list.map(({ id }) => id),
      terminal.width - 6,
    );
  const followed = orphans.filter(({ follow }) => follow);
  const kept = orphans.filter(({ follow, heldBy }) => !follow && heldBy === undefined);
  const elsewhere = orphans.filter(({ heldBy }) => heldBy !== undefined);
  return [
    ...(followed.length === 0
      ? []
      : [
          `  ${c.cyan(`? orphan ${count(followed.length)}:`)} no longer in the manifest, but paid: followed and fetched`,
          `      ${names(followed)}`,
        ]),
    ...(elsewhere.length === 0
      ? []
      : [
          `  ${c.cyan(`? orphan ${count(elsewhere.length)}:`)} another manifest already has ${elsewhere.length === 1 ? 'it' : 'them'}: only removed from this lock`,
          `      ${names(elsewhere)}`,
        ]),
    ...(kept.length === 0
      ? []
      : [
          `  ${c.dim(`? orphan ${count(kept.length)}:`)} in the lock, not in the manifest: kept until pruned`,
          `      ${names(kept)}`,
          `      ${c.dim('next:')} ${c.bold(`rushes prune ${shellWord(project.manifest)}`)}`,
        ]),
  ];
}

function holdLines(project: ProjectPlan, terminal: Terminal & ClosingOptions): string[] {
  const c = paint(terminal);
  const groups = groupBy(rendersOf(project, 'hold'), ({ action }) => action.reason as HeldReason);
  const { manifest } = project.project;
  const entries = new Map(project.renders.map(({ render, entry }) => [render.id, entry]));
  return HOLD_ORDER.flatMap((reason) => {
    const renders = groups.get(reason);
    if (renders === undefined) return [];
    const held = renders.map(({ render: { id }, action, entry }): Held => ({
      manifest,
      id,
      ...stateOfHeld(entry),
      ...(action.reason === 'upstream'
        ? {
            upstream: {
              id: action.upstream,
              because: action.because,
              ...stateOfHeld(entries.get(action.upstream)),
            },
          }
        : {}),
    }));
    const step = nextStep(reason, held, terminal);
    const tone = reason === 'pinned' || reason === 'skipped' ? c.dim : c.red;
    return [
      `  ${tone(`! hold ${count(renders.length)} ${reason}:`)} ${wrap(step.meaning, terminal.width - `! hold ${renders.length} ${reason}: `.length, '      ')}`,
      ...whyLines(renders, terminal),
      ...stepLines(step, terminal, '      '),
    ];
  });
}

/** What its next step depends on. */
const stateOfHeld = (
  entry: PlannedRender['entry'],
): Pick<Held, 'earlier' | 'pinned' | 'refused'> => ({
  earlier: entry !== undefined && unclear(entry) === undefined,
  pinned: entry?.decision?.pin === true,
  ...(entry?.error === undefined ? {} : { refused: isRefusedAsWritten(entry.error) }),
});

/** One by one with their reasons; where there are many, a reason with those that it holds. */
function whyLines(renders: readonly PlannedRender[], terminal: Terminal): string[] {
  if (renders.length <= WHYS_SHOWN) {
    return renders.map((planned) => {
      const text = why(planned);
      return `      ${wrap(`${planned.render.id}${text === undefined ? '' : `  ${text}`}`, terminal.width, ' '.repeat(8))}`;
    });
  }
  const groups = [...groupBy(renders, why)];
  if (groups.length > WHYS_SHOWN) return [`      ${ids(renders, terminal.width - 6)}`];
  return groups.flatMap(([text, group]) => [
    `      ${ids(group, terminal.width - 6)}`,
    ...(text === undefined ? [] : [`        ${wrap(text, terminal.width, '        ')}`]),
  ]);
}

/** The reason in the render's own words: the gateway's message, or the manifest's. */
export function why({ render, entry, action }: PlannedRender): string | undefined {
  if (action.reason === 'upstream') return troubleWords(render, action);
  if (action.reason === 'skipped')
    return render.skip?.reason === undefined ? undefined : terminalLine(render.skip.reason);
  const isUnsolved =
    action.reason === 'failed' || action.reason === 'ambiguous' || action.reason === 'lost';
  if (isUnsolved && entry?.error !== undefined) return terminalLine(failureWords(entry.error));
  return entry?.task === undefined || action.reason === 'pinned' ? undefined : `task ${entry.task}`;
}

/** Clips that are elsewhere, and how to get them. */
export function elsewhereLines(
  { project, renders }: ProjectPlan,
  terminal: Terminal & { readonly nowMs: number },
): string[] {
  const c = paint(terminal);
  const clips = renders.flatMap(({ render: { id }, action, entry }) =>
    action.reason === 'elsewhere' && entry !== undefined ? [{ id, entry }] : [],
  );
  if (clips.length === 0) return [];
  const steps = elsewhereSteps(project.manifest, clips, terminal);
  return [
    c.dim(
      `      elsewhere: ${plural(clips.length, 'clip is', 'clips are')} made, but not on this machine`,
    ),
    ...steps.flatMap(({ reason, command, caution }) => [
      `        ${c.dim(`${reason}:`)} ${c.bold(command)}`,
      ...(caution === undefined
        ? []
        : [c.dim(`          ${wrap(caution, terminal.width, '          ')}`)]),
    ]),
  ];
}

function keepLines(
  project: ProjectPlan,
  terminal: Terminal,
): { readonly lines: readonly string[]; readonly notable: boolean } {
  const renders = rendersOf(project, 'keep');
  const tally = { current: 0, stored: 0, elsewhere: 0, restored: 0, accepted: 0 };
  for (const { action } of renders) if (action.kind === 'keep') tally[action.reason] += 1;
  if (renders.length === 0) return { lines: [], notable: false };
  const c = paint(terminal);
  const restored = rendersOf(project, 'keep', 'restored');
  const accepted = rendersOf(project, 'keep', 'accepted');
  const picked = renders.filter(({ entry }) => entry?.decision?.pick !== undefined);
  const rejected = renders.filter(({ entry }) => entry?.decision?.reject !== undefined);
  const named = (what: string, list: readonly PlannedRender[]): readonly string[] =>
    list.length === 0
      ? []
      : [c.dim(`      ${what}: ${ids(list, terminal.width - 8 - what.length)}`)];
  return {
    notable: tally.restored > 0,
    lines: [
      `  ${c.dim(`= keep ${count(renders.length)}:`)} ${keptWords(tally)}`,
      ...(restored.length === 0
        ? []
        : [
            '      restored from an earlier result, nothing is sent:',
            `        ${ids(restored, terminal.width - 8)}`,
          ]),
      ...(accepted.length === 0
        ? []
        : [
            '      accepted, its clip is kept for the new inputs:',
            `        ${ids(accepted, terminal.width - 8)}`,
          ]),
      ...named('picked', picked),
      ...named('rejected', rejected),
      ...(tally.stored === 0
        ? []
        : [
            c.dim(
              `      stored: in the store and not on this machine; rushes store pull ${shellWord(project.project.manifest)} fetches them`,
            ),
          ]),
      ...(tally.elsewhere === 0
        ? []
        : [
            c.dim(
              `      elsewhere: made, but not on this machine; rushes status ${shellWord(project.project.manifest)} says what fetches them`,
            ),
          ]),
    ],
  };
}
