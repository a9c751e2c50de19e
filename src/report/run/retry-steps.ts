/** What to do about the failures of a run: one wording for the screen and for GitHub. */
import {
  CHANGE_WHAT_WAS_REFUSED,
  isRefusedAsWritten,
  type NextStep,
  nextStep,
  type NextStepOptions,
  ONLY_SHOWN,
} from '../text/next-steps.ts';
import type { FailedEvent } from './run-state.ts';

export interface RetrySteps {
  /** Changes that come before another run, a sentence each. */
  readonly changes: readonly string[];
  /** For failures that may pass. */
  readonly again?: NextStep;
}

export function retrySteps(
  failed: readonly FailedEvent[],
  options: NextStepOptions = {},
): RetrySteps {
  const pictures = failed.filter(({ kind }) => kind === 'picture');
  const mayPass = failed.filter(({ kind }) => kind !== 'picture' && !isRefusedAsWritten({ kind }));
  const hasRefused = mayPass.length + pictures.length < failed.length;
  // A command that names none of them pays for those too.
  const others =
    hasRefused && mayPass.length > ONLY_SHOWN
      ? '; it also sends again what was refused, if that is not changed first'
      : '';
  return {
    changes: [
      ...(pictures.length > 0
        ? ['change the picture, then run the same command again; nothing was submitted or paid for']
        : []),
      ...(hasRefused ? [CHANGE_WHAT_WAS_REFUSED] : []),
    ],
    ...(mayPass.length === 0
      ? {}
      : {
          again: {
            ...nextStep('failed', mayPass, options),
            caution: `each is a new ${options.draft === true ? '' : 'paid '}attempt${others}`,
          },
        }),
  };
}
