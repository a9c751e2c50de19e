/** A scene in the manifest, and a scene after `matrix` and `rows`. */
import * as z from 'zod';
import { settings, settingsSchema } from './settings.ts';
import { judge, sceneId, whole } from './values.ts';

const matrixSchema = z.record(z.string(), z.unknown()).meta({
  description:
    'One scene for every combination: each key has a list of values; exclude and include are lists of combinations.',
  examples: [
    { sky: ['rain', 'sun'], time: ['dawn', 'dusk'], exclude: [{ sky: 'sun', time: 'dusk' }] },
  ],
});

export const sceneSchema = z.strictObject({
  id: sceneId.meta({
    description: 'Letters, digits, - and _; unique in the project. Names the folder of the clips.',
    examples: ['sunrise'],
  }),
  extends: z
    .string()
    .optional()
    .meta({
      description: 'Id of a scene whose settings are used below those of this one.',
      examples: ['sunrise'],
    }),
  models: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'Aliases to render on. Default: every alias.', examples: [['kling']] }),
  takes: whole
    .min(1)
    .max(999)
    .optional()
    .meta({ description: 'How many clips of the same request.', default: 1 }),
  revision: whole.min(0).optional().meta({
    description: 'Increase it to render new clips although nothing else changed.',
    default: 0,
  }),
  skip: z
    .union([z.boolean(), z.string().min(1).check(judge(reasonProblem))])
    .optional()
    .meta({ description: 'true, or the reason: nothing is rendered, clips stay.', default: false }),
  tags: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'For --tag.', examples: [['trailer']] }),
  overrides: z
    .record(z.string(), settingsSchema)
    .optional()
    .meta({
      description: 'By alias: settings of this scene on that model.',
      examples: [{ kling: { duration: 8 } }],
    }),
  ...settings,
});

/** A scene in the manifest: `matrix` and `rows` make many scenes of it. */
export const sceneEntrySchema = sceneSchema.extend({
  matrix: matrixSchema.optional(),
  rows: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'A .csv or .jsonl file, relative to this file: one scene per row.',
      examples: ['prompts.csv'],
    }),
});

/** `skip: no` is a text in YAML 1.2, and is not meant as a reason. */
function reasonProblem(text: string): ReturnType<Parameters<typeof judge>[0]> {
  const meant = /^(?:on|yes|y|true)$/i.test(text)
    ? 'true'
    : /^(?:off|no|n|false)$/i.test(text)
      ? 'false'
      : undefined;
  return meant === undefined
    ? undefined
    : {
        code: 'wrong-type',
        message: 'is a text; expected true, false or a reason',
        hint: `Write skip: ${meant}`,
      };
}
