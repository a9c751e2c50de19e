/**
 * A prompt in curly quotes, as word processors write them: to YAML they are letters, so they would
 * be sent.
 */
import type { Report } from '../values/problems.ts';
import type { WrittenText } from './hash-comments.ts';

/** An opening quote, a text without one more of them, a closing quote. */
const IN_QUOTES =
  /^[\u201c\u201d\u201e\u2018\u201a\u00ab][^\u201c-\u201f\u00ab\u00bb]*[\u201c\u201d\u2018\u2019\u00bb]$/;

export function reportCurlyQuotes(texts: readonly WrittenText[], report: Report): void {
  for (const { key, entry } of texts) {
    const { value } = entry;
    if (value.kind !== 'scalar' || typeof value.value !== 'string') continue;
    if (!IN_QUOTES.test(value.value.trim())) continue;
    report({
      code: 'curly-quotes',
      severity: 'warning',
      message: `the curly quotes around ${key} are part of the text and are sent`,
      place: value.place,
      hint: 'Use straight quotes (").',
    });
  }
}
