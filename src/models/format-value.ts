/** Values as a person reads them in a message. */
import type { Json } from '../scene.ts';
import type { BodyPath } from './model.ts';

const LONGEST_TEXT = 60;

/**
 * What stands in the body: short, quoted where it is text, and never the inside of a list or an
 * object.
 */
export function seen(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  return JSON.stringify(value) ?? 'nothing';
}

/** A value as JSON, but texts without quotes. */
export const written = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** A text in quotes, cut after {@link LONGEST_TEXT} code points. */
export function quoted(text: string): string {
  const points = Array.from(text.slice(0, 2 * LONGEST_TEXT + 2));
  return JSON.stringify(
    points.length > LONGEST_TEXT ? `${points.slice(0, LONGEST_TEXT).join('')}…` : points.join(''),
  );
}

/** `multi_prompt[1].duration`: a native path as it would be written in code. */
export const fieldName = (path: BodyPath): string =>
  path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join('');

/** `3, 4 or 5`; texts in quotes. */
export function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? quoted(value) : String(value)));
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}
