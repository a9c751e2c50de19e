/**
 * Every diagnostic code with the page that `rushes explain <code>` prints. Codes are stable:
 * scripts match on them.
 */
import { LOCKS } from './locks.ts';
import { MANIFEST_TEXT } from './manifest-text.ts';
import { MANIFEST_VALUES } from './manifest-values.ts';
import { MODELS } from './models.ts';
import { PICTURES } from './pictures.ts';
import { RUNS } from './runs.ts';
import { SCENES } from './scenes.ts';

export const EXPLAIN = {
  ...MANIFEST_TEXT,
  ...MANIFEST_VALUES,
  ...SCENES,
  ...MODELS,
  ...PICTURES,
  ...LOCKS,
  ...RUNS,
} as const;

export type DiagnosticCode = keyof typeof EXPLAIN;
