/** The description of one property of a JSON Schema, and examples of its values. */
export interface PropertyDescription {
  readonly description: string;
  readonly examples?: readonly unknown[];
}
export const property = (
  description: string,
  ...examples: readonly unknown[]
): PropertyDescription => (examples.length === 0 ? { description } : { description, examples });
