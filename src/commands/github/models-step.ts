/** `command: models-check`: changes at the gateways, as one issue or as a failed step. */
import { catalogue } from '../../models/catalogue.ts';
import { modelsCheckAnnotations, modelsCheckPage } from '../../report/models-check-markdown.ts';
import { annotationLine } from '../../report/text/annotations.ts';
import { checkModels } from '../../workflow/check-models.ts';
import { exitOfCheck, printCheck } from '../models/check.ts';
import { appendSummary, setOutputs } from '../shared/github-outputs.ts';
import { EXIT, type Io } from '../shared/io.ts';
import type { Inputs } from './inputs.ts';
import { type IssueOutcome, updateModelsIssue } from './models-issue.ts';

/**
 * Done, where nothing has moved or an issue says what has; else the exit code of `models check`.
 */
export async function modelsStep(io: Io, { issue, token }: Inputs): Promise<number> {
  const check = await checkModels(io, [...catalogue.values()], catalogue);
  const exit = exitOfCheck(check);
  const hasMoved = check.moved.length > 0;
  printCheck(io, check);
  io.stdout.write(modelsCheckAnnotations(check));
  const page = modelsCheckPage(check);
  await appendSummary(io, page);
  await setOutputs(io, { changed: hasMoved });
  // An unanswered request does not prove that nothing moved: the issue stays open.
  const isCertain = hasMoved || check.gateways.every(({ unanswered }) => unanswered.length === 0);
  if (!issue || !isCertain) return exit;
  const outcome = await updateModelsIssue(io, { page, hasMoved }, token);
  tell(io, outcome);
  return outcome.kind === 'failed' ? exit : EXIT.done;
}

function tell(io: Io, outcome: IssueOutcome): void {
  if (outcome.kind === 'none') return;
  const text =
    outcome.kind === 'failed'
      ? `The issue about changed models could not be written: ${outcome.why}`
      : `The issue #${outcome.number} about changed models: ${outcome.kind}`;
  const kind = outcome.kind === 'failed' ? 'warning' : 'notice';
  io.stdout.write(`${annotationLine({ kind, properties: [['title', 'rushes models']], text })}\n`);
}
