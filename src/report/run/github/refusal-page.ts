/** The job summary of a run that ended before it began, and what to do after an exit code. */
import { markdownText } from '../../text/escape.ts';
import { exitMeaning } from '../../text/exit-codes.ts';

const AGAIN = 'Then run the job again: nothing is paid for twice.';

/** Problems that only the settings of the repository or the workflow can fix. */
const REMEDIES: Readonly<Record<number, string>> = {
  77: `Add the key as a secret (Settings › Secrets and variables › Actions, or the environment of the job) and pass it to the step under <code>env:</code>. ${AGAIN}`,
  4: `Raise the cap, or render less at a time (inputs <code>only</code>, <code>model</code>, <code>tag</code>). The cap is the smallest of the input <code>budget</code>, the variable <code>RUSHES_BUDGET_USD</code> and <code>budget</code> in the manifest. ${AGAIN}`,
};

/** Markdown; `undefined` if the exit code says it all. */
export const remedyMarkdown = (exit: number): string | undefined => {
  const remedy = REMEDIES[exit];
  return remedy === undefined ? undefined : `**What to do:** ${remedy}`;
};

const MOST_REASONS = 20;

/** `reasons`: a sentence each; without them the log is named. */
export function refusalPage(exit: number, reasons: readonly string[]): string {
  const more = reasons.length - MOST_REASONS;
  const remedy = remedyMarkdown(exit);
  return [
    '### 🎬 Nothing was sent',
    '',
    `exit ${exit}: ${markdownText(exitMeaning(exit))}.${reasons.length === 0 ? ' The log says why.' : ''}`,
    '',
    ...reasons.slice(0, MOST_REASONS).map((reason) => `- ${markdownText(reason)}`),
    ...(more > 0 ? [`- … and ${more} more: the log lists all of them`] : []),
    ...(reasons.length === 0 ? [] : ['']),
    ...(remedy === undefined ? [] : [remedy, '']),
  ].join('\n');
}
