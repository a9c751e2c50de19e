/** What a run leaves on the screen: where the clips are, what it cost, and for everything that is open the exact next command. */
import { NO_MONEY } from '../money.ts';
import { exitMeaning } from './exit-codes.ts';
import { sealed, terminalLine } from './escape.ts';
import { HOLD_ORDER, type Held, nextStep } from './next-steps.ts';
import { groupBy } from './plan-groups.ts';
import { countsOf, type FailedEvent, type RunState } from './run-state.ts';
import { paint, type Terminal } from './terminal.ts';
import { count, duration, foldTo, plural, qualified, shellWord, usd } from './words.ts';

export interface SummaryOptions {
  /** Folders that hold the clips, as people would type them; one per project. */
  readonly clips: readonly string[];
  /** Lock files that were or would have been written. */
  readonly locks: readonly string[];
  readonly draft?: boolean;
}

const FAILURES_SHOWN = 10;

/** Ends in a line break; `''` while the run has not finished. */
export function runSummary(state: RunState, options: Terminal & SummaryOptions): string {
  const { finished } = state;
  if (finished === undefined) return '';
  const c = paint(options);
  const { totals } = finished;
  const good = finished.exit === 0;
  const tally = countsOf(totals).map(([number, word]) => `${count(number)} ${word}`);
  // A run that sent and found nothing has written neither.
  const landed = totals.completed + totals.kept > 0;
  const recorded = landed || totals.submitted + totals.failed + totals.pending + totals.ambiguous + totals.lost + totals.missing > 0;
  const lines = [
    '',
    `${good ? c.green('✓') : c.red('✗')} ${c.bold(tally.length === 0 ? 'there was nothing to do' : tally.join(', '))} ${c.dim(`in ${duration(finished.wallSeconds)}`)}`,
    `  spent  ${spentWords(state, options.draft === true)}`,
    ...(landed ? options.clips : []).map((folder) => `  clips  ${c.bold(terminalLine(folder))}`),
    ...(recorded ? options.locks : []).map(
      (lock) =>
        `  lock   ${c.bold(terminalLine(lock))}${options.draft === true ? '' : c.dim(' (commit it: it is the record of what is paid)')}`,
    ),
    ...(good && totals.completed > 0 ? nextLines(state.manifests, options) : []),
    ...failureLines(state.failed, options),
    ...holdBlocks(state, options),
    ...(good ? [] : ['', `exit ${finished.exit}: ${exitMeaning(finished.exit)}${reasonWords(finished.reasons)}`]),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

/** After a good end: look at the clips, and after a draft, the real thing. */
function nextLines(manifests: readonly string[], { draft = false, ...terminal }: Terminal & SummaryOptions): string[] {
  const c = paint(terminal);
  const named = manifests.map((manifest) => ` ${shellWord(manifest)}`).join('');
  return [
    `  next   ${c.bold(`rushes gallery${named}${draft ? ' --draft' : ''}`)} ${c.dim('makes a page to look at them')}`,
    ...(draft
      ? [
          `         ${c.bold(`rushes plan${named}`)} ${c.dim('says what the real clips cost, and')} ${c.bold('rushes render')} ${c.dim('makes them')}`,
        ]
      : []),
  ];
}

const reasonWords = (reasons: readonly string[]): string => (reasons.length === 0 ? '' : ` (${terminalLine(reasons.join('; '))})`);

function spentWords({ finished, reported }: RunState, draft: boolean): string {
  if (draft || finished === undefined) return 'nothing: a draft is free';
  const { spent, unpricedSubmits, submitted } = finished.totals;
  const unpriced = unpricedSubmits === 0 ? '' : `, and ${plural(unpricedSubmits, 'submit')} of unknown price`;
  if (spent === NO_MONEY) return submitted === 0 ? 'nothing' : `nothing reported${unpriced}`;
  const known =
    reported === spent ? ', all of it reported' : reported > 0 && reported < spent ? `, ${usd(reported)} of it reported so far` : '';
  return `${usd(spent)}${known}${unpriced}`;
}

/** What the same words would only bring back: a retry is not the next step. */
const REFUSED_AS_WRITTEN: ReadonlySet<string> = new Set(['moderation', 'invalid']);

function failureLines(failed: readonly FailedEvent[], terminal: Terminal & SummaryOptions): string[] {
  if (failed.length === 0) return [];
  const c = paint(terminal);
  const groups = [...groupBy(failed, ({ kind, message, hint }) => `${kind}: ${message}${hint === undefined ? '' : ` (${hint})`}`)].sort(
    (a, b) => b[1].length - a[1].length,
  );
  return [
    '',
    c.red(`${count(failed.length)} failed`),
    ...groups.slice(0, FAILURES_SHOWN).flatMap(([reason, events]) => [`  ${idList(events, terminal)}`, `      ${terminalLine(reason)}`]),
    ...(groups.length > FAILURES_SHOWN ? [`  … and ${plural(groups.length - FAILURES_SHOWN, 'more reason')}`] : []),
    ...retryLines(failed, terminal),
  ];
}

function retryLines(failed: readonly FailedEvent[], terminal: Terminal & SummaryOptions): string[] {
  const c = paint(terminal);
  const mayPass = failed.filter(({ kind }) => !REFUSED_AS_WRITTEN.has(kind));
  const step = nextStep('failed', mayPass, terminal);
  return [
    ...(mayPass.length < failed.length
      ? [`  ${c.dim('next:')} change what was refused in its scene; the same words would be refused again`]
      : []),
    ...(mayPass.length > 0
      ? [...step.commands.map((command) => `  ${c.dim('next:')} ${c.bold(command)}`), c.dim('  each is a new paid attempt')]
      : []),
  ];
}

const idList = (held: readonly Held[], { width }: Terminal): string =>
  foldTo(
    held.map(({ manifest, id }) => qualified(manifest, id)),
    width - 2,
  );

const HEADINGS: Readonly<Partial<Record<string, string>>> = { failed: 'failed earlier', 'not-submitted': 'not submitted' };

/** Most urgent first; what a manifest skips needs nobody. */
function holdBlocks(state: RunState, options: Terminal & SummaryOptions): string[] {
  const c = paint(options);
  const groups = groupBy(state.held, ({ reason }) => reason);
  return HOLD_ORDER.flatMap((reason) => {
    const held = groups.get(reason);
    if (held === undefined || reason === 'skipped') return [];
    if (reason === 'pinned') return ['', c.dim(`${plural(held.length, 'render')} pinned: ${idList(held, options)}`)];
    const step = nextStep(reason, held, { ...options, ...(state.finished === undefined ? {} : { exit: state.finished.exit }) });
    const [why, another] = reason === 'not-submitted' ? [...new Set(held.map(({ message }) => message))] : [];
    return [
      '',
      `${c.yellow(`${count(held.length)} ${HEADINGS[reason] ?? reason}`)}: ${step.meaning}`,
      ...(why === undefined || another !== undefined ? [] : [`  ${terminalLine(why)}`]),
      `  ${idList(held, options)}`,
      ...step.commands.map((command) => `  ${c.dim('next:')} ${c.bold(command)}`),
      ...(step.caution === undefined ? [] : [c.dim(`  ${step.caution}`)]),
    ];
  });
}
