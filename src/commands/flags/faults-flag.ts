/** A fault script from a file: for rehearsing a bad day. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { type FaultScript, faultScriptSchema } from '../../local-gateway/faults/script.ts';
import { type Io, UsageError } from '../shared/io.ts';

export async function readFaults(io: Io, file: string): Promise<FaultScript> {
  let text: string;
  try {
    text = await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new UsageError(
      `cannot read the fault script ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem !== undefined) throw new UsageError(`${file}: ${problem.message}`);
  const parsed = faultScriptSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'the script'}: ${message}`,
  );
  throw new UsageError(
    `${file} is not a fault script: ${issues.join('; ')}`,
    'Its schema: rushes schema faults',
  );
}
