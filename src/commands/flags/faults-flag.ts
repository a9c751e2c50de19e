/** A fault script from a file: which simulates failures. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { type FaultScript, faultScriptSchema } from '../../local-gateway/faults/script.ts';
import { type Io, UsageError } from '../shared/io.ts';
import { unreadable } from '../shared/unreadable.ts';

export async function readFaults(io: Io, file: string): Promise<FaultScript> {
  let text: string;
  try {
    text = await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new UsageError(unreadable('fault script', file, error), SCHEMA);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problem = document.errors[0];
  if (problem !== undefined)
    throw new UsageError(`${placeAt(problem.pos[0])} ${problem.message}`, SCHEMA);
  const parsed = faultScriptSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => {
    const at =
      issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    const path = issue.path.join('.');
    return `${placeAt(offsetAt(document, at))} ${path === '' ? '' : `${path}: `}${issue.message.replace(ZOD_START, 'expected')}`;
  });
  throw new UsageError(`not a fault script:\n  ${issues.join('\n  ')}`, SCHEMA);
}

const SCHEMA = 'An example is in docs/recovery.md; the schema: rushes schema faults';
const ZOD_START = /^Invalid (?:input: expected|option: expected|discriminator value\. Expected)/;

/** Where the node at a path is written, or its nearest ancestor; of a key where the key is. */
function offsetAt(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true) ?? document.contents;
    const key = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      const node = pair?.key;
      if (isScalar(node) && node.range != null) return node.range[0];
    }
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return 0;
}
