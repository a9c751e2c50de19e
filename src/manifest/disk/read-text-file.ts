/** A text file of the project, decoded: its size is bounded, and no key may stand in it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Place } from '../../diagnostic.ts';
import { type SyncFiles, whatIs } from '../../ports/files/sync-files.ts';
import type { FindSecrets } from '../../secrets/find-secrets.ts';
import { quoted } from '../values/located.ts';
import type { Problem } from '../values/problems.ts';
import type { FileKind, ReadFile } from '../values/reader.ts';
import { decode, MAX_MANIFEST_BYTES, MAX_PROMPT_BYTES, MAX_ROWS_BYTES } from '../values/text.ts';
import { shown } from './path-names.ts';

const BOUNDS: Readonly<Record<FileKind, number>> = {
  manifest: MAX_MANIFEST_BYTES,
  rows: MAX_ROWS_BYTES,
  prompt: MAX_PROMPT_BYTES,
};

const HINT = 'Put the file itself there, or name another one.';

export interface TextFile {
  /** As the manifest writes it. */
  readonly name: string;
  readonly absolute: string;
  /** Links resolved. */
  readonly real: string;
  readonly kind: FileKind;
  /** Where it is named. */
  readonly place: Place;
}

/** Adds what was read to `digests`, by its path below `root`. */
export function readTextFile(
  { name, absolute, real, kind, place }: TextFile,
  {
    root,
    cwd,
    files,
    secretsIn,
    digests,
  }: {
    readonly root: string;
    readonly cwd: string;
    readonly files: SyncFiles;
    readonly secretsIn: FindSecrets;
    readonly digests: Map<string, string>;
  },
): ReadFile | readonly Problem[] {
  const found: Problem[] = [];
  const bound = BOUNDS[kind];
  let bytes: Uint8Array;
  try {
    const facts = files.stat(real);
    if (facts !== undefined && facts.kind !== 'file')
      return [
        { code: 'no-file', message: `${quoted(name)} ${whatIs(facts.kind)}`, place, hint: HINT },
      ];
    const size = facts?.bytes ?? 0;
    if (size > bound) {
      const hint =
        kind === 'manifest'
          ? 'Split it with include:, or put the scenes into a row file.'
          : 'Split it into several files.';
      const message = `${quoted(name)} has ${size.toLocaleString('en')} bytes; ${bound.toLocaleString('en')} is the most for such a file`;
      return [{ code: 'too-large', message, place, hint }];
    }
    bytes = files.read(real);
  } catch (error) {
    return [
      {
        code: 'no-file',
        message: `${quoted(name)} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        place,
      },
    ];
  }
  digests.set(
    path.relative(root, real).split(path.sep).join('/'),
    `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  );
  const source = decode(shown(absolute, cwd), bytes, secretsIn, (problem) => found.push(problem));
  if (source === undefined) return found;
  return {
    source,
    path: real,
    folder: path.dirname(absolute),
    ...(found.length === 0 ? {} : { problems: found }),
  };
}
