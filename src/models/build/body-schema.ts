/** The table of fields as a zod schema: the editors' completion of `params` is made from it. */
import * as z from 'zod';
import { defined } from '../../defined.ts';
import type { Field, Fields } from '../card/card.ts';

export const bodySchema = (fields: Fields): z.ZodType =>
  z.strictObject(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(field)])),
  );

function optional(field: Field): z.ZodType {
  const schema = described(schemaOf(field), field);
  return field.required === true ? schema : schema.optional();
}

function described(schema: z.ZodType, field: Field): z.ZodType {
  const { title, about } = field;
  return title === undefined && about === undefined
    ? schema
    : schema.meta({
        ...defined({ title, description: about }),
        ...examplesOf(field),
      });
}

function examplesOf(field: Field): { readonly examples?: readonly string[] } {
  if (field.type === 'link')
    return { examples: [`https://example.com/a.${field.formats?.[0] ?? 'png'}`] };
  return field.type === 'text' && field.whole === true ? { examples: ['2'] } : {};
}

function schemaOf(field: Field): z.ZodType {
  switch (field.type) {
    case 'text':
      if (field.whole === true) return z.string().regex(/^-?\d{1,6}$/);
      return field.filled === true ? z.string().min(1) : z.string();
    case 'link':
      return z.string();
    case 'whole': {
      const { from, to, also = [] } = field;
      const low = from === undefined ? z.int() : z.int().min(from);
      const range = to === undefined ? low : low.max(to);
      return also.length === 0 ? range : z.union([z.literal([...also]), range]);
    }
    case 'number':
      return z.number();
    case 'flag':
      return z.boolean();
    case 'choice':
      // The id of the model is the one value that it can have.
      if (field.required === true && field.values.length === 1) return z.literal([...field.values]);
      return field.values.every((value) => typeof value === 'string')
        ? z.enum(field.values as readonly [string, ...string[]])
        : z.literal([...field.values] as [number, ...number[]]);
    case 'list': {
      const items = z.array(described(schemaOf(field.of), field.of));
      const least = field.least === undefined ? items : items.min(field.least);
      return field.most === undefined ? least : least.max(field.most);
    }
    case 'object':
      return bodySchema(field.fields);
  }
}
