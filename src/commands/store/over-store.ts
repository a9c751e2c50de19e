/** The common part of the three store commands: locks, store, signals, and the report. */
import path from 'node:path';
import { defined } from '../../defined.ts';
import {
  type StoredRow,
  type StoredState,
  storeDocument,
  type StoreReport,
  storeTerminal,
} from '../../report/store/store-report.ts';
import type { WrongObject } from '../../store/push-clips.ts';
import type { ClipKey, Store, StoreFailure } from '../../store/store.ts';
import { clipsOfLocks, type LocalState } from '../../workflow/store/clips-of-locks.ts';
import { lockInScope } from '../../workflow/load/manifests-of-locks.ts';
import { withStore } from '../../workflow/open/open-store.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { readSelected } from '../shared/lock-files.ts';
import { filterOf, type SharedOptions } from '../shared/options.ts';
import { document, terminalOf } from '../shared/print.ts';
import { watchTransfer, type WatchedTransfer } from './watch-transfer.ts';

export interface StoreWork {
  readonly store: Store;
  readonly clips: readonly LocalState[];
  readonly signal: AbortSignal;
  readonly watched: WatchedTransfer;
}

export interface StoreOutcome {
  readonly stateOf: (clip: LocalState) => {
    readonly state: StoredState;
    readonly message?: string | undefined;
    readonly sameSize?: true | undefined;
  };
  readonly failure?: StoreFailure | { readonly kind: 'disk'; readonly reason: string } | undefined;
}

export interface StoreCommand {
  readonly command: StoreReport['command'];
  /** For the lines of a log, such as `pushing`. */
  readonly verb: string;
  /** Earlier results of the renders too. */
  readonly earlier: boolean;
}

export const NO_STORE = [
  'no store is set',
  'Set RUSHES_STORE to s3://bucket/prefix or file:///absolute/folder (docs/store.md).',
] as const;

/** Resolves to the exit code. */
export async function overStore(
  io: Io,
  { command, verb, earlier }: StoreCommand,
  named: readonly string[],
  options: SharedOptions,
  work: (at: StoreWork) => Promise<StoreOutcome>,
): Promise<number> {
  const filter = filterOf(options);
  const read = await readSelected(io, named, filter, {});
  if ('exit' in read) return read.exit;
  const all = await clipsOfLocks(
    read.files.flatMap((file) => {
      const one = read.byManifest.get(file.manifest);
      if (one === undefined) return [];
      const { manifest, manifestPath, project } = file;
      const lock = lockInScope(one.lock, file, filter);
      return [{ manifest, manifestPath, root: project?.root, lock, paths: one.paths }];
    }),
  );
  const clips = all.filter(({ current }) => current || earlier);
  const stopping = new AbortController();
  const offSignal = io.onSignal(() => {
    if (stopping.signal.aborted) return io.exitNow(EXIT.interrupted);
    stopping.abort();
  });
  const used = await withStore(io, async (store) => {
    const watched = await watchTransfer(io, verb);
    try {
      const reached = await store.reach(stopping.signal);
      const outcome: StoreOutcome =
        reached.kind === 'reached'
          ? await work({ store, clips, signal: stopping.signal, watched })
          : { stateOf: () => ({ state: 'left' }), failure: reached };
      return { store, outcome };
    } finally {
      watched.close();
    }
  }).finally(offSignal);
  switch (used.kind) {
    case 'used':
      break;
    case 'none':
      throw new UsageError(...NO_STORE);
    case 'misconfigured':
    case 'no-credentials':
      io.stderr.write(`rushes: ${used.problem}\n  ${used.remedy}\n`);
      return used.kind === 'no-credentials' ? EXIT.key : EXIT.unreachable;
  }
  const { store, outcome } = used.value;
  const rows = clips.map((clip): StoredRow => {
    const found = outcome.stateOf(clip);
    return {
      manifest: clip.manifest,
      id: clip.id,
      path: shown(io, path.resolve(clip.path)),
      sha256: clip.sha256,
      bytes: clip.bytes,
      current: clip.current,
      ...withMessage(found),
      ...(found.state === 'wrong' ? { object: store.whereIs(clip.sha256) } : {}),
    };
  });
  const report: StoreReport = {
    command,
    store: store.address,
    rows,
    ...(outcome.failure === undefined ? {} : { failure: failureWords(outcome.failure) }),
  };
  if (options.json === true) document(io, storeDocument(report));
  const output = options.json === true ? io.stderr : io.stdout;
  output.write(storeTerminal(report, terminalOf(io, output)));
  return exitOf(report);
}

const withMessage = ({
  state,
  message,
  sameSize,
}: ReturnType<StoreOutcome['stateOf']>): Pick<StoredRow, 'state' | 'message' | 'sameSize'> => ({
  state,
  ...defined({ message, sameSize }),
});

/** Of a clip whose object is wrong. */
export const wrongState = (
  object: WrongObject | undefined,
): ReturnType<StoreOutcome['stateOf']> | undefined =>
  object === undefined
    ? undefined
    : {
        state: 'wrong',
        message: object.reason,
        ...(object.sameSize ? { sameSize: true as const } : {}),
      };

function failureWords(
  failure: NonNullable<StoreOutcome['failure']>,
): NonNullable<StoreReport['failure']> {
  if (failure.kind === 'aborted') return { kind: 'aborted' };
  const remedy = 'remedy' in failure ? failure.remedy : undefined;
  return {
    kind: failure.kind,
    message: failure.reason,
    ...defined({ remedy }),
  };
}

function exitOf({ failure, rows, command }: StoreReport): number {
  switch (failure?.kind) {
    case 'aborted':
      return EXIT.interrupted;
    case 'denied':
      return EXIT.key;
    case 'unreachable':
      return EXIT.unreachable;
    case 'disk':
      return EXIT.pending;
    case undefined:
  }
  const some = (state: StoredState): boolean => rows.some((row) => row.state === state);
  if (some('wrong') || some('changed')) return EXIT.failed;
  // An earlier clip that is gone everywhere was often cleared away on purpose.
  const missing = rows.some(
    ({ state, current }) => state === 'missing' && (current || command === 'verify'),
  );
  return missing ? EXIT.missing : EXIT.done;
}

/** By content: several renders may have the same. */
export const contents = (clips: readonly ClipKey[]): ReadonlySet<string> =>
  new Set(clips.map(({ sha256 }) => sha256));
