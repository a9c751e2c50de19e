/** `rushes verify`: every clip that the lock has, read again and hashed. */
import path from 'node:path';
import { answersOf } from '../lock/attempt.ts';
import { readClipStates } from '../lock/clips-on-disk.ts';
import { fromLockPath } from '../lock/file/paths.ts';
import { systemFiles } from '../ports/files.ts';
import { type Verified, verifyTerminal } from '../report/lock/verify-terminal.ts';
import { statusDocument, type StatusPart } from '../report/lock/status-json.ts';
import { lockInScope, needsManifest } from '../workflow/manifests-of-locks.ts';
import { EXIT, type Io } from './shared/io.ts';
import { lockFiles } from './shared/lock-files.ts';
import { filterOf, type SharedOptions } from './shared/options.ts';
import { readOrPrint } from './shared/ledgers.ts';
import { shown } from '../workflow/surroundings.ts';
import { document, terminalOf } from './shared/print.ts';

const STATES = { present: 'whole', absent: 'absent', damaged: 'changed' } as const;

export async function verify(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly complete?: boolean },
): Promise<number> {
  const filter = filterOf(options);
  const files = await lockFiles(io, named, { ...options, unread: !needsManifest(filter) });
  const read = await readOrPrint(io, files, options);
  if ('exit' in read) return read.exit;
  const clips: Verified[] = [];
  const parts: StatusPart[] = [];
  let pending = false;
  for (const [manifest, { lock: whole, paths }] of read.byManifest) {
    const lock = lockInScope(
      whole,
      files.find((file) => file.manifest === manifest) ?? { manifest },
      filter,
    );
    const states = await readClipStates(lock, paths.lock, paths.filesCache, systemFiles, {
      rehash: true,
    });
    parts.push({ manifest, lock, clipState: (_, entry) => states.of(entry) });
    for (const [id, entry] of lock.renders) {
      for (const result of [entry, ...(entry.earlier ?? [])]) {
        if (result.clip === undefined) {
          if (result === entry && answersOf(result).awaitsClip === 'pending') pending = true;
          continue;
        }
        // An earlier clip that is not here was often cleared away on purpose.
        const state = STATES[states.of(result)];
        if (result !== entry && state === 'absent') continue;
        clips.push({
          manifest,
          id,
          path: shown(io, path.resolve(fromLockPath(paths.lock, result.clip.path))),
          state,
        });
      }
    }
  }
  if (options.json === true) document(io, statusDocument(parts, io.clock.now()));
  else
    io.stdout.write(
      verifyTerminal(clips, { ...terminalOf(io, io.stdout), complete: options.complete === true }),
    );
  if (
    clips.some(
      ({ state }) =>
        state === 'changed' ||
        state === 'unreadable' ||
        (options.complete === true && state === 'absent'),
    )
  )
    return EXIT.missing;
  return options.complete === true && pending ? EXIT.pending : EXIT.done;
}
