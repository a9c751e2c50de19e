/**
 * Workflows and actions as GitHub documents their syntax, strictly: the part that ours use, and
 * nothing else passes.
 */
import { parse } from 'yaml';
import { z } from 'zod';

/*
 * Written by hand from https://docs.github.com/actions/reference/workflows-and-actions
 * (workflow-syntax, metadata-syntax). The public JSON Schemas (schemastore: github-workflow.json,
 * github-action.json) were not at hand when this was written, so this does not claim to be them: it
 * is narrower, and a key that it does not know is an error.
 */
const text = z.union([z.string(), z.number(), z.boolean()]);
const texts = z.record(z.string(), text);
const permission = z.enum(['read', 'write', 'none']);
const permissions = z.strictObject({
  contents: permission.optional(),
  'pull-requests': permission.optional(),
  issues: permission.optional(),
  actions: permission.optional(),
  'id-token': permission.optional(),
  attestations: permission.optional(),
});

const run = z.strictObject({
  name: z.string().optional(),
  id: z
    .string()
    .regex(/^[A-Za-z_][\w-]*$/)
    .optional(),
  if: z.union([z.string(), z.boolean()]).optional(),
  run: z.string(),
  shell: z.enum(['bash', 'sh']).optional(),
  env: texts.optional(),
  'working-directory': z.string().optional(),
});
const use = run.omit({ run: true, shell: true, 'working-directory': true }).extend({
  uses: z.string().regex(/^(?:\.\/|[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[\w./-]+)$/),
  with: texts.optional(),
});
const step = z.union([run, use]);
export type Step = z.infer<typeof step>;

const job = z.strictObject({
  name: z.string().optional(),
  'runs-on': z.string(),
  container: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: z.string().optional(),
  environment: z.string().optional(),
  permissions: permissions.optional(),
  'timeout-minutes': z.int().min(1).max(360),
  strategy: z
    .strictObject({
      'fail-fast': z.boolean().optional(),
      'max-parallel': z.int().optional(),
      matrix: z.record(z.string(), z.array(text)),
    })
    .optional(),
  env: texts.optional(),
  outputs: texts.optional(),
  steps: z.array(step).min(1),
});
export type Job = z.infer<typeof job>;

const branches = z.array(z.string());
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z
      .strictObject({
        branches: branches.optional(),
        tags: branches.optional(),
        paths: branches.optional(),
      })
      .nullish(),
    pull_request: z
      .strictObject({ branches: branches.optional(), paths: branches.optional() })
      .nullish(),
    merge_group: z.strictObject({ types: z.array(z.literal('checks_requested')) }).nullish(),
    schedule: z
      .array(z.strictObject({ cron: z.string().regex(/^(?:[\d*,/-]+ ){4}[\d*,/-]+$/) }))
      .optional(),
    workflow_dispatch: z
      .strictObject({
        inputs: z
          .record(
            z.string(),
            z.strictObject({
              description: z.string(),
              type: z.enum(['string', 'boolean', 'number', 'choice']).optional(),
              required: z.boolean().optional(),
              default: text.optional(),
              options: z.array(z.string()).optional(),
            }),
          )
          .optional(),
      })
      .nullish(),
  }),
  permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }).optional(),
  env: texts.optional(),
  jobs: z.record(z.string().regex(/^[A-Za-z_][\w-]*$/), job),
});
export type Workflow = z.infer<typeof workflow>;

const action = z.strictObject({
  name: z.string(),
  description: z.string(),
  author: z.string().optional(),
  branding: z.strictObject({
    icon: z.string(),
    color: z.enum([
      'white',
      'black',
      'yellow',
      'blue',
      'green',
      'orange',
      'red',
      'purple',
      'gray-dark',
    ]),
  }),
  inputs: z.record(
    z.string(),
    z.strictObject({
      description: z.string().min(1),
      required: z.boolean().optional(),
      default: z.string().optional(),
      deprecationMessage: z.string().optional(),
    }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string().min(1) })),
  runs: z.strictObject({
    using: z.literal('node24'),
    main: z.string(),
    post: z.string().optional(),
    'post-if': z.string().optional(),
  }),
});
export type Action = z.infer<typeof action>;

/** Throws with every path that is wrong. */
export const readWorkflow = (source: string): Workflow => workflow.parse(parse(source));
export const readAction = (source: string): Action => action.parse(parse(source));
