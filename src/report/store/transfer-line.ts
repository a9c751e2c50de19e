/** How far a push or a pull is, in one line. */
import type { TransferProgress } from '../../store/push-clips.ts';
import { type Part, fittedLine } from '../text/fitted-line.ts';
import { bytes, count, duration, plural } from '../text/format.ts';
import { paint, type Terminal } from '../text/terminal.ts';

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
  const isScreen = terminal.screen === true;
  const parts: readonly Part[] = [
    isScreen ? { text: '█'.repeat(full) + '░'.repeat(BAR_CELLS - full), drop: 3 } : { text: verb },
    { text: `${Math.floor(share * 100)}%` },
    { text: `${count(clips)} of ${plural(totalClips, 'clip')}` },
    { text: `${bytes(done)} of ${bytes(totalBytes)}`, drop: 2 },
    { text: rate > 0 ? `${bytes(Math.round(rate))}/s` : '', drop: 4 },
    {
      text: rate > 0 && done < totalBytes ? `${duration((totalBytes - done) / rate)} left` : '',
      drop: 1,
    },
  ];
  // A line of a log is never cut.
  const line = fittedLine(parts, isScreen ? terminal.width - 1 : Infinity);
  return paint(terminal).bold(line);
}
