/**
 * The manifest language as zod schemas: what every key takes, with the words that editors show.
 * Values are checked after templates are filled in and nulls ("as if never set") are taken out;
 * `json-schema.ts` makes the editors' schema of this. The top level of a manifest is here, what
 * stands below it in the other files of this folder.
 */
import * as z from 'zod';
import { FORMAT_VERSION } from '../upgrade.ts';
import { castSchema } from './elements.ts';
import { budgetSchema, limitsSchema, priceSchema, retriesSchema } from './limits-and-money.ts';
import { sceneEntrySchema } from './scene.ts';
import { settings, settingsSchema } from './settings.ts';
import { name } from './values.ts';
import { varSchema } from './vars.ts';

export const aliasSchema = z.strictObject({
  use: z
    .string()
    .min(1)
    .meta({ description: 'The model: gateway/name.', examples: ['apimart/kling-v3'] }),
  profile: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Another set of rules of the same model, such as an older one.',
      examples: ['legacy'],
    }),
  send: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description:
        'Native fields with unclear documentation, to be sent in their second reading: rushes models <model> lists them.',
      examples: [['size']],
    }),
  ...settings,
});

const movedSchema = z.strictObject({
  from: z
    .string()
    .min(1)
    .meta({
      description:
        'The old render id, or a scene id for all of its renders; film:old/kling where another manifest had it.',
      examples: ['old/kling', 'film:old/kling'],
    }),
  to: z
    .string()
    .min(1)
    .meta({
      description: 'The new render id; a scene id where the old one is one.',
      examples: ['new/kling'],
    }),
});

const include = z.array(z.string().min(1)).meta({
  description: 'Files with more scenes; paths and globs relative to this file.',
  examples: [['scenes/*.yaml']],
});
const version = z.literal(FORMAT_VERSION).meta({ description: 'Version of the manifest format.' });

/** Everything of a manifest but its scenes and vars, which are checked one by one. */
export const projectSchema = z.strictObject({
  rushes: version,
  project: name.optional().meta({
    description: 'Name of the project: the folder below output. Default: the name of this file.',
    examples: ['tide-pools'],
  }),
  vars: z.record(z.string(), z.unknown()).optional(),
  models: z.record(name, aliasSchema).meta({
    description: 'The models: alias -> model and its settings.',
    examples: [{ kling: { use: 'apimart/kling-v3' } }],
  }),
  limits: limitsSchema.optional().meta({
    description: 'Limits on tasks and downloads at the same time.',
    examples: [{ in_flight: 8 }],
  }),
  budget: budgetSchema
    .optional()
    .meta({ description: 'The most one run may spend.', examples: [{ usd: 25 }] }),
  defaults: settingsSchema.optional().meta({
    description: 'Settings of every scene, the weakest layer.',
    examples: [{ duration: 5 }],
  }),
  cast: castSchema.optional().meta({
    description:
      'People, places and things by name: @name in a prompt refers to one. Each model gets it in its own way.',
    examples: [
      {
        keeper: {
          description: 'a lighthouse keeper in a yellow raincoat',
          images: ['cast/keeper-front.jpg', 'cast/keeper-side.jpg'],
        },
      },
    ],
  }),
  scenes: z.array(z.unknown()).optional(),
  include: include.optional(),
  output: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Folder of the clips, relative to the project root.', default: 'out' }),
  retries: retriesSchema.optional().meta({
    description:
      'Temporary failures that are resubmitted automatically. Each is a new paid attempt.',
    examples: [{ service: 1 }],
  }),
  prices: z
    .record(z.string(), priceSchema)
    .optional()
    .meta({
      description: "By alias: a price instead of the model's own table.",
      examples: [{ sora: { usd_per_second: 0.3 } }],
    }),
  moved: z
    .array(movedSchema)
    .optional()
    .meta({
      description: 'Renders that have a new id: their clips are kept.',
      examples: [[{ from: 'old/kling', to: 'new/kling' }]],
    }),
  on_mismatch: z.enum(['warn', 'fail']).optional().meta({
    description:
      'What happens if a clip is not as asked. warn: a warning. fail: exit 1; the clip stays.',
    default: 'warn',
  }),
});

/** A file that a manifest includes. */
export const includedSchema = z.strictObject({
  rushes: version.optional(),
  scenes: z.array(z.unknown()).optional(),
  include: include.optional(),
});

/** The whole manifest as an editor sees it. */
export const manifestSchema = projectSchema.extend({
  vars: z
    .record(z.string(), varSchema)
    .optional()
    .meta({
      description:
        'Values for templates such as ${{ vars.style }}. A value, or { default, type, description }.',
      examples: [{ style: '35mm film, soft light' }],
    }),
  scenes: z
    .array(sceneEntrySchema)
    .optional()
    .meta({
      description: 'The scenes to render.',
      examples: [[{ id: 'sunrise', prompt: 'Tide pools at sunrise' }]],
    }),
});
