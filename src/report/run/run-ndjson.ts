/** `render --json` and `collect --json`: one event a line, and the schema of a line. */
import * as z from 'zod';
import { toUsd } from '../../money.ts';
import { type RunEvent, type RunTotals, STOP_REASONS } from '../../run/events.ts';
import type { RunMoney } from '../../run/limits/cap.ts';
import { safeJson } from '../text/escape.ts';
import { moneyDocument, moneySchema } from '../text/money/money-words.ts';

const about = { manifest: z.string(), id: z.string() };
const aboutPicture = {
  gateway: z.string(),
  picture: z.string().describe('As in requests: `file:refs/crab.png#sha256:…`.'),
};
const at = z.iso.datetime({ precision: 3 }).describe('UTC, milliseconds.');
const whole = z.int().min(0);
const event = <Name extends RunEvent['event'], Shape extends z.ZodRawShape>(
  name: Name,
  shape: Shape,
) => z.strictObject({ event: z.literal(name), at, ...shape });

const runMoney = {
  thisRun: moneySchema.describe('What this run submitted.'),
  carriedUsd: z
    .number()
    .describe('What interrupted runs have charged or reserved under the same caps.'),
  underCapUsd: z
    .number()
    .describe('What counts against the caps: charged, reserved, unclear and carried.'),
};

const models = z.array(
  z.strictObject({
    model: z.string(),
    completed: whole,
    kept: whole,
    failed: whole,
    mismatched: whole.describe('Clips that landed and are not as asked.'),
    medianSeconds: z
      .number()
      .optional()
      .describe('From acceptance to the finished clip; absent if this run made none.'),
    chargedUsd: z.number().describe('By this run.'),
  }),
);

const totals = z.strictObject({
  submitted: whole,
  completed: whole,
  failed: whole,
  kept: whole,
  held: whole,
  pending: whole,
  ambiguous: whole,
  lost: whole,
  missing: whole,
  notSubmitted: whole,
  mismatched: whole.describe('Clips that landed and are not as asked.'),
  ...runMoney,
  allRuns: moneySchema
    .optional()
    .describe(
      'The money of all runs of these manifests, from their locks; absent if no lock was read.',
    ),
  aboveEstimate: z
    .strictObject({
      tasks: whole.meta({ description: 'How many tasks.', examples: [2] }),
      chargedUsd: z.number().meta({ description: 'What they cost.', examples: [1.1] }),
      estimatedUsd: z.number().meta({ description: 'Their estimates.', examples: [0.672] }),
      models: z
        .array(z.string())
        .meta({ description: 'Their models, in order of name.', examples: [['apimart/kling-v3']] }),
    })
    .optional()
    .meta({
      description:
        'Tasks that cost more than was estimated for them, and their models; absent if there are none.',
      examples: [{ tasks: 2, chargedUsd: 1.1, estimatedUsd: 0.672, models: ['apimart/kling-v3'] }],
    }),
});

export const runEventSchema = z
  .discriminatedUnion('event', [
    event('run.started', {
      manifests: z.array(z.string()),
      submits: whole,
      pictures: whole
        .optional()
        .describe('Pictures that these need a link for, once for each gateway.'),
      attaches: whole,
      fetches: whole,
      kept: whole,
      held: whole,
      models: z
        .array(
          z.strictObject({
            manifest: z.string(),
            alias: z.string(),
            model: z.string(),
            renders: whole.describe('Renders to submit, follow or fetch.'),
            expectedSeconds: z.number().describe('How long such a task takes.'),
            inFlight: whole.optional().describe('Tasks in flight that the manifest allows.'),
            perMinute: z.number().optional().describe('Submits per minute; absent: no limit.'),
          }),
        )
        .describe('The work to do, by alias.'),
      inFlight: z
        .strictObject({
          all: whole,
          gateways: z.array(
            z.strictObject({
              gateway: z.string(),
              inFlight: whole,
              perMinute: z.number().optional().describe('Submits per minute; absent: no limit.'),
            }),
          ),
        })
        .describe('How many tasks may be in flight.'),
      caps: z
        .array(
          z.strictObject({
            manifest: z.string().optional().describe('Absent: over all manifests.'),
            limitUsd: z.number(),
          }),
        )
        .describe('Caps in force for this run.'),
      waits: z
        .array(
          z.strictObject({ manifest: z.string(), id: z.string(), upstream: z.array(z.string()) }),
        )
        .optional()
        .describe('Renders that need frames of clips which this run makes or fetches first.'),
    }),
    event('picture.uploading', { ...aboutPicture, bytes: whole }),
    event('picture.uploaded', {
      ...aboutPicture,
      cached: z.boolean().describe('The link of an earlier upload is used.'),
    }),
    event('picture.failed', {
      ...aboutPicture,
      reason: z.enum(['refused', 'changed', 'stopped', 'unknown']),
      message: z.string(),
    }),
    event('render.submitting', { ...about, model: z.string() }),
    event('render.accepted', {
      ...about,
      model: z.string(),
      task: z.string(),
      expectedSeconds: z.number().optional(),
    }),
    event('render.progress', {
      ...about,
      task: z.string().optional(),
      phase: z
        .enum(['queued', 'waiting', 'running', 'downloading', 'delayed'])
        .describe(
          'queued: the gateway did not accept it, and it is submitted again. downloading: the clip is made, and is downloaded or waits for a free download.',
        ),
      progress: z.number().optional().describe('Percent, as the gateway says.'),
      message: z.string().optional(),
    }),
    event('render.completed', {
      ...about,
      task: z.string(),
      path: z.string(),
      bytes: whole,
      seconds: z.number(),
      costUsd: z.number().optional().describe('As reported; absent if the gateway reports none.'),
      mismatch: z
        .array(z.string())
        .optional()
        .describe('Differences between clip and request, one sentence each.'),
    }),
    event('render.failed', {
      ...about,
      task: z.string().optional(),
      kind: z.string(),
      message: z.string(),
      hint: z.string().optional(),
    }),
    event('render.held', {
      ...about,
      reason: z.enum([
        'ambiguous',
        'lost',
        'failed',
        'pinned',
        'skipped',
        'missing',
        'pending',
        'not-submitted',
        'upstream',
      ]),
      task: z.string().optional(),
      denied: z
        .literal(true)
        .optional()
        .meta({
          description:
            'Of pending: the gateway had no record of the task when it was asked last, as after a wrong recover --adopt.',
          examples: [true],
        }),
      message: z.string(),
      hint: z.string().optional(),
    }),
    event('render.kept', { ...about, reason: z.string(), message: z.string().optional() }),
    event('run.held-back', {
      manifest: z.string(),
      alias: z.string(),
      limit: z
        .discriminatedUnion('by', [
          z.strictObject({
            by: z.literal('in-flight'),
            scope: z.enum(['alias', 'gateway', 'all']),
            most: whole,
          }),
          z.strictObject({ by: z.literal('rate') }),
          z.strictObject({ by: z.literal('gateway') }),
          z.strictObject({ by: z.literal('cap') }),
        ])
        .optional()
        .meta({
          description: 'The reason why the next submit waits; absent: it does not wait any more.',
          examples: [{ by: 'in-flight', scope: 'alias', most: 3 }],
        }),
    }),
    event('run.transfer', {
      name: z.enum(['store-push']),
      done: whole.describe('Files that are finished.'),
      total: whole.describe('Files so far.'),
    }),
    event('run.money', runMoney),
    event('run.notice', {
      severity: z.enum(['warning', 'note']),
      message: z.string(),
      hint: z.string().optional(),
      unstored: z
        .literal(true)
        .optional()
        .describe('Clips of this run are on this machine only, although it has a store.'),
    }),
    event('run.finished', {
      exit: z.int(),
      reasons: z
        .array(z.string())
        .describe('Reasons why the run stopped early; empty if it did everything that it could.'),
      stoppedBy: z
        .array(z.enum(STOP_REASONS))
        .optional()
        .meta({
          description: 'Kinds of these reasons; absent if there are none.',
          examples: [['unreachable']],
        }),
      wallSeconds: z.number(),
      pending: whole.describe('Tasks accepted and not finished: run again or collect.'),
      notSubmitted: whole.describe('Renders of the plan that were not sent.'),
      models: models.describe('In order of name.'),
      totals,
    }),
  ])
  .meta({
    title: 'rushes render --json',
    description: 'One line of the event stream. The last is run.finished.',
  });

/** The number of renders by outcome, and the money in US dollars. */
export type TotalsDocument = z.infer<typeof totals>;
export type RunEventDocument = z.infer<typeof runEventSchema>;

/** The line, with its line break. Money is in dollars. `atMs`: epoch milliseconds. */
export const ndjsonLine = (runEvent: RunEvent, atMs: number): string =>
  `${safeJson(eventDocument(runEvent, atMs))}\n`;

export function eventDocument(runEvent: RunEvent, atMs: number): RunEventDocument {
  const at = new Date(atMs).toISOString();
  if (runEvent.event === 'run.finished') {
    const { event, totals, reasons, stoppedBy, models, ...rest } = runEvent;
    return {
      event,
      at,
      ...rest,
      reasons: [...reasons],
      ...(stoppedBy === undefined ? {} : { stoppedBy: [...stoppedBy] }),
      models: models.map(({ charged, ...model }) => ({ ...model, chargedUsd: toUsd(charged) })),
      totals: totalsDocument(totals),
    };
  }
  if (runEvent.event === 'run.money')
    return { event: runEvent.event, at, ...runMoneyDocument(runEvent) };
  if (runEvent.event === 'render.completed') {
    const { event, cost, mismatch, ...rest } = runEvent;
    return {
      event,
      at,
      ...rest,
      ...(cost === undefined ? {} : { costUsd: toUsd(cost) }),
      ...(mismatch === undefined ? {} : { mismatch: [...mismatch] }),
    };
  }
  if (runEvent.event === 'run.started') {
    const { event, manifests, models, inFlight, caps, waits, ...rest } = runEvent;
    return {
      event,
      at,
      manifests: [...manifests],
      ...rest,
      models: models.map((model) => ({ ...model })),
      inFlight: { all: inFlight.all, gateways: inFlight.gateways.map((one) => ({ ...one })) },
      caps: caps.map(({ limit, ...cap }) => ({ ...cap, limitUsd: toUsd(limit) })),
      ...(waits === undefined
        ? {}
        : { waits: waits.map((one) => ({ ...one, upstream: [...one.upstream] })) }),
    };
  }
  const { event: _, ...rest } = runEvent;
  return { event: runEvent.event, at, ...rest } as RunEventDocument;
}

export const totalsDocument = ({
  thisRun,
  carried,
  underCap,
  allRuns,
  aboveEstimate,
  ...counts
}: RunTotals): TotalsDocument => ({
  ...counts,
  ...runMoneyDocument({ thisRun, carried, underCap }),
  ...(allRuns === undefined ? {} : { allRuns: moneyDocument(allRuns) }),
  ...(aboveEstimate === undefined
    ? {}
    : {
        aboveEstimate: {
          tasks: aboveEstimate.tasks,
          chargedUsd: toUsd(aboveEstimate.charged),
          estimatedUsd: toUsd(aboveEstimate.estimated),
          models: [...aboveEstimate.models],
        },
      }),
});

const runMoneyDocument = ({ thisRun, carried, underCap }: RunMoney) => ({
  thisRun: moneyDocument(thisRun),
  carriedUsd: toUsd(carried),
  underCapUsd: toUsd(underCap),
});
