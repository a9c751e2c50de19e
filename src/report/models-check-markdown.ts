/** `models check` for GitHub: the page of the job summary and of the issue, and annotations. */
import type { ModelsCheck, MovedModel } from '../gateways/catalogue/compare.ts';
import { MOVED_WORDS } from './models-check.ts';
import { COMMENT_BYTES } from './plan/plan-markdown.ts';
import { type Annotation, annotationLine, MOST_ANNOTATIONS } from './text/annotations.ts';
import { markdownCode, markdownText } from './text/escape.ts';
import { plural } from './text/format.ts';
import { boundedPage, tableRow } from './text/markdown-page.ts';

/** Hidden first line by which the next check finds its issue. */
export const MODELS_ISSUE_MARK = '<!-- rushes:models-check -->';
export const MODELS_ISSUE_TITLE = 'Video models have changed';

/** The same facts give the same page: an issue is edited only when something else has moved. */
export function modelsCheckPage({ moved, gateways }: ModelsCheck): string {
  const unanswered = gateways.flatMap((one) =>
    one.unanswered.map((why) => `- ${one.gateway}: ${markdownText(why)}`),
  );
  return boundedPage(
    [
      moved.length === 0
        ? nothingMoved(unanswered.length)
        : `${plural(modelsIn(moved), 'model')} changed: the gateway differs from the model card of this version of rushes.`,
      {
        head: ['', '| | model | | card | gateway |', '| --- | --- | --- | --- | --- |'],
        rows: moved.map(({ what, model, of = '', ours, theirs }) =>
          tableRow(
            MOVED_WORDS[what],
            markdownCode(model),
            markdownText(of),
            markdownText(ours),
            markdownText(theirs),
          ),
        ),
        more: (hidden) => `… and ${hidden} more: \`rushes models check\` prints all.`,
      },
      ...(moved.length === 0 ? [] : ['', WHAT_TO_DO]),
      ...(unanswered.length === 0 ? [] : ['', 'No answer, so not compared:', '', ...unanswered]),
    ],
    COMMENT_BYTES,
  );
}

const WHAT_TO_DO =
  'A newer version of rushes may have the new facts. Until then, state new prices under `prices:` in the manifest, and replace models that are gone. Nothing was changed, and nothing was paid.';

const nothingMoved = (unanswered: number): string =>
  unanswered === 0
    ? 'Nothing has changed: the gateways agree with the model cards.'
    : 'No change was found, but some requests had no answer.';

const modelsIn = (moved: readonly MovedModel[]): number =>
  new Set(moved.map(({ model }) => model)).size;

/** Warnings of the step, as many as GitHub shows. */
export function modelsCheckAnnotations({ moved }: ModelsCheck): string {
  const rest = moved.length - (MOST_ANNOTATIONS - 1);
  const shown = rest > 1 ? moved.slice(0, MOST_ANNOTATIONS - 1) : moved;
  const lines = shown.map(({ what, model, of, ours, theirs }) =>
    warning(
      `${MOVED_WORDS[what]}: ${model}${of === undefined ? '' : `, ${of}`}: ${ours} → ${theirs}`,
    ),
  );
  return [...lines, ...(rest > 1 ? [warning(`and ${rest} more: the job summary has all`)] : [])]
    .map((line) => `${line}\n`)
    .join('');
}

const warning = (text: string): string =>
  annotationLine({
    kind: 'warning',
    properties: [['title', 'rushes models']],
    text,
  } satisfies Annotation);
