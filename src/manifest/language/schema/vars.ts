/** `vars`: values that templates name. */
import * as z from 'zod';

const varValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
]);
export const VAR_TYPES = ['string', 'integer', 'number', 'boolean', 'list'] as const;
export const varSchema = z.union([
  varValue,
  z.strictObject({
    default: varValue.optional().meta({
      description:
        'The value if --var does not set another. Without a default, the var must be set.',
      examples: ['35mm film'],
    }),
    type: z
      .enum(VAR_TYPES)
      .optional()
      .meta({ description: 'Default: the type of the default, else string.' }),
    description: z
      .string()
      .optional()
      .meta({
        description: 'Explanation for people who set it.',
        examples: ['Look of the whole film'],
      }),
  }),
]);
