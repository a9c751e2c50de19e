/** `rushes status`: what lock and disk say. Works from the locks alone, and changes nothing. */
import type { ClipState } from '../plan/plan.ts';
import { readClipStates } from '../lock/clips-on-disk.ts';
import { systemFiles } from '../ports/files.ts';
import { statusCostTerminal } from '../report/lock/status-cost.ts';
import { type StatusPart, statusDocument } from '../report/lock/status-json.ts';
import { statusTerminal } from '../report/lock/status-terminal.ts';
import { lockInScope, needsManifest } from '../workflow/manifests-of-locks.ts';
import { EXIT, type Io } from './shared/io.ts';
import { lockFiles } from './shared/lock-files.ts';
import { filterOf, type SharedOptions } from './shared/options.ts';
import { readOrPrint } from './shared/ledgers.ts';
import { document, terminalOf } from './shared/print.ts';

export async function status(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly cost?: boolean },
): Promise<number> {
  const filter = filterOf(options);
  const files = await lockFiles(io, named, { ...options, unread: !needsManifest(filter) });
  const read = await readOrPrint(io, files, options);
  if ('exit' in read) return read.exit;
  const parts: StatusPart[] = [];
  for (const [manifest, { lock: whole, paths }] of read.byManifest) {
    const lock = lockInScope(
      whole,
      files.find((file) => file.manifest === manifest) ?? { manifest },
      filter,
    );
    const clips =
      options.cost === true
        ? undefined
        : await readClipStates(lock, paths.lock, paths.filesCache, systemFiles);
    parts.push({
      manifest,
      lock,
      clipState: (_, entry): ClipState => clips?.of(entry) ?? 'unknown',
    });
  }
  if (options.json === true) document(io, statusDocument(parts, io.clock.now()));
  else if (options.cost === true)
    io.stdout.write(
      statusCostTerminal(
        parts.map(({ lock }) => lock),
        { ...terminalOf(io, io.stdout), draft: options.draft === true },
      ),
    );
  else
    io.stdout.write(
      statusTerminal(parts, {
        ...terminalOf(io, io.stdout),
        nowMs: io.clock.now(),
        draft: options.draft === true,
      }),
    );
  return EXIT.done;
}
