/** `rushes verify`: every clip that the lock has, read again and hashed. */
import { stateOf, statusDocument } from '../report/lock/status-json.ts';
import type { RenderId } from '../ids.ts';
import type { Verified } from '../report/lock/verified.ts';
import { verifyTerminal } from '../report/lock/verify-terminal.ts';
import { verifyClips } from '../workflow/status.ts';
import { NO_STORE } from './store/over-store.ts';
import { type Io, UsageError } from './shared/io.ts';
import { readSelected } from './shared/lock-files.ts';
import { filterOf, type SharedOptions } from './shared/options.ts';
import { document, terminalOf } from './shared/print.ts';

export async function verify(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly complete?: boolean; readonly store?: boolean },
): Promise<number> {
  const filter = filterOf(options);
  const complete = options.complete === true;
  const read = await readSelected(io, named, filter, options);
  if ('exit' in read) return read.exit;
  const { parts, clips, exit, store, unremembered } = await verifyClips(
    io,
    read.byManifest,
    read.files,
    {
      filter,
      complete,
      store: options.store === true,
    },
  );
  if (store?.kind === 'none') throw new UsageError(...NO_STORE);
  if (store?.kind === 'problem') {
    const remedy = store.remedy === undefined ? '' : `\n  ${store.remedy}`;
    io.stderr.write(`rushes: ${store.problem}${remedy}\n`);
  }
  for (const problem of unremembered)
    io.stderr.write(
      `rushes: the damage could not be recorded, so a plan does not know about it: ${problem}\n`,
    );
  if (options.json === true) document(io, statusDocument(parts, io.clock.now()));
  else
    io.stdout.write(
      verifyTerminal(clips, {
        ...terminalOf(io, io.stdout),
        complete: complete || options.store === true,
        store: store?.kind === 'known',
        nowMs: io.clock.now(),
        draft: options.draft === true,
        elsewhere: parts.map((part) => ({
          manifest: part.manifest,
          clips: [...part.lock.renders]
            .filter(
              ([id, entry]) =>
                stateOf(entry, part.clipState(id, entry), io.clock.now()) === 'elsewhere' &&
                !isStored(clips, part.manifest, id),
            )
            .map(([id, entry]) => ({ id, entry })),
        })),
      }),
    );
  return store?.kind === 'problem' ? store.exit : exit;
}

const isStored = (clips: readonly Verified[], manifest: string, id: RenderId): boolean =>
  clips.some((clip) => clip.manifest === manifest && clip.id === id && clip.state === 'stored');
