/**
 * The document of `status --json` and `verify --json`: the lock's renders with their state on disk,
 * and its schema.
 */
import * as z from 'zod';
import type { RenderId } from '../../ids.ts';
import { isNotAsAsked } from '../../lock/entry.ts';
import { answersOf } from '../../lock/attempt.ts';
import type { Lock, LockEntry, Result } from '../../lock/file/format.ts';
import { clipSchema, costSchema, decisionSchema } from '../../lock/file/schema.ts';
import { linkLives } from '../../lock/link-life.ts';
import { moneyReport, type MoneyRow, NO_ROW } from '../../lock/money-report.ts';
import { toUsd } from '../../money.ts';
import { moneyDocument, moneySchema } from '../text/money/money-words.ts';
import type { ClipPlace } from '../../plan/plan.ts';
import { type StatusStore, statusStoreSchema } from './status-store.ts';

/** One lock as shown: its content, and the state of its clips on disk and in the store. */
export interface StatusPart {
  /** As shown to people; the lock's own path where the manifest is not at hand. */
  readonly manifest: string;
  readonly lock: Lock;
  readonly clipState: (id: RenderId, entry: LockEntry) => ClipPlace;
  /**
   * Whether the clip, which is not in its place, lies beside it: a render of another branch moved
   * it aside, and the next one of this branch puts it back. Absent: not looked for.
   */
  readonly isAside?: (entry: LockEntry) => boolean;
  /** Whether the manifest no longer has this render. Absent: the manifest was not read. */
  readonly isOrphan?: (id: RenderId) => boolean;
}

/** The state of a render for people. */
export const STATES = [
  'ready',
  'stored',
  'elsewhere',
  'damaged',
  'not-landed',
  'missing',
  'pending',
  'failed',
  'ambiguous',
  'lost',
  'never-happened',
] as const;
export type RenderState = (typeof STATES)[number];

/** Only a new request gives these a clip, and only a render of the manifest gets one. */
export const NEEDS_NEW_REQUEST: ReadonlySet<RenderState> = new Set([
  'failed',
  'missing',
  'never-happened',
]);

/**
 * `ready`: the clip is here and, if it was checked, whole. `stored`: the store has it, this machine
 * has not. `elsewhere`: it landed once, and is not on this machine. `not-landed`: made and paid,
 * never downloaded. `missing`: never downloaded, or downloaded by this machine and gone, and its
 * link has expired by now (`nowMs`: epoch milliseconds). `never-happened`: a person declared the
 * only submit void.
 */
export function stateOf(entry: LockEntry, clip: ClipPlace, nowMs: number): RenderState {
  const { isVoid, held, awaitsClip } = answersOf(entry);
  if (isVoid) return 'never-happened';
  if (held !== undefined) return held;
  if (awaitsClip === 'pending') return 'pending';
  if (awaitsClip === 'completed') return linkLives(entry, nowMs) ? 'not-landed' : 'missing';
  if (clip === 'stored') return 'stored';
  if (clip === 'gone') return linkLives(entry, nowMs) ? 'elsewhere' : 'missing';
  return clip === 'absent' ? 'elsewhere' : clip === 'damaged' ? 'damaged' : 'ready';
}

const resultShape = {
  model: z.string(),
  fingerprint: z.string(),
  status: z
    .enum(['submitted', 'completed', 'failed', 'ambiguous', 'lost'])
    .describe('As the lock has it.'),
  task: z.string().optional(),
  attempt: z.string().optional(),
  answeredModel: z
    .string()
    .optional()
    .meta({
      description: "The model that the gateway's answer names, where it is another than asked.",
      examples: ['kling-o3-standard'],
    }),
  submittedAt: z.string().optional(),
  completedAt: z.string().optional(),
  expiresAt: z.string().optional().describe("When the clip's link expires."),
  cost: costSchema.optional(),
  clip: clipSchema.optional(),
  error: z.strictObject({ kind: z.string(), message: z.string() }).optional(),
  mismatch: z.array(z.string()).optional(),
};

const stateCounts = z.strictObject(
  Object.fromEntries(STATES.map((state) => [state, z.int().min(0)])) as Record<
    RenderState,
    z.ZodInt
  >,
);

const moneyRow = {
  tasks: z.int().min(0).describe('Tasks that cost or may cost money, earlier ones too.'),
  clips: z.int().min(0).describe('Clips that are current.'),
  estimatedUsd: z
    .number()
    .describe('What was estimated for the tasks that are charged or refunded.'),
  money: moneySchema.describe('Of all runs.'),
};

const moneyRowDocument = ({ tasks, clips, estimated, money }: MoneyRow) => ({
  tasks,
  clips,
  estimatedUsd: toUsd(estimated),
  money: moneyDocument(money),
});

export const statusSchema = z
  .strictObject({
    renders: z.array(
      z.strictObject({
        manifest: z.string(),
        id: z.string(),
        state: z.enum(STATES).describe('What lock and disk say together.'),
        disk: z
          .enum(['present', 'absent', 'damaged', 'unknown'])
          .describe('The clip on this machine; unknown if it was not looked at.'),
        ...resultShape,
        decision: decisionSchema.optional(),
        earlier: z.int().min(0).describe('How many earlier results are kept.'),
      }),
    ),
    totals: stateCounts,
    mismatched: z.int().min(0).describe('Clips that are not as asked.'),
    models: z
      .array(
        z.strictObject({
          model: z.string(),
          states: stateCounts.describe('How many renders are in which state.'),
          mismatched: z.int().min(0).describe('Clips that are not as asked.'),
          ...moneyRow,
        }),
      )
      .describe('By model, in order of name.'),
    ...moneyRow,
    store: statusStoreSchema.optional(),
  })
  .meta({
    title: 'rushes status --json',
    description: "The lock's renders with their state on disk.",
  });

/** The input: ids in it are plain strings, as the library hands them on. */
export type StatusDocument = z.input<typeof statusSchema>;

const noStates = (): Record<RenderState, number> => ({
  ready: 0,
  stored: 0,
  elsewhere: 0,
  damaged: 0,
  'not-landed': 0,
  missing: 0,
  pending: 0,
  failed: 0,
  ambiguous: 0,
  lost: 0,
  'never-happened': 0,
});

/** `nowMs`: epoch milliseconds. `store`: its clips, if it was asked. */
export function statusDocument(
  parts: readonly StatusPart[],
  nowMs: number,
  store?: StatusStore,
): StatusDocument {
  const totals = noStates();
  const byModel = new Map<string, { states: Record<RenderState, number>; mismatched: number }>();
  let mismatched = 0;
  const renders = parts.flatMap(({ manifest, lock, clipState }) =>
    [...lock.renders].map(([id, entry]) => {
      const clip = clipState(id, entry);
      const state = stateOf(entry, clip, nowMs);
      totals[state] += 1;
      const ofModel = byModel.get(entry.model) ?? { states: noStates(), mismatched: 0 };
      byModel.set(entry.model, ofModel);
      ofModel.states[state] += 1;
      if (isNotAsAsked(entry)) {
        ofModel.mismatched += 1;
        mismatched += 1;
      }
      return {
        manifest,
        id,
        state,
        disk: clip === 'stored' || clip === 'gone' ? ('absent' as const) : clip,
        ...resultDocument(entry),
        ...(entry.decision === undefined ? {} : { decision: entry.decision }),
        earlier: entry.earlier?.length ?? 0,
      };
    }),
  );
  const report = moneyReport(parts.map(({ lock }) => lock));
  const rowOf = new Map(report.models.map(({ model, row }) => [model, row]));
  // A model may have renders and no task, or only earlier tasks.
  const models = [...new Set([...byModel.keys(), ...rowOf.keys()])].sort().map((model) => ({
    model,
    ...(byModel.get(model) ?? { states: noStates(), mismatched: 0 }),
    ...moneyRowDocument(rowOf.get(model) ?? NO_ROW),
  }));
  return {
    renders,
    totals,
    mismatched,
    models,
    ...moneyRowDocument(report.total),
    ...(store === undefined ? {} : { store }),
  };
}

/** Without the request, which may be long, and without the target, which only the run needs. */
function resultDocument({
  request: _request,
  target: _target,
  onMismatch: _onMismatch,
  mismatch,
  ...result
}: Result & Partial<LockEntry>): Omit<
  StatusDocument['renders'][number],
  'manifest' | 'id' | 'state' | 'disk' | 'decision' | 'earlier'
> {
  const { decision: _decision, earlier: _earlier, ...rest } = result;
  return { ...rest, ...(mismatch === undefined ? {} : { mismatch: [...mismatch] }) };
}
