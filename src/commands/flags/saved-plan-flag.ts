/** `render --plan f`: compares the file that a person approved with the current plan. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { Plan } from '../../plan/plan.ts';
import { movedSince } from '../../plan/compare/with-saved-plan.ts';
import { planSchema } from '../../report/plan/plan-json.ts';
import type { Io } from '../shared/io.ts';
import { unreadable } from '../shared/unreadable.ts';

/** At most this many differences are shown. */
const SHOWN = 5;

/** Empty if the plan built now is exactly the saved one; else one error that says what moved. */
export async function compareWithSaved(
  io: Io,
  plan: Plan,
  file: string,
): Promise<readonly Diagnostic[]> {
  const error = (message: string, hint: string): Diagnostic[] => [
    { code: 'plan-moved', severity: 'error', message, hint, renders: [] },
  ];
  let text: string;
  try {
    text = await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (problem) {
    return error(
      unreadable('saved plan', file, problem),
      'Make one with: rushes plan --out plan.json',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return error(
      `${file} is not a saved plan: it is not JSON`,
      'Make one with: rushes plan --out plan.json',
    );
  }
  const saved = planSchema.safeParse(value);
  if (!saved.success) {
    const [issue] = saved.error.issues;
    return error(
      `${file} is not a saved plan that this version reads: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
      'Make one with: rushes plan --out plan.json',
    );
  }
  const moved = movedSince(saved.data, plan, catalogue);
  if (moved.length === 0) return [];
  const more = moved.length - SHOWN;
  return error(
    `the saved plan ${file} is out of date: ${moved.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    'Check the new plan, and save it again: rushes plan --out plan.json',
  );
}
