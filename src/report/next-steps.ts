/** Why nothing more happens to a render by itself, and the exact command that goes on. One wording for every face. */
import type { RenderId } from '../ids.ts';
import { qualified, shellWord } from './words.ts';

export type HoldReason = 'ambiguous' | 'lost' | 'failed' | 'pinned' | 'skipped' | 'missing' | 'pending' | 'not-submitted';

export interface Held {
  /** As shown to people. */
  readonly manifest: string;
  readonly id: RenderId;
}

export interface NextStep {
  /** What the state means, without a number: `the answer to the submit was lost: it may be paid`. */
  readonly meaning: string;
  /** Commands to copy, the best first. */
  readonly commands: readonly string[];
  /** What the commands cost or need, where that must be known before. */
  readonly caution?: string;
}

/** In the order of urgency: what may be lost first. */
export const HOLD_ORDER: readonly HoldReason[] = [
  'ambiguous',
  'lost',
  'missing',
  'failed',
  'not-submitted',
  'pending',
  'pinned',
  'skipped',
];

const ONLY_SHOWN = 3;
const BUDGET = 4;
/** What must change before the same command does any better, by exit code. */
const FIRST: Readonly<Record<number, string>> = {
  [BUDGET]: 'the budget of this run is used up; the next run may spend its own budget again',
  69: 'first top up the account, or wait until the gateway can be reached: until then the same command ends the same',
  77: 'first set a key that the gateway takes: until then the same command ends the same',
};

/** The next step for all renders that are held for one reason. `held` is not empty. */
export function nextStep(
  reason: HoldReason,
  held: readonly Held[],
  {
    draft = false,
    exit,
  }: {
    readonly draft?: boolean;
    /** Of the run that held them: what must change before it helps to run again. */ readonly exit?: number;
  } = {},
): NextStep {
  const manifests = [...new Set(held.map(({ manifest }) => manifest))].map(shellWord).join(' ');
  const only = held.length <= ONLY_SHOWN ? held.map(({ manifest, id }) => ` --only ${shellWord(qualified(manifest, id))}`).join('') : '';
  const one = held[0] === undefined ? '<id>' : shellWord(qualified(held[0].manifest, held[0].id));
  const flags = draft ? ' --draft' : '';
  switch (reason) {
    case 'ambiguous':
      return {
        meaning: 'sent, and the answer was lost: it may be paid, so it is never sent again by itself',
        commands: [
          `rushes recover ${manifests}${flags}`,
          `rushes recover ${one} --adopt <task>`,
          `rushes recover ${one} --never-happened`,
          `rushes recover ${one} --pay-again`,
        ],
        caution: 'the first shows what is known; then one of the three decides',
      };
    case 'lost':
      return {
        meaning: 'the gateway no longer knows the task, or it had no end after a day',
        commands: [`rushes recover ${manifests}${flags}`, `rushes recover ${one} --adopt <task>`, `rushes recover ${one} --give-up`],
        caution: 'look into the account at the gateway first; a render that is given up can be paid for again',
      };
    case 'missing':
      return {
        meaning: 'paid, but the clip is not here and its link has expired',
        commands: [`rushes render ${manifests} --resubmit-missing${only}${flags}`],
        caution: 'pays again; if another machine has the clip, copy it from there instead',
      };
    case 'failed':
      return {
        meaning: 'nothing about it has changed since',
        commands: [`rushes render ${manifests} --retry-failed${only}${flags}`],
        caution: 'a new paid attempt; where a moderation or a rule refused it, change the scene instead',
      };
    case 'not-submitted':
      return {
        meaning: 'the run stopped before its turn; nothing is paid',
        commands: [`rushes render ${manifests}${flags}${exit === BUDGET ? ' --budget <usd>' : ''}`],
        ...(exit === undefined || !Object.hasOwn(FIRST, exit) ? {} : { caution: FIRST[exit] }),
      };
    case 'pending':
      return {
        meaning: 'accepted by the gateway, and the clip has not landed yet',
        commands: [`rushes collect ${manifests}${flags}`],
        caution: 'sends nothing new',
      };
    case 'pinned':
      return { meaning: 'keeps its clip whatever the manifest says', commands: [`rushes unpin ${one}`] };
    case 'skipped':
      return { meaning: 'the manifest says so', commands: [] };
  }
}
