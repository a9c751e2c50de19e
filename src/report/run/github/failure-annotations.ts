/**
 * Clips that a run did not get, as annotations on the lines of the manifests that ask for them, and
 * the warnings of the run.
 */
import { annotationLine, MOST_ANNOTATIONS, stepNote } from '../../text/annotations.ts';
import { fromRoot } from '../../text/blob-link.ts';
import { failureWords, plural, qualified } from '../../text/format.ts';
import type { HeldReason } from '../../../run/events.ts';
import type { JobSummaryOptions } from './github-summary.ts';
import type { RunState } from '../run-state.ts';

/** A person must act on these; the others end without action, or were decided. */
const TOLD: ReadonlySet<HeldReason> = new Set(['failed', 'ambiguous', 'lost', 'missing']);

/** Lines to print: ten at most, failures of this run first, and a line that counts the others. */
export function failureAnnotations(
  { failed, held }: RunState,
  { about, folder = '' }: Pick<JobSummaryOptions, 'about' | 'folder'>,
): string {
  const told = [
    ...failed.map((event) => ({ ...event, title: 'failed', text: failureWords(event) })),
    ...held.flatMap((event) =>
      TOLD.has(event.reason) ? [{ ...event, title: event.reason, text: event.message }] : [],
    ),
  ];
  const lines = told.slice(0, MOST_ANNOTATIONS).map((one) => {
    const place = about(one)?.place;
    const line = place === undefined ? [] : ([['line', String(place.line)]] as const);
    return annotationLine({
      kind: 'error',
      properties: [
        ['file', fromRoot(folder, place?.file ?? one.manifest)],
        ...line,
        ['title', `${qualified(one.manifest, one.id)} ${one.title}`],
      ],
      text: one.hint === undefined ? one.text : `${one.text}\nhint: ${one.hint}`,
    });
  });
  const more = told.length - lines.length;
  if (more > 0)
    lines.push(`… and ${plural(more, 'more render')}: the summary and the log list all of them`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Ten at most: the summary has all of them. */
export const warningAnnotations = ({ notices }: RunState): string =>
  notices
    .filter(({ severity }) => severity === 'warning')
    .slice(0, MOST_ANNOTATIONS)
    .map(({ message, hint }) =>
      stepNote('warning', hint === undefined ? message : `${message}\nhint: ${hint}`),
    )
    .join('');
