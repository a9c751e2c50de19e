/**
 * A decision as JavaScript may pass it, where types say nothing: a value that the lock cannot hold
 * would make the whole lock unreadable.
 */
import * as z from 'zod';
import { RefusedError } from './errors.ts';

const seconds = z.number().min(0).optional();
const text = z.string().optional();
const flag = z.boolean().optional();

/** Fields of all decisions: one that another kind does not have is not read. */
const decidingSchema = z.object({
  decision: z
    .object({
      kind: z.enum(['redo', 'accept', 'pin', 'pick', 'reject', 'recover']),
      undo: flag,
      in: seconds,
      out: seconds,
      note: text,
      also: flag,
      how: z.enum(['adopt', 'never-happened', 'pay-again', 'give-up']).optional(),
      task: text,
      unchecked: flag,
    })
    .refine(({ kind, how }) => kind !== 'recover' || how !== undefined, {
      path: ['how'],
      message: 'is missing',
    })
    .refine(({ how, task }) => how !== 'adopt' || task !== undefined, {
      path: ['task'],
      message: 'is missing',
    }),
  by: text,
});

/** Throws `RefusedError` (64) with everything that is wrong. */
export function checkDecision(decision: unknown, by: unknown): void {
  const judged = decidingSchema.safeParse({ decision, by });
  if (judged.success) return;
  const problems = judged.error.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message.replace(/^Invalid input: /, '')}`,
  );
  throw new RefusedError(problems.join('; '), 64);
}
