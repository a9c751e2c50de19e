/** The keys that a schema names at a path: for hints. */
import type * as z from 'zod';

export function knownKeys(schema: z.core.$ZodType, path: readonly (string | number)[]): readonly string[] {
  let candidates: readonly z.core.$ZodType[] = [schema];
  for (const step of path) candidates = candidates.flatMap(unwrapped).flatMap((candidate) => below(candidate, step));
  return candidates.flatMap(unwrapped).flatMap((candidate) => {
    const { def } = (candidate as z.core.$ZodTypes)._zod;
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
}

function unwrapped(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional') return unwrapped(def.innerType);
  return def.type === 'union' ? def.options.flatMap(unwrapped) : [schema];
}

function below(schema: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return Object.hasOwn(def.shape, step) ? [def.shape[step] as z.core.$ZodType] : [];
  if (def.type === 'array') return [def.element];
  return def.type === 'record' ? [def.valueType] : [];
}
