/** The fields of `T` that may be missing, and are never `undefined`. */
type Defined<T> = { [Key in keyof T]?: T[Key] & ({} | null) };

/**
 * The fields that have a value: `{ message, ...defined({ hint }) }` has no `hint` where that is
 * `undefined`. `null` is a value.
 */
export function defined<T extends object>(fields: T): Defined<T> {
  const found: Defined<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) found[key] = value;
  }
  return found;
}
