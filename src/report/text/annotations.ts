/**
 * Annotations on the lines of a commit.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
import { commandData, commandProperty } from './escape.ts';

export interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice';
  /** Such as `file`, `line`, `title`; in this order. */
  readonly properties: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

/** GitHub shows ten of a kind per step and drops the rest in silence. */
export const MOST_ANNOTATIONS = 10;

/** A line of the log, without its line break. */
export function annotationLine({ kind, properties, text }: Annotation): string {
  const list = properties.map(([key, value]) => `${key}=${commandProperty(value)}`).join(',');
  return `::${kind}${list === '' ? '' : ` ${list}`}::${commandData(text)}`;
}

/** A line of the log that GitHub also shows beside the step, with its line break. */
export const stepNote = (kind: Annotation['kind'], text: string): string =>
  `${annotationLine({ kind, properties: [['title', 'rushes']], text })}\n`;
