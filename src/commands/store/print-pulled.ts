/** Prints which clips came from the store for a run or a page, and which did not. */
import type { Plan } from '../../plan/plan.ts';
import { plural } from '../../report/text/format.ts';
import type { PulledNeeded } from '../../workflow/store/pull-needed.ts';
import type { Io } from '../shared/io.ts';

export function printPulled(io: Io, { clips, problem }: PulledNeeded): void {
  if (clips > 0) io.stderr.write(`rushes: ${plural(clips, 'clip')} pulled from the store\n`);
  if (problem !== undefined) io.stderr.write(`rushes: warning: ${problem}\n`);
}

/** Clips of this branch that are in their places again. */
export function printPutBack(io: Io, clips: number): void {
  if (clips === 0) return;
  const [are, places] = clips === 1 ? ['is', 'its place'] : ['are', 'their places'];
  io.stderr.write(
    `rushes: ${plural(clips, 'clip')} ${are} back in ${places}: a render of another branch had moved ${clips === 1 ? 'it' : 'them'} aside\n`,
  );
}

/** A plan that had to do without the store's answer, and whom it would have asked. */
export function printUnasked(io: Io, { store }: Plan): void {
  if (store?.problem === undefined) return;
  const remedy = store.remedy === undefined ? '' : `\n  ${store.remedy}`;
  io.stderr.write(`rushes: warning: the store was not asked: ${store.problem}${remedy}\n`);
}
