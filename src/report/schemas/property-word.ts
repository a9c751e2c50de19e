/** What a JSON Schema says of one property. */
export interface Word {
  readonly description: string;
  readonly examples?: readonly unknown[];
}
export const word = (description: string, ...examples: readonly unknown[]): Word =>
  examples.length === 0 ? { description } : { description, examples };
