/** Shows the progress of a push or a pull: a bar on a terminal, a line now and then in a log. */
import { transferLine } from '../../report/store/transfer-line.ts';
import type { TransferProgress } from '../../store/push-clips.ts';
import { type Io, wantsLiveView } from '../shared/io.ts';
import { terminalOf } from '../shared/print.ts';

const TICK_MS = 200;
const LOG_INTERVAL_MS = 10_000;

export interface WatchedTransfer {
  readonly onProgress: (progress: TransferProgress) => void;
  close(): void;
}

/** `verb`: begins each line of a log, such as `pushing`. */
export async function watchTransfer(io: Io, verb: string): Promise<WatchedTransfer> {
  const terminal = terminalOf(io, io.stderr);
  const startedMs = io.clock.monotonic();
  let latest: TransferProgress | undefined;
  const line = (): string | undefined =>
    latest === undefined || latest.totalClips === 0
      ? undefined
      : transferLine(verb, latest, io.clock.monotonic() - startedMs, terminal);
  const onProgress = (progress: TransferProgress): void => {
    latest = progress;
  };
  if (wantsLiveView(io) && io.stderr.stream !== undefined) {
    const { createLogUpdate } = await import('log-update');
    const screen = createLogUpdate(io.stderr.stream, { defaultWidth: io.stderr.columns });
    const ticking = setInterval(() => {
      const text = line();
      if (text !== undefined) screen(text);
    }, TICK_MS);
    ticking.unref();
    const close = (): void => {
      clearInterval(ticking);
      screen.clear();
      screen.done();
    };
    return { onProgress, close };
  }
  const ticking = setInterval(() => {
    const text = line();
    if (text !== undefined) io.stderr.write(`${text}\n`);
  }, LOG_INTERVAL_MS);
  ticking.unref();
  return { onProgress, close: () => clearInterval(ticking) };
}
