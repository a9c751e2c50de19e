/** A value of a request as text: a text is unchanged, everything else is JSON. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
