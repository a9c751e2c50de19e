/** How far a push or a pull is, in one line. */
import type { TransferProgress } from '../../store/push-clips.ts';
import { bytes, count, duration } from '../text/format.ts';
import { clip, paint, type Terminal } from '../text/terminal.ts';

const BAR_CELLS = 20;
/** Before so much time has passed, a rate would be a guess. */
const RATE_AFTER_MS = 1500;

/** `███░░  62%  1,240 of 2,000 clips  1.2 GB of 2.0 GB  34.0 MB/s  24 s left`. */
export function transferLine(
  verb: string,
  progress: TransferProgress,
  elapsedMs: number,
  terminal: Terminal,
): string {
  const { clips, totalClips, totalBytes } = progress;
  // What was sent again after a cut counts twice; more than all of it would only look wrong.
  const done = Math.min(progress.bytes, totalBytes);
  const share = totalBytes === 0 ? 1 : done / totalBytes;
  const full = Math.round(share * BAR_CELLS);
  const rate = elapsedMs < RATE_AFTER_MS ? 0 : (done / elapsedMs) * 1000;
  const parts = [
    ...(terminal.screen === true ? ['█'.repeat(full) + '░'.repeat(BAR_CELLS - full)] : [verb]),
    `${Math.floor(share * 100)}%`,
    `${count(clips)} of ${count(totalClips)} clips`,
    `${bytes(done)} of ${bytes(totalBytes)}`,
    ...(rate > 0 ? [`${bytes(Math.round(rate))}/s`] : []),
    ...(rate > 0 && done < totalBytes ? [`${duration((totalBytes - done) / rate)} left`] : []),
  ];
  return paint(terminal).bold(clip(parts.join('  '), terminal.width - 1));
}
