/** A value of a request as text: what is a text stays as it is, the rest is JSON. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
