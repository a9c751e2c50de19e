/**
 * Every diagnostic code with the page that `rushes explain <code>` prints. Codes are stable: scripts match on them.
 * Write what the code means, an example that is wrong, and what to write instead. Keep the list sorted.
 */
export interface Explanation {
  /** One line. */
  readonly title: string;
  /** Plain text, paragraphs separated by an empty line; examples are indented by four spaces. */
  readonly page: string;
}

export const EXPLAIN = {
  'unknown-key': {
    title: 'The manifest has a key that the format does not name.',
    page: 'Keys are never ignored: a key that nobody reads is a setting that you believe in and that does nothing.',
  },
} as const satisfies Record<string, Explanation>;

export type DiagnosticCode = keyof typeof EXPLAIN;
