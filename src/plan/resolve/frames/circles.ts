/** Scenes that wait for frames of each other. */
import { defined } from '../../../defined.ts';
import type { RenderId } from '../../../ids.ts';
import type { ResolvedRender } from '../../plan.ts';
import type { Problem } from '../findings/problem-folding.ts';

/** Every step by its id; of a long circle the places of all, and the ids of all in the message. */
export function circleProblem(
  circle: readonly RenderId[],
  renders: ReadonlyMap<RenderId, ResolvedRender>,
): Problem {
  const [first] = circle;
  const steps = [...circle, ...(first === undefined ? [] : [first])];
  const placeOf = (id: RenderId, next: RenderId | undefined) => {
    const render = renders.get(id);
    const used = render?.frames?.find(({ upstream }) => upstream === next);
    return render === undefined ? undefined : render.placeOf(used?.at ?? []);
  };
  const place = first === undefined ? undefined : placeOf(first, circle[1] ?? first);
  return {
    code: 'frame-circle',
    severity: 'error',
    message:
      circle.length === 1
        ? `${first} continues from a frame of its own clip`
        : `renders wait for frames of each other: ${steps.join(' -> ')}`,
    ...defined({ place }),
    hint: 'Begin one of them with a picture, or without one.',
    related: circle.slice(1).flatMap((id, index) => {
      const next = circle[index + 2] ?? first;
      const at = placeOf(id, next);
      return at === undefined
        ? []
        : [{ kind: id, message: `${id} needs a frame of ${next}`, place: at }];
    }),
    renders: circle,
  };
}
