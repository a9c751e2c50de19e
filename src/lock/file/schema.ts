/**
 * The zod source of the lock file: validation at the border, and the JSON Schema that is published.
 * It only validates; the values that are used are those of JSON.parse, because zod leaves out a key
 * `__proto__` without a word.
 */
import * as z from 'zod';
import { isAttemptId, isFingerprint, parseModelName, parseTaskId } from '../../ids.ts';
import { LOCK_VERSION, MOST_NOTE } from './format.ts';

/**
 * A time that is there in every month of every year: a lock of thousands has hardly another, and
 * working one out costs more.
 */
const EVERY_MONTH =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/;

export const timeSchema = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/,
    'must be a time like 2026-11-20T17:00:00Z',
  )
  // A 13th month would be no number, and no pause between two asks.
  .refine(
    (text) => EVERY_MONTH.test(text) || !Number.isNaN(Date.parse(text)),
    'must be a time that there is',
  );
export const fingerprintSchema = z
  .string()
  .refine(isFingerprint, 'must be sha256: and 64 hex digits')
  .meta({
    pattern: '^sha256:[0-9a-f]{64}$',
    description:
      'SHA-256 over the content of the request; renaming and reordering do not change it.',
  });
/**
 * A lock comes from git, so its paths are not to be trusted: relative, and of a shape that means
 * the same on every system.
 */
export const lockPathSchema = z
  .string()
  // A lock comes from pull requests too: whatever it names, it names clips, never a file that
  // other tools read.
  .regex(
    /^(?![/\\]|[A-Za-z]:)[^\\\p{Cc}]+\.mp4$/u,
    'must be relative to the lock, with / as separator, and end in .mp4',
  );
const amount = z.number().min(0);
const count = z.int().min(0);

const priceRangeSchema = z
  .strictObject({
    fromUsd: amount.describe('US dollars, the cheaper end.'),
    toUsd: amount.describe('US dollars, the more expensive end, which was reserved.'),
    source: z.string().min(1).describe('Source of the more expensive end.'),
    asOf: z.iso.date().optional().describe('When that was read.'),
    fromSource: z
      .string()
      .min(1)
      .optional()
      .describe('Source of the cheaper end, if it is another one.'),
  })
  .meta({
    title: 'Price range',
    description:
      'The estimate was a range: dated sources disagree, or something is not known beforehand.',
  });

export const costSchema = z
  .strictObject({
    usd: amount.nullable().describe('US dollars, six decimals at most; null if unknown.'),
    credits: amount.optional().describe("The same in the gateway's own credits."),
    source: z
      .enum(['reported', 'estimated', 'unconfirmed'])
      .describe(
        'reported: by the gateway. estimated: reserved, nothing reported. unconfirmed: failed, and no cost was reported.',
      ),
    estimatedUsd: amount
      .optional()
      .describe('The estimate of the plan, kept after the gateway reported a cost.'),
    refund: z
      .literal('pending')
      .optional()
      .describe('The gateway has promised a refund that it has not paid yet.'),
    priceRange: priceRangeSchema.optional(),
  })
  .meta({ title: 'Cost' });

export const clipSchema = z
  .strictObject({
    path: lockPathSchema.describe('Relative to this file.'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
    bytes: count,
    width: count.describe('Pixels.'),
    height: count.describe('Pixels.'),
    seconds: amount,
    audio: z.boolean().describe('Whether it has a sound track.'),
  })
  .meta({ title: 'Clip', description: 'The file that landed.' });

export const errorSchema = z.strictObject({ kind: z.string().min(1), message: z.string() });
export const attemptSchema = z.string().refine(isAttemptId, 'must be a UUID in lower case');
export const taskSchema = z
  .string()
  .refine((text) => parseTaskId(text) !== undefined, 'must be a task id');
export const modelSchema = z
  .string()
  .refine(
    (text) => parseModelName(text) !== undefined,
    'must be a model name like apimart/kling-v3',
  );
export const requestSchema = z.record(z.string(), z.unknown());

const resultShape = {
  fingerprint: fingerprintSchema,
  model: modelSchema.describe('gateway/native-name.'),
  status: z.enum(['submitted', 'completed', 'failed', 'ambiguous', 'lost']),
  attempt: attemptSchema
    .optional()
    .describe('One intent to submit: its Idempotency-Key. Absent on imported tasks.'),
  task: taskSchema.optional().describe("The gateway's id of the task."),
  answeredModel: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "The model in the gateway's answer, if it is not the requested one.",
      examples: ['kling-o3-standard'],
    }),
  submittedAt: timeSchema.optional(),
  completedAt: timeSchema.optional(),
  expiresAt: timeSchema.optional().describe("When the clip's link expires."),
  cost: costSchema.optional(),
  clip: clipSchema.optional(),
  target: lockPathSchema.optional().describe('Where the clip will land; gone once it has.'),
  request: requestSchema.optional().describe('The native body as sent.'),
  error: errorSchema.optional().describe('Why it failed, is ambiguous or lost.'),
  mismatch: z.array(z.string()).optional().describe('Differences between clip and request.'),
  onMismatch: z.literal('fail').optional(),
};

const resultSchema = z
  .strictObject(resultShape)
  .meta({ title: 'Result', description: 'What came of one attempt, or of an imported task.' });

const ofSchema = z
  .string()
  .min(1)
  .meta({
    description: 'Task (or attempt) of the clip that was seen.',
    examples: ['task_01K8SGYNNNVBQTXNR4MM964S7K'],
  });
const noteSchema = z
  .string()
  .max(MOST_NOTE)
  .optional()
  .meta({ description: 'What the person said of it.', examples: ['good light'] });
const pickSchema = z
  .strictObject({
    of: ofSchema,
    in: amount.optional().meta({
      description: 'Where the part that is used begins, in seconds.',
      examples: [0.5],
    }),
    out: amount
      .optional()
      .meta({ description: 'Where the part that is used ends, in seconds.', examples: [4] }),
    note: noteSchema,
    also: z.literal(true).optional().describe("Beside the scene's other pick."),
  })
  .meta({ title: 'Pick' });
const rejectSchema = z.strictObject({ of: ofSchema, note: noteSchema }).meta({ title: 'Reject' });

export const decisionSchema = z
  .strictObject({
    pin: z.literal(true).optional().describe('Never make it again.'),
    accept: fingerprintSchema
      .optional()
      .describe('The current clip also counts for this fingerprint.'),
    redo: z.string().min(1).optional().describe('Make it again: the task (or attempt) to replace.'),
    pick: pickSchema.optional().describe('The clip of its scene that a person chose.'),
    reject: rejectSchema.optional().describe('A person does not want this clip.'),
    by: z.string().optional().describe('Who decided, if given.'),
  })
  .meta({ title: 'Decision' });

export const entrySchema = z
  .strictObject({
    ...resultShape,
    decision: decisionSchema.optional(),
    earlier: z
      .array(resultSchema)
      .optional()
      .describe('Every other accepted task or clip of this render, newest first.'),
  })
  .meta({ title: 'Render', description: 'The current result of one render, and those before it.' });

/**
 * Source of the published JSON Schema. Reading goes through `decodeLock`, which also knows older
 * and newer versions.
 */
export const lockSchema = z
  .strictObject({
    lockVersion: z.literal(LOCK_VERSION),
    renders: z
      .record(z.string(), entrySchema)
      .describe('By render id: scene/alias, or scene/alias/take.'),
  })
  .meta({
    title: 'rushes lock',
    description:
      'The results of all renders, with cost and path. Written by rushes and committed; change it with rushes commands.',
  });
