/** What a scene, an alias, an override and `defaults` may all say. */
import * as z from 'zod';
import { nameProblem } from '../../../ids.ts';
import { RATIO_WORDS, RATIOS, RESOLUTIONS, WORDS } from '../../../scene.ts';
import { callbackUrlProblem } from '../urls.ts';
import { element, uniqueNames } from './elements.ts';
import { count, judge, mediaUrl, name, picture, whole } from './values.ts';

const shot = z
  .strictObject({
    prompt: z
      .string()
      .meta({ description: 'Content of this shot.', examples: ['Wide: the beach at dawn'] }),
    duration: count.meta({
      description: 'Whole seconds. The durations of all shots add up to the duration of the scene.',
      examples: [2],
    }),
  })
  .meta({ title: 'Shot', description: 'One of several shots of a clip.' });

/** A scene of this manifest: renders of another one have a separate lock and run. */
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
/** The scene continues from a frame of another scene's clip. */
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
      description: 'Content of the clip: a text, or { file: prompts/crab.txt }.',
      examples: ['A crab looks up at the camera'],
    }),
  negative_prompt: z
    .string()
    .optional()
    .meta({ description: 'Things that the clip must not show.', examples: ['blur, text'] }),
  duration: count.optional().meta({ description: 'Whole seconds, without quotes.', examples: [5] }),
  aspect_ratio: z
    .enum([...RATIOS, ...(Object.keys(RATIO_WORDS) as (keyof typeof RATIO_WORDS)[])])
    .optional()
    .meta({
      description:
        'Width to height. landscape is 16:9, portrait 9:16, square 1:1; with adaptive, the picture or the model decides.',
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
        'People and things that look the same in all shots; @name in a prompt refers to one.',
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

/** What `defaults`, an alias, a scene and an override may all say. */
export const settings = {
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
      description: 'Words that may be left out if the model does not have them.',
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
