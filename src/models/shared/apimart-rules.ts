/** Rules that the APIMart sheet states for more than one model. */
import type { Rule } from '../rule.ts';

export const r1: Rule = {
  rule: 'R1',
  text: 'model is the id of this model.',
  verdict: 'refuse',
  mark: 'seed',
  fields: ['model'],
  hint: 'The model is named by use:, not here.',
};

/**
 * Where the type of duration is wrong; a number that is not offered breaks the model's own rule.
 */
export const r2: Rule = {
  rule: 'R2',
  text: 'duration is a JSON integer, never a quoted number.',
  verdict: 'refuse',
  mark: 'seed',
  types: ['duration'],
};

export const r6: Rule = {
  rule: 'R6',
  text: 'aspect_ratio is 16:9, 9:16 or 1:1.',
  verdict: 'refuse',
  mark: 'seed',
  fields: ['aspect_ratio'],
};
