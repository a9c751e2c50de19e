/**
 * JSON Schemas of the documents that this folder prints; `commands/setup/schema.ts` writes them to
 * `schemas/`.
 */
import * as z from 'zod';
import { validateSchema } from '../diagnostics/diagnostics-json.ts';
import { planSchema } from '../plan/plan-json.ts';
import { runEventSchema } from '../run/run-ndjson.ts';
import { statusSchema } from '../lock/status-json.ts';
import { storeSchema } from '../store/store-report.ts';

const SOURCES = {
  plan: planSchema,
  validate: validateSchema,
  status: statusSchema,
  events: runEventSchema,
  store: storeSchema,
} as const;
export type ReportSchemaName = keyof typeof SOURCES;
export const REPORT_SCHEMAS = Object.keys(SOURCES) as readonly ReportSchemaName[];

/** Draft 7, which every editor reads. `events` is the schema of one line of the stream. */
export const reportJsonSchema = (name: ReportSchemaName): Readonly<Record<string, unknown>> =>
  z.toJSONSchema(SOURCES[name], { target: 'draft-7' });
