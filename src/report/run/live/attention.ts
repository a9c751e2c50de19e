/** Problems that need attention during a run, most urgent first, with the command for each. */
import { renderWords } from '../../../command-words.ts';
import { defined } from '../../../defined.ts';
import { groupBy } from '../../plan/plan-groups.ts';
import { failureWords, count } from '../../text/format.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { HeldReason } from '../../../run/events.ts';
import { HOLD_ORDER, nextStep, type Repeated } from '../../text/next-steps.ts';
import { terminalLine } from '../../text/escape.ts';
import type { RunState } from '../run-state.ts';

export interface Attention {
  /** A render, or a number of renders, and the outcome. */
  readonly subject: string;
  /** More about it; `''` for nothing. */
  readonly words: string;
  readonly command?: string;
}

const WORDS: Readonly<Partial<Record<HeldReason, readonly [what: string, more: string]>>> = {
  ambiguous: ['unclear', 'the answer was lost'],
  lost: ['unclear', 'the gateway has no record of the task'],
  missing: ['missing', 'paid, and the link has expired'],
};
/** More of one kind are one line. */
const ONE_BY_ONE = 3;

export interface AttentionOptions {
  readonly draft?: boolean;
  readonly repeated?: Repeated;
}

export function attentionOf(state: RunState, options: AttentionOptions): readonly Attention[] {
  const held = groupBy(state.held, ({ reason }) => reason);
  const holds = HOLD_ORDER.flatMap((reason) => {
    const found = held.get(reason) ?? [];
    const words = WORDS[reason];
    if (words === undefined || found.length === 0) return [];
    const groups = found.length > ONE_BY_ONE ? [found] : found.map((one) => [one]);
    return groups.map((group): Attention => {
      const [first] = group;
      const command =
        reason === 'missing' || first === undefined || group.length > 1
          ? nextStep(reason, group, options).commands[0]
          : `rushes recover ${terminalLine(renderWords(first))}${options.draft === true ? ' --draft' : ''}`;
      return {
        subject: `${subjectOf(state, group)} ${words[0]}`,
        words: words[1],
        ...defined({ command }),
      };
    });
  });
  const failures = [...groupBy(state.failed, failureWords)].map(([words, group]) => ({
    subject: `${subjectOf(state, group)} failed`,
    words: terminalLine(words),
  }));
  const wrong = state.completed.filter(({ mismatch = [] }) => mismatch.length > 0);
  return [
    ...holds,
    ...failures,
    ...(wrong.length === 0
      ? []
      : [
          {
            subject: `${subjectOf(state, wrong)} not as asked`,
            words: '',
            command: `rushes gallery${state.manifests.map((name) => ` ${shellWord(name)}`).join('')}${options.draft === true ? ' --draft' : ''}`,
          },
        ]),
    ...delayed(state),
  ];
}

const subjectOf = (state: RunState, group: readonly Parameters<RunState['nameOf']>[0][]): string =>
  group.length === 1 && group[0] !== undefined ? state.nameOf(group[0]) : count(group.length);

function delayed(state: RunState): readonly Attention[] {
  const oldest = state.oldestDelayed;
  return oldest?.delayed === undefined
    ? []
    : [{ subject: state.nameOf(oldest), words: terminalLine(oldest.delayed.message) }];
}
