/**
 * A model card of a project's own, `use: ./models/wan.yaml`: the tables of the catalogue's cards as
 * YAML. It names one of our gateways and cannot name a host.
 */
import * as z from 'zod';
import { GATEWAYS } from '../../ids.ts';
import { WORDS } from '../../scene.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const path = z.string().min(1);

const simple = {
  type: z.enum(['text', 'link', 'whole', 'number', 'flag', 'choice', 'list', 'object']).meta({
    description: 'text, link, whole, number, flag (true or false), choice, list, object.',
  }),
  title: z.string().optional(),
  about: z.string().optional().meta({ description: 'What editors show.' }),
  required: z.literal(true).optional(),
  default: scalar.optional().meta({ description: 'The documented default. It is never sent.' }),
  filled: z.literal(true).optional().meta({ description: 'text: the empty text is refused.' }),
  from: z.int().optional().meta({ description: 'whole: the least.' }),
  to: z.int().optional().meta({ description: 'whole: the most.' }),
  values: z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .optional()
    .meta({ description: 'choice: the allowed values.' }),
  least: z.int().min(0).optional().meta({ description: 'list: the fewest items.' }),
  most: z.int().min(1).optional().meta({ description: 'list: the most items.' }),
  formats: z
    .array(z.string())
    .optional()
    .meta({ description: 'link: extensions that the service reads.' }),
};
const leaf = z.strictObject(simple);
const item = z.strictObject({ ...simple, fields: z.record(z.string(), leaf).optional() });
const field = z.strictObject({
  ...simple,
  of: item.optional().meta({ description: 'list: the type of its items.' }),
  fields: z.record(z.string(), item).optional().meta({ description: 'object: its fields.' }),
});

const matcher = z.union([
  scalar,
  z.array(scalar).min(1),
  z.strictObject({
    given: z.boolean().optional(),
    present: z.boolean().optional(),
    list: z.boolean().optional(),
    not: z.union([scalar, z.array(scalar)]).optional(),
    count: z.union([z.int(), z.tuple([z.int(), z.int()])]).optional(),
    over: z.number().optional(),
    under: z.number().optional(),
    blank: z.boolean().optional(),
  }),
]);
const condition = z.record(z.string(), matcher).meta({
  description:
    'Field -> value, list of values, or { given: true } and the like. An absent field counts as its default.',
});

const rule = z.strictObject({
  rule: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/)
    .meta({ description: 'Number or name, as messages show it.', examples: ['W1'] }),
  text: z.string().min(1).meta({ description: 'One sentence.' }),
  verdict: z.enum(['refuse', 'warn', 'note']).optional().meta({ description: 'Default refuse.' }),
  fields: z
    .array(path)
    .optional()
    .meta({ description: 'Fields whose types and bounds are this rule.' }),
  hint: z.string().optional(),
  when: condition.optional(),
  needs: condition
    .optional()
    .meta({ description: 'The condition that must be true if `when` is true.' }),
  at: path.optional().meta({ description: 'The field to point at.' }),
  says: z.string().optional().meta({ description: 'The message; {mode} stands for the value.' }),
  excludes: z.array(path).min(2).optional().meta({ description: 'At most one of these is given.' }),
  only: z.strictObject({ fields: z.array(path).min(1), with: condition }).optional(),
  at_most: z
    .strictObject({ most: z.int().min(0), of: z.array(path).min(1), when: condition.optional() })
    .optional(),
  one_of: z.strictObject({ fields: z.array(path).min(1), when: condition.optional() }).optional(),
  longest: z
    .record(z.string(), z.int().min(1))
    .optional()
    .meta({ description: 'Field -> code points.' }),
  not_blank: z.array(path).optional(),
  tags: z
    .strictObject({
      mark: z
        .string()
        .regex(/#/, 'must hold #, which stands for the number')
        .meta({
          description: 'What a prompt writes; # stands for the number.',
          examples: ['<<<image_#>>>', '@image#'],
        }),
      of: z.array(path).min(1).meta({ description: 'Fields whose items are counted, in order.' }),
      noun: z
        .string()
        .min(1)
        .meta({ description: 'One of them, for messages.', examples: ['picture'] }),
    })
    .optional()
    .meta({
      description:
        'Every number that a prompt mentions has an item. A cast member whose pictures are references is sent as these marks.',
    }),
  needed: z.strictObject({ field: path, unless: condition.optional() }).optional(),
  drop: z
    .strictObject({ field: path, when: condition.optional(), because: z.string().min(1) })
    .optional(),
  fill: z.strictObject({ field: path, value: scalar, when: condition.optional() }).optional(),
});

const pair = z.tuple([z.number(), z.number()]);

const shots = z
  .strictObject({
    inside: z
      .string()
      .regex(/^\w+$/)
      .optional()
      .meta({ description: 'The object field that contains them.', examples: ['model_params'] }),
    types: z
      .array(z.enum(['customize', 'intelligence']))
      .min(1)
      .meta({
        description: 'customize: listed shots. intelligence: `shots: auto`.',
      }),
    seconds: z.enum(['number', 'text']).meta({ description: 'How a shot says its duration.' }),
    most: z.int().min(1).optional().meta({ description: 'The most shots; default 6.' }),
    longest: z.int().min(1).optional().meta({ description: 'Code points of a prompt of a shot.' }),
  })
  .meta({
    description: 'Shots in the fields multi_shot, shot_type and multi_prompt, which the card adds.',
  });

const elements = z
  .strictObject({
    as: z.enum(['described', 'ids']).meta({
      description:
        'described: element_list with name, description and pictures. ids: model_params.element_list with ids made at the gateway.',
    }),
    most: z.int().min(1).optional().meta({ description: 'The most elements.' }),
    pictures: z
      .tuple([z.int().min(1), z.int().min(1)])
      .optional()
      .meta({ description: 'described: fewest and most pictures of one element.' }),
  })
  .meta({ description: 'Elements in the field element_list, which the card adds.' });

const pictures = z
  .strictObject({
    types: z
      .array(z.enum(['jpeg', 'png', 'webp']))
      .min(1)
      .optional(),
    most_megabytes: z
      .number()
      .positive()
      .optional()
      .meta({ description: '1 MB is 1,000,000 bytes.' }),
    least_side: z.int().min(1).optional().meta({ description: 'Pixels of each side.' }),
    most_side: z.int().min(1).optional().meta({ description: 'Pixels of each side.' }),
    ratio: pair.optional().meta({ description: 'Width divided by height: least and most.' }),
    alpha: z.literal(false).optional().meta({ description: 'false: no transparency.' }),
  })
  .meta({
    description: 'Limits on pictures of the repository. A picture behind a link is not judged.',
  });

const binding = z.union([
  path,
  z.strictObject({ field: path, values: z.record(z.string(), scalar).optional() }),
]);

export const cardSchema = z.strictObject({
  card: z.literal(1).meta({ description: 'Version of the card format.' }),
  gateway: z
    .enum(GATEWAYS)
    .meta({ description: 'Which gateway takes the requests. Its address cannot be set here.' }),
  model: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .meta({ description: 'The model field of the request.', examples: ['wan3.0-text-to-video'] }),
  title: z.string().min(1).optional(),
  sources: z
    .array(z.strictObject({ text: z.string().min(1), read: z.iso.date() }))
    .min(1)
    .meta({ description: 'Sources of the facts, with the date on which they were read.' }),
  fields: z
    .record(z.string(), field)
    .meta({ description: 'The native fields beside model: name -> type and bounds.' }),
  words: z
    .strictObject(
      Object.fromEntries(
        WORDS.filter(
          (word) =>
            !['first_frame', 'last_frame', 'references', 'shots', 'elements'].includes(word),
        ).map((word) => [word, binding.optional()]),
      ),
    )
    .meta({ description: 'Portable word -> native field, or { field, values: { 720p: std } }.' }),
  frames: z
    .union([
      z.strictObject({ first: path, last: path.optional() }),
      z.strictObject({ list: path, last: z.literal(false).optional() }),
      z.strictObject({ roles: path }),
    ])
    .optional()
    .meta({
      description:
        'Where first_frame and last_frame go: two fields, one list, or a list of { url, role }.',
    }),
  references: z
    .strictObject({
      images: path.optional(),
      videos: path.optional(),
      audios: path.optional(),
      one_video: z
        .literal(true)
        .optional()
        .meta({ description: 'videos is one link, not a list.' }),
      role_beside_frames: z
        .string()
        .min(1)
        .optional()
        .meta({
          description: 'With frames: { roles: … }: the role of pictures beside them.',
          examples: ['reference'],
        }),
    })
    .optional(),
  shots: shots.optional(),
  elements: elements.optional(),
  pictures: pictures.optional(),
  longest_prompt: z.int().min(1).optional(),
  rules: z.array(rule).optional(),
  prices: z
    .union([
      z.literal('unknown'),
      z.strictObject({
        unit: z.enum(['usd', 'evolink-credits']),
        per: z.enum(['second', 'clip']),
        base: z.number().min(0).optional(),
        least: z.number().min(0).optional(),
        source: z.string().min(1),
        read: z.iso.date(),
        rows: z
          .array(
            z.strictObject({
              when: condition.optional(),
              rate: z.number().min(0),
              up_to: z.number().min(0).optional().meta({
                description: 'A higher price from another source; it counts against caps.',
              }),
              up_to_source: z.string().min(1).optional().meta({ description: 'That source.' }),
              up_to_read: z.iso.date().optional().meta({ description: 'When it was read.' }),
            }),
          )
          .min(1),
      }),
    ])
    .meta({ description: 'The price: a table, or unknown (which is never zero).' }),
});
