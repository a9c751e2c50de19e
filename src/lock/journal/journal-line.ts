/**
 * One journal line: `{"crc32":"9ae0daaf","event":{…}}`. The checksum is over the bytes of the event
 * as written. Pure.
 */
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { GATEWAYS, parseRenderId } from '../../ids.ts';
import type { JournalEvent } from './events.ts';
import {
  attemptSchema,
  clipSchema,
  costSchema,
  entrySchema,
  errorSchema as error,
  fingerprintSchema,
  lockPathSchema,
  modelSchema,
  requestSchema,
  taskSchema,
  timeSchema as at,
} from '../file/schema.ts';

const id = z.string().refine((text) => parseRenderId(text) !== undefined, 'must be a render id');
const gateway = z.enum(GATEWAYS).optional();

/**
 * A journal lies in a folder that git ignores, but a pull request could bring one: shapes and paths
 * are checked as the lock's are.
 */
const eventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('run'),
    at,
    run: z.string(),
    carriedUsd: z.number().min(0),
    attempts: z.array(attemptSchema).optional(),
    branch: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('intent'),
    at,
    id,
    attempt: attemptSchema,
    fingerprint: fingerprintSchema,
    model: modelSchema,
    request: requestSchema,
    target: lockPathSchema,
    cost: costSchema,
    onMismatch: z.literal('fail').optional(),
  }),
  z.strictObject({
    kind: z.literal('withdrawn'),
    at,
    attempt: attemptSchema,
    reason: z.string(),
    wait: z.strictObject({ gateway: z.enum(GATEWAYS), until: at }).optional(),
  }),
  z.strictObject({ kind: z.literal('ambiguous'), at, attempt: attemptSchema, reason: z.string() }),
  z.strictObject({ kind: z.literal('refused'), at, attempt: attemptSchema, error }),
  z.strictObject({
    kind: z.literal('accepted'),
    at,
    attempt: attemptSchema,
    task: taskSchema,
    expectedSeconds: z.number().optional(),
    reserved: costSchema.optional(),
    answeredModel: z.string().min(1).optional(),
  }),
  z.strictObject({
    kind: z.literal('completed'),
    at,
    task: taskSchema,
    gateway,
    answeredModel: z.string().min(1).optional(),
    cost: costSchema.optional(),
    expiresAt: at.optional(),
    completedAt: at,
  }),
  z.strictObject({
    kind: z.literal('failed'),
    at,
    task: taskSchema,
    gateway,
    error,
    cost: costSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('lost'), at, task: taskSchema, gateway, reason: z.string() }),
  z.strictObject({
    kind: z.literal('landed'),
    at,
    task: taskSchema,
    gateway,
    clip: clipSchema,
    mismatch: z.array(z.string()).optional(),
  }),
  z.strictObject({
    kind: z.literal('moved'),
    at,
    from: id,
    to: id,
    path: lockPathSchema.optional(),
    result: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('received'),
    at,
    id,
    entry: entrySchema,
    carried: z.array(attemptSchema).optional(),
  }),
  z.strictObject({ kind: z.literal('given'), at, id, results: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal('restored'),
    at,
    id,
    fingerprint: fingerprintSchema,
    path: lockPathSchema.optional(),
    result: z.string().optional(),
  }),
]);

/** With its line break. */
export function encodeLine(event: JournalEvent): string {
  const json = JSON.stringify(event);
  return `{"crc32":"${checksum(json)}","event":${json}}\n`;
}

export interface DecodedJournal {
  readonly events: readonly JournalEvent[];
  /** Lines before the last that cannot be read: damage, not a crash. 1-based. */
  readonly bad: readonly { readonly line: number; readonly reason: string }[];
  /** The last line was cut off, as a killed run leaves it. */
  readonly torn: boolean;
}

/** Total: every text gets a result, none throws. */
export function decodeJournal(text: string): DecodedJournal {
  const lines = text.split('\n');
  const events: JournalEvent[] = [];
  const bad: { line: number; reason: string }[] = [];
  let torn = false;
  for (const [index, line] of lines.entries()) {
    if (line === '' && index === lines.length - 1) break;
    const event = decodeLine(line);
    if (typeof event !== 'string') events.push(event);
    else if (index === lines.length - 1) torn = true;
    else bad.push({ line: index + 1, reason: event });
  }
  return { events, bad, torn };
}

export function decodeLine(line: string): JournalEvent | string {
  const parts = /^\{"crc32":"([0-9a-f]{8})","event":(.*)\}\r?$/s.exec(line);
  if (parts?.[1] === undefined || parts[2] === undefined) return 'it is not a journal line';
  if (checksum(parts[2]) !== parts[1]) return 'its checksum does not match its content';
  let json: unknown;
  try {
    json = JSON.parse(parts[2]);
  } catch {
    // The checksum was made from something else.
    return 'it is not JSON';
  }
  const judged = eventSchema.safeParse(json);
  if (!judged.success)
    return `this version of rushes cannot read it: ${judged.error.issues[0]?.message ?? ''}`;
  return json as JournalEvent;
}

const checksum = (json: string): string => crc32(json).toString(16).padStart(8, '0');
