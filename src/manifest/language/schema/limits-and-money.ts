/** How much a run may do and spend: `limits`, `budget`, `prices`, `retries`. */
import * as z from 'zod';
import { GATEWAYS } from '../../../ids.ts';
import { parseDeadline } from '../deadline.ts';
import { count, judge } from './values.ts';

const limit = z.strictObject({
  in_flight: count
    .optional()
    .meta({ description: 'Tasks accepted and not finished.', examples: [2] }),
  submits_per_minute: count
    .optional()
    .meta({ description: 'Requests sent in any minute. Default: no limit.', examples: [60] }),
});

export const limitsSchema = z.strictObject({
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

export const budgetSchema = z.strictObject({
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

export const priceSchema = z
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
        message: 'needs either usd_per_second or usd_per_clip',
        params: { code: 'wrong-value' },
      });
    }
  });

export const retriesSchema = z.strictObject({
  service: z.int().min(0).max(10).optional().meta({
    description: 'After a failure of the service. Each is a new paid attempt.',
    default: 0,
  }),
  timeout: z.int().min(0).max(10).optional().meta({
    description: 'After a time-out at the gateway. Each is a new paid attempt.',
    default: 0,
  }),
});
