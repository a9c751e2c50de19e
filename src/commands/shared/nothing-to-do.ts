/** A command with nothing to do tells so, for the up-to-date check of the next one. */
import type { Plan } from '../../plan/plan.ts';
import type { Io } from './io.ts';

export async function rememberNothingToDo(io: Io, plan: Plan): Promise<void> {
  // Nothing tells when a store has changed.
  if (plan.store !== undefined) return;
  if (io.nothingToDoUntil === undefined || io.files === undefined) return;
  // A remote can change without a change here.
  if (io.remoteRecord !== undefined) return;
  const [{ holdsUntil }, { lookAround }] = await Promise.all([
    import('../../workflow/up-to-date/holds-until.ts'),
    import('../../workflow/up-to-date/look-around.ts'),
  ]);
  await lookAround(plan, io.files);
  io.nothingToDoUntil(holdsUntil(plan, io.clock.now()));
}
