/**
 * The fault script: plain data (JSON or YAML) that makes the local gateway fail, and fail in the
 * same way again with the same seed. A rule says when (which gateway, model, step, which time)
 * and what is done. The first rule that fits an event acts; an event that none fits goes well.
 */
import * as z from 'zod';
import { GATEWAYS } from '../../ids.ts';
import { ERROR_NAMES } from '../answers/errors.ts';

const when = z
  .strictObject({
    step: z
      .enum(['submit', 'task', 'ask', 'batch', 'list', 'balance', 'download', 'upload'])
      .describe(
        'Which event: a request of that kind, or `task`: a task has just been accepted and its fate is decided.',
      ),
    gateway: z.enum(GATEWAYS).optional(),
    model: z.string().optional().describe('Native name, such as `kling-v3`.'),
    prompt: z
      .string()
      .optional()
      .describe('Text that the body holds, in any case: names a scene by its words.'),
    nth: z
      .union([z.int().min(1), z.array(z.int().min(1))])
      .optional()
      .describe('Which of the events that fit the above, counted from 1.'),
    first: z.int().min(1).optional().describe('The first so many of them.'),
    every: z.int().min(1).optional().describe('Every so manieth of them.'),
    probability: z.number().min(0).max(1).optional().describe('By chance, from the seed.'),
    per: z
      .enum(['all', 'task', 'body'])
      .optional()
      .describe(
        'What `nth`, `first` and `every` count: all events, or those of one task or one body. Default: `task` for ask and download, else `all`.',
      ),
    times: z.int().min(1).optional().describe('The rule acts so often at most.'),
  })
  .describe('When a rule acts. Every condition must hold.');

const accepted = z
  .boolean()
  .optional()
  .describe(
    'submit: the task is accepted, and will cost money, before the answer goes wrong. upload: the file is stored. Default false.',
  );

const retryAfter = z
  .union([z.number().min(0), z.strictObject({ date: z.number() })])
  .optional()
  .describe(
    'The header Retry-After: seconds, or an HTTP date that many seconds from now. Default: no header.',
  );

/** Faults that any request can have. */
const anyRequest = [
  z
    .strictObject({ fault: z.literal('reset'), accepted })
    .describe('The connection is reset without an answer.'),
  z
    .strictObject({ fault: z.literal('hang'), seconds: z.number().min(0).optional(), accepted })
    .describe('No answer for so long (default: until the client gives up), then a reset.'),
  z
    .strictObject({ fault: z.literal('slow'), seconds: z.number().min(0) })
    .describe('The right answer, late.'),
  z
    .strictObject({
      fault: z.literal('html'),
      status: z.int().min(200).max(599).optional(),
      accepted,
    })
    .describe('An HTML page, as a proxy sends it. Default status 502.'),
  z
    .strictObject({
      fault: z.literal('truncated-json'),
      cut: z.enum(['text', 'connection']).optional(),
    })
    .describe(
      'Half of the right answer: as a whole body (`text`, the default) or with the connection cut inside the body.',
    ),
  z
    .strictObject({
      fault: z.literal('error'),
      error: z
        .enum(ERROR_NAMES)
        .describe(
          'An error of the provider sheets by its name; each gateway says it in its own words.',
        ),
      status: z
        .int()
        .min(200)
        .max(599)
        .optional()
        .describe('Instead of the usual one. 200 hides the error inside a success.'),
      generation: z
        .enum(['old', 'new'])
        .optional()
        .describe('`old`: the code is the HTTP status as a number. `new` (default): a word.'),
      message: z.string().optional(),
      retryAfter,
      accepted,
    })
    .describe('An error answer.'),
  z
    .strictObject({
      fault: z.literal('answer'),
      status: z.int().min(200).max(599),
      headers: z.record(z.string(), z.string()).optional(),
      json: z.json().optional(),
      text: z.string().optional(),
      accepted,
    })
    .describe('Exactly this answer.'),
] as const;

const submitOnly = [
  z
    .strictObject({
      fault: z.literal('submit-shape'),
      shape: z.enum(['array', 'object', 'generation-task']),
    })
    .describe(
      'APIMart: the documented shapes (a), (b) and (c) of an accepted submit. EvoLink has one.',
    ),
  z
    .strictObject({ fault: z.literal('no-id') })
    .describe('Accepted, but the answer has no task id.'),
  z
    .strictObject({ fault: z.literal('odd-id'), id: z.union([z.string(), z.number()]) })
    .describe('Accepted, but the answer carries this id instead of the real one.'),
] as const;

const askOnly = [
  z
    .strictObject({
      fault: z.literal('edit'),
      set: z
        .record(z.string(), z.json())
        .optional()
        .describe('Fields of the task object: `{ status: dreaming, progress: 3 }`.'),
      omit: z
        .array(z.string())
        .optional()
        .describe('Field names to leave out, at any depth: `[cost, credits_cost, expires_at]`.'),
      unwrap: z.literal(true).optional().describe('Without the envelope `{ code, data }`.'),
    })
    .describe(
      'The right answer with changes: unknown words, progress that falls, missing cost or expiry.',
    ),
  z
    .strictObject({
      fault: z.literal('forgotten'),
      status: z.union([z.literal(400), z.literal(404)]).optional(),
    })
    .describe(
      'The gateway has no record of the task. Default 404. With `first: 3` it is eventual consistency.',
    ),
  z
    .strictObject({
      fault: z.literal('links'),
      shape: z.enum([
        'array',
        'string',
        'object',
        'two',
        'result_data',
        'result_data_object',
        'output',
        'none',
        'empty',
        'null',
      ]),
    })
    .describe(
      'How a completed task gives its link; `none`, `empty` and `null` give no link at all.',
    ),
] as const;

const downloadOnly = [
  z
    .strictObject({ fault: z.literal('cut'), at: z.number().min(0).max(1) })
    .describe('The connection is cut after that share of the clip.'),
  z
    .strictObject({ fault: z.literal('drip'), bytes: z.int().min(1), seconds: z.number().min(0) })
    .describe('The clip in portions of so many bytes, each so many seconds after the one before.'),
  z
    .strictObject({ fault: z.literal('short'), at: z.number().min(0).max(1) })
    .describe('A whole answer that holds only that share of the clip: a truncated file.'),
  z
    .strictObject({ fault: z.literal('zeroed'), at: z.number().min(0).max(1) })
    .describe('The right length, but the bytes after that share of the clip are zeros.'),
  z
    .strictObject({
      fault: z.literal('replace'),
      with: z.enum(['html', 'png', 'webm', 'json', 'empty']),
      contentType: z.string().optional().describe('Default `video/mp4`: mislabelled.'),
    })
    .describe('Status 200, and something that is not a clip.'),
  z
    .strictObject({ fault: z.literal('content-type'), contentType: z.string() })
    .describe('The right bytes under another type.'),
  z
    .strictObject({
      fault: z.literal('redirect'),
      to: z.enum(['same', 'cross', 'private', 'loop']),
      status: z
        .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
        .optional(),
    })
    .describe(
      'To the clip on this origin, on another one, to a private address, or in a circle. Default 302.',
    ),
  z
    .strictObject({
      fault: z.literal('expire'),
      status: z.union([z.literal(403), z.literal(404), z.literal(410)]).optional(),
    })
    .describe(
      'The link is invalid from now on (default 403); asking the task again gives a new one. upload: the link that the answer names is dead.',
    ),
  z
    .strictObject({ fault: z.literal('no-range') })
    .describe('The whole clip with status 200, whatever range was asked for.'),
  z
    .strictObject({ fault: z.literal('no-length') })
    .describe('Chunked, without a Content-Length or ETag.'),
] as const;

const fate = z
  .strictObject({
    fault: z.literal('fate'),
    end: z
      .enum(['completed', 'failed', 'cancelled', 'stuck', 'forgotten'])
      .optional()
      .describe(
        '`stuck`: runs for ever at one progress. `forgotten`: runs, then the gateway has no record of it. Default completed.',
      ),
    seconds: z.number().min(0).optional().describe('How long it takes, instead of the usual.'),
    model: z
      .string()
      .min(1)
      .optional()
      .describe('EvoLink only: the model that its answers name, instead of the asked one.'),
    stuckAt: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('Progress of a stuck task. Default 40.'),
    error: z
      .strictObject({
        code: z.union([z.string(), z.number()]).optional(),
        message: z.string().optional(),
        type: z.string().optional(),
      })
      .nullable()
      .optional()
      .describe(
        'Of a failed task; `null`: the answer has no `error` member. Default a service error.',
      ),
    refund: z
      .enum(['full', 'unreported', 'pending', 'none', 'silent'])
      .optional()
      .describe(
        'Of a failed or cancelled task. `full` (default): nothing charged, and said so. `unreported`: nothing charged, not said. `pending`: promised. `none`: charged, and said so. `silent`: charged, not said.',
      ),
    refundSeconds: z
      .number()
      .min(0)
      .optional()
      .describe('How long after the end a `pending` refund is made. Default: never.'),
    costUsd: z
      .number()
      .min(0)
      .optional()
      .describe('What is charged and reported, instead of the list price.'),
    costFactor: z.number().min(0).optional().describe('The list price times this.'),
    estimate: z
      .number()
      .nullable()
      .optional()
      .describe(
        'Seconds in `estimated_time`; `null` leaves it out. Default: the truth, rounded up.',
      ),
    linkSeconds: z
      .number()
      .optional()
      .describe(
        'Life of the link from completion; negative: expired from the start. Default 24 hours.',
      ),
    clip: z
      .strictObject({
        width: z.int().min(16).max(4096).optional(),
        height: z.int().min(16).max(4096).optional(),
        seconds: z.int().min(1).max(60).optional(),
        audio: z.boolean().optional(),
      })
      .optional()
      .describe('A clip that is not what was asked for.'),
  })
  .describe('What becomes of a task.');

const rule = z
  .strictObject({
    name: z.string().optional().describe('For the books: which rule acted.'),
    when,
    do: z.discriminatedUnion('fault', [
      ...anyRequest,
      ...submitOnly,
      ...askOnly,
      ...downloadOnly,
      fate,
    ]),
  })
  .superRefine(({ when: { step }, do: action }, context) => {
    const steps = STEPS_OF[action.fault];
    if (steps !== undefined && !steps.includes(step)) {
      context.addIssue({
        code: 'custom',
        path: ['do', 'fault'],
        message: `"${action.fault}" belongs to the step ${steps.join(' or ')}, not to "${step}"`,
      });
    }
    if (step === 'task' && action.fault !== 'fate') {
      context.addIssue({
        code: 'custom',
        path: ['do', 'fault'],
        message: 'the step "task" takes only "fate": no request is answered there',
      });
    }
    if (
      'accepted' in action &&
      action.accepted === true &&
      step !== 'submit' &&
      step !== 'upload'
    ) {
      context.addIssue({
        code: 'custom',
        path: ['do', 'accepted'],
        message: 'only a submit or an upload can be accepted',
      });
    }
  });

export const faultScriptSchema = z
  .strictObject({
    idempotency: z
      .enum(['honoured', 'ignored'])
      .optional()
      .describe(
        'Whether a repeated Idempotency-Key gives the first answer again (default), or a second, charged task.',
      ),
    batch: z.boolean().optional().describe('Whether EvoLink has its batch endpoint. Default true.'),
    list: z.boolean().optional().describe('Whether EvoLink has its task list. Default true.'),
    bodies: z
      .enum(['newest', 'legacy'])
      .optional()
      .describe(
        'How bodies are judged: by the newest page of a model (the default), or by the older one where it has a `legacy` profile.',
      ),
    inFlight: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Tasks that a gateway runs at once; one more is answered with 429. Default: any number.',
      ),
    balanceUsd: z
      .number()
      .min(0)
      .optional()
      .describe('On each gateway at the start. Default: unlimited.'),
    maxFiles: z
      .int()
      .min(0)
      .optional()
      .describe('Files that one key may have at EvoLink. Default 2000.'),
    rules: z.array(rule).optional(),
  })
  .describe('Failures that the local gateway simulates.');

/** Which steps an action belongs to; one that is missing here fits every request. */
const STEPS_OF: Readonly<Record<string, readonly string[]>> = {
  'submit-shape': ['submit'],
  'no-id': ['submit'],
  'odd-id': ['submit'],
  edit: ['ask', 'batch'],
  forgotten: ['ask'],
  links: ['ask', 'batch'],
  cut: ['download'],
  drip: ['download'],
  short: ['download'],
  zeroed: ['download'],
  replace: ['download'],
  'content-type': ['download'],
  redirect: ['download'],
  expire: ['download', 'upload'],
  'no-range': ['download'],
  'no-length': ['download'],
  fate: ['task'],
};

export type FaultScript = z.infer<typeof faultScriptSchema>;
export type FaultRule = z.infer<typeof rule>;
export type Action = FaultRule['do'];
export type Step = FaultRule['when']['step'];
export type Fate = Extract<Action, { fault: 'fate' }>;
