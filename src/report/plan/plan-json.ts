/** The document of `plan --json` and `plan --out`, and its schema. */
import * as z from 'zod';
import { defined } from '../../defined.ts';
import { spanOf } from '../../diagnostic.ts';
import { toUsd } from '../../money.ts';
import {
  isPaidFor,
  type AdoptedRender,
  type FieldChange,
  type OrphanRender,
  type Plan,
  type PlannedRender,
  type ProjectPlan,
} from '../../plan/plan.ts';
import type { CapStanding, Spending } from '../../plan/estimate/spending.ts';
import type { Json } from '../../scene.ts';
import { adoptedBy, notesOfRender, paidWhere } from './plan-groups.ts';
import { diagnosticDocument, diagnosticSchema } from '../diagnostics/diagnostics-json.ts';

const PLAN_VERSION = 2;

/** Typed as the library's own, so that a plan can be passed on without zod. */
const json: z.ZodType<Json> = z.json();
const fingerprint = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const ACTIONS = ['submit', 'wait', 'attach', 'fetch', 'keep', 'moved', 'hold', 'orphan'] as const;

const changeSchema = z
  .strictObject({
    path: z.string().describe('Native path joined with `.`; also `revision` and `gateway`.'),
    old: json.optional().describe('Absent: the field was not there.'),
    new: json.optional().describe('Absent: the field is gone.'),
    file: z.string(),
    line: z.int().min(1).describe('The line that forces the change; 1-based.'),
  })
  .describe('One field of the request, old and new.');

const costSchema = z.strictObject({
  usd: z
    .number()
    .nullable()
    .describe('null: unknown, which is never zero. 0 if nothing is submitted.'),
  usdFrom: z
    .number()
    .optional()
    .describe('The cheaper end of a range; usd is the other end, which counts against caps.'),
  source: z.enum(['exact', 'estimated', 'unknown', 'none']).describe('none: nothing is submitted.'),
  asOf: z.string().optional().describe('When the price was read, ISO date.'),
});

const renderSchema = z.strictObject({
  manifest: z.string(),
  id: z.string().describe('`scene/alias`, or `scene/alias/2` for take 2 and up.'),
  model: z.string(),
  action: z.enum(ACTIONS),
  reason: z.string(),
  fingerprint,
  seconds: z.number().describe('Seconds of video of the clip; 0 for an orphan without one.'),
  cost: costSchema,
  upstream: z
    .array(z.string())
    .optional()
    .describe(
      'For wait: the renders whose clips it waits for. For hold with reason upstream: the render that blocks it.',
    ),
  task: z.string().optional().describe('The task that is attached or fetched from.'),
  from: z.string().optional().describe('Old id of a moved render.'),
  fromManifest: z
    .string()
    .optional()
    .describe('The manifest whose lock has had a moved render until now, if it is another one.'),
  heldBy: z
    .strictObject({ manifest: z.string(), id: z.string() })
    .optional()
    .describe(
      'Of an orphan: the manifest and render that have this result already; it is taken out of the lock it is an orphan of.',
    ),
  changes: z.array(changeSchema).optional(),
  picked: z.boolean().optional().describe('Whether a person chose its clip for the scene.'),
  rejected: z.boolean().optional().describe('Whether a person rejected its clip.'),
  notes: z.array(z.string()).describe('Values that were changed or left out in the request.'),
  request: z.record(z.string(), json).describe('The native body that would be sent.'),
});

const whole = z.int().min(0);

const capSchema = z.strictObject({
  source: z
    .enum(['--budget', 'RUSHES_BUDGET_USD', 'budget'])
    .describe('budget: of the manifest, over its own renders; the others are over the sum.'),
  manifest: z.string().optional().describe('Whose budget it is.'),
  limitUsd: z.number(),
  carriedUsd: z.number().describe('Of an interrupted run: counted already.'),
  headroomUsd: z
    .number()
    .describe('Amount left after all estimated costs; negative if the plan exceeds the cap.'),
});

const capDocument = ({ source, limit, carried, headroom }: CapStanding) => ({
  ...(typeof source === 'string'
    ? { source }
    : { source: 'budget' as const, manifest: source.manifest }),
  limitUsd: toUsd(limit),
  carriedUsd: toUsd(carried),
  headroomUsd: toUsd(headroom),
});

export const planSchema = z
  .strictObject({
    planVersion: z.literal(PLAN_VERSION),
    digests: z
      .record(z.string(), z.string())
      .describe(
        'What the plan was made from, by name: manifests, row and prompt files, locks, the catalogue. `render --plan` refuses when one has moved.',
      ),
    renders: z.array(renderSchema).describe('In manifest order, orphans last.'),
    totals: z.strictObject({
      submit: whole,
      wait: whole.describe(
        'Renders that are submitted when a clip with a frame that they need is here.',
      ),
      attach: whole,
      fetch: whole,
      keep: whole,
      moved: whole,
      hold: whole,
      orphan: whole,
      seconds: z.number().describe('Seconds of video that would be submitted.'),
      pictures: whole
        .optional()
        .describe('Pictures that the submits need a link for, once for each gateway.'),
      cost: z.strictObject({
        exactUsd: z.number(),
        estimatedUsd: z.number(),
        unknown: whole.describe('Submits with an unknown price.'),
        asOf: z
          .tuple([z.string(), z.string()])
          .optional()
          .describe('Oldest and newest date of the prices used.'),
      }),
      forecastSeconds: z
        .number()
        .describe('Wall time from limits and past durations; 0 when nothing is to wait for.'),
    }),
    caps: z
      .array(capSchema)
      .optional()
      .describe('Every cap in force; empty if there is none. Absent in a draft, which is free.'),
    worstUsd: z
      .number()
      .optional()
      .describe('The most that known prices come to if every retry is used, held to the caps.'),
    diagnostics: z
      .array(diagnosticSchema)
      .optional()
      .describe('Warnings and notes; a plan with errors is never made.'),
  })
  .meta({
    title: 'rushes plan --json',
    description: 'Every render with one action, one reason and its price.',
  });

export type PlanDocument = z.infer<typeof planSchema>;
type RenderDocument = PlanDocument['renders'][number];

/** @param digests name -> `sha256:<hex>` of everything that the plan was made from. */
export function planDocument(
  plan: Plan,
  digests: Readonly<Record<string, string>>,
  spending?: Spending,
): PlanDocument {
  const { actions, seconds, pictures, cost, forecastSeconds } = plan.totals;
  return {
    planVersion: PLAN_VERSION,
    digests: { ...digests },
    renders: [
      ...plan.projects.flatMap((project) => {
        const adopted = adoptedBy(plan, project.project.manifest);
        return project.renders.map((planned) =>
          renderDocument(project, planned, adopted.get(planned.render.id)),
        );
      }),
      ...plan.projects.flatMap((project) =>
        project.orphans.map((orphan) => orphanDocument(project, orphan)),
      ),
    ],
    totals: {
      submit: actions.submit,
      wait: actions.wait,
      attach: actions.attach,
      fetch: actions.fetch,
      keep: actions.keep,
      moved: actions.moved,
      hold: actions.hold,
      orphan: actions.orphan,
      seconds,
      ...(pictures === 0 ? {} : { pictures }),
      cost: {
        exactUsd: toUsd(cost.exact),
        estimatedUsd: toUsd(cost.estimated),
        unknown: cost.unknown,
        ...(cost.asOf === undefined ? {} : { asOf: [...cost.asOf] as [string, string] }),
      },
      forecastSeconds,
    },
    ...(spending === undefined
      ? {}
      : { caps: spending.caps.map(capDocument), worstUsd: toUsd(spending.worst) }),
    ...(plan.diagnostics.length === 0
      ? {}
      : { diagnostics: plan.diagnostics.map(diagnosticDocument) }),
  };
}

function renderDocument(
  { project }: ProjectPlan,
  planned: PlannedRender,
  adopted: AdoptedRender | undefined,
): RenderDocument {
  const { render, action } = planned;
  return {
    manifest: project.manifest,
    id: render.id,
    model: render.model.name,
    action: action.kind,
    reason: action.reason,
    fingerprint: render.fingerprint,
    seconds: render.asked.seconds,
    cost: isPaidFor(action) ? priceDocument(render.price) : { usd: 0, source: 'none' },
    ...(action.kind === 'attach' || action.kind === 'fetch' ? { task: action.task } : {}),
    ...(action.kind === 'wait' ? { upstream: [...action.upstream] } : {}),
    ...(action.reason === 'upstream' ? { upstream: [action.upstream] } : {}),
    ...(action.kind === 'moved' ? { from: action.from } : {}),
    ...(action.kind === 'moved' && action.fromManifest !== undefined
      ? { fromManifest: action.fromManifest }
      : {}),
    ...(planned.entry?.decision?.pick === undefined ? {} : { picked: true }),
    ...(planned.entry?.decision?.reject === undefined ? {} : { rejected: true }),
    ...(action.reason === 'changed' ? { changes: action.changes.map(changeDocument) } : {}),
    notes: [
      ...(adopted === undefined ? [] : [paidWhere(adopted)]),
      ...notesOfRender(project.manifest, planned),
    ],
    request: mutable(render.request),
  };
}

function orphanDocument(
  { project }: ProjectPlan,
  { id, entry, follow, heldBy }: OrphanRender,
): RenderDocument {
  return {
    manifest: project.manifest,
    id,
    model: entry.model,
    action: 'orphan',
    reason: heldBy === undefined ? (follow ? 'followed' : 'kept') : 'held-elsewhere',
    fingerprint: entry.fingerprint,
    seconds: entry.clip?.seconds ?? 0,
    cost: { usd: 0, source: 'none' },
    ...(follow && entry.task !== undefined ? { task: entry.task } : {}),
    ...(heldBy === undefined ? {} : { heldBy: { ...heldBy } }),
    notes: [],
    request: mutable(entry.request ?? {}),
  };
}

function priceDocument(price: PlannedRender['render']['price']): RenderDocument['cost'] {
  if (price.kind === 'unknown') return { usd: null, source: 'unknown' };
  return {
    usd: toUsd(price.usd),
    ...(price.from === undefined ? {} : { usdFrom: toUsd(price.from) }),
    source: price.kind,
    ...defined({ asOf: price.asOf }),
  };
}

function changeDocument({
  path,
  old,
  new: fresh,
  place,
}: FieldChange): NonNullable<RenderDocument['changes']>[number] {
  const { file, line } = spanOf(place);
  return {
    path,
    ...(old === undefined ? {} : { old: mutable(old) }),
    ...(fresh === undefined ? {} : { new: mutable(fresh) }),
    file,
    line,
  };
}

/** zod's JSON is not readonly; the value is only ever printed. */
const mutable = <Value extends Json>(
  value: Value,
): Value extends object ? Record<string, z.core.util.JSONType> : z.core.util.JSONType =>
  value as never;
