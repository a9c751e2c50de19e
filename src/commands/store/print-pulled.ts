/** What came out of the store for a run or a page, and what did not. */
import { plural } from '../../report/text/format.ts';
import type { PulledNeeded } from '../../workflow/pull-needed.ts';
import type { Io } from '../shared/io.ts';

export function printPulled(io: Io, { clips, problem }: PulledNeeded): void {
  if (clips > 0) io.stderr.write(`rushes: ${plural(clips, 'clip')} pulled from the store\n`);
  if (problem !== undefined) io.stderr.write(`rushes: warning: ${problem}\n`);
}
