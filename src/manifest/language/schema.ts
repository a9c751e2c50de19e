/**
 * The manifest language as zod schemas: what every key takes, with the words that editors show.
 * Values are checked after templates are filled in and nulls ("as if never set") are taken out;
 * `json-schema.ts` makes the editors' schema of this.
 */
import * as z from 'zod';
import { type GatewayName, GATEWAYS, nameProblem } from '../../ids.ts';
import { RATIO_WORDS, RATIOS, RESOLUTIONS, WORDS } from '../../scene.ts';
import { parseDeadline } from './deadline.ts';
import { FORMAT_VERSION } from './upgrade.ts';
import { callbackUrlProblem, mediaUrlProblem, pictureProblem, type UrlProblem } from './urls.ts';

/** Gateways whose models take elements made beforehand, by their ids. */
const ELEMENT_ID_GATEWAYS = ['evolink'] as const satisfies readonly GatewayName[];

/** What zod says of a text where a whole number is expected: it would say "number". */
export const WHOLE_NUMBER = 'a whole number';

const name = z.string().check(
  judge((text) => {
    const problem = nameProblem(text);
    return problem === undefined ? undefined : { code: 'bad-name', message: problem };
  }),
);
/**
 * Patterns are for editors only: they show the commonest mistakes while one types, and let
 * templates pass.
 */
const sceneId = name.meta({ pattern: String.raw`^[^\s/\\.:#]+$|\$\{\{` });
/** A public link, or the path of a picture in the repository. */
const picture = z
  .string()
  .check(judge(pictureProblem))
  .meta({
    pattern: String.raw`^https?://|\$\{\{|^[^:]+\.(?:[Jj][Pp][Ee]?[Gg]|[Pp][Nn][Gg]|[Ww][Ee][Bb][Pp])$`,
  });
const mediaUrl = z
  .string()
  .check(judge(mediaUrlProblem))
  .meta({ pattern: String.raw`^https?://|\$\{\{` });
const whole = z.int({ error: WHOLE_NUMBER });
const count = whole.min(1);

/** A check whose finding keeps its code and hint on the way through zod. */
function judge(
  problem: (
    text: string,
  ) =>
    | (Omit<UrlProblem, 'code' | 'hint'> & { readonly code: string; readonly hint?: string })
    | undefined,
) {
  return (payload: z.core.ParsePayload<string>): void => {
    const found = problem(payload.value);
    if (found === undefined) return;
    const { code, message, hint } = found;
    payload.issues.push({ code: 'custom', input: payload.value, message, params: { code, hint } });
  };
}

const shot = z
  .strictObject({
    prompt: z
      .string()
      .meta({ description: 'What this shot shows.', examples: ['Wide: the beach at dawn'] }),
    duration: count.meta({
      description: 'Whole seconds. The durations of all shots add up to the duration of the scene.',
      examples: [2],
    }),
  })
  .meta({ title: 'Shot', description: 'One of several shots of a clip.' });

const elementIds = z
  .strictObject(
    Object.fromEntries(
      ELEMENT_ID_GATEWAYS.map((gateway) => [
        gateway,
        z
          .string()
          .min(1)
          .optional()
          .meta({ description: 'The id that this gateway gave it.', examples: ['1234567890'] }),
      ]),
    ),
  )
  .optional()
  .meta({
    description: 'Ids of elements made beforehand, by gateway.',
    examples: [{ evolink: '1234567890' }],
  });

const element = z
  .strictObject({
    name: name.meta({ description: 'Its name; @name in a prompt means it.', examples: ['dog'] }),
    description: z
      .string()
      .optional()
      .meta({
        description: 'What it looks like.',
        examples: ['A small brown dog with a red collar'],
      }),
    images: z
      .array(picture)
      .min(1)
      .optional()
      .meta({
        description:
          'Pictures, the first one frontal: paths relative to this file, or https:// links.',
        examples: [['refs/dog-front.png', 'refs/dog-side.png']],
      }),
    ids: elementIds,
  })
  .meta({
    title: 'Element',
    description: 'A person or thing that stays the same from shot to shot.',
  });

const castMember = z
  .strictObject({
    description: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'What it looks like, in words that can stand in a prompt: models without elements and references get them in place of @name.',
        examples: ['a lighthouse keeper in a yellow raincoat'],
      }),
    images: z
      .array(picture)
      .min(1)
      .optional()
      .meta({
        description:
          'Pictures, the first one frontal: paths relative to this file, or https:// links.',
        examples: [['cast/keeper-front.jpg', 'cast/keeper-side.jpg']],
      }),
    ids: elementIds,
  })
  .meta({ title: 'Cast member', description: 'A person, a place or a thing of the manifest.' });

/** Members by name; each is judged by itself. */
export const castSchema = z.record(name, castMember);

/** Of this manifest: what another one renders has a lock and a run of its own. */
const sceneName = z.string().check(
  judge((text) => {
    if (/^[^:]+:[^:]+$/.test(text))
      return {
        code: 'frame-of-other-manifest',
        message: 'names a scene of another manifest; a frame can only come from the same manifest',
        hint: 'Put both scenes into one manifest, for example with include.',
      };
    const problem = nameProblem(text);
    return problem === undefined ? undefined : { code: 'bad-name', message: problem };
  }),
);
/** The scene goes on from a frame of another scene's clip. */
const frameOf = z
  .strictObject({
    scene: sceneName.meta({
      description: 'Id of a scene of this manifest, whose clip has the frame.',
      examples: ['crab'],
    }),
    frame: z.union([z.enum(['first', 'last']), z.number().min(0)]).meta({
      description: 'first, last, or the time of the frame in seconds of the clip.',
      examples: ['last', 2.5],
    }),
    model: name.optional().meta({
      description:
        "Alias of the render that has the frame. Default: the scene's pick, else the alias that is rendered.",
      examples: ['kling'],
    }),
    take: count.optional().meta({
      description: "Take of the render that has the frame. Default: the pick's, else 1.",
      examples: [2],
    }),
  })
  .meta({
    title: 'Frame',
    description: "A frame of another scene's clip, which is rendered first.",
  });

/** Portable words: each model translates them into its own body. */
const words = {
  prompt: z
    .union([
      z.string(),
      z.strictObject({
        file: z
          .string()
          .min(1)
          .meta({
            description: 'Path of a text file, relative to this file.',
            examples: ['prompts/crab.txt'],
          }),
      }),
    ])
    .optional()
    .meta({
      description: 'What the clip shows: a text, or { file: prompts/crab.txt }.',
      examples: ['A crab looks up at the camera'],
    }),
  negative_prompt: z
    .string()
    .optional()
    .meta({ description: 'What the clip must not show.', examples: ['blur, text'] }),
  duration: count.optional().meta({ description: 'Whole seconds, without quotes.', examples: [5] }),
  aspect_ratio: z
    .enum([...RATIOS, ...(Object.keys(RATIO_WORDS) as (keyof typeof RATIO_WORDS)[])])
    .optional()
    .meta({
      description:
        'Width to height. landscape is 16:9, portrait 9:16, square 1:1; adaptive leaves it to the picture or the model.',
    }),
  resolution: z
    .enum(RESOLUTIONS)
    .optional()
    .meta({ description: 'Pixels of the shorter side, or 2k, 4k.' }),
  audio: z.boolean().optional().meta({ description: 'Whether the clip has sound.' }),
  watermark: z
    .boolean()
    .optional()
    .meta({ description: "Whether the clip carries the provider's mark." }),
  first_frame: z
    .union([picture, frameOf])
    .optional()
    .meta({
      description:
        "The picture that the clip begins with: a path relative to this file, a public https:// link, or a frame of another scene's clip.",
      examples: ['refs/crab.png', 'https://example.com/crab.png', { scene: 'crab', frame: 'last' }],
    }),
  last_frame: z
    .union([picture, frameOf])
    .optional()
    .meta({
      description:
        "The picture that the clip ends with: a path relative to this file, a public https:// link, or a frame of another scene's clip.",
      examples: ['refs/crab-wave.png', { scene: 'crab-waves', frame: 'first' }],
    }),
  shots: z
    .union([z.literal('auto'), z.array(shot).min(1)])
    .optional()
    .meta({
      description: "Several shots in one clip: a list, or auto for the model's own splitting.",
      examples: [[{ prompt: 'Wide: the beach', duration: 2 }]],
    }),
  elements: z
    .array(element)
    .min(1)
    .check(uniqueNames)
    .optional()
    .meta({
      description:
        'People and things that stay themselves from shot to shot; @name in a prompt means one.',
      examples: [[{ name: 'dog', description: 'A small brown dog' }]],
    }),
  seed: whole
    .min(0)
    .optional()
    .meta({
      description:
        'Start of the random numbers: the same seed gives a similar clip. Take n is sent with seed + n - 1.',
      examples: [7],
    }),
  references: z
    .union([
      z.array(picture).min(1),
      z.strictObject({
        images: z
          .array(picture)
          .min(1)
          .optional()
          .meta({ description: 'Pictures: paths or https:// links.' }),
        videos: z.array(mediaUrl).min(1).optional().meta({ description: 'Links of videos.' }),
        audios: z.array(mediaUrl).min(1).optional().meta({ description: 'Links of sounds.' }),
      }),
    ])
    .optional()
    .meta({
      description:
        'Pictures that show a person, a place or a style and are not the first or last frame: paths relative to this file, or public https:// links; or a map of images, videos and audios.',
      examples: [['refs/hat.png']],
    }),
};

function uniqueNames(payload: z.core.ParsePayload<readonly { readonly name: string }[]>): void {
  const seen = new Set<string>();
  for (const [index, { name: text }] of payload.value.entries()) {
    if (seen.has(text)) {
      const message = `is the name of two elements`;
      payload.issues.push({
        code: 'custom',
        input: text,
        path: [index, 'name'],
        message,
        params: { code: 'wrong-value', hint: 'Give each element its own name.' },
      });
    }
    seen.add(text);
  }
}

/** What `defaults`, an alias, a scene and an override may all say. */
const settings = {
  ...words,
  params: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({
      description: "The model's own fields, as its API names them. They win over everything else.",
      examples: [{ watermark: false }],
    }),
  fit: z.literal('nearest').optional().meta({
    description: 'nearest: take the nearest offered duration or resolution instead of refusing.',
  }),
  drop: z
    .array(z.enum(WORDS))
    .optional()
    .meta({
      description: 'Words that may be left out for a model that does not know them.',
      examples: [['negative_prompt']],
    }),
  notify: z
    .string()
    .check(judge(callbackUrlProblem))
    .optional()
    .meta({
      description:
        'URL that the gateway calls when the clip is done. Not part of what is rendered.',
      examples: ['https://example.com/hooks/rushes'],
    }),
};

export const settingsSchema = z.strictObject(settings);
/** Keys of {@link settingsSchema}, for hints about keys in the wrong place. */
export const SETTINGS: readonly string[] = Object.keys(settings);

export const aliasSchema = z.strictObject({
  use: z
    .string()
    .min(1)
    .meta({ description: 'The model: gateway/name.', examples: ['apimart/kling-v3'] }),
  profile: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'An older or other rule set of the same model.', examples: ['legacy'] }),
  send: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description:
        'Native fields that the pages leave open, to be sent in their second reading: rushes models <model> lists them.',
      examples: [['size']],
    }),
  ...settings,
});

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
  revision: whole
    .min(0)
    .optional()
    .meta({ description: 'Raise it to have new clips of unchanged words.', default: 0 }),
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

/** A scene as it is written: `matrix` and `rows` make many scenes of it. */
const sceneEntrySchema = sceneSchema.extend({
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

const limit = z.strictObject({
  in_flight: count
    .optional()
    .meta({ description: 'Tasks accepted and not finished.', examples: [2] }),
  submits_per_minute: count
    .optional()
    .meta({ description: 'Requests sent in any minute. Default: no limit.', examples: [60] }),
});

const limitsSchema = z.strictObject({
  in_flight: count
    .optional()
    .meta({ description: 'Tasks accepted and not finished, all gateways together.', default: 6 }),
  gateways: z
    .strictObject(
      Object.fromEntries(
        GATEWAYS.map((gateway) => [
          gateway,
          limit
            .optional()
            .meta({ description: 'Limits of this gateway alone.', examples: [{ in_flight: 3 }] }),
        ]),
      ),
    )
    .optional()
    .meta({
      description: 'By gateway. Default: 3 in flight each.',
      examples: [{ apimart: { in_flight: 5 } }],
    }),
  models: z
    .record(z.string(), limit)
    .optional()
    .meta({ description: 'By alias.', examples: [{ kling: { in_flight: 2 } }] }),
  downloads: count.optional().meta({ description: 'Clips fetched at a time.', default: 4 }),
  deadline: z
    .string()
    .check(
      judge((text) =>
        parseDeadline(text) === undefined
          ? {
              code: 'wrong-value',
              message: 'is not a valid duration',
              hint: 'Write it like 45m, 90s or 1h30m.',
            }
          : undefined,
      ),
    )
    .optional()
    .meta({
      description: 'How long one run follows a task, from when it began to follow it.',
      default: '45m',
      examples: ['45m', '90s', '1h'],
    }),
});

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
      description: 'The value where --var sets no other. Without it the var must be set.',
      examples: ['35mm film'],
    }),
    type: z
      .enum(VAR_TYPES)
      .optional()
      .meta({ description: 'Default: the type of the default, else string.' }),
    description: z
      .string()
      .optional()
      .meta({ description: 'For people who set it.', examples: ['Look of the whole film'] }),
  }),
]);

const budgetSchema = z.strictObject({
  usd: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'The most one run may spend, in US dollars.', examples: [25] }),
  unpriced: z
    .array(z.string())
    .optional()
    .meta({ description: 'Aliases whose price is unknown and accepted.', examples: [['sora']] }),
});

const priceSchema = z
  .strictObject({
    usd_per_second: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'US dollars for each second of video.', examples: [0.3] }),
    usd_per_clip: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'US dollars for each clip.', examples: [1.5] }),
  })
  .check((payload): void => {
    const { usd_per_second: perSecond, usd_per_clip: perClip } = payload.value;
    if ((perSecond === undefined) === (perClip === undefined)) {
      payload.issues.push({
        code: 'custom',
        input: payload.value,
        message: 'wants one of usd_per_second and usd_per_clip',
        params: { code: 'wrong-value' },
      });
    }
  });

const retriesSchema = z.strictObject({
  service: z.int().min(0).max(10).optional().meta({
    description: 'After a failure of the service. Each is a new paid attempt.',
    default: 0,
  }),
  timeout: z.int().min(0).max(10).optional().meta({
    description: 'After a time-out at the gateway. Each is a new paid attempt.',
    default: 0,
  }),
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
    description: 'Who renders: alias -> model and its settings.',
    examples: [{ kling: { use: 'apimart/kling-v3' } }],
  }),
  limits: limitsSchema
    .optional()
    .meta({ description: 'How much at a time.', examples: [{ in_flight: 8 }] }),
  budget: budgetSchema
    .optional()
    .meta({ description: 'The most one run may spend.', examples: [{ usd: 25 }] }),
  defaults: settingsSchema.optional().meta({
    description: 'Settings of every scene, the weakest layer.',
    examples: [{ duration: 5 }],
  }),
  cast: castSchema.optional().meta({
    description:
      'People, places and things by name: @name in a prompt means one, on every model in its own way.',
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
    description: 'Failures that may pass, resubmitted by themselves. Each is a new paid attempt.',
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
      'What a clip that differs from what was asked means. fail: exit 1; the clip stays.',
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
        'Values that templates name: ${{ vars.style }}. A value, or { default, type, description }.',
      examples: [{ style: '35mm film, soft light' }],
    }),
  scenes: z
    .array(sceneEntrySchema)
    .optional()
    .meta({
      description: 'What is filmed.',
      examples: [[{ id: 'sunrise', prompt: 'Tide pools at sunrise' }]],
    }),
});
