/** The keys that a schema names at a path: for hints. */
import * as z from 'zod';

export function knownKeys(
  schema: z.ZodType,
  path: readonly (string | number)[],
): readonly string[] {
  let candidates = unwrapped(schema);
  for (const step of path)
    candidates = candidates.flatMap((candidate) => below(candidate, step)).flatMap(unwrapped);
  return candidates.flatMap((candidate) =>
    candidate instanceof z.ZodObject ? Object.keys(candidate.shape) : [],
  );
}

function unwrapped(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(unwrapped) : [schema];
}

function below(schema: unknown, step: string | number): readonly unknown[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape;
    return Object.hasOwn(shape, step) ? [shape[step]] : [];
  }
  if (schema instanceof z.ZodArray) return [schema.element];
  return schema instanceof z.ZodRecord ? [schema.valueType] : [];
}
