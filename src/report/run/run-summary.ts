/**
 * What a run leaves on the screen: where the clips are, what it cost, and for everything that is
 * open the exact next command.
 */
import { NO_MONEY } from '../../money.ts';
import { exitMeaning } from '../text/exit-codes.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { HOLD_ORDER, type Held, nextStep, type Repeated, stepLines } from '../text/next-steps.ts';
import { groupBy } from '../plan/plan-groups.ts';
import { countsOf, type FailedEvent, type RunState } from './run-state.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import {
  count,
  duration,
  failureWords,
  foldTo,
  plural,
  qualified,
  shellWord,
  usd,
} from '../text/format.ts';

export interface SummaryOptions {
  /** Folders that hold the clips, as people would type them; one per project. */
  readonly clips: readonly string[];
  /** Lock files that were or would have been written. */
  readonly locks: readonly string[];
  readonly draft?: boolean;
  /** For the commands that go on. */
  readonly repeated?: Repeated;
}

const FAILURES_SHOWN = 10;

/**
 * What happened and why it stopped, what it cost, where things are, what is open with the next
 * command for it, and the exit code. Ends in a line break; `''` while the run has not finished.
 */
export function runSummary(state: RunState, options: Terminal & SummaryOptions): string {
  const { finished } = state;
  if (finished === undefined) return '';
  const c = paint(options);
  const { totals } = finished;
  const good = finished.exit === 0;
  const tally = countsOf(totals).map(([number, word]) => `${count(number)} ${word}`);
  // A run that sent and found nothing has written neither.
  const landed = totals.completed + totals.kept > 0;
  const recorded =
    landed ||
    totals.submitted +
      totals.failed +
      totals.pending +
      totals.ambiguous +
      totals.lost +
      totals.missing >
      0;
  const fact = (name: string, text: string): string =>
    `  ${name.padEnd(5)}  ${wrap(text, options.width, ' '.repeat(9))}`;
  const lines = [
    '',
    `${good ? c.green('✓') : c.red('✗')} ${c.bold(tally.length === 0 ? 'there was nothing to do' : tally.join(', '))}${movedWords(state)} ${c.dim(`in ${duration(finished.wallSeconds)}`)}`,
    ...finished.reasons.map((reason, index) =>
      fact(index === 0 ? 'why' : '', terminalLine(reason)),
    ),
    fact('spent', spentWords(state, options.draft === true)),
    ...(landed ? options.clips : []).map((folder) => `  clips  ${c.bold(terminalLine(folder))}`),
    ...(recorded ? options.locks : []).map(
      (lock) =>
        `  lock   ${c.bold(terminalLine(lock))}${options.draft === true ? '' : c.dim(' (commit it: it is the record of what is paid)')}`,
    ),
    ...(good && totals.completed > 0 ? nextLines(state.manifests, options) : []),
    ...failureLines(state.failed, options),
    ...holdBlocks(state, options),
    ...(good
      ? []
      : ['', wrap(`exit ${finished.exit}: ${exitMeaning(finished.exit)}`, options.width)]),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

/** What was only put under another name is kept, and people look for it. */
const movedWords = ({ moved }: RunState): string =>
  moved === 0 ? '' : ` (${count(moved)} of them moved)`;

/** After a good end: look at the clips, and after a draft, the real thing. */
function nextLines(
  manifests: readonly string[],
  { draft = false, ...terminal }: Terminal & SummaryOptions,
): string[] {
  const c = paint(terminal);
  const named = manifests.map((manifest) => ` ${shellWord(manifest)}`).join('');
  return [
    `  next   ${c.bold(`rushes gallery${named}${draft ? ' --draft' : ''}`)} ${c.dim('makes a page to look at them')}`,
    ...(draft
      ? [
          `         ${c.bold(`rushes plan${named}`)} ${c.dim('says what the real clips cost')}`,
          `         ${c.bold(`rushes render${named}`)} ${c.dim('makes them')}`,
        ]
      : []),
  ];
}

function spentWords({ finished, reported }: RunState, draft: boolean): string {
  if (draft || finished === undefined) return 'nothing: a draft is free';
  const { spent, reported: confirmed, unpricedSubmits, submitted } = finished.totals;
  const unpriced =
    unpricedSubmits === 0 ? '' : `, and ${plural(unpricedSubmits, 'submit')} of unknown price`;
  if (spent === NO_MONEY) {
    if (submitted > 0) return `nothing reported${unpriced}`;
    return reported > NO_MONEY
      ? `nothing new; ${usd(reported)} is reported for tasks of earlier runs`
      : 'nothing';
  }
  const known =
    confirmed === spent
      ? ', all of it reported'
      : confirmed > 0
        ? `, ${usd(confirmed)} of it reported so far`
        : '';
  return `${usd(spent)}${known}${unpriced}`;
}

/** What the same words would only bring back: a retry is not the next step. */
const REFUSED_AS_WRITTEN: ReadonlySet<string> = new Set(['moderation', 'invalid']);

function failureLines(
  failed: readonly FailedEvent[],
  terminal: Terminal & SummaryOptions,
): string[] {
  if (failed.length === 0) return [];
  const c = paint(terminal);
  const groups = [
    ...groupBy(
      failed,
      (event) => `${failureWords(event)}${event.hint === undefined ? '' : ` (${event.hint})`}`,
    ),
  ].sort((a, b) => b[1].length - a[1].length);
  return [
    '',
    c.red(`${count(failed.length)} failed`),
    ...groups
      .slice(0, FAILURES_SHOWN)
      .flatMap(([reason, events]) => [
        `  ${idList(events, terminal)}`,
        `      ${wrap(terminalLine(reason), terminal.width, ' '.repeat(6))}`,
      ]),
    ...(groups.length > FAILURES_SHOWN
      ? [`  … and ${plural(groups.length - FAILURES_SHOWN, 'more reason')}`]
      : []),
    ...retryLines(failed, terminal),
  ];
}

function retryLines(failed: readonly FailedEvent[], terminal: Terminal & SummaryOptions): string[] {
  const c = paint(terminal);
  const mayPass = failed.filter(({ kind }) => !REFUSED_AS_WRITTEN.has(kind));
  const step = nextStep('failed', mayPass, terminal);
  return [
    ...(mayPass.length < failed.length
      ? [
          `  ${c.dim('next:')} ${wrap('change what was refused in its scene; the same words would be refused again', terminal.width, ' '.repeat(8))}`,
        ]
      : []),
    ...(mayPass.length > 0
      ? stepLines({ ...step, caution: 'each is a new paid attempt' }, terminal, '  ')
      : []),
  ];
}

const idList = (held: readonly Held[], { width }: Terminal): string =>
  foldTo(
    held.map(({ manifest, id }) => qualified(manifest, id)),
    width - 2,
  );

const HEADINGS: Readonly<Partial<Record<string, string>>> = {
  failed: 'failed earlier',
  'not-submitted': 'not submitted',
};

/** Most urgent first; what a manifest skips needs nobody. */
function holdBlocks(state: RunState, options: Terminal & SummaryOptions): string[] {
  const c = paint(options);
  const groups = groupBy(state.held, ({ reason }) => reason);
  return HOLD_ORDER.flatMap((reason) => {
    const held = groups.get(reason);
    if (held === undefined || reason === 'skipped') return [];
    if (reason === 'pinned')
      return ['', c.dim(`${plural(held.length, 'render')} pinned: ${idList(held, options)}`)];
    const step = nextStep(reason, held, {
      ...options,
      ...(state.finished === undefined ? {} : { exit: state.finished.exit }),
    });
    // What stopped the run is said above; else it may be the same for all of them.
    const isSaid = reason !== 'not-submitted' || (state.finished?.reasons.length ?? 0) > 0;
    const [why, another] = isSaid ? [] : [...new Set(held.map(({ message }) => message))];
    const heading = `${count(held.length)} ${HEADINGS[reason] ?? reason}`;
    return [
      '',
      `${c.yellow(heading)}: ${wrap(step.meaning, options.width - heading.length, '  ')}`,
      ...(why === undefined || another !== undefined
        ? []
        : [`  ${wrap(terminalLine(why), options.width, '  ')}`]),
      `  ${idList(held, options)}`,
      ...stepLines(step, options, '  '),
    ];
  });
}
