/** The command that leads on from what a render is now, ready to be copied. */
import { renderWords } from '../../command-words.ts';
import { defined } from '../../defined.ts';
import { awaitsLook } from '../../lock/entry.ts';
import type { PlannedRender } from '../../plan/plan.ts';
import type { HeldReason } from '../../run/events.ts';
import { terminalLine } from '../text/escape.ts';
import { qualified } from '../text/format.ts';
import { shellWord } from '../text/shell-word.ts';
import { nextStep, isRefusedAsWritten } from '../text/next-steps.ts';
import type { PageRender, PageState } from './page-data.ts';

interface NextOptions {
  /** As shown to people. */
  readonly manifest: string;
  readonly draft: boolean;
}

/** `undefined` if nothing is to be done. */
export function nextCommands(
  { action, render, entry }: PlannedRender,
  state: PageState,
  { manifest, draft }: NextOptions,
): PageRender['next'] {
  const reason = holdReason(action, state);
  if (reason !== undefined) {
    const held = {
      manifest,
      id: render.id,
      pinned: entry?.decision?.pin === true,
      ...(entry?.error === undefined ? {} : { refused: isRefusedAsWritten(entry.error) }),
    };
    const { first, commands, caution } = nextStep(reason, [held], { draft });
    return commands.length === 0
      ? undefined
      : { commands, ...defined({ caution: first ?? caution }) };
  }
  const one = shellWord(qualified(manifest, render.id));
  const rehearsal = draft ? ' --draft' : '';
  const again = `rushes render ${shellWord(manifest)} --only ${one}${rehearsal}`;
  if (state === 'changed')
    return {
      commands: [again, ...(draft ? [] : [`rushes accept ${one} ${shellWord(manifest)}`])],
      ...(draft
        ? {}
        : {
            caution:
              'the first command renders it again and pays again; the second keeps this clip',
          }),
    };
  if (state === 'waiting') return { commands: [again] };
  if (state === 'elsewhere' || state === 'damaged')
    return { commands: [again.replace(' --only', ' --restore --only')] };
  if (state === 'ready' && !draft && entry !== undefined && awaitsLook(entry)) {
    const words = terminalLine(renderWords({ manifest, id: render.id }));
    return {
      commands: [`rushes accept ${words}`, `rushes redo ${words}`],
      caution:
        'the first command keeps this clip; after the second, the next run renders it again and pays again',
    };
  }
  return undefined;
}

function holdReason(action: PlannedRender['action'], state: PageState): HeldReason | undefined {
  if (action.kind === 'hold') return action.reason;
  if (state === 'pending') return 'pending';
  return state === 'missing' ? 'missing' : undefined;
}
