/**
 * What `rushes explain <code>` prints of a code. Write what the code means, an example that is
 * wrong, and what to write instead: the first example of a page is wrong and has the code, the last
 * one is right and does not have it. A test checks both.
 */
export interface Explanation {
  /** One line. */
  readonly title: string;
  /** Plain text, paragraphs separated by an empty line; examples are indented by four spaces. */
  readonly page: string;
}
